/**
 * Which processes have the file open. One machine may run several; two machines on one file (a network drive) lose data.
 * A row that is left tells that its process did not end by itself, so that the WAL must be there.
 */
import type Database from 'better-sqlite3';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

interface InstanceRow {
  id: string;
  host: string;
  boot: string;
  pid: number;
  seenAt: string;
}

/** A process that has not been seen for so long is no more. */
const UNSEEN_MS = 3 * 60_000;

function bootOf(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}

const boot = bootOf();
export const self = { id: `${process.pid}@${boot}`, host: hostname(), boot, pid: process.pid };

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function readInstances(db: Database.Database): InstanceRow[] {
  if (!db.prepare("select 1 from sqlite_master where name = 'instances'").get()) return [];
  return db.prepare('select id, host, boot, pid, seen_at as seenAt from instances').all() as InstanceRow[];
}

function isGone({ boot, pid, seenAt }: InstanceRow, now: number): boolean {
  if (boot === self.boot && pid !== self.pid) return !runs(pid);
  return now - Date.parse(seenAt) > UNSEEN_MS;
}

/** @throws Error where another machine has the file open */
export function refuseOtherMachines(rows: readonly InstanceRow[], file: string, now = Date.now()): void {
  const other = rows.find((row) => row.boot !== self.boot && row.host !== self.host && !isGone(row, now));
  if (other) {
    throw new Error(
      `${file} is in use on the machine ${other.host}. Two machines on one SQLite file lose data: ` +
        'stop the other server, or use PostgreSQL (DATABASE_URL=postgres://…).',
    );
  }
}

function clear(db: Database.Database, now: Date): void {
  for (const row of readInstances(db)) {
    if (row.id !== self.id && (isGone(row, now.getTime()) || row.boot !== self.boot)) {
      db.prepare('delete from instances where id = ?').run(row.id);
    }
  }
}

/** Adds or renews this process's row and clears those of processes that are no more. */
export function register(db: Database.Database): void {
  const now = new Date();
  clear(db, now);
  db.prepare(
    `insert into instances (id, host, boot, pid, seen_at) values (@id, @host, @boot, @pid, @seenAt)
     on conflict (id) do update set seen_at = excluded.seen_at`,
  ).run({ ...self, seenAt: now.toISOString() });
}

/** Takes this process's row away, and those of processes that are no more. */
export function leave(db: Database.Database): void {
  clear(db, new Date());
  db.prepare('delete from instances where id = ?').run(self.id);
}
