import type Database from 'better-sqlite3';
import { JOURNAL, nextMigration, readMigrations, refuseForeign, type Applied, type Migration } from '../migrations.js';

/** SQLite's application_id of the kit's files: 'inKi' in ASCII. */
export const APPLICATION_ID = 0x696e4b69;

export const migrations = (): Migration[] => readMigrations(new URL('./migrations/', import.meta.url));

export function tablesOf(db: Database.Database): string[] {
  const rows = db.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  return rows.map(({ name }) => name);
}

/**
 * Migrates a file to the schema of this program. Each migration and its journal row are one transaction under SQLite's write
 * lock, so that of two processes that start at the same time only one runs it.
 * @throws Error with what to do, where the database is another program's or its schema is newer
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
  // Returns without waiting for the write lock where all migrations are applied.
  if (
    tablesOf(db).includes(JOURNAL) &&
    nextMigration(known, db.prepare(`select tag, hash from ${JOURNAL}`).all() as Applied[], file) === null
  )
    return;
  while (step.immediate());
}
