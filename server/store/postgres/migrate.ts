import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { JOURNAL, nextMigration, readMigrations, refuseForeign, type Applied, type Migration } from '../migrations.js';
import type { OpenOptions } from '../store.js';

/** 'inKi' in ASCII: the advisory lock under which one program at a time migrates. */
const LOCK = 0x696e4b69;
const LOCK_PATIENCE_MS = 60_000;

const migrations = (): Migration[] => readMigrations(new URL('./migrations/', import.meta.url));

async function tablesOf(client: pg.Client): Promise<string[]> {
  // Views and what an extension brings are nobody's tables.
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class c where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
       and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')`,
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
  await lock(client, where);
  try {
    for (;;) {
      const tables = await tablesOf(client);
      refuseForeign(tables, where);
      const applied = tables.includes(JOURNAL) ? (await client.query<Applied>(`select tag, hash from ${JOURNAL}`)).rows : [];
      const next = nextMigration(known, applied, where);
      if (!next) return;
      await client.query('begin');
      try {
        await client.query(`create table if not exists ${JOURNAL} (tag text primary key, hash text not null, at text not null)`);
        for (const statement of next.statements) await client.query(statement);
        await client.query(`insert into ${JOURNAL} (tag, hash, at) values ($1, $2, $3)`, [next.tag, next.hash, new Date().toISOString()]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
  }
}

/** @throws Error where another program has been migrating for too long */
async function lock(client: pg.Client, where: string): Promise<void> {
  const until = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK]);
    if (rows[0]!.got) return;
    if (Date.now() > until)
      throw new Error(`${where} has been held by another program's migration for a minute; start again when that has ended.`);
    await pause(100);
  }
}
