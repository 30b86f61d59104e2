/** A whole installation for a test: the demo's people in a scratch file, and callers who speak HTTP to it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../contract/call.js';
import { calls } from '../contract/calls.js';
import { Problem } from '../contract/shapes.js';
import { createInserviceKit, fileKeys, type InserviceKit, type InserviceKitOptions } from '../index.js';
import { DEMO_PASSWORD, demoData } from '../reference/demo-data.js';
import { loadInstallation, type LoadFile } from '../reference/load.js';
import { sqliteStore } from '../store/sqlite/index.js';

export const ORIGIN = 'https://kit.example.test';

export interface Answer {
  status: number;
  // Tests look into bodies of many shapes; the schema check below is what holds them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
  headers: Headers;
  etag: string;
}

export interface Installation {
  kit: InserviceKit;
  folder: string;
  /** The clock: move it forward by milliseconds. */
  pass: (ms: number) => void;
  as: (username: string) => Promise<Client>;
  anyone: Client;
  end: () => Promise<void>;
}

type Options = Partial<Omit<InserviceKitOptions, 'store' | 'keys'>> & { data?: LoadFile };

export async function install({ data = demoData(), ...options }: Options = {}): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'inservice-test-'));
  let shift = 0;
  const kit = await createInserviceKit({
    store: sqliteStore({ file: join(folder, 'kit.sqlite') }),
    keys: fileKeys(join(folder, 'kit.keys')),
    publicUrl: ORIGIN,
    now: () => new Date(Date.now() + shift),
    onInternalError: (error) => {
      throw error;
    },
    ...options,
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const report = await loadInstallation(kit.internals, data);
  if (report.refused.length > 0) throw new Error(report.refused.join('\n'));
  const signedIn = new Map<string, Promise<Client>>();
  return {
    kit,
    folder,
    pass: (ms) => void (shift += ms),
    as: (username) => {
      const held = signedIn.get(username) ?? new Client(kit).signIn(username);
      signedIn.set(username, held);
      return held;
    },
    anyone: new Client(kit),
    end: async () => {
      await kit.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Sending {
  body?: unknown;
  etag?: string | undefined;
  key?: string;
  headers?: Record<string, string>;
}

/** Speaks HTTP to a kit and holds every answer against the schema that the contract declares for it. */
export class Client {
  constructor(
    private readonly kit: InserviceKit,
    private readonly cookie = '',
  ) {}

  async signIn(username: string, password = DEMO_PASSWORD): Promise<Client> {
    const answer = await this.post('/session', { body: { username, password } });
    if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.status}`);
    return new Client(this.kit, answer.headers.get('set-cookie')!.split(';')[0]);
  }

  get = (path: string, sending: Sending = {}) => this.send('GET', path, sending);
  post = (path: string, sending: Sending = {}) => this.send('POST', path, sending);
  put = (path: string, sending: Sending = {}) => this.send('PUT', path, sending);
  patch = (path: string, sending: Sending = {}) => this.send('PATCH', path, sending);
  delete = (path: string, sending: Sending = {}) => this.send('DELETE', path, sending);

  async send(method: string, path: string, { body, etag, key, headers = {} }: Sending): Promise<Answer> {
    const raw = typeof body === 'string';
    const response = await this.kit.fetch(
      new Request(`${ORIGIN}${path}`, {
        method,
        headers: {
          Origin: ORIGIN,
          ...(this.cookie ? { Cookie: this.cookie } : {}),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(etag === undefined ? {} : { 'If-Match': etag }),
          ...(key === undefined ? {} : { 'Idempotency-Key': key }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      }),
    );
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

/** @throws where an answer is not what the contract declares */
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
