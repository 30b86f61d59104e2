/** The commands `backup`, `restore`, `adopt` and `verify`, and the end of a server, on both engines and from one to the other. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addKeys, dropKeys, promoteKeys } from '../identity/keys.js';
import { builtPath } from '../platform/built.js';
import { copyDemoToCluster, copyDemoToFile } from '../testing/demo-copy.js';
import { rawSqlite } from '../testing/database.js';
import { createDatabase } from '../testing/postgres.js';
import { DEMO_PASSWORD } from './demo-data.js';

const run = promisify(execFile);
const HEAD = ['--unit', 'X', '--person', '丁一', '--sex', 'male', '--email', 'x@example.test', '--phone', '02-1234567'];
const CLI = builtPath('server/reference/cli.js');
const CLUSTER = process.env['INSERVICE_TEST_POSTGRES']!;
let folder: string;
const started: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-backup-'));
});
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Place {
  name: string;
  env: Record<string, string>;
}
const place = (name: string, url: string, keys = 'kit.keys'): Place => ({
  name,
  env: {
    DATABASE_URL: url,
    INSERVICE_KEYS: join(folder, keys),
    INSERVICE_HEADS: join(folder, `${name}.heads`),
    LOG_LEVEL: 'silent',
    PORT: '0',
  },
});
const onFile = (name: string, keys?: string): Place => place(name, `file:${join(folder, `${name}.sqlite`)}`, keys);
const onPostgres = async (name: string): Promise<Place> => place(name, await createDatabase(CLUSTER));

const places = (name: string) => ({ keys: join(folder, 'kit.keys'), heads: join(folder, `${name}.heads`) });
async function demoOnFile(name: string): Promise<Place> {
  await copyDemoToFile(join(folder, `${name}.sqlite`), places(name));
  return onFile(name);
}
const demoOnPostgres = async (name: string): Promise<Place> => place(name, await copyDemoToCluster(CLUSTER, places(name)));

async function kit(at: Place, ...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [CLI, ...args], { env: { ...process.env, ...at.env }, cwd: folder });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

/** A server in its own process, with a client that writes. */
async function serve(at: Place): Promise<{ url: string; child: ChildProcess; register(name: string): Promise<number> }> {
  const child = spawn(process.execPath, [CLI, 'serve'], { env: { ...process.env, ...at.env }, cwd: folder });
  started.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes) => {
      const found = /listens at (\S+),/.exec(String(bytes))?.[1];
      if (found) resolve(found);
    });
    child.once('exit', reject);
  });
  const headers = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' };
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ username: 'wang-head', password: DEMO_PASSWORD }),
  });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const { MadeUpPeople } = await import('./made-up.js');
  const people = new MadeUpPeople(4_000 + started.length);
  return {
    url,
    child,
    async register(unitNote) {
      const { idKind: _kind, ...person } = people.person();
      const body = JSON.stringify({ ...person, title: 'teacher', unitNote });
      const answer = await fetch(`${url}/api/teachers`, { method: 'POST', headers: { ...headers, Cookie: cookie }, body });
      await answer.text();
      return answer.status;
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}

describe.each([
  ['SQLite to PostgreSQL', () => demoOnFile('a'), () => onPostgres('b')],
  ['PostgreSQL to SQLite', () => demoOnPostgres('c'), () => onFile('d')],
] as const)('from %s', (_way, source, target) => {
  it('a backup under load is restored with every write that was acknowledged before it began', async () => {
    const [from, to] = [await source(), await target()];
    const server = await serve(from);
    const before: string[] = [];
    let loading = true;
    let acknowledged = 0;
    const load = (async () => {
      for (let index = 0; loading; index++) {
        if ((await server.register(`n${index}`)) === 201) acknowledged++;
        if (before.length < 10) before.push(`n${index}`);
      }
    })();
    while (before.length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    const dir = `${from.name}-backup`;
    expect(await kit(from, 'backup', dir)).toMatchObject({ code: 0 });
    loading = false;
    await load;
    expect(acknowledged).toBeGreaterThan(10);
    expect(await end(server.child, 'SIGTERM')).toBe(0);
    expect(readdirSync(join(folder, dir)).sort()).toEqual(['backup.json', 'contents.jsonl.gz']);

    const restored = await kit(to, 'restore', dir);
    expect(restored.said).toMatch(/restored as of .*\nrestored or adopted.*\n.*heads.*\ncompared \d+ records.*\nverified: /);
    expect((await kit(to, 'verify')).code).toBe(0);
    expect(await kit(to, 'restore', dir)).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') as string });
    const again = await serve(to);
    expect(await again.register('after')).toBe(201);
    await end(again.child, 'SIGTERM');
    expect(await kit(to, 'backup', `${to.name}-again`)).toMatchObject({ code: 0 });
    const rows = (name: string): Record<string, number> =>
      (JSON.parse(readFileSync(join(folder, name, 'backup.json'), 'utf8')) as { rows: Record<string, number> }).rows;
    expect(rows(`${to.name}-again`)['teachers']).toBe(rows(dir)['teachers']! + 1);
    expect(rows(dir)['teachers']).toBeGreaterThanOrEqual(187 + before.length);
    expect(rows(dir)['sessions']).toBe(undefined);
  });
});

describe('a backup', () => {
  it('is refused if it was changed, truncated or made with another key file, and nothing is written', async () => {
    const at = await demoOnFile('e');
    await kit(at, 'backup', 'whole');
    expect((await kit(at, 'backup', 'whole')).said).toContain('exists already');
    const target = onFile('f');
    const stranger = onFile('g', 'other.keys');
    await kit(stranger, 'migrate');
    expect((await kit(stranger, 'restore', 'whole')).said).toContain('made with another key file');
    const contents = join(folder, 'whole', 'contents.jsonl.gz');
    const bytes = readFileSync(contents);
    writeFileSync(contents, bytes.subarray(0, bytes.length - 100));
    expect((await kit(target, 'restore', 'whole')).said).toContain('is damaged');
    rmSync(join(folder, 'whole', 'backup.json'));
    expect((await kit(target, 'restore', 'whole')).said).toContain('does not hold a complete backup');
    expect((await kit(target, 'verify')).said).toContain('verified: 0 entries');
  });

  it('does not start without the key file, and does not create one', async () => {
    const at = onFile('h', 'missing.keys');
    expect((await kit(at, 'verify')).said).toContain('missing.keys is missing');
    expect(existsSync(join(folder, 'missing.keys'))).toBe(false);
  });
});

describe.each([
  ['SQLite', () => demoOnFile('l')],
  ['PostgreSQL', () => demoOnPostgres('m')],
] as const)('a full database on %s whose key file is missing', (_engine, source) => {
  it('is not opened: the file is said to be missing, and none is made', async () => {
    const at = await source();
    const missing = join(folder, `${at.name}.gone`);
    const without = { ...at, env: { ...at.env, INSERVICE_KEYS: missing } };
    for (const command of [['migrate'], ['serve'], ['verify'], ['keys', 'rotate'], ['backup', 'never'], ['head', 'create', ...HEAD]]) {
      expect(await kit(without, ...command), command[0]).toMatchObject({
        code: 1,
        said: expect.stringContaining(`${missing} is missing`) as string,
      });
      expect(existsSync(missing), command[0]).toBe(false);
    }
    expect((await kit(at, 'verify')).code).toBe(0);
  });
});

describe('a backup whose keys were removed from the key file', () => {
  it('is not restored: it says which keys are gone, exits 1 and writes nothing', async () => {
    const at = await demoOnFile('n');
    const keys = join(folder, 'n.keys');
    copyFileSync(at.env['INSERVICE_KEYS']!, keys);
    chmodSync(keys, 0o600);
    expect(await kit(at, 'backup', 'n-backup')).toMatchObject({ code: 0 });
    addKeys(keys);
    promoteKeys(keys);
    const target = onFile('o', 'n.keys');
    dropKeys(keys);
    const refused = await kit(target, 'restore', 'n-backup');
    expect(refused).toMatchObject({
      code: 1,
      said: expect.stringMatching(/needs the keys .*f[0-9a-f]{8}.*key file of its time. Nothing was written/) as string,
    });
    expect((await kit(target, 'verify')).said).toContain('verified: 0 entries');
    copyFileSync(at.env['INSERVICE_KEYS']!, keys);
    expect(await kit(target, 'restore', 'n-backup')).toMatchObject({ code: 0 });
  });
});

describe('verify', () => {
  it('exits 1 without the heads files, until it is told that they are gone', async () => {
    const at = await demoOnFile('j');
    expect(await kit(at, 'verify')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/opened [1-9]\d* encrypted values\nverified/) as string,
    });
    rmSync(join(folder, 'j.heads'), { recursive: true });
    expect(await kit(at, 'verify')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/--without-heads[^]*verification FAILED/) as string,
    });
    expect(await kit(at, 'verify', '--without-heads')).toMatchObject({ code: 0, said: expect.stringContaining('verified: ') as string });
  });

  it('names what was changed by SQL, and exits 1', async () => {
    const at = await demoOnFile('k');
    const database = rawSqlite(join(folder, 'k.sqlite'));
    await database.exec("update accounts set role = 'contact' where username = 'wang-head'");
    await database.exec('update teachers set national_id = (select national_id from teachers order by id limit 1)');
    const { code, said } = await kit(at, 'verify');
    expect(code).toBe(1);
    expect(said).toMatch(/record: the account .* differs from the audit trail: role/);
    expect(said).toMatch(/encrypted value: teachers.nationalId cannot be opened/);
  });

  it('reports a lost tail and exits 1; `adopt` continues from there with an audit entry', async () => {
    const at = await demoOnFile('i');
    const older = readFileSync(join(folder, 'i.sqlite'));
    const server = await serve(at);
    await server.register('newer');
    await end(server.child, 'SIGTERM');
    writeFileSync(join(folder, 'i.sqlite'), older);
    expect(await kit(at, 'verify')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/acknowledged and are missing[^]*verification FAILED/) as string,
    });
    expect(await kit(at, 'migrate')).toMatchObject({ code: 1, said: expect.stringContaining('has lost its newest writes') as string });
    expect((await kit(at, 'adopt')).code).toBe(0);
    expect((await kit(at, 'verify')).said).toMatch(
      /restored or adopted at .*\ncompared with the heads files of 9 units\ncompared \d+ records.*\nverified/,
    );
    const again = await serve(at);
    expect(await again.register('on')).toBe(201);
    expect(await end(again.child, 'SIGTERM')).toBe(0);
  });
});
