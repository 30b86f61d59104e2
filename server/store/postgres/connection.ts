/** Connections to PostgreSQL: how many, how long anything may take, and what durability rests on. */
import pg from 'pg';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`; further parameters as libpq has them, such as `sslmode`. */
  url: string;
  /** Connections that read, and as many that write, an instance; 8 by default. Readers never wait for writers. */
  connections?: number;
  /** Milliseconds until a connection must stand; 3,000 by default. */
  connectMs?: number;
  /** Milliseconds a statement may take; 15,000 by default. */
  statementMs?: number;
  /** Milliseconds that a row held by another is waited for; 5,000 by default. */
  lockMs?: number;
}

const OLDEST = 130_000;
const INT8 = 20;
const IDLE_TRANSACTION_MS = 15_000;
/** How much later than the server a client gives up on a server that no longer answers. */
const SILENCE_MS = 2_000;

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    // Counts and versions are far below 2^53.
    return oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
  },
};

export interface Pools {
  readers: pg.Pool;
  writers: pg.Pool;
  /** One connection without time-outs, for what takes as long as it takes. */
  patient(): Promise<pg.Client>;
}

export function openPools({ url, connections = 8, connectMs = 3_000, statementMs = 15_000, lockMs = 5_000 }: PostgresOptions): Pools {
  const common = {
    connectionString: url,
    application_name: 'inservice-kit',
    types: types as never,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
  };
  const pool = (): pg.Pool => {
    const made = new pg.Pool({
      ...common,
      max: connections,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementMs,
      query_timeout: statementMs + SILENCE_MS,
      lock_timeout: lockMs,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    });
    // A connection that breaks is replaced by the next use; whoever was using it hears of it by his query.
    made.on('error', () => undefined);
    made.on('connect', (client) => client.on('error', () => undefined));
    return made;
  };
  return {
    readers: pool(),
    writers: pool(),
    async patient() {
      const client = new pg.Client(common);
      client.on('error', () => undefined);
      await client.connect();
      await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0');
      return client;
    },
  };
}

/** The database as a message may name it: without user and password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  // What does not look like a name may be a part of a password that was not percent-encoded.
  return `postgres://${host}${/^\/[\w-]+$/.test(pathname) ? pathname : ''}`;
}

/** @throws Error where an answered write could be lost at a power cut, or the server is too old */
export async function demandDurability(client: pg.Client, where: string): Promise<void> {
  const setting = async (name: string): Promise<string> => {
    const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name]);
    return rows[0]!.value;
  };
  if (Number(await setting('server_version_num')) < OLDEST) throw new Error(`${where}: PostgreSQL 13 or newer is needed`);
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if ((await setting(name)) === 'off')
      throw new Error(`${where}: ${name} is off, so what was answered could be lost at a power cut; set it to on`);
  }
  if ((await setting('server_encoding')) !== 'UTF8') throw new Error(`${where}: the database's encoding must be UTF8`);
}
