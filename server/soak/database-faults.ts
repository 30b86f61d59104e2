/** Faults of the database, and between several processes that share it. */
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { join } from 'node:path';
import { rawPostgres, rawSqlite } from '../testing/database.js';
import { startCluster, type Cluster } from '../testing/postgres.js';
import { fileKeys } from '../identity/keys.js';
import { readSettings } from '../reference/settings.js';
import { storeOf } from '../reference/server.js';
import { storeSecrets } from '../services/core/store-secrets.js';
import { restoreBackup, writeBackup } from '../store/backup.js';
import { createDatabase } from '../testing/postgres.js';
import { Rig, type Engine, type ServerProcess } from './rig.js';
import { waitForAcknowledged, resumeAndJudge, pause, type Fault } from './trial.js';

const BOTH: readonly Engine[] = ['SQLite', 'PostgreSQL'];

export const twoProcesses: Fault = {
  name: 'two servers on one database, one of them killed',
  engines: BOTH,
  times: { long: 20, short: 2 },
  async *run(engine, times) {
    const rig = await Rig.make(engine, 301);
    try {
      const survivor = await rig.start();
      await rig.workload.signIn(survivor.url);
      for (let n = 1; n <= times; n++) {
        const victim = await rig.start();
        const { signal } = await rig.underLoad([survivor, victim], async () => {
          await waitForAcknowledged(rig, 12);
          victim.kill('SIGKILL');
          return victim.ended;
        });
        yield await resumeAndJudge(rig, survivor, signal === 'SIGKILL');
      }
    } finally {
      await rig.end();
    }
  },
};

/** Reads and the liveness probe must work while another process holds the write lock. Their durations are reported as a finding. */
export const heldLock = (heldMs: number): Fault => ({
  name: `database locked by another process for ${heldMs / 1000} s`,
  engines: BOTH,
  times: { long: 2, short: 1 },
  async *run(engine, times) {
    const rig = await Rig.make(engine, 302);
    try {
      const server = await rig.start();
      await rig.workload.signIn(server.url);
      const database = engine === 'SQLite' ? rawSqlite(rig.database.slice('file:'.length)) : rawPostgres(rig.database);
      for (let n = 1; n <= times; n++) {
        const durationsMs: number[] = [];
        const unavailableBefore = rig.workload.unavailableResponses;
        await rig.underLoad([server], async () => {
          await waitForAcknowledged(rig, 3);
          const release = await database.hold();
          const deadlineMs = performance.now() + heldMs;
          while (performance.now() < deadlineMs) {
            const startMs = performance.now();
            const [live, read] = await Promise.all([
              fetch(`${server.url}/api/healthz`),
              rig.workload.send(server.url, 'GET', '/teachers', undefined),
            ]);
            if (live.status === 200 && read.status === 200) durationsMs.push(performance.now() - startMs);
            await pause(50);
          }
          await release();
        });
        const hit = durationsMs.length > 10 && rig.workload.unavailableResponses > unavailableBefore;
        const trial = await resumeAndJudge(rig, server, hit);
        const findings = [...trial.findings, `a read and a liveness probe, ${durationsMs.length} times: ${percentilesOf(durationsMs)}`];
        yield { ...trial, findings };
      }
    } finally {
      await rig.end();
    }
  },
});

function percentilesOf(durationsMs: readonly number[]): string {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const percentile = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `median ${percentile(0.5)} ms, 99th percentile ${percentile(0.99)} ms, maximum ${percentile(1)} ms`;
}

/** A fault of a PostgreSQL cluster that the fault starts for itself; the server keeps running. */
function clusterFault(
  name: string,
  seed: number,
  times: Fault['times'],
  inject: (cluster: Cluster, rig: Rig, server: ServerProcess) => Promise<boolean>,
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
            await waitForAcknowledged(rig, 10);
            return inject(cluster, rig, server);
          });
          yield await resumeAndJudge(rig, server, hit);
        }
      } finally {
        await rig.end();
        await cluster.stop();
      }
    },
  };
}

const statusOf = async ({ url }: ServerProcess, path: string): Promise<number> => {
  const response = await fetch(`${url}/api/${path}`);
  await response.text();
  return response.status;
};

const stopAndStart = (signal: 'SIGKILL' | 'SIGINT') => async (cluster: Cluster, _rig: Rig, server: ServerProcess) => {
  await cluster.kill(signal);
  const [ready, live] = [await statusOf(server, 'readyz'), await statusOf(server, 'healthz')];
  await pause(300);
  await cluster.start();
  return ready === 503 && live === 200;
};

export const postgresKilled = clusterFault('PostgreSQL killed and started again', 303, { long: 20, short: 1 }, stopAndStart('SIGKILL'));
export const postgresRestarted = clusterFault('PostgreSQL restarted', 304, { long: 20, short: 1 }, stopAndStart('SIGINT'));

/** All processes of the cluster. Backends have process groups of their own, so a signal to the postmaster's group misses them. */
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
  const live = await statusOf(server, 'healthz');
  const ready = await statusOf(server, 'readyz');
  await pause(20_000);
  for (const pid of processes) process.kill(pid, 'SIGCONT');
  return ready === 503 && live === 200;
});

export const connectionsExhausted = clusterFault(
  'PostgreSQL out of connections',
  306,
  { long: 5, short: 1 },
  async (cluster, _rig, server) => {
    // Ends all connections of the server and takes their slots.
    const others: pg.Client[] = [];
    const admin = new pg.Client({ connectionString: cluster.url() });
    await admin.connect();
    const deadlineMs = performance.now() + 15_000;
    for (let changed = 1; changed > 0 && performance.now() < deadlineMs;) {
      const { rowCount } = await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'inservice-kit'",
      );
      // The server reconnects meanwhile. The loop ends when the server had no connection and no slot was free.
      changed = rowCount ?? 0;
      for (;;) {
        const other = new pg.Client({ connectionString: cluster.url() });
        other.on('error', () => undefined);
        const connected = await other.connect().then(
          () => true,
          () => false,
        );
        if (!connected) break;
        others.push(other);
        changed++;
      }
    }
    const [ready, live] = [await statusOf(server, 'readyz'), await statusOf(server, 'healthz')];
    await Promise.all(others.map((other) => other.end()));
    await admin.end();
    return ready === 503 && live === 200;
  },
);

export const statementsCancelled = clusterFault('statements cancelled at random', 307, { long: 10, short: 1 }, async (cluster) => {
  const admin = new pg.Client({ connectionString: cluster.url() });
  await admin.connect();
  let cancelled = 0;
  const deadlineMs = performance.now() + 2_000;
  while (performance.now() < deadlineMs) {
    const { rows } = await admin.query(
      "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'inservice-kit' and state = 'active' limit 1",
    );
    cancelled += rows.length;
    await pause(5);
  }
  await admin.end();
  return cancelled > 0;
});

export const backupUnderLoad: Fault = {
  name: 'backup under load, restored to another database',
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
          await waitForAcknowledged(rig, 10);
          const notes = rig.ledger.acknowledgedNotes();
          await rig.withStore((store) => writeBackup(store, key, folder, 'soak'));
          await waitForAcknowledged(rig, 5);
          return notes;
        });
        const startMs = performance.now();
        const target =
          engine === 'SQLite'
            ? `file:${join(rig.folder, `restored-${n}.sqlite`)}`
            : await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
        const settings = readSettings({ ...rig.env, DATABASE_URL: target, INSERVICE_HEADS: join(rig.folder, `heads-${n}`) });
        const restored = await storeOf(settings)(storeSecrets(fileKeys(settings.keyFile)), { purpose: 'serve', adopt: true });
        await restoreBackup(restored, fileKeys(settings.keyFile), folder);
        await restored.close();
        const recoveredMs = performance.now() - startMs;
        yield { hit: asOf.size > 0, recoveredMs, ...(await rig.judgeCopy(settings, asOf)) };
      }
    } finally {
      await rig.end();
    }
  },
};
