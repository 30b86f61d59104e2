import { drizzle } from 'drizzle-orm/node-postgres';
import { getTableName } from 'drizzle-orm';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { createYielder } from '../../platform/event-loop.js';
import type { Committed, Database, Driver, Row, Snapshot, Statement, TableName, TableOfUnits, UnitOfWork } from '../drizzle/driver.js';
import type { DriverOptions } from '../drizzle/open.js';
import { rowCodec, slicesById, SNAPSHOT_SLICE } from '../drizzle/rows.js';
import { WriteConflict } from '../store.js';
import { appendTrail } from './chain.js';
import { checkServer, openPools, publicUrl, type Pools, type PostgresOptions } from './connection.js';
import { portErrorOf, isConnectionError, isRetriable, unavailable, isRejectedCommit } from './database-errors.js';
import { migrate, checkSchema } from './migrate.js';
import { tables } from './tables.js';

/** How often a unit of work is tried where the database rolls it back (deadlock, serialization failure) or the connection fails. */
const ATTEMPTS = 6;
const PAUSE_MS = 25;
/** Id of the advisory lock on the tree of units: 'inTr' in ASCII. */
const TREE_LOCK = 0x696e5472;
/** How long to ask for the outcome of a commit whose response was lost. */
const OUTCOME_TIMEOUT_MS = 10_000;

/** Connects and checks the database. Reads and writes use separate pools, so that readers never wait for writers. */
export async function postgresDriver(options: PostgresOptions, trailKey: Buffer, { purpose }: DriverOptions): Promise<Driver> {
  const where = publicUrl(options.url);
  const pools = openPools(options);
  const isEmpty = await withoutTimeouts(pools, async (client) => {
    await checkServer(client, where);
    return checkSchema(client, where, purpose);
  }).catch(async (error: unknown) => {
    await Promise.all([pools.readers.end(), pools.writers.end()]);
    throw isConnectionError(error) ? new Error(`${where} cannot be reached: ${(error as Error).message}`, { cause: error }) : error;
  });
  const writer = new Writer(pools, trailKey);

  return {
    db: drizzle(retryingOnce(pools.readers)) as unknown as Database,
    tables,
    isEmpty,
    suspectedLoss: null,
    migrateAndOpenWriter: () => withoutTimeouts(pools, (client) => migrate(client, where)),
    toPortError: portErrorOf,
    commit: (work) => writer.commit(work),
    commitInOneTransaction: (works) => writer.commitInOneTransaction(works),
    recordHeartbeat: async () => undefined,
    checkIntegrity: () => checkIntegrity(pools),
    snapshot: () => snapshot(pools),
    fill: (contents) => fill(pools, where, contents),
    async close() {
      await Promise.all([pools.readers.end(), pools.writers.end()]);
    },
  };
}

/** Runs an action with its own connection, which has no time-outs. */
async function withoutTimeouts<T>(pools: Pools, action: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await pools.connectWithoutTimeouts();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}

/** Repeats a read once where the connection fails: a connection that broke while it was idle fails only at its next use. */
function retryingOnce(pool: pg.Pool): pg.Pool {
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  const queryWithRetry = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await query(...args);
    } catch (error) {
      if (!isConnectionError(error) || /timeout/.test((error as Error).message)) throw error;
      return query(...args);
    }
  };
  return Object.assign(Object.create(pool) as pg.Pool, { query: queryWithRetry });
}

type CollectedWork = UnitOfWork & { statements: Statement[] };

/** Collects all statements of a unit of work, because they are iterated once and another attempt needs them again. */
async function collectStatements({ statements, end }: UnitOfWork): Promise<Statement[]> {
  const all: Statement[] = [];
  const yieldIfDue = createYielder();
  const collect = async (more: Iterable<Statement>): Promise<void> => {
    for (const statement of more) {
      all.push(statement);
      await yieldIfDue();
    }
  };
  await collect(statements);
  if (end) await collect(await end());
  return all;
}

class Writer {
  /** The names of statements, under which a connection keeps them parsed. */
  readonly #names = new Map<string, string>();

  constructor(
    private readonly pools: Pools,
    private readonly trailKey: Buffer,
  ) {}

  async commit(unit: UnitOfWork): Promise<Committed> {
    const work = { ...unit, statements: await collectStatements(unit) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetriable(error)) throw portErrorOf(error);
        await pause(PAUSE_MS * attempt * (0.5 + Math.random()));
      }
    }
  }

  /** Without further attempts, because the units of work are iterated once. */
  async commitInOneTransaction(works: Iterable<UnitOfWork>): Promise<Committed> {
    try {
      return await this.#transaction(false, async (client) => {
        let committed: Committed = { rows: [], heads: new Map() };
        for (const work of works) {
          const { rows, heads } = await this.#run(client, { ...work, statements: await collectStatements(work) });
          committed = { rows, heads: new Map([...committed.heads, ...heads]) };
        }
        return committed;
      });
    } catch (error) {
      throw portErrorOf(error);
    }
  }

  #attempt(work: CollectedWork): Promise<Committed> {
    return this.#transaction(work.movesTree ?? false, (client) => this.#run(client, work));
  }

  /** Runs a unit of work within the open transaction. */
  async #run(client: pg.PoolClient, { statements, trail }: CollectedWork): Promise<Committed> {
    let rows: Row[] = [];
    for (const { sql, params, conflictName, requiredRows, locksRows } of statements) {
      const text = locksRows ? `${sql} for share` : sql;
      const result = await client.query<Row>({ name: this.#nameOf(text), text, values: params });
      rows = result.rows;
      if (conflictName !== null && (result.rowCount ?? 0) < requiredRows) throw new WriteConflict(conflictName);
    }
    return { rows, heads: await appendTrail(client, this.trailKey, trail) };
  }

  async #transaction(movesTree: boolean, run: (client: pg.PoolClient) => Promise<Committed>): Promise<Committed> {
    const client = await this.pools.writers.connect();
    let broken = false;
    try {
      // READ COMMITTED would not let a move see a unit that is being created below it, hence a lock on the whole tree.
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
   * Whether a transaction was committed, after the response to its commit was lost.
   * @throws DomainError `unavailable` where the outcome cannot be found out now
   */
  async #wasCommitted(xid: string): Promise<boolean> {
    const deadlineMs = Date.now() + OUTCOME_TIMEOUT_MS;
    for (;;) {
      try {
        const { rows } = await this.pools.readers.query<{ status: string | null }>('select pg_xact_status($1::xid8) as status', [xid]);
        const status = rows[0]?.status;
        if (status === 'committed') return true;
        if (status === 'aborted') return false;
      } catch (error) {
        if (!isRetriable(error)) throw portErrorOf(error);
      }
      if (Date.now() > deadlineMs) throw unavailable('the outcome of a commit is unknown');
      await pause(100);
    }
  }
}

/** Reads every row of every table, and looks for indexes that are not valid. */
async function checkIntegrity(pools: Pools): Promise<string[]> {
  return withoutTimeouts(pools, async (client) => {
    const faults: string[] = [];
    for (const table of Object.values(tables)) {
      const name = getTableName(table);
      await client.query(`select count(*) from (select * from ${name} offset 0) every`).catch((error: unknown) => {
        faults.push(`${name}: ${portErrorOf(error).message}`);
      });
    }
    const invalid = await client.query<{ name: string }>(
      'select indexrelid::regclass::text as name from pg_index where not indisvalid and indrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)',
    );
    faults.push(...invalid.rows.map(({ name }) => `the index ${name} is not valid`));
    return faults;
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
    async *rowsOfUnit(name: TableOfUnits, unitId: string) {
      const codec = rowCodec(tables, name);
      const columns = codec.columns.join(', ');
      const text = `select ${columns} from ${getTableName(tables[name])} where unit_id = $1 and id > $2 order by id limit ${SNAPSHOT_SLICE}`;
      yield* slicesById(async (after) => {
        const { rows } = await client.query<Row>({ name: `unit_slices_of_${name}`, text, values: [unitId, after] });
        return rows.map(codec.read);
      });
    },
    async close() {
      await client.end();
    },
  };
}

async function fill(pools: Pools, where: string, contents: AsyncIterable<{ table: TableName; rows: Row[] }>): Promise<void> {
  // On an error the end of the connection rolls the transaction back.
  await withoutTimeouts(pools, async (client) => {
    await client.query('begin');
    // Concurrent writers wait, and then find a filled database.
    await client.query('lock table units in access exclusive mode');
    const { rows: units } = await client.query('select 1 from units limit 1');
    if (units.length > 0) throw new Error(`${where} is not empty. Nothing was written; restore into an empty database.`);
    for await (const { table, rows } of contents) {
      const codec = rowCodec(tables, table);
      const name = getTableName(tables[table]);
      const list = codec.columns.join(', ');
      const records = rows.map((row) => {
        const values = codec.write(row);
        return Object.fromEntries(codec.columns.map((column, index) => [column, values[index]]));
      });
      await client.query(`insert into ${name} (${list}) select ${list} from json_populate_recordset(null::${name}, $1::json)`, [
        JSON.stringify(records),
      ]);
    }
    await client.query('commit');
  });
}
