/** Faults of the server process and of its clients. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { builtPath } from '../platform/built.js';
import { killingProxy, type KillingProxy } from './killing-proxy.js';
import { Rig, type CommandResult, type Engine, type ServerProcess } from './rig.js';
import { waitForAcknowledged, resumeAndJudge, pause, restartAndJudge, type Fault, type Trial } from './trial.js';

const BOTH: readonly Engine[] = ['SQLite', 'PostgreSQL'];
const DAY_MS = 24 * 3600_000;

const reasonNotToTrace = (): string | null => (spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not installed');

/** The command of a tracer that kills its process at the n-th call of a system call. */
function killAtCall(call: string, n: number, log: string): string[] {
  return ['strace', '-f', '-qq', '-o', log, '-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${n}`];
}

async function* onOneRig(
  engine: Engine,
  seed: number,
  times: number,
  runTrial: (rig: Rig, n: number) => Promise<Trial>,
): AsyncGenerator<Trial> {
  const rig = await Rig.make(engine, seed);
  try {
    const first = await rig.start();
    await rig.workload.signIn(first.url);
    first.kill('SIGTERM');
    await first.ended;
    for (let n = 1; n <= times; n++) yield await runTrial(rig, n);
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
        await waitForAcknowledged(rig, 1);
        await pause(Math.random() * 250);
        current.kill('SIGKILL');
        return (await current.ended).signal;
      });
      const recovered = await restartAndJudge(rig, signal === 'SIGKILL');
      server = recovered.server;
      return recovered.trial;
    });
  },
};

export const killedAtWrite: Fault = {
  name: 'kill -9 at the n-th disk write',
  engines: ['SQLite'],
  times: { long: 100, short: 0 },
  reasonUnavailable: reasonNotToTrace,
  async *run(engine, times) {
    yield* onOneRig(engine, 102, times, async (rig, n) => {
      const victim = rig.spawn({ under: killAtCall('pwrite64', n, join(rig.folder, 'strace')) });
      const url = await victim.listening.catch(() => null);
      // For a small n the server is killed while it starts.
      const signal = await (url === null
        ? victim.ended
        : rig.underLoad([{ url }], async () => Promise.race([victim.ended, pause(20_000).then(() => ({ signal: null }))])));
      victim.kill('SIGKILL');
      const { server, trial } = await restartAndJudge(rig, signal.signal === 'SIGKILL');
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
        const recovered = await restartAndJudge(rig, signal === 'SIGKILL');
        server = recovered.server;
        yield recovered.trial;
      }
    } finally {
      await rig.end();
      await proxy.close();
    }
  },
};

/** The first start runs all migrations. After a kill at any write, the next start must succeed. */
export const killedInMigration: Fault = {
  name: 'kill -9 at the n-th disk write of the first start',
  engines: BOTH,
  times: { long: 200, short: 0 },
  reasonUnavailable: reasonNotToTrace,
  async *run(engine, times) {
    const proxy = engine === 'PostgreSQL' ? await killingProxy(new URL(process.env['INSERVICE_TEST_POSTGRES']!)) : null;
    try {
      for (let n = 1; n <= times; n++) {
        const rig = await Rig.makeEmpty(engine, proxy ? { url: proxy.url } : {});
        try {
          const killed = await (proxy
            ? killedByProxy(rig, proxy, n)
            : rig.command('migrate', killAtCall('pwrite64', n, join(rig.folder, 'strace'))));
          // The migration has fewer than n writes: all of them were tried.
          if (killed.signal !== 'SIGKILL' && killed.code === 0) return;
          const startMs = performance.now();
          const repeated = await rig.command('migrate');
          const recoveredMs = performance.now() - startMs;
          const findings = [repeated, await rig.command('verify')]
            .filter(({ code }) => code !== 0)
            .map(({ output }) => `write ${n}: ${output}`);
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

async function killedByProxy(rig: Rig, proxy: KillingProxy, n: number): Promise<CommandResult> {
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
        await waitForAcknowledged(rig, 5);
        server.kill('SIGTERM');
        return server.ended;
      });
      const { server: next, trial } = await restartAndJudge(rig, code === 0);
      next.kill('SIGTERM');
      await next.ended;
      return trial;
    });
  },
};

export const clockSetBack: Fault = {
  name: 'clock set back by a day',
  engines: BOTH,
  times: { long: 5, short: 1 },
  async *run(engine, times) {
    yield* onOneRig(engine, 105, times, async (rig) => {
      const withClockShift = (ms: number) => ({
        nodeArgs: ['--import', builtPath('server/soak/shifted-clock.js')],
        env: { INSERVICE_SOAK_SHIFT_MS: String(ms) },
      });
      const before = await rig.start(withClockShift(0));
      await rig.underLoad([before], () => waitForAcknowledged(rig, 20));
      before.kill('SIGTERM');
      await before.ended;
      const after = await rig.start(withClockShift(-DAY_MS));
      const trial = await resumeAndJudge(rig, after, true);
      const [newest] = await rig.withStore((store) => store.trail({ unitId: rig.schoolId, limit: 1 }));
      const hit = Math.abs(Date.parse(newest!.at) - (Date.now() - DAY_MS)) < 60_000;
      after.kill('SIGTERM');
      await after.ended;
      return { ...trial, hit, recoveredMs: after.startedInMs };
    });
  },
};

export const vanishingClients: Fault = {
  name: 'clients that disconnect during a request, or never finish it',
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
        // All announce 500 bytes and send fewer. Half of them stay connected, the others disconnect at once.
        socket.write(`POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"username":`);
        if (index % 2) socket.destroySoon();
      }
      const requests = Array.from({ length: 20 }, async (_, index) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), index);
        return fetch(`${server!.url}/api/teachers?pageSize=200`, { signal: controller.signal }).then(
          () => 0,
          () => 1,
        );
      });
      const aborted = (await Promise.all(requests)).reduce((sum: number, each) => sum + each, 0);
      const trial = await resumeAndJudge(rig, server, aborted > 0);
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
      // Only now, because the start itself opens more files.
      spawnSync('prlimit', [`--pid=${server.child.pid}`, '--nofile=60:60']);
      const { hostname, port } = new URL(server.url);
      const sockets = Array.from({ length: 120 }, () => connect(Number(port), hostname).on('error', () => undefined));
      await pause(500);
      const limit = /^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${server.child.pid}/limits`, 'utf8'))?.[1];
      await rig.underLoad([server], () => pause(500));
      for (const socket of sockets) socket.destroy();
      const trial = await resumeAndJudge(rig, server, limit === '60');
      server.kill('SIGTERM');
      await server.ended;
      return trial;
    });
  },
};
