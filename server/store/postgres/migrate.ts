import type pg from 'pg';
import { JOURNAL, nextMigration, readMigrations, refuseForeign, type Applied, type Migration } from '../migrations.js';
import type { OpenOptions } from '../store.js';

/** 'inKi' in ASCII: the advisory lock under which one program at a time migrates. */
const LOCK = 0x696e4b69;

const migrations = (): Migration[] => readMigrations(new URL('./migrations/', import.meta.url));

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select table_name as name from information_schema.tables where table_schema = current_schema()',
  );
  return rows.map(({ name }) => name);
}

/**
 * Whether the database has no tables yet.
 * @throws Error where they are another program's, of a newer version, or too old to be inspected
 */
export async function refuseOther(client: pg.Client, where: string, purpose: OpenOptions['purpose']): Promise<boolean> {
  const tables = await tablesOf(client);
  refuseForeign(tables, where);
  const fresh = tables.length === 0;
  const applied = fresh ? [] : (await client.query<Applied>(`select tag, hash from ${JOURNAL}`)).rows;
  if (nextMigration(migrations(), applied, where) && purpose === 'inspect')
    throw new Error(`${where} has an older schema, or none; bring it to this version's: inservice-kit migrate`);
  return fresh;
}

/**
 * Brings the database's current schema to this program's, each migration in one transaction with its line in the journal.
 * @throws Error in words that help: another program's database, or a schema newer than the program
 */
export async function migrate(client: pg.Client, where: string): Promise<void> {
  const known = migrations();
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    for (;;) {
      refuseForeign(await tablesOf(client), where);
      await client.query('begin');
      try {
        await client.query(`create table if not exists ${JOURNAL} (tag text primary key, hash text not null, at text not null)`);
        const { rows } = await client.query<Applied>(`select tag, hash from ${JOURNAL}`);
        const next = nextMigration(known, rows, where);
        if (!next) {
          await client.query('rollback');
          return;
        }
        for (const statement of next.statements) await client.query(statement);
        await client.query(`insert into ${JOURNAL} (tag, hash, at) values ($1, $2, $3)`, [next.tag, next.hash, new Date().toISOString()]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}
