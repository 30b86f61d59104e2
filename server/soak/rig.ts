/** One installation under test: its database, its server processes, their clients and the ledger. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath } from '../platform/built.js';
import { storeSecrets } from '../services/core/store-secrets.js';
import { fileKeys } from '../identity/keys.js';
import { storeOf } from '../reference/server.js';
import { readSettings, type Settings } from '../reference/settings.js';
import { copyDemoToCluster, copyDemoToFile } from '../testing/demo-copy.js';
import { createDatabase } from '../testing/postgres.js';
import type { Store } from '../store/store.js';
import { Ledger, type Judgement } from './ledger.js';
import { Workload } from './workload.js';

export type Engine = 'SQLite' | 'PostgreSQL';

const START_MS = 30_000;
const SCHOOL = '014501';

export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** Sends a signal to the server and to the program that it runs under. */
  kill(signal: NodeJS.Signals): void;
  /** The output so far. */
  log(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface CommandResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

export interface StartOptions {
  /** A program with arguments that runs the server, such as a tracer. */
  under?: string[];
  env?: Record<string, string>;
  nodeArgs?: string[];
}

export interface RigLocation {
  /** Folder of the SQLite file; the rig's folder by default. */
  data?: string;
  /** URL of the PostgreSQL cluster; that of the test run by default. */
  cluster?: string;
  /** Replaces the URL of the database by that of a proxy in front of it. */
  url?: (direct: string) => string;
}

/** Answers the `DATABASE_URL` of a copy of the demo, in a file of this folder or in a database of this cluster. */
async function copyDemo(engine: Engine, folder: string, cluster: string, places: { keys: string; heads: string }): Promise<string> {
  if (engine === 'PostgreSQL') return copyDemoToCluster(cluster, places);
  const file = join(folder, 'kit.sqlite');
  await copyDemoToFile(file, places);
  return `file:${file}`;
}

export class Rig {
  readonly ledger = new Ledger();
  readonly workload: Workload;
  readonly #servers = new Set<Pick<ServerProcess, 'kill' | 'ended'>>();
  /** The unit whose roster the clients edit. */
  schoolId = '';

  private constructor(
    readonly engine: Engine,
    readonly folder: string,
    readonly database: string,
    seed: number,
  ) {
    this.workload = new Workload(this.ledger, seed);
  }

  /** An installation whose database has no tables yet. */
  static async makeEmpty(engine: Engine, { url }: RigLocation = {}): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-soak-'));
    const direct =
      engine === 'SQLite' ? `file:${join(folder, 'kit.sqlite')}` : await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
    return new Rig(engine, folder, url ? url(direct) : direct, 1);
  }

  /** An installation with the demo data. */
  static async make(engine: Engine, seed: number, { data, url, cluster }: RigLocation = {}): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-soak-'));
    const places = { keys: join(folder, 'kit.keys'), heads: join(folder, 'heads') };
    const direct = await copyDemo(engine, data ?? folder, cluster ?? process.env['INSERVICE_TEST_POSTGRES']!, places);
    const rig = new Rig(engine, folder, url ? url(direct) : direct, seed);
    rig.schoolId = await rig.withStore(async (store) => (await store.unitByCode(SCHOOL))!.id, rig.settings(direct));
    return rig;
  }

  get env(): Record<string, string> {
    return {
      DATABASE_URL: this.database,
      INSERVICE_KEYS: join(this.folder, 'kit.keys'),
      INSERVICE_HEADS: join(this.folder, 'heads'),
      LOG_LEVEL: 'warn',
      PORT: '0',
    };
  }

  settings(database = this.database): Settings {
    return readSettings({ ...this.env, DATABASE_URL: database });
  }

  /** Starts a server and waits until it is ready to write. */
  async start({ under = [], env = {}, nodeArgs = [] }: StartOptions = {}): Promise<ServerProcess & { startedInMs: number }> {
    const startMs = performance.now();
    const server = this.spawn({ under, env, nodeArgs });
    const url = await server.listening;
    for (;;) {
      const ready = await fetch(`${url}/api/readyz`).then(
        async (response) => (await response.text(), response.status === 200),
        () => false,
      );
      if (ready) break;
      if (performance.now() - startMs > START_MS) throw new Error(`the server does not become ready: ${server.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { ...server, url, startedInMs: performance.now() - startMs };
  }

  /** Starts a server without waiting. `listening` resolves with its URL, or rejects where the server ends before it listens. */
  spawn({ under = [], env = {}, nodeArgs = [] }: StartOptions = {}): Omit<ServerProcess, 'url'> & { listening: Promise<string> } {
    const [program, ...args] = [...under, process.execPath, ...nodeArgs, builtPath('server/reference/cli.js'), 'serve'];
    const child = spawn(program!, args, {
      env: { ...process.env, ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });

    const kill = (signal: NodeJS.Signals): void => {
      try {
        process.kill(-child.pid!, signal);
      } catch {
        // The process has ended already.
      }
    };
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (log += String(bytes)));
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
      child.once('close', (code, signal) => {
        this.#servers.delete(server);
        resolve({ code, signal });
      }),
    );
    const listening = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', () => {
        const url = /listens at (\S+),/.exec(log)?.[1];
        if (url) resolve(url);
      });
      void ended.then(() => reject(new Error(`the server ended: ${log}`)));
    });
    listening.catch(() => undefined);
    const server = { child, kill, log: () => log, ended, listening };
    this.#servers.add(server);
    return server;
  }

  /** Runs a CLI command and resolves when it has ended. */
  command(name: string, under: string[] = []): Promise<CommandResult> & { kill(): void } {
    const [program, ...args] = [...under, process.execPath, builtPath('server/reference/cli.js'), ...name.split(' ')];
    const child = spawn(program!, args, { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)));
    const ended = new Promise<CommandResult>((resolve) => child.once('close', (code, signal) => resolve({ code, signal, output })));
    return Object.assign(ended, { kill: () => void child.kill('SIGKILL') });
  }

  /** Runs `action` while clients send requests. */
  async underLoad<T>(servers: readonly { url: string }[], action: () => Promise<T>, clients = 4): Promise<T> {
    let active = true;
    const load = this.workload.run(
      servers.map(({ url }) => url),
      clients,
      () => active,
    );
    try {
      return await action();
    } finally {
      active = false;
      await load;
    }
  }

  /** Sends the registrations with an unknown outcome again, with the same idempotency keys. */
  async repeatOpenRegistrations({ url }: { url: string }): Promise<void> {
    for (const registration of this.ledger.open) await this.workload.sendRegistration(url, registration);
  }

  async withStore<T>(action: (store: Store) => Promise<T>, settings = this.settings()): Promise<T> {
    const store = await storeOf(settings)(storeSecrets(fileKeys(settings.keyFile)), { purpose: 'inspect' });
    try {
      return await action(store);
    } finally {
      await store.close();
    }
  }

  judge(): Promise<Judgement> {
    return this.withStore((store) => this.ledger.judge(store, this.schoolId));
  }

  /** Judges a copy of the database that was made when the registrations with the notes `asOf` were acknowledged. */
  judgeCopy(settings: Settings, asOf: ReadonlySet<string>): Promise<Judgement> {
    return this.withStore((store) => this.ledger.judge(store, this.schoolId, asOf), settings);
  }

  async end(): Promise<void> {
    for (const server of this.#servers) {
      server.kill('SIGCONT');
      server.kill('SIGKILL');
      await server.ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
