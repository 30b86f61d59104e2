/** What can happen to the server's process and its clients. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { builtPath } from '../platform/built.js';
import { killingProxy, type KillingProxy } from './killing-proxy.js';
import { Rig, type Ended, type Engine, type ServerProcess } from './rig.js';
import { acknowledged, outlive, pause, recover, type Fault, type Trial } from './trial.js';

const BOTH: readonly Engine[] = ['SQLite', 'PostgreSQL'];
const DAY_MS = 24 * 3600_000;

const noTracer = (): string | null => (spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not on this machine');

/** A program that ends its process when a system call comes for the n-th time. */
const killedAt = (call: string, n: number, log: string): string[] => [
  ...['strace', '-f', '-qq', '-o', log, '-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${n}`],
];

async function* onOneRig(engine: Engine, seed: number, times: number, act: (rig: Rig, n: number) => Promise<Trial>): AsyncGenerator<Trial> {
  const rig = await Rig.make(engine, seed);
  try {
    const first = await rig.start();
    await rig.workload.signIn(first.url);
    first.kill('SIGTERM');
    await first.ended;
    for (let n = 1; n <= times; n++) yield await act(rig, n);
  } finally {
    await rig.end();
  }
}

export const killedAtRandom: Fault = {
  name: 'kill -9 at a random moment',
  engines: BOTH,
  times: { long: 200, short: 4 },
  async *run(engine, times) {
    let server: ServerProcess | null = null;
    yield* onOneRig(engine, 101, times, async (rig) => {
      server ??= await rig.start();
      const current = server;
      const signal = await rig.underLoad([current], async () => {
        await acknowledged(rig, 1);
        await pause(Math.random() * 250);
        current.kill('SIGKILL');
        return (await current.ended).signal;
      });
      const recovered = await recover(rig, signal === 'SIGKILL');
      server = recovered.server;
      return recovered.trial;
    });
  },
};

export const killedAtWrite: Fault = {
  name: 'kill -9 at the n-th write to the disk',
  engines: ['SQLite'],
  times: { long: 100, short: 0 },
  missing: noTracer,
  async *run(engine, times) {
    yield* onOneRig(engine, 102, times, async (rig, n) => {
      const victim = rig.spawn({ under: killedAt('pwrite64', n, join(rig.folder, 'strace')) });
      const url = await victim.listening.catch(() => null);
      // Some of the first writes are of the start itself.
      const signal = await (url === null
        ? victim.ended
        : rig.underLoad([{ url }], async () => Promise.race([victim.ended, pause(20_000).then(() => ({ signal: null }))])));
      victim.kill('SIGKILL');
      const { server, trial } = await recover(rig, signal.signal === 'SIGKILL');
      server.kill('SIGTERM');
      await server.ended;
      return trial;
    });
  },
};

export const killedAtMessage: Fault = {
  name: 'kill -9 at the n-th message to the database',
  engines: ['PostgreSQL'],
  times: { long: 100, short: 4 },
  async *run(engine, times) {
    const proxy = await killingProxy(new URL(process.env['INSERVICE_TEST_POSTGRES']!));
    const rig = await Rig.make(engine, 103, { url: proxy.url });
    try {
      let server = (await rig.start()) as ServerProcess;
      await rig.workload.signIn(server.url);
      for (let n = 1; n <= times; n++) {
        const current = server;
        const { signal } = await rig.underLoad([current], () => {
          proxy.killAt(n, () => current.kill('SIGKILL'));
          return current.ended;
        });
        const recovered = await recover(rig, signal === 'SIGKILL');
        server = recovered.server;
        yield recovered.trial;
      }
    } finally {
      await rig.end();
      await proxy.close();
    }
  },
};

/** The first start makes the tables, by all migrations; a kill in it must leave nothing in the way of the next. */
export const killedInMigration: Fault = {
  name: 'kill -9 at the n-th write of the first start',
  engines: BOTH,
  times: { long: 200, short: 0 },
  missing: noTracer,
  async *run(engine, times) {
    const proxy = engine === 'PostgreSQL' ? await killingProxy(new URL(process.env['INSERVICE_TEST_POSTGRES']!)) : null;
    try {
      for (let n = 1; n <= times; n++) {
        const rig = await Rig.makeEmpty(engine, proxy ? { url: proxy.url } : {});
        try {
          const killed = await (proxy
            ? killedByProxy(rig, proxy, n)
            : rig.command('migrate', killedAt('pwrite64', n, join(rig.folder, 'strace'))));
          // The start has no more writes than that.
          if (killed.signal !== 'SIGKILL' && killed.code === 0) return;
          const began = performance.now();
          const again = await rig.command('migrate');
          const recoveredMs = performance.now() - began;
          const findings = [again, await rig.command('verify')].filter(({ code }) => code !== 0).map(({ said }) => `write ${n}: ${said}`);
          yield { hit: killed.signal === 'SIGKILL', acknowledged: 0, lost: 0, halfDone: findings.length, recoveredMs, findings };
        } finally {
          await rig.end();
        }
      }
    } finally {
      await proxy?.close();
    }
  },
};

async function killedByProxy(rig: Rig, proxy: KillingProxy, n: number): Promise<Ended> {
  const running = rig.command('migrate');
  proxy.killAt(n, () => running.kill());
  const ended = await running;
  proxy.killAt(Infinity, () => undefined);
  return ended;
}

export const terminated: Fault = {
  name: 'SIGTERM under load',
  engines: BOTH,
  times: { long: 20, short: 2 },
  async *run(engine, times) {
    yield* onOneRig(engine, 104, times, async (rig) => {
      const server = await rig.start();
      const { code } = await rig.underLoad([server], async () => {
        await acknowledged(rig, 5);
        server.kill('SIGTERM');
        return server.ended;
      });
      const { server: next, trial } = await recover(rig, code === 0);
      next.kill('SIGTERM');
      await next.ended;
      return trial;
    });
  },
};

export const clockSetBack: Fault = {
  name: 'the clock set back by a day',
  engines: BOTH,
  times: { long: 5, short: 1 },
  async *run(engine, times) {
    yield* onOneRig(engine, 105, times, async (rig) => {
      const shifted = (ms: number) => ({
        nodeArgs: ['--import', builtPath('server/soak/shifted-clock.js')],
        env: { INSERVICE_SOAK_SHIFT_MS: String(ms) },
      });
      const ahead = await rig.start(shifted(0));
      await rig.underLoad([ahead], () => acknowledged(rig, 20));
      ahead.kill('SIGTERM');
      await ahead.ended;
      const back = await rig.start(shifted(-DAY_MS));
      const trial = await outlive(rig, back, true);
      const [newest] = await rig.withStore((store) => store.trail({ unitId: rig.schoolId, limit: 1 }));
      const hit = Math.abs(Date.parse(newest!.at) - (Date.now() - DAY_MS)) < 60_000;
      back.kill('SIGTERM');
      await back.ended;
      return { ...trial, hit, recoveredMs: back.startedInMs };
    });
  },
};

export const vanishingClients: Fault = {
  name: 'clients that vanish in the middle, or never finish',
  engines: BOTH,
  times: { long: 20, short: 2 },
  async *run(engine, times) {
    let server: ServerProcess | null = null;
    yield* onOneRig(engine, 106, times, async (rig) => {
      server ??= await rig.start();
      const { hostname, port } = new URL(server.url);
      const sockets = Array.from({ length: 40 }, () => connect(Number(port), hostname));
      for (const [index, socket] of sockets.entries()) {
        socket.on('error', () => undefined);
        // Half of them say what they will send and never do; the others are gone as soon as they have begun.
        socket.write(`POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"username":`);
        if (index % 2) socket.destroySoon();
      }
      const aborted = Array.from({ length: 20 }, async (_, index) => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), index);
        return fetch(`${server!.url}/api/teachers?pageSize=200`, { signal: stop.signal }).then(
          () => 0,
          () => 1,
        );
      });
      const gone = (await Promise.all(aborted)).reduce((sum: number, each) => sum + each, 0);
      const trial = await outlive(rig, server, gone > 0);
      for (const socket of sockets) socket.destroy();
      return trial;
    });
  },
};

export const fewHandles: Fault = {
  name: 'few file handles and little memory',
  engines: BOTH,
  times: { long: 5, short: 1 },
  async *run(engine, times) {
    yield* onOneRig(engine, 107, times, async (rig) => {
      const server = await rig.start({ nodeArgs: ['--max-old-space-size=96'] });
      // The program's own files are open by now.
      spawnSync('prlimit', [`--pid=${server.child.pid}`, '--nofile=60:60']);
      const { hostname, port } = new URL(server.url);
      const sockets = Array.from({ length: 120 }, () => connect(Number(port), hostname).on('error', () => undefined));
      await pause(500);
      const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${server.child.pid}/limits`, 'utf8'))?.[1];
      await rig.underLoad([server], () => pause(500));
      for (const socket of sockets) socket.destroy();
      const trial = await outlive(rig, server, limit === '60');
      server.kill('SIGTERM');
      await server.ended;
      return trial;
    });
  },
};
