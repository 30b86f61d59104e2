/** The file before anyone writes to it: made whole or not at all, and refused in words that help where it is not whole. */
import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { nextMigration, refuseForeign, type Applied } from '../migrations.js';
import { readInstances, refuseOtherMachines } from './instances.js';
import { APPLICATION_ID, migrate, migrations, tablesOf } from './migrate.js';

const MAGIC = 'SQLite format 3\0';
/** Up to here every page is looked at before the server starts (a third of a second); beyond, while it runs. */
export const CHECKED_AT_START_BYTES = 200 * 1024 * 1024;

export const RESTORE_OR_ADOPT =
  'Nothing was written. Put the missing file back, restore a backup (inservice-kit restore DIR), or go on with what is there (inservice-kit adopt; it leaves a line in the trail).';

export const RESTORE_OR_BEGIN =
  'Nothing was written. Put the file back or restore a backup (inservice-kit restore DIR); to begin anew, remove the folder of the heads.';

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Makes the file beside its place and links it there once it is whole, so that a crash leaves no half-made database. */
export function createFile(file: string): void {
  const made = `${file}.${randomUUID()}.new`;
  for (const path of [made, `${made}-journal`]) rmSync(path, { force: true });
  // Names and addresses will stand in it: its owner's alone, as the WAL that follows its mode.
  closeSync(openSync(made, 'wx', 0o600));
  const db = new Database(made);
  try {
    db.pragma('synchronous = FULL');
    migrate(db, file);
    db.pragma('journal_mode = wal');
  } finally {
    db.close();
  }
  try {
    linkSync(made, file);
    syncFolder(dirname(file));
  } catch (error) {
    // Another process was first; its file is as good.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
}

/** Whether the WAL that a process left is gone: the file was copied without it, or it was removed. */
function walIsMissing(file: string): boolean {
  return !existsSync(`${file}-wal`) || statSync(`${file}-wal`).size === 0;
}

function refuseNoDatabase(file: string): void {
  if (statSync(file).size === 0) {
    throw new Error(
      `${file} is empty (0 bytes): it was cut off or emptied. Nothing was written. Restore a backup, or remove the file to begin anew.`,
    );
  }
  const head = Buffer.alloc(MAGIC.length);
  const handle = openSync(file, 'r');
  readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  if (head.toString('latin1') !== MAGIC)
    throw new Error(`${file} is not an SQLite database. Nothing was written; choose another file in DATABASE_URL.`);
}

export interface Inspected {
  /** Migrations of this program that the file does not have yet. */
  behind: boolean;
  /** The WAL of a process that did not end by itself is gone. */
  withoutWal: boolean;
}

/**
 * Looks at a file without writing to it.
 * @throws Error in words that help: empty, cut off, damaged, another program's, newer than this one, open on another machine
 */
export function inspectFile(file: string, { pages = statSync(file).size <= CHECKED_AT_START_BYTES } = {}): Inspected {
  refuseNoDatabase(file);
  const walMissing = walIsMissing(file);
  const db = new Database(file, { readonly: true, timeout: 2_000 });
  try {
    const tables = tablesOf(db);
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) refuseForeign(['', ...tables], file);
    const applied = db.prepare('select tag, hash from inservice_migrations').all() as Applied[];
    const behind = nextMigration(migrations(), applied, file) !== null;
    if (pages) refuseDamage(db, file);
    const instances = readInstances(db);
    refuseOtherMachines(instances, file);
    return { behind, withoutWal: walMissing && instances.length > 0 };
  } catch (error) {
    if (error instanceof Database.SqliteError)
      throw /CORRUPT|NOTADB/.test(error.code) ? damaged(file, error.message) : unreadable(file, error.message);
    throw error;
  } finally {
    db.close();
  }
}

/** @throws Error naming the first page that is not whole */
export function refuseDamage(db: Database.Database, file: string): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw damaged(file, String(found).replaceAll('\n', ' '));
}

function unreadable(file: string, what: string): Error {
  return new Error(`${file} cannot be read (${what}). Nothing was written. Look at its disk and its rights, then start again.`);
}

function damaged(file: string, what: string): Error {
  return new Error(
    `${file} is damaged (${what}). Nothing was written. Keep the file and its -wal aside and restore a backup: inservice-kit restore DIR.`,
  );
}
