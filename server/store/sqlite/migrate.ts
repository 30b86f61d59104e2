import type Database from 'better-sqlite3';
import { JOURNAL, nextMigration, readMigrations, refuseForeign, type Applied, type Migration } from '../migrations.js';

/** 'inKi' in ASCII marks our files (SQLite's application_id). */
export const APPLICATION_ID = 0x696e4b69;

export const migrations = (): Migration[] => readMigrations(new URL('./migrations/', import.meta.url));

export function tablesOf(db: Database.Database): string[] {
  const rows = db.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  return rows.map(({ name }) => name);
}

/**
 * Brings a file to this program's schema, one migration a transaction with its line in the journal, under SQLite's write
 * lock: of two programs that start together, the second finds the work done.
 * @throws Error in words that help: another program's database, or a schema newer than the program
 */
export function migrate(db: Database.Database, file: string): void {
  const known = migrations();
  const step = db.transaction((): boolean => {
    refuseForeign(tablesOf(db), file);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.exec(`create table if not exists ${JOURNAL} (tag text primary key, hash text not null, at text not null)`);
    const next = nextMigration(known, db.prepare(`select tag, hash from ${JOURNAL}`).all() as Applied[], file);
    if (!next) return false;
    for (const statement of next.statements) db.exec(statement);
    db.prepare(`insert into ${JOURNAL} (tag, hash, at) values (?, ?, ?)`).run(next.tag, next.hash, new Date().toISOString());
    return true;
  });
  // Where nothing is to be done, nobody's lock is waited for.
  if (
    tablesOf(db).includes(JOURNAL) &&
    nextMigration(known, db.prepare(`select tag, hash from ${JOURNAL}`).all() as Applied[], file) === null
  )
    return;
  while (step.immediate());
}
