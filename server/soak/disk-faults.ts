/** Faults of the disk under a database. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath } from '../platform/built.js';
import { startCluster } from '../testing/postgres.js';
import { Rig, type ServerProcess } from './rig.js';
import { waitForAcknowledged, resumeAndJudge, pause, restartAndJudge, type Fault, type Trial } from './trial.js';

const IMAGE_BYTES = 256 * 1024 * 1024;

const reasonNotToMount = (): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'inservice-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return null;
  } catch {
    return 'mounting a file system needs root';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** An ext4 file system in a file. A copy of the file that is made while the server is stopped is what a power cut leaves on disk. */
class Image {
  readonly folder = mkdtempSync(join(tmpdir(), 'inservice-image-'));
  readonly mountPath = join(this.folder, 'disk');
  readonly #image = join(this.folder, 'image');

  constructor() {
    const file = openSync(this.#image, 'w');
    ftruncateSync(file, IMAGE_BYTES);
    closeSync(file);
    execFileSync('mkfs.ext4', ['-q', '-F', this.#image]);
    mkdirSync(this.mountPath);
    this.#mount();
  }

  /** Replaces the file system by what has reached its disk so far; `endWriters` ends the processes that use it. */
  async cutPower(endWriters: () => Promise<void>): Promise<void> {
    execFileSync('cp', ['--sparse=always', this.#image, `${this.#image}.cut`]);
    await endWriters();
    execFileSync('umount', [this.mountPath]);
    renameSync(`${this.#image}.cut`, this.#image);
    this.#mount();
  }

  end(): void {
    spawnSync('umount', [this.mountPath]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop,commit=300', this.#image, this.mountPath]);
  }
}

async function cutPower(rig: Rig, image: Image, server: ServerProcess): Promise<boolean> {
  return rig.underLoad([server], async () => {
    await waitForAcknowledged(rig, 10);
    await pause(Math.random() * 300);
    server.kill('SIGSTOP');
    const stopped = (): boolean => readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').includes(') T ');
    for (let attempt = 0; attempt < 100 && !stopped(); attempt++) await pause(5);
    const hit = stopped();
    await image.cutPower(async () => {
      server.kill('SIGKILL');
      await server.ended;
    });
    return hit;
  });
}

export const powerCut: Fault = {
  name: 'power cut (only what was synced is on disk)',
  engines: ['SQLite'],
  times: { long: 20, short: 0 },
  reasonUnavailable: reasonNotToMount,
  async *run(engine, times) {
    const image = new Image();
    const rig = await Rig.make(engine, 201, { data: image.mountPath });
    try {
      let server: ServerProcess = await rig.start();
      await rig.workload.signIn(server.url);
      for (let n = 1; n <= times; n++) {
        const hit = await cutPower(rig, image, server);
        const recovered = await restartAndJudge(rig, hit);
        server = recovered.server;
        yield recovered.trial;
      }
    } finally {
      await rig.end();
      image.end();
    }
  },
};

/** Control of `powerCut`: the same fault with `synchronous = NORMAL`, under which acknowledged writes must be lost. */
export async function powerCutWithoutSync(): Promise<{ acknowledged: number; lost: number; refused: boolean }> {
  const image = new Image();
  const rig = await Rig.make('SQLite', 202, { data: image.mountPath });
  try {
    // The installation itself is synced, so that only writes of the server can be lost.
    execFileSync('sync', ['-f', image.mountPath]);
    const server = await rig.start({ nodeArgs: ['--import', builtPath('server/soak/synchronous-normal.js')] });
    await rig.workload.signIn(server.url);
    await cutPower(rig, image, server);
    const { acknowledged, lost } = await rig.judge();
    const refused = await rig.start().then(
      () => false,
      (error: Error) => /lost its newest writes/.test(error.message),
    );
    return { acknowledged, lost, refused };
  } finally {
    await rig.end();
    image.end();
  }
}

export const diskFull: Fault = {
  name: 'disk full, then free again',
  engines: ['SQLite'],
  times: { long: 10, short: 0 },
  reasonUnavailable: reasonNotToMount,
  async *run(engine, times) {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'none', folder]);
    const rig = await Rig.make(engine, 203, { data: folder });
    try {
      const server = await rig.start();
      await rig.workload.signIn(server.url);
      for (let n = 1; n <= times; n++) {
        const before = rig.workload.unavailableResponses;
        const unavailable = (): boolean => rig.workload.unavailableResponses >= before + 3;
        const hit = await rig.underLoad([server], async () => {
          fillUp(join(folder, 'ballast'));
          // Writes that fit into the existing WAL still succeed.
          const deadlineMs = performance.now() + 60_000;
          while (!unavailable() && performance.now() < deadlineMs) await pause(20);
          const [ready, live] = await Promise.all(['readyz', 'healthz'].map((path) => fetch(`${server.url}/api/${path}`)));
          return unavailable() && ready!.status === 503 && live!.status === 200;
        });
        rmSync(join(folder, 'ballast'));
        // The server must recover without a restart.
        yield await resumeAndJudge(rig, server, hit && /SQLITE_FULL/.test(server.log()));
      }
    } finally {
      await rig.end();
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** PostgreSQL on a small disk. The server keeps running; PostgreSQL may end on a full disk and is then started again. */
export const postgresDiskFull: Fault = {
  name: 'PostgreSQL’s disk full, then free again',
  engines: ['PostgreSQL'],
  times: { long: 5, short: 0 },
  reasonUnavailable: reasonNotToMount,
  async *run(engine, times) {
    const disk = mkdtempSync(join(tmpdir(), 'inservice-disk-'));
    const ballast = join(disk, 'ballast');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'none', disk]);
    const cluster = await startCluster({ max_connections: '40', max_wal_size: '32MB', min_wal_size: '32MB' }, disk);
    const rig = await Rig.make(engine, 207, { cluster: cluster.url() });
    try {
      const server = await rig.start();
      await rig.workload.signIn(server.url);
      for (let n = 1; n <= times; n++) {
        const before = rig.workload.unavailableResponses;
        const unavailable = (): boolean => rig.workload.unavailableResponses >= before + 3;
        await rig.underLoad([server], async () => {
          await waitForAcknowledged(rig, 5);
          fillUp(ballast);
          const deadlineMs = performance.now() + 60_000;
          while (!unavailable() && performance.now() < deadlineMs) await pause(20);
        });
        rmSync(ballast);
        if (!(await cluster.responds())) await cluster.start();
        yield await resumeAndJudge(rig, server, unavailable());
      }
    } finally {
      await rig.end();
      await cluster.stop();
      spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  },
};

function fillUp(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [1024 * 1024, 4096]) {
      for (;;) {
        try {
          if (writeSync(file, Buffer.alloc(size)) < size) break;
        } catch {
          break;
        }
      }
    }
  } finally {
    closeSync(file);
  }
}

/** A tracer makes nine calls of a system call fail. */
function failingCalls(name: string, call: string, error: string, seed: number): Fault {
  return {
    name,
    engines: ['SQLite'],
    times: { long: 10, short: 0 },
    reasonUnavailable: () => (spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not installed'),
    async *run(engine, times) {
      const rig = await Rig.make(engine, seed);
      try {
        const first = await rig.start();
        await rig.workload.signIn(first.url);
        first.kill('SIGTERM');
        await first.ended;
        for (let n = 1; n <= times; n++) {
          const log = join(rig.folder, 'strace');
          const traced = ['strace', '-f', '-qq', '-o', log, '-e', `trace=${call}`];
          // A first run counts the calls of the start, so that the errors come after it.
          const counting = await rig.start({ under: traced });
          const firstError = readFileSync(log, 'utf8').split('\n').length + n * 3;
          counting.kill('SIGTERM');
          await counting.ended;
          const server = await rig.start({
            under: [...traced, '-e', `inject=${call}:error=${error}:when=${firstError}..${firstError + 8}`],
          });
          const injected = (): boolean => readFileSync(log, 'utf8').includes('(INJECTED)');
          await rig.underLoad([server], async () => {
            const deadlineMs = performance.now() + 10_000;
            while (!injected() && performance.now() < deadlineMs) await pause(50);
            await pause(300);
          });
          const trial: Trial = await resumeAndJudge(rig, server, injected());
          server.kill('SIGKILL');
          await server.ended;
          yield trial;
        }
      } finally {
        await rig.end();
      }
    },
  };
}

export const writeError = failingCalls('I/O errors of writes', 'pwrite64', 'EIO', 204);
export const syncError = failingCalls('I/O errors of syncs', 'fsync', 'EIO', 205);
export const readOnly = failingCalls('a disk that becomes read-only', 'pwrite64', 'EROFS', 206);
