/** Creates the database file atomically, and checks an existing file before anything is written to it. */
import Database from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { nextMigration, refuseForeign, type Applied } from '../migrations.js';
import { readInstances, refuseOtherMachines } from './instances.js';
import { APPLICATION_ID, migrate, migrations, tablesOf } from './migrate.js';

const MAGIC = 'SQLite format 3\0';
/** Up to this size all pages are checked before the server starts (a third of a second); above it, while the server runs. */
export const CHECKED_AT_START_BYTES = 200 * 1024 * 1024;

export const RESTORE_OR_ADOPT =
  'Nothing was written. Put the missing file back, restore a backup (inservice-kit restore DIR), or continue with the remaining data (inservice-kit adopt; it adds an audit entry).';

export const RESTORE_OR_START_EMPTY =
  'Nothing was written. Put the file back or restore a backup (inservice-kit restore DIR). To start with an empty database, remove the folder of the heads files.';

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Creates the file under a temporary name and links it when it is complete, so that a crash leaves no incomplete database. */
export function createFile(file: string): void {
  const temporary = `${file}.${randomUUID()}.new`;
  for (const path of [temporary, `${temporary}-journal`]) rmSync(path, { force: true });
  // Readable by its owner only, because it will hold personal data. SQLite gives the WAL the same mode.
  closeSync(openSync(temporary, 'wx', 0o600));
  const db = new Database(temporary);
  try {
    db.pragma('synchronous = FULL');
    migrate(db, file);
    db.pragma('journal_mode = wal');
  } finally {
    db.close();
  }
  try {
    linkSync(temporary, file);
    syncFolder(dirname(file));
  } catch (error) {
    // Another process was first; its file is used.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function walIsMissing(file: string): boolean {
  return !existsSync(`${file}-wal`) || statSync(`${file}-wal`).size === 0;
}

/** @throws Error where the file is empty, or not an SQLite file */
function checkFormat(file: string): void {
  if (statSync(file).size === 0) {
    throw new Error(
      `${file} is empty (0 bytes): it was truncated. Nothing was written. Restore a backup, or remove the file to start with an empty database.`,
    );
  }
  const header = Buffer.alloc(MAGIC.length);
  const handle = openSync(file, 'r');
  readSync(handle, header, 0, header.length, 0);
  closeSync(handle);
  if (header.toString('latin1') !== MAGIC)
    throw new Error(`${file} is not an SQLite database. Nothing was written; set DATABASE_URL to another file.`);
}

export interface FileInspection {
  /** The file lacks migrations of this program. */
  needsMigration: boolean;
  /** A process ended without closing the file, and the WAL that it must have left is missing. */
  walIsMissing: boolean;
}

/**
 * Checks a file without writing to it.
 * @throws Error with what to do, where the file is empty, damaged, another program's, of a newer version, or in use on
 *   another machine
 */
export function inspectFile(file: string, { pages = statSync(file).size <= CHECKED_AT_START_BYTES } = {}): FileInspection {
  checkFormat(file);
  // Before the file is opened, because SQLite creates a WAL.
  const withoutWal = walIsMissing(file);
  const db = new Database(file, { readonly: true, timeout: 2_000 });
  try {
    const tables = tablesOf(db);
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) refuseForeign(['', ...tables], file);
    const applied = db.prepare('select tag, hash from inservice_migrations').all() as Applied[];
    const needsMigration = nextMigration(migrations(), applied, file) !== null;
    if (pages) checkPages(db, file);
    const instances = readInstances(db);
    refuseOtherMachines(instances, file);
    return { needsMigration, walIsMissing: withoutWal && instances.length > 0 };
  } catch (error) {
    if (error instanceof Database.SqliteError)
      throw /CORRUPT|NOTADB/.test(error.code) ? damaged(file, error.message) : unreadable(file, error.message);
    throw error;
  } finally {
    db.close();
  }
}

/** @throws Error that names the first damaged page */
export function checkPages(db: Database.Database, file: string): void {
  const result = db.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok') throw damaged(file, String(result).replaceAll('\n', ' '));
}

function unreadable(file: string, cause: string): Error {
  return new Error(`${file} cannot be read (${cause}). Nothing was written. Check the disk and the permissions, then start again.`);
}

function damaged(file: string, cause: string): Error {
  return new Error(
    `${file} is damaged (${cause}). Nothing was written. Keep the file and its -wal aside and restore a backup: inservice-kit restore DIR.`,
  );
}
