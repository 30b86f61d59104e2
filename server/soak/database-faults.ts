/** What can happen between several processes and their database, and to the database itself. */
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { join } from 'node:path';
import { rawPostgres, rawSqlite } from '../testing/database.js';
import { startCluster, type Cluster } from '../testing/postgres.js';
import { fileKeys } from '../identity/keys.js';
import { readSettings } from '../reference/settings.js';
import { storeOf } from '../reference/server.js';
import { restoreBackup, writeBackup } from '../store/backup.js';
import { createDatabase } from '../testing/postgres.js';
import { Rig, type Engine, type ServerProcess } from './rig.js';
import { acknowledged, outlive, pause, type Fault } from './trial.js';

const BOTH: readonly Engine[] = ['SQLite', 'PostgreSQL'];

export const twoProcesses: Fault = {
  name: 'two servers on one database, one of them killed',
  engines: BOTH,
  times: { long: 20, short: 2 },
  async *run(engine, times) {
    const rig = await Rig.make(engine, 301);
    try {
      const stays = await rig.start();
      await rig.workload.signIn(stays.url);
      for (let n = 1; n <= times; n++) {
        const goes = await rig.start();
        const { signal } = await rig.underLoad([stays, goes], async () => {
          await acknowledged(rig, 12);
          goes.kill('SIGKILL');
          return goes.ended;
        });
        yield await outlive(rig, stays, signal === 'SIGKILL');
      }
    } finally {
      await rig.end();
    }
  },
};

/** Reads and liveness go on while another process holds the database; the slowest of them is a finding where it is slow. */
export const heldLock = (heldMs: number): Fault => ({
  name: `the database held by another process for ${heldMs / 1000} s`,
  engines: BOTH,
  times: { long: 2, short: 1 },
  async *run(engine, times) {
    const rig = await Rig.make(engine, 302);
    try {
      const server = await rig.start();
      await rig.workload.signIn(server.url);
      const database = engine === 'SQLite' ? rawSqlite(rig.database.slice('file:'.length)) : rawPostgres(rig.database);
      for (let n = 1; n <= times; n++) {
        const took: number[] = [];
        const refused = rig.workload.heard.get(503) ?? 0;
        await rig.underLoad([server], async () => {
          await acknowledged(rig, 3);
          const letGo = await database.hold();
          const until = performance.now() + heldMs;
          while (performance.now() < until) {
            const began = performance.now();
            const [live, read] = await Promise.all([
              fetch(`${server.url}/api/healthz`),
              rig.workload.send(server.url, 'GET', '/teachers', undefined),
            ]);
            if (live.status === 200 && read.status === 200) took.push(performance.now() - began);
            await pause(50);
          }
          await letGo();
        });
        const trial = await outlive(rig, server, took.length > 10 && (rig.workload.heard.get(503) ?? 0) > refused);
        const findings = [...trial.findings, `a read and liveness together, asked ${took.length} times: ${slowness(took)}`];
        yield { ...trial, findings };
      }
    } finally {
      await rig.end();
    }
  },
});

function slowness(took: readonly number[]): string {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `half in ${at(0.5)} ms, 99 of 100 in ${at(0.99)} ms, the slowest in ${at(1)} ms`;
}

/** A cluster of the try's own, to which things happen while the server stays. */
function clusterFault(
  name: string,
  seed: number,
  times: Fault['times'],
  act: (cluster: Cluster, rig: Rig, server: ServerProcess) => Promise<boolean>,
): Fault {
  return {
    name,
    engines: ['PostgreSQL'],
    times,
    async *run(engine, count) {
      const cluster = await startCluster({ max_connections: '40' });
      const rig = await Rig.make(engine, seed, { cluster: cluster.url() });
      try {
        const server = await rig.start();
        await rig.workload.signIn(server.url);
        for (let n = 1; n <= count; n++) {
          const hit = await rig.underLoad([server], async () => {
            await acknowledged(rig, 10);
            return act(cluster, rig, server);
          });
          yield await outlive(rig, server, hit);
        }
      } finally {
        await rig.end();
        await cluster.stop();
      }
    },
  };
}

const answers = async ({ url }: ServerProcess, path: string): Promise<number> => {
  const answer = await fetch(`${url}/api/${path}`);
  await answer.text();
  return answer.status;
};

const downAndUp = (signal: 'SIGKILL' | 'SIGINT') => async (cluster: Cluster, _rig: Rig, server: ServerProcess) => {
  await cluster.kill(signal);
  const [ready, live] = [await answers(server, 'readyz'), await answers(server, 'healthz')];
  await pause(300);
  await cluster.start();
  return ready === 503 && live === 200;
};

export const postgresKilled = clusterFault('PostgreSQL killed and started again', 303, { long: 20, short: 1 }, downAndUp('SIGKILL'));
export const postgresRestarted = clusterFault('PostgreSQL restarted', 304, { long: 20, short: 1 }, downAndUp('SIGINT'));

/** Every process of the cluster; a backend is in a group of its own. */
function processesOf(postmaster: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(postmaster);
      } catch {
        return false;
      }
    });
  return [postmaster, ...children.map(Number)];
}

export const postgresPaused = clusterFault('PostgreSQL paused for 20 s', 305, { long: 3, short: 0 }, async (cluster, _rig, server) => {
  const processes = processesOf(cluster.pid);
  for (const pid of processes) process.kill(pid, 'SIGSTOP');
  const live = await answers(server, 'healthz');
  const ready = await answers(server, 'readyz');
  await pause(20_000);
  for (const pid of processes) process.kill(pid, 'SIGCONT');
  return ready === 503 && live === 200;
});

export const connectionsExhausted = clusterFault(
  'PostgreSQL out of connections',
  306,
  { long: 5, short: 1 },
  async (cluster, _rig, server) => {
    // All backends of the server are ended, and others take their places.
    const others: pg.Client[] = [];
    const admin = new pg.Client({ connectionString: cluster.url() });
    await admin.connect();
    const until = performance.now() + 15_000;
    for (let left = 1; left > 0 && performance.now() < until;) {
      const { rowCount } = await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'inservice-kit'",
      );
      // The server comes back for its places; it has lost when it held none and there was none left.
      left = rowCount ?? 0;
      for (;;) {
        const other = new pg.Client({ connectionString: cluster.url() });
        other.on('error', () => undefined);
        const taken = await other.connect().then(
          () => true,
          () => false,
        );
        if (!taken) break;
        others.push(other);
        left++;
      }
    }
    const [ready, live] = [await answers(server, 'readyz'), await answers(server, 'healthz')];
    await Promise.all(others.map((other) => other.end()));
    await admin.end();
    return ready === 503 && live === 200;
  },
);

export const statementsCancelled = clusterFault(
  'deadlocks, and statements cut off at random',
  307,
  { long: 10, short: 1 },
  async (cluster, rig) => {
    const admin = new pg.Client({ connectionString: cluster.url() });
    await admin.connect();
    let cut = 0;
    const until = performance.now() + 2_000;
    while (performance.now() < until) {
      const { rows } = await admin.query(
        "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'inservice-kit' and state = 'active' limit 1",
      );
      cut += rows.length;
      await pause(5);
    }
    await admin.end();
    return cut > 0 && rig.workload.heard.size > 0;
  },
);

export const backupUnderLoad: Fault = {
  name: 'a backup under load, restored elsewhere',
  engines: BOTH,
  times: { long: 5, short: 1 },
  async *run(engine, times) {
    const rig = await Rig.make(engine, 308);
    try {
      const server = await rig.start();
      await rig.workload.signIn(server.url);
      const key = fileKeys(rig.settings().keyFile).trail;
      for (let n = 1; n <= times; n++) {
        const folder = join(rig.folder, `backup-${n}`);
        const asOf = await rig.underLoad([server], async () => {
          await acknowledged(rig, 10);
          const notes = rig.ledger.notes();
          await rig.withStore((store) => writeBackup(store, key, folder, 'soak'));
          await acknowledged(rig, 5);
          return notes;
        });
        const began = performance.now();
        const target =
          engine === 'SQLite'
            ? `file:${join(rig.folder, `restored-${n}.sqlite`)}`
            : await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
        const settings = readSettings({ ...rig.env, DATABASE_URL: target, INSERVICE_HEADS: join(rig.folder, `heads-${n}`) });
        const restored = await storeOf(settings)({ trailKey: key }, { purpose: 'serve', adopt: true });
        await restoreBackup(restored, key, folder);
        await restored.close();
        const recoveredMs = performance.now() - began;
        yield { hit: asOf.size > 0, recoveredMs, ...(await rig.judgeCopy(settings, asOf)) };
      }
    } finally {
      await rig.end();
    }
  },
};
