/** Connections to PostgreSQL: pools, time-outs, and the settings that durability depends on. */
import pg from 'pg';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, with parameters of libpq such as `sslmode`. */
  url: string;
  /** The most connections for reading, and for writing, of one instance; 8 each by default. Readers never wait for writers. */
  connections?: number;
  /** Time-out of connecting, in milliseconds; 3,000 by default. */
  connectMs?: number;
  /** Time-out of a statement, in milliseconds; 15,000 by default. */
  statementMs?: number;
  /** Time-out of waiting for a lock, in milliseconds; 5,000 by default. */
  lockMs?: number;
}

const MIN_SERVER_VERSION = 130_000;
/** The type's object id in PostgreSQL. */
const INT8 = 20;
const IDLE_TRANSACTION_MS = 15_000;
/** The client's time-out is longer than the server's by this much; it applies where the server no longer responds. */
const CLIENT_TIMEOUT_MARGIN_MS = 2_000;

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    // The values (counts, versions) are far below 2^53.
    return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
  },
};

export interface Pools {
  readers: pg.Pool;
  writers: pg.Pool;
  /** Opens a connection without time-outs, for migrations, checks and copies of the whole database. */
  connectWithoutTimeouts(): Promise<pg.Client>;
}

export function openPools({ url, connections = 8, connectMs = 3_000, statementMs = 15_000, lockMs = 5_000 }: PostgresOptions): Pools {
  const common = {
    connectionString: url,
    application_name: 'inservice-kit',
    types,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
  };
  const createPool = (): pg.Pool => {
    const pool = new pg.Pool({
      ...common,
      max: connections,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementMs,
      query_timeout: statementMs + CLIENT_TIMEOUT_MARGIN_MS,
      lock_timeout: lockMs,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    });
    // The pool replaces a broken connection, and a query that was using it rejects; without listeners the process would end.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  };
  return {
    readers: createPool(),
    writers: createPool(),
    async connectWithoutTimeouts() {
      const client = new pg.Client(common);
      client.on('error', () => undefined);
      await client.connect();
      await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0');
      return client;
    },
  };
}

/** The database's URL for messages: without user and password. */
export function publicUrl(url: string): string {
  const { host, pathname } = new URL(url);
  // A path that is not a plain name may be part of a password that was not percent-encoded.
  return `postgres://${host}${/^\/[\w-]+$/.test(pathname) ? pathname : ''}`;
}

/** @throws Error where a power cut could lose an acknowledged write, or the server is too old */
export async function checkServer(client: pg.Client, where: string): Promise<void> {
  const setting = async (name: string): Promise<string> => {
    const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name]);
    return rows[0]!.value;
  };
  if (Number(await setting('server_version_num')) < MIN_SERVER_VERSION) throw new Error(`${where}: PostgreSQL 13 or newer is needed`);
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if ((await setting(name)) === 'off')
      throw new Error(`${where}: ${name} is off, so a power cut could lose acknowledged writes; set it to on`);
  }
  if ((await setting('server_encoding')) !== 'UTF8') throw new Error(`${where}: the database's encoding must be UTF8`);
}
