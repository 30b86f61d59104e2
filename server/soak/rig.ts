/** One installation under trial: its database, the server processes on it, their clients and the judge. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath } from '../platform/built.js';
import { fileKeys } from '../identity/keys.js';
import { demoData } from '../reference/demo-data.js';
import { loadInstallation } from '../reference/load.js';
import { openKit, storeOf } from '../reference/server.js';
import { readSettings, type Settings } from '../reference/settings.js';
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
  /** Signals it, and what it runs under. */
  kill(signal: NodeJS.Signals): void;
  /** What it has logged. */
  log(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  said: string;
}

export interface StartOptions {
  /** A program and its arguments that run the server: a tracer, a shell with limits. */
  under?: string[];
  env?: Record<string, string>;
  nodeArgs?: string[];
}

export interface Whereabouts {
  /** Folder of the SQLite file. */
  data?: string;
  /** Address of the PostgreSQL cluster; the run's own by default. */
  cluster?: string;
  /** Through which the servers reach their PostgreSQL database. */
  url?: (real: string) => string;
}

export class Rig {
  readonly ledger = new Ledger();
  readonly workload: Workload;
  readonly #servers = new Set<Pick<ServerProcess, 'kill' | 'ended'>>();
  /** The school whose clerk works. */
  schoolId = '';

  private constructor(
    readonly engine: Engine,
    readonly folder: string,
    readonly database: string,
    seed: number,
  ) {
    this.workload = new Workload(this.ledger, seed);
  }

  /** No tables yet. */
  static async makeEmpty(engine: Engine, { url }: Whereabouts = {}): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-soak-'));
    const real = engine === 'SQLite' ? `file:${join(folder, 'kit.sqlite')}` : await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
    return new Rig(engine, folder, url ? url(real) : real, 1);
  }

  /** With the demo's people in it. */
  static async make(engine: Engine, seed: number, { data, url, cluster }: Whereabouts = {}): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-soak-'));
    const real =
      engine === 'SQLite'
        ? `file:${join(data ?? folder, 'kit.sqlite')}`
        : await createDatabase(cluster ?? process.env['INSERVICE_TEST_POSTGRES']!);
    const rig = new Rig(engine, folder, url ? url(real) : real, seed);
    const kit = await openKit(rig.settings(real));
    await loadInstallation(kit.internals, demoData());
    rig.schoolId = (await kit.store.unitByCode(SCHOOL))!.id;
    await kit.close();
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

  /** Starts a server and waits until it can write. Answers how long that took, too. */
  async start({ under = [], env = {}, nodeArgs = [] }: StartOptions = {}): Promise<ServerProcess & { startedInMs: number }> {
    const began = performance.now();
    const server = this.spawn({ under, env, nodeArgs });
    const url = await server.listening;
    for (;;) {
      const ready = await fetch(`${url}/api/readyz`).then(
        async (answer) => (await answer.text(), answer.status === 200),
        () => false,
      );
      if (ready) break;
      if (performance.now() - began > START_MS) throw new Error(`the server does not become ready: ${server.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { ...server, url, startedInMs: performance.now() - began };
  }

  /** Starts a server and does not wait; `listening` rejects where it ends before. */
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
        // It has ended.
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

  /** Runs a command of the CLI to its end. */
  command(name: string, under: string[] = []): Promise<Ended> & { kill(): void } {
    const [program, ...args] = [...under, process.execPath, builtPath('server/reference/cli.js'), ...name.split(' ')];
    const child = spawn(program!, args, { env: { ...process.env, ...this.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
    const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal, said })));
    return Object.assign(ended, { kill: () => void child.kill('SIGKILL') });
  }

  /** Clients at work while `act` goes on. */
  async underLoad<T>(servers: readonly { url: string }[], act: () => Promise<T>, clients = 4): Promise<T> {
    let going = true;
    const load = this.workload.run(
      servers.map(({ url }) => url),
      clients,
      () => going,
    );
    try {
      return await act();
    } finally {
      going = false;
      await load;
    }
  }

  /** Asks again, with the same keys, what nobody answered for. */
  async askAgain({ url }: { url: string }): Promise<void> {
    for (const registration of this.ledger.open) await this.workload.repeat(url, registration);
  }

  async withStore<T>(act: (store: Store) => Promise<T>, settings = this.settings()): Promise<T> {
    const store = await storeOf(settings)({ trailKey: fileKeys(settings.keyFile).trail }, { purpose: 'inspect' });
    try {
      return await act(store);
    } finally {
      await store.close();
    }
  }

  judge(): Promise<Judgement> {
    return this.withStore((store) => this.ledger.judge(store, this.schoolId));
  }

  /** A copy that was made when so much was acknowledged. */
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
