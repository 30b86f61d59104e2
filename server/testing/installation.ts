/** A whole installation for a test: the demo data in a temporary file, and HTTP clients. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '../contract/call.js';
import { calls } from '../contract/calls.js';
import { Problem } from '../contract/shapes.js';
import { DomainError } from '../domain/errors.js';
import { createInserviceKit, fileKeys, type InserviceKit, type InserviceKitOptions } from '../index.js';
import { DEMO_PASSWORD, demoData } from '../reference/demo-data.js';
import { loadInstallation, type LoadFile } from '../reference/load.js';
import { postgresStore } from '../store/postgres/index.js';
import { sqliteStore } from '../store/sqlite/index.js';
import type { OpenStore } from '../store/store.js';
import { rawPostgres, rawSqlite, type RawDatabase } from './database.js';
import { copyDemoToCluster, copyDemoToFile } from './demo-copy.js';
import { createDatabase } from './postgres.js';

const DELIVERY_MS = 30_000;

export const ORIGIN = 'https://kit.example.test';

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read bodies of many shapes; the schema check below verifies them
  body: any;
  headers: Headers;
  etag: string;
}

export interface Installation {
  /** One of the instances; requests go to all of them in turn. */
  kit: InserviceKit;
  fetch: Fetch;
  database: RawDatabase;
  folder: string;
  /** The clock: move it forward by milliseconds. */
  pass: (ms: number) => void;
  /** A client that is signed in once and reused. */
  as: (username: string) => Promise<Client>;
  /** A newly signed-in client. */
  signIn: (username: string) => Promise<Client>;
  anyone: Client;
  /** Waits until the outbox is empty: every letter and fact that was due has been delivered. */
  delivered: () => Promise<void>;
  end: () => Promise<void>;
}

type Options = Partial<Omit<InserviceKitOptions, 'store' | 'keys'>> & { data?: LoadFile };

/** One instance on SQLite; with INSERVICE_TEST_STORE=postgres two on one PostgreSQL database. */
async function storesFor(folder: string, keys: string, demo: boolean): Promise<{ stores: OpenStore[]; database: RawDatabase }> {
  if (process.env['INSERVICE_TEST_STORE'] !== 'postgres') {
    const file = join(folder, 'kit.sqlite');
    if (demo) await copyDemoToFile(file, { keys, heads: `${file}.heads` });
    return { stores: [sqliteStore({ file })], database: rawSqlite(file) };
  }
  const cluster = process.env['INSERVICE_TEST_POSTGRES']!;
  const heads = join(folder, 'heads');
  const url = demo ? await copyDemoToCluster(cluster, { keys, heads }) : await createDatabase(cluster);
  const instance = (): OpenStore => postgresStore({ url, heads, connections: 5 });
  return { stores: [instance(), instance()], database: rawPostgres(url) };
}

/** With the demo data, or with `data`. It is loaded with the options of the test if they change what is stored. */
export async function install({ data, ...options }: Options = {}): Promise<Installation> {
  const demo = data === undefined && options.now === undefined && options.codes === undefined;
  const folder = await mkdtemp(join(tmpdir(), 'inservice-test-'));
  let shift = 0;
  const kits: InserviceKit[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(kits.map((kit) => kit.close()));
    await rm(folder, { recursive: true, force: true });
  };
  const keys = join(folder, 'kit.keys');
  const { stores, database } = await storesFor(folder, keys, demo);
  try {
    for (const store of stores) {
      kits.push(
        await createInserviceKit({
          store,
          keys: fileKeys(keys),
          publicUrl: ORIGIN,
          now: () => new Date(Date.now() + shift),
          onInternalError: (error) => {
            if (!(error instanceof DomainError)) throw error;
          },
          ...options,
        }),
      );
    }
  } catch (error) {
    await end();
    throw error;
  }
  const kit = kits[0]!;
  let turn = 0;
  const dealt: Fetch = (request) => kits[turn++ % kits.length]!.fetch(request);
  const { refused } = await loadInstallation(kit.internals, data ?? (demo ? {} : demoData()));
  if (refused.length > 0) throw new Error(refused.join('\n'));
  const signedIn = new Map<string, Promise<Client>>();
  return {
    kit,
    fetch: dealt,
    database,
    folder,
    pass: (ms) => void (shift += ms),
    as: (username) => {
      const held = signedIn.get(username) ?? new Client(dealt).signIn(username);
      signedIn.set(username, held);
      return held;
    },
    signIn: (username) => new Client(dealt).signIn(username),
    anyone: new Client(dealt),
    delivered: () => emptied(database),
    end,
  };
}

async function emptied(database: RawDatabase): Promise<void> {
  const until = Date.now() + DELIVERY_MS;
  while ((await database.rows('select 1 from outbox limit 1')).length > 0) {
    if (Date.now() > until) throw new Error('the outbox does not become empty');
    await pause(20);
  }
}

type Fetch = InserviceKit['fetch'];

interface Sending {
  body?: unknown;
  etag?: string | undefined;
  key?: string;
  headers?: Record<string, string>;
}

/** An HTTP client of a kit, which checks every response against the schema of the contract. */
export class Client {
  constructor(
    private readonly fetch: Fetch,
    private readonly cookie = '',
    /** The path where the kit is mounted. */
    private readonly base = ORIGIN,
  ) {}

  async signIn(username: string, password = DEMO_PASSWORD): Promise<Client> {
    const answer = await this.post('/session', { body: { username, password } });
    if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.status}`);
    return new Client(this.fetch, answer.headers.get('set-cookie')!.split(';')[0], this.base);
  }

  /** The same client with another cookie. */
  with(cookie: string): Client {
    return new Client(this.fetch, cookie, this.base);
  }

  get = (path: string, sending: Sending = {}) => this.send('GET', path, sending);
  post = (path: string, sending: Sending = {}) => this.send('POST', path, sending);
  put = (path: string, sending: Sending = {}) => this.send('PUT', path, sending);
  patch = (path: string, sending: Sending = {}) => this.send('PATCH', path, sending);
  delete = (path: string, sending: Sending = {}) => this.send('DELETE', path, sending);

  /** The raw response, for example a file. */
  async raw(method: string, path: string, { body, etag, key, headers = {} }: Sending = {}): Promise<Response> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    return this.fetch(
      new Request(`${this.base}${path}`, {
        method,
        headers: {
          Origin: new URL(this.base).origin,
          ...(this.cookie ? { Cookie: this.cookie } : {}),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(etag === undefined ? {} : { 'If-Match': etag }),
          ...(key === undefined ? {} : { 'Idempotency-Key': key }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      }),
    );
  }

  async send(method: string, path: string, sending: Sending): Promise<Answer> {
    const response = await this.raw(method, path, sending);
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    const parsed: unknown = json && text !== '' ? JSON.parse(text) : text;
    hold(method, path, response.status, parsed);
    return { status: response.status, body: parsed, headers: response.headers, etag: response.headers.get('etag') ?? '' };
  }
}

const known = Object.values(calls) as unknown as Call[];

export function callOf(method: string, path: string): Call | undefined {
  const plain = path.split('?')[0]!;
  const matching = known.filter(
    (call) => call.method === method.toLowerCase() && new RegExp(`^${call.path.replace(/:\w+/g, '[^/]+')}$`).test(plain),
  );
  return matching.find((call) => !call.path.includes(':')) ?? matching[0];
}

/**
 * @throws Error if a response does not match the contract
 */
function hold(method: string, path: string, status: number, body: unknown): void {
  if (status >= 400 && status !== 503) {
    Problem.parse(body);
    return;
  }
  const call = callOf(method, path);
  const schema = call?.answers[status];
  if (call && schema === undefined && status !== 503)
    throw new Error(`${method} ${path} answered ${status}, which the contract does not declare`);
  if (schema) schema.parse(body);
}

/** A file in a form. */
export async function formOf(bytes: Uint8Array, fileName: string, more: Record<string, string> = {}): Promise<Sending> {
  const form = new FormData();
  form.append('file', new File([new Uint8Array(bytes)], fileName));
  for (const [name, value] of Object.entries(more)) form.append(name, value);
  const encoded = new Response(form);
  return { body: new Uint8Array(await encoded.arrayBuffer()), headers: { 'Content-Type': encoded.headers.get('content-type')! } };
}

/** An HTTP client of a server at a URL, with the headers of a page of the same origin. */
export function clientAt(url: string): Client {
  const sameOrigin = (request: Request): Promise<Response> => {
    request.headers.set('Sec-Fetch-Site', 'same-origin');
    return fetch(request);
  };
  return new Client(sameOrigin, '', `${url}/api`);
}
