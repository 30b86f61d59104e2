/** Direct access to the database of a test: to tamper with it, to lock it, and to search for what it must not contain. */
import Database from 'better-sqlite3';
import { readFile } from 'node:fs/promises';
import pg from 'pg';

export interface RawDatabase {
  rows(sql: string): Promise<Record<string, unknown>[]>;
  exec(sql: string): Promise<void>;
  /** Disables the triggers that protect the audit trail, as an intruder with the rights of the database could. */
  unguard(): Promise<void>;
  /** The whole content, as text. */
  text(): Promise<string>;
  /** Another process that holds the write lock of the database until it is released. */
  hold(): Promise<() => Promise<void>>;
}

const GUARDED = ['trail', 'trail_details', 'trail_segments'];

export function rawSqlite(file: string): RawDatabase {
  const using = async <T>(act: (db: Database.Database) => T): Promise<T> => {
    const db = new Database(file, { timeout: 2_000 });
    try {
      return act(db);
    } finally {
      db.close();
    }
  };
  return {
    rows: (sql) => using((db) => db.prepare(sql).all() as Record<string, unknown>[]),
    exec: (sql) => using((db) => void db.exec(sql)),
    unguard: () =>
      using((db) => {
        const triggers = db.prepare("select name from sqlite_master where type = 'trigger'").all() as { name: string }[];
        for (const { name } of triggers) db.exec(`drop trigger ${name}`);
      }),
    async text() {
      const files = await Promise.all([file, `${file}-wal`].map((path) => readFile(path).catch(() => Buffer.alloc(0))));
      return Buffer.concat(files).toString('latin1');
    },
    async hold() {
      const db = new Database(file);
      db.exec('begin immediate');
      return async () => void db.close();
    },
  };
}

export function rawPostgres(url: string): RawDatabase {
  const using = async <T>(act: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await act(client);
    } finally {
      await client.end();
    }
  };
  const rows = (sql: string): Promise<Record<string, unknown>[]> =>
    using(async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  const tables = async (): Promise<string[]> =>
    (await rows("select table_name as name from information_schema.tables where table_schema = 'public'")).map(({ name }) => String(name));
  return {
    rows,
    exec: (sql) => using(async (client) => void (await client.query(sql))),
    unguard: () =>
      using(async (client) => {
        for (const table of GUARDED) await client.query(`alter table ${table} disable trigger all`);
      }),
    async text() {
      const parts = await Promise.all((await tables()).map((table) => rows(`select row_to_json(t)::text as row from ${table} t`)));
      return parts
        .flat()
        .map(({ row }) => String(row))
        .join('\n');
    },
    async hold() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      // Locks one table after the other. Writers lock them in another order, so either side may be the victim of a deadlock.
      for (;;) {
        await client.query('begin');
        try {
          for (const table of await tables()) await client.query(`lock table ${table} in exclusive mode`);
          return () => client.end();
        } catch (error) {
          await client.query('rollback');
          if ((error as { code?: string }).code !== '40P01') throw error;
        }
      }
    },
  };
}
