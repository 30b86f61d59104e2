import Database from 'better-sqlite3';

/** A corruption bug in WAL reset was mended in this version. */
const OLDEST_SQLITE = '3.51.3';

/** How long a writer of another process is waited for at the start. */
const OPENING_PATIENCE_MS = 10_000;

const newerThan = (a: string, b: string): boolean => a.localeCompare(b, 'en', { numeric: true }) >= 0;

/** A writing connection with the pragmas that durability rests on, set and read back. */
export function openConnection(file: string): Database.Database {
  const db = new Database(file, { fileMustExist: true, timeout: OPENING_PATIENCE_MS });
  const { version } = db.prepare('select sqlite_version() as version').get() as { version: string };
  if (!newerThan(version, OLDEST_SQLITE)) {
    db.close();
    throw new Error(`SQLite ${version} is too old; ${OLDEST_SQLITE} or newer is needed (in better-sqlite3 from 12.11.1 on)`);
  }
  const demand = (pragma: string, value: string | number): void => {
    db.pragma(`${pragma} = ${value}`);
    const held = db.pragma(pragma, { simple: true });
    if (held !== value)
      throw new Error(`SQLite keeps ${pragma} at ${String(held)}, but ${value} is needed: is the file on a network drive?`);
  };
  demand('journal_mode', 'wal');
  // better-sqlite3 compiles NORMAL in, which loses acknowledged commits at a power cut.
  demand('synchronous', 2);
  demand('foreign_keys', 1);
  db.pragma('mmap_size = 0');
  return db;
}

/** A connection for reading. It waits for no one: the main thread reads with it. */
export function openReader(file: string): Database.Database {
  const db = new Database(file, { readonly: true, timeout: 20 });
  db.pragma('cache_size = -65536');
  return db;
}
