import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { JOURNAL, nextMigration, readMigrations, refuseForeign, type Applied, type Migration } from '../migrations.js';
import type { OpenOptions } from '../store.js';

/** Id of the advisory lock that a migrating process holds: 'inKi' in ASCII. */
const LOCK = 0x696e4b69;
const LOCK_TIMEOUT_MS = 60_000;

const migrations = (): Migration[] => readMigrations(new URL('./migrations/', import.meta.url));

async function tablesOf(client: pg.Client): Promise<string[]> {
  // Views and the tables of extensions do not count.
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class c where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
       and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Checks the schema without writing, and returns whether the database has no tables yet.
 * @throws Error where the database is another program's, of a newer version, or too old to be inspected
 */
export async function checkSchema(client: pg.Client, where: string, purpose: OpenOptions['purpose']): Promise<boolean> {
  const tables = await tablesOf(client);
  refuseForeign(tables, where);
  const isEmpty = tables.length === 0;
  const applied = isEmpty ? [] : (await client.query<Applied>(`select tag, hash from ${JOURNAL}`)).rows;
  if (nextMigration(migrations(), applied, where) && purpose === 'inspect')
    throw new Error(`${where} has an older schema, or none; migrate it to that of this version: inservice-kit migrate`);
  return isEmpty;
}

/**
 * Migrates the database's current schema to that of this program. Each migration and its journal row are one transaction.
 * @throws Error with what to do, where the database is another program's or its schema is newer
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

/** @throws Error where another process holds the lock for too long */
async function lock(client: pg.Client, where: string): Promise<void> {
  const deadlineMs = Date.now() + LOCK_TIMEOUT_MS;
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK]);
    if (rows[0]!.got) return;
    if (Date.now() > deadlineMs)
      throw new Error(`${where} has been locked by another process's migration for a minute; start again when that has ended.`);
    await pause(100);
  }
}
