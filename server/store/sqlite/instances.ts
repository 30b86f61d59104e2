/**
 * The processes that have the file open. Several may run on one machine, but two machines on one file (a network drive)
 * would lose data. A row that remains means that its process did not close the file, so that its WAL must exist.
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

/** A process of another machine or boot that has not renewed its row for this long has ended. */
const EXPIRY_MS = 3 * 60_000;

function bootOf(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return hostname();
  }
}

const boot = bootOf();
export const self = { id: `${process.pid}@${boot}`, host: hostname(), boot, pid: process.pid };

function isRunning(pid: number): boolean {
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

function hasEnded({ boot, pid, seenAt }: InstanceRow, nowMs: number): boolean {
  if (boot === self.boot && pid !== self.pid) return !isRunning(pid);
  return nowMs - Date.parse(seenAt) > EXPIRY_MS;
}

/** @throws Error where another machine has the file open */
export function refuseOtherMachines(rows: readonly InstanceRow[], file: string, nowMs = Date.now()): void {
  const other = rows.find((row) => row.boot !== self.boot && row.host !== self.host && !hasEnded(row, nowMs));
  if (other) {
    throw new Error(
      `${file} is in use on the machine ${other.host}. Two machines on one SQLite file lose data: ` +
        'stop the other server, or use PostgreSQL (DATABASE_URL=postgres://…).',
    );
  }
}

function deleteEnded(db: Database.Database, now: Date): void {
  for (const row of readInstances(db)) {
    if (row.id !== self.id && (hasEnded(row, now.getTime()) || row.boot !== self.boot)) {
      db.prepare('delete from instances where id = ?').run(row.id);
    }
  }
}

/** Adds or renews the row of this process, and deletes those of ended processes. */
export function register(db: Database.Database): void {
  const now = new Date();
  deleteEnded(db, now);
  db.prepare(
    `insert into instances (id, host, boot, pid, seen_at) values (@id, @host, @boot, @pid, @seenAt)
     on conflict (id) do update set seen_at = excluded.seen_at`,
  ).run({ ...self, seenAt: now.toISOString() });
}

/** Deletes the row of this process, and those of ended processes. */
export function unregister(db: Database.Database): void {
  deleteEnded(db, new Date());
  db.prepare('delete from instances where id = ?').run(self.id);
}
