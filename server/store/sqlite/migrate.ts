/** The schema's journal is a table of its own: two libraries that share Drizzle's skip each other's migrations in silence. */
import type Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** 'inKi' in ASCII marks our files (SQLite's application_id). */
const APPLICATION_ID = 0x696e4b69;
const JOURNAL = 'inservice_migrations';

interface Migration {
  tag: string;
  sql: string;
  hash: string;
}

function known(): Migration[] {
  const folder = new URL('./migrations/', import.meta.url);
  const journal = JSON.parse(readFileSync(new URL('meta/_journal.json', folder), 'utf8')) as { entries: { tag: string }[] };
  return journal.entries.map(({ tag }) => {
    const sql = readFileSync(new URL(`${tag}.sql`, folder), 'utf8');
    return { tag, sql, hash: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * Brings a file to this program's schema, one migration a transaction, under SQLite's write lock.
 * @throws Error in words that help: another program's database, or a schema newer than the program
 */
export function migrate(db: Database.Database, file: string): string[] {
  const owner = db.pragma('application_id', { simple: true });
  const tables = db.prepare("select count(*) as n from sqlite_master where type = 'table'").get() as { n: number };
  if (owner !== APPLICATION_ID && tables.n > 0) {
    throw new Error(`${file} is another program's database. Nothing was written; choose another file in DATABASE_URL.`);
  }
  const migrations = known();
  const done: string[] = [];
  for (;;) {
    const applied = db
      .transaction((): string | null => {
        db.pragma(`application_id = ${APPLICATION_ID}`);
        db.exec(`create table if not exists ${JOURNAL} (tag text primary key, hash text not null, at text not null)`);
        const rows = db.prepare(`select tag, hash from ${JOURNAL}`).all() as { tag: string; hash: string }[];
        const newer = rows.find(({ tag }) => !migrations.some((migration) => migration.tag === tag));
        if (newer) {
          throw new Error(
            `${file} has the newer schema ${newer.tag}. Nothing was written; start the version of inservice-kit that wrote it, or a newer one.`,
          );
        }
        const next = migrations.find(({ tag }) => !rows.some((row) => row.tag === tag));
        if (!next) return null;
        for (const statement of next.sql.split('--> statement-breakpoint')) db.exec(statement);
        db.prepare(`insert into ${JOURNAL} (tag, hash, at) values (?, ?, ?)`).run(next.tag, next.hash, new Date().toISOString());
        return next.tag;
      })
      .immediate();
    if (applied === null) return done;
    done.push(applied);
  }
}
