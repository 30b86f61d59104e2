import { drizzle } from 'drizzle-orm/node-postgres';
import { getTableName } from 'drizzle-orm';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { createYielder } from '../../platform/event-loop.js';
import type { Committed, Database, Driver, Row, Snapshot, Statement, TableName, UnitOfWork } from '../drizzle/driver.js';
import type { DriverOptions } from '../drizzle/open.js';
import { rowCodec, SNAPSHOT_SLICE } from '../drizzle/rows.js';
import { WriteConflict } from '../store.js';
import { appendTrail } from './chain.js';
import { checkServer, openPools, publicUrl, type Pools, type PostgresOptions } from './connection.js';
import { portErrorOf, isConnectionError, isRetriable, unavailable, isRejectedCommit } from './database-errors.js';
import { migrate, checkSchema } from './migrate.js';
import { tables } from './tables.js';

/** How often a unit of work is done from its beginning, where the database undid it for another's sake. */
const ATTEMPTS = 6;
const PAUSE_MS = 25;
/** 'inTr' in ASCII: the advisory lock of the tree of units. */
const TREE_LOCK = 0x696e5472;
/** How long the fate of a commit is asked for, when its answer was lost. */
const DOUBT_MS = 10_000;

/** Connects, brings the database to the current schema and holds two pools: readers never wait for writers. */
export async function postgresDriver(options: PostgresOptions, trailKey: Buffer, { purpose }: DriverOptions): Promise<Driver> {
  const where = publicUrl(options.url);
  const pools = openPools(options);
  const fresh = await patiently(pools, async (client) => {
    await checkServer(client, where);
    return checkSchema(client, where, purpose);
  }).catch(async (error: unknown) => {
    await Promise.all([pools.readers.end(), pools.writers.end()]);
    throw isConnectionError(error) ? new Error(`${where} cannot be reached: ${(error as Error).message}`, { cause: error }) : error;
  });
  const writer = new Writer(pools, trailKey);

  return {
    // A connection that broke while it was idle is found out by its next reader, who asks once more.
    db: drizzle(asksTwice(pools.readers)) as unknown as Database,
    tables,
    fresh,
    doubt: null,
    begin: () => patiently(pools, (client) => migrate(client, where)),
    failure: portErrorOf,
    commit: (work) => writer.commit(work),
    commitInOne: (works) => writer.commitInOne(works),
    beat: async () => undefined,
    check: () => check(pools),
    snapshot: () => snapshot(pools),
    fill: (contents) => fill(pools, where, contents),
    async close() {
      await Promise.all([pools.readers.end(), pools.writers.end()]);
    },
  };
}

/** With a connection of its own, without time-outs. */
async function patiently<T>(pools: Pools, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await pools.connectWithoutTimeouts();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

function asksTwice(pool: pg.Pool): pg.Pool {
  const ask = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  const twice = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await ask(...args);
    } catch (error) {
      if (!isConnectionError(error) || /timeout/.test((error as Error).message)) throw error;
      return ask(...args);
    }
  };
  return Object.assign(Object.create(pool) as pg.Pool, { query: twice });
}

type Gathered = UnitOfWork & { statements: Statement[] };

/** All of them, for another attempt writes the same. */
async function gathered({ statements, end }: UnitOfWork): Promise<Statement[]> {
  const all: Statement[] = [];
  const yieldIfDue = createYielder();
  const gather = async (more: Iterable<Statement>): Promise<void> => {
    for (const statement of more) {
      all.push(statement);
      await yieldIfDue();
    }
  };
  await gather(statements);
  if (end) await gather(await end());
  return all;
}

class Writer {
  /** A statement's name, so that each connection parses it once. */
  readonly #names = new Map<string, string>();

  constructor(
    private readonly pools: Pools,
    private readonly trailKey: Buffer,
  ) {}

  async commit(asked: UnitOfWork): Promise<Committed> {
    const work = { ...asked, statements: await gathered(asked) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetriable(error)) throw portErrorOf(error);
        await pause(PAUSE_MS * attempt * (0.5 + Math.random()));
      }
    }
  }

  /** Not tried again: the works are made once. */
  async commitInOne(works: Iterable<UnitOfWork>): Promise<Committed> {
    try {
      return await this.#transaction(false, async (client) => {
        let committed: Committed = { rows: [], heads: new Map() };
        for (const work of works) {
          const { rows, heads } = await this.#run(client, { ...work, statements: await gathered(work) });
          committed = { rows, heads: new Map([...committed.heads, ...heads]) };
        }
        return committed;
      });
    } catch (error) {
      throw portErrorOf(error);
    }
  }

  #attempt(work: Gathered): Promise<Committed> {
    return this.#transaction(work.movesTree ?? false, (client) => this.#run(client, work));
  }

  /** Within the transaction under way. */
  async #run(client: pg.PoolClient, { statements, trail }: Gathered): Promise<Committed> {
    let rows: Row[] = [];
    for (const { sql, params, about, rows: due, holds } of statements) {
      const text = holds ? `${sql} for share` : sql;
      const result = await client.query<Row>({ name: this.#nameOf(text), text, values: params });
      rows = result.rows;
      if (about !== null && (result.rowCount ?? 0) < due) throw new WriteConflict(about);
    }
    return { rows, heads: await appendTrail(client, this.trailKey, trail) };
  }

  async #transaction(movesTree: boolean, run: (client: pg.PoolClient) => Promise<Committed>): Promise<Committed> {
    const client = await this.pools.writers.connect();
    let broken = false;
    try {
      // Under READ COMMITTED a move would not see the unit that is being opened below it: the tree has one lock.
      const lock = movesTree ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
      const [, , , begun] = (await client.query(
        `begin isolation level read committed read write; set local synchronous_commit = on; select ${lock}(${TREE_LOCK});
         select pg_current_xact_id()::text as xid`,
      )) as unknown as [unknown, unknown, unknown, pg.QueryResult<{ xid: string }>];
      const committed = await run(client);
      try {
        await client.query('commit');
      } catch (error) {
        broken = isConnectionError(error);
        if (isRejectedCommit(error)) throw error;
        if (!(await this.#wasCommitted(begun.rows[0]!.xid))) throw error;
      }
      return committed;
    } catch (error) {
      broken ||= isConnectionError(error);
      if (!broken)
        broken = await client.query('rollback').then(
          () => false,
          () => true,
        );
      throw error;
    } finally {
      client.release(broken);
    }
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `write-${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /**
   * Whether a transaction whose answer was lost is in the database.
   * @throws DomainError `unavailable` where that cannot be learnt now; a repetition with the same key tells
   */
  async #wasCommitted(xid: string): Promise<boolean> {
    const end = Date.now() + DOUBT_MS;
    for (;;) {
      try {
        const { rows } = await this.pools.readers.query<{ status: string | null }>('select pg_xact_status($1::xid8) as status', [xid]);
        const status = rows[0]?.status;
        if (status === 'committed') return true;
        if (status === 'aborted') return false;
      } catch (error) {
        if (!isRetriable(error)) throw portErrorOf(error);
      }
      if (Date.now() > end) throw unavailable('the fate of a commit is not known');
      await pause(100);
    }
  }
}

/** Reads every row of every table, and looks for indexes and pages that the server has found broken. */
async function check(pools: Pools): Promise<string[]> {
  return patiently(pools, async (client) => {
    const found: string[] = [];
    for (const table of Object.values(tables)) {
      const name = getTableName(table);
      await client.query(`select count(*) from (select * from ${name} offset 0) every`).catch((error: unknown) => {
        found.push(`${name}: ${portErrorOf(error).message}`);
      });
    }
    const broken = await client.query<{ name: string }>(
      'select indexrelid::regclass::text as name from pg_index where not indisvalid and indrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)',
    );
    found.push(...broken.rows.map(({ name }) => `the index ${name} is not valid`));
    return found;
  });
}

async function snapshot(pools: Pools): Promise<Snapshot> {
  const client = await pools.connectWithoutTimeouts();
  await client.query('begin isolation level repeatable read read only');
  return {
    async *rows(name: TableName) {
      const codec = rowCodec(tables, name);
      const table = getTableName(tables[name]);
      const cursor = `slices_of_${table}`;
      await client.query(`declare ${cursor} no scroll cursor for select ${codec.columns.join(', ')} from ${table} order by 1, 2`);
      for (;;) {
        const { rows } = await client.query<Row>(`fetch ${SNAPSHOT_SLICE} from ${cursor}`);
        if (rows.length > 0) yield rows.map(codec.read);
        if (rows.length < SNAPSHOT_SLICE) break;
      }
      await client.query(`close ${cursor}`);
    },
    async close() {
      await client.end();
    },
  };
}

async function fill(pools: Pools, where: string, contents: AsyncIterable<{ table: TableName; rows: Row[] }>): Promise<void> {
  // Where it is not committed, the end of the connection undoes it.
  await patiently(pools, async (client) => {
    await client.query('begin');
    // Whoever writes meanwhile waits, and then finds a database that is filled.
    await client.query('lock table units in access exclusive mode');
    const { rows: units } = await client.query('select 1 from units limit 1');
    if (units.length > 0) throw new Error(`${where} is not empty. Nothing was written; restore into an empty database.`);
    for await (const { table, rows } of contents) {
      const codec = rowCodec(tables, table);
      const name = getTableName(tables[table]);
      const list = codec.columns.join(', ');
      const lines = rows.map((row) => {
        const values = codec.write(row);
        return Object.fromEntries(codec.columns.map((column, index) => [column, values[index]]));
      });
      await client.query(`insert into ${name} (${list}) select ${list} from json_populate_recordset(null::${name}, $1::json)`, [
        JSON.stringify(lines),
      ]);
    }
    await client.query('commit');
  });
}
