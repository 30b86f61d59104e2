/** What can happen to the disk under an SQLite file. */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPath } from '../platform/built.js';
import { startCluster } from '../testing/postgres.js';
import { Rig, type ServerProcess } from './rig.js';
import { acknowledged, outlive, pause, recover, type Fault, type Trial } from './trial.js';

const IMAGE_BYTES = 256 * 1024 * 1024;

const noMount = (): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'inservice-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return null;
  } catch {
    return 'nothing can be mounted here (not root)';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** An ext4 file system in a file: a copy of the file, taken while the server stands still, is what a power cut leaves. */
class Image {
  readonly folder = mkdtempSync(join(tmpdir(), 'inservice-image-'));
  readonly at = join(this.folder, 'disk');
  readonly #image = join(this.folder, 'image');

  constructor() {
    const file = openSync(this.#image, 'w');
    ftruncateSync(file, IMAGE_BYTES);
    closeSync(file);
    execFileSync('mkfs.ext4', ['-q', '-F', this.#image]);
    mkdirSync(this.at);
    this.#mount();
  }

  /** What the disk has been told so far, in the file system's place of before; `stop` ends who writes to it. */
  async cutPower(stop: () => Promise<void>): Promise<void> {
    execFileSync('cp', ['--sparse=always', this.#image, `${this.#image}.cut`]);
    await stop();
    execFileSync('umount', [this.at]);
    renameSync(`${this.#image}.cut`, this.#image);
    this.#mount();
  }

  end(): void {
    spawnSync('umount', [this.at]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop,commit=300', this.#image, this.at]);
  }
}

async function cutPower(rig: Rig, image: Image, server: ServerProcess): Promise<boolean> {
  return rig.underLoad([server], async () => {
    await acknowledged(rig, 10);
    await pause(Math.random() * 300);
    server.kill('SIGSTOP');
    const stopped = (): boolean => readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').includes(') T ');
    for (let waited = 0; waited < 100 && !stopped(); waited++) await pause(5);
    const hit = stopped();
    await image.cutPower(async () => {
      server.kill('SIGKILL');
      await server.ended;
    });
    return hit;
  });
}

export const powerCut: Fault = {
  name: 'power cut (the disk as it was told so far)',
  engines: ['SQLite'],
  times: { long: 20, short: 0 },
  missing: noMount,
  async *run(engine, times) {
    const image = new Image();
    const rig = await Rig.make(engine, 201, { data: image.at });
    try {
      let server: ServerProcess = await rig.start();
      await rig.workload.signIn(server.url);
      for (let n = 1; n <= times; n++) {
        const hit = await cutPower(rig, image, server);
        const recovered = await recover(rig, hit);
        server = recovered.server;
        yield recovered.trial;
      }
    } finally {
      await rig.end();
      image.end();
    }
  },
};

/** The same with `synchronous = NORMAL`: whether the rig bites. Answers how many acknowledged writes were lost. */
export async function lostWithoutSync(): Promise<{ acknowledged: number; lost: number; refused: boolean }> {
  const image = new Image();
  const rig = await Rig.make('SQLite', 202, { data: image.at });
  try {
    // Made and synced before: what is lost are writes of the server.
    execFileSync('sync', ['-f', image.at]);
    const server = await rig.start({ nodeArgs: ['--import', builtPath('server/soak/synchronous-normal.js')] });
    await rig.workload.signIn(server.url);
    await cutPower(rig, image, server);
    const { acknowledged: told, lost } = await rig.judge();
    const refused = await rig.start().then(
      () => false,
      (error: Error) => /lost its newest writes/.test(error.message),
    );
    return { acknowledged: told, lost, refused };
  } finally {
    await rig.end();
    image.end();
  }
}

export const diskFull: Fault = {
  name: 'disk full, then not',
  engines: ['SQLite'],
  times: { long: 10, short: 0 },
  missing: noMount,
  async *run(engine, times) {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'none', folder]);
    const rig = await Rig.make(engine, 203, { data: folder });
    try {
      const server = await rig.start();
      await rig.workload.signIn(server.url);
      for (let n = 1; n <= times; n++) {
        const before = rig.workload.heard.get(503) ?? 0;
        const hit = await rig.underLoad([server], async () => {
          fillUp(join(folder, 'ballast'));
          // What the WAL has room for is still written.
          const until = performance.now() + 60_000;
          while ((rig.workload.heard.get(503) ?? 0) < before + 3 && performance.now() < until) await pause(20);
          const [ready, live] = await Promise.all(['readyz', 'healthz'].map((path) => fetch(`${server.url}/api/${path}`)));
          return (rig.workload.heard.get(503) ?? 0) >= before + 3 && ready!.status === 503 && live!.status === 200;
        });
        rmSync(join(folder, 'ballast'));
        // Without a restart.
        yield await outlive(rig, server, hit && /SQLITE_FULL/.test(server.log()));
      }
    } finally {
      await rig.end();
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** PostgreSQL on a small disk of its own. The server stays; PostgreSQL gives up on a full disk and may have to be started. */
export const postgresDiskFull: Fault = {
  name: 'PostgreSQL’s disk full, then not',
  engines: ['PostgreSQL'],
  times: { long: 5, short: 0 },
  missing: noMount,
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
        const before = rig.workload.heard.get(503) ?? 0;
        const unavailable = (): boolean => (rig.workload.heard.get(503) ?? 0) >= before + 3;
        await rig.underLoad([server], async () => {
          await acknowledged(rig, 5);
          fillUp(ballast);
          const until = performance.now() + 60_000;
          while (!unavailable() && performance.now() < until) await pause(20);
        });
        rmSync(ballast);
        if (!(await cluster.answers())) await cluster.start();
        yield await outlive(rig, server, unavailable());
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

/** An error of a system call for a while, told by a tracer. */
function withError(name: string, call: string, error: string, seed: number): Fault {
  return {
    name,
    engines: ['SQLite'],
    times: { long: 10, short: 0 },
    missing: () => (spawnSync('strace', ['-V']).status === 0 ? null : 'strace is not on this machine'),
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
          // The errors come after the start, whose calls are counted first.
          const counted = await rig.start({ under: traced });
          const from = readFileSync(log, 'utf8').split('\n').length + n * 3;
          counted.kill('SIGTERM');
          await counted.ended;
          const server = await rig.start({ under: [...traced, '-e', `inject=${call}:error=${error}:when=${from}..${from + 8}`] });
          const injected = (): boolean => readFileSync(log, 'utf8').includes('(INJECTED)');
          await rig.underLoad([server], async () => {
            const until = performance.now() + 10_000;
            while (!injected() && performance.now() < until) await pause(50);
            await pause(300);
          });
          const trial: Trial = await outlive(rig, server, injected());
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

export const writeError = withError('I/O error at a write', 'pwrite64', 'EIO', 204);
export const syncError = withError('I/O error at a sync', 'fsync', 'EIO', 205);
export const readOnly = withError('a disk that turns read-only', 'pwrite64', 'EROFS', 206);
