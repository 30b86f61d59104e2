import Database from 'better-sqlite3';

/** This version fixes a bug in the WAL reset that could corrupt the database. */
const MIN_SQLITE_VERSION = '3.51.3';

/** How long a start waits for a writer of another process. */
const OPEN_TIMEOUT_MS = 10_000;

const isAtLeast = (version: string, minimum: string): boolean => version.localeCompare(minimum, 'en', { numeric: true }) >= 0;

/** Opens a connection for writing, and sets and verifies the pragmas that durability depends on. */
export function openConnection(file: string): Database.Database {
  const db = new Database(file, { fileMustExist: true, timeout: OPEN_TIMEOUT_MS });
  const { version } = db.prepare('select sqlite_version() as version').get() as { version: string };
  if (!isAtLeast(version, MIN_SQLITE_VERSION)) {
    db.close();
    throw new Error(`SQLite ${version} is too old; ${MIN_SQLITE_VERSION} or newer is needed (in better-sqlite3 from 12.11.1 on)`);
  }
  const setPragma = (pragma: string, value: string | number): void => {
    db.pragma(`${pragma} = ${value}`);
    const actual = db.pragma(pragma, { simple: true });
    if (actual !== value)
      throw new Error(`SQLite keeps ${pragma} at ${String(actual)}, but ${value} is needed: is the file on a network drive?`);
  };
  setPragma('journal_mode', 'wal');
  // The default of better-sqlite3 is NORMAL, which loses acknowledged commits in a power cut.
  setPragma('synchronous', 2);
  setPragma('foreign_keys', 1);
  db.pragma('mmap_size = 0');
  return db;
}

/** Opens a connection for reading. Its timeout is short, because the main thread reads with it. */
export function openReader(file: string): Database.Database {
  const db = new Database(file, { readonly: true, timeout: 20 });
  db.pragma('cache_size = -65536');
  return db;
}
