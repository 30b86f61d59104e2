import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtPath } from '../platform/built.js';
import { openIdentity } from '../services/roster/teachers.js';
import { install } from '../testing/installation.js';
import { demoData } from './demo-data.js';
import { loadInstallation, type LoadFile } from './load.js';
import { MadeUpPeople } from './made-up.js';

const people = new MadeUpPeople(99);

function nation(schools: number, teachers: number): LoadFile {
  const code = (index: number): string => String(100_000 + index);
  return {
    units: [
      { code: 'MOE', name: '教育部', level: 'ministry' },
      ...Array.from({ length: schools }, (_, index) => ({ code: code(index), name: `第${index}國小`, level: 'school', parentCode: 'MOE' })),
    ],
    accounts: [],
    teachers: Array.from({ length: teachers }, (_, index) => {
      const { idKind: _kind, ...person } = people.person();
      return { ...person, unitCode: code(index % schools), title: 'teacher' };
    }),
  };
}

describe('`load`', () => {
  it('encrypts and audits each of 3,000 people, who are found by number and by name', async () => {
    const data = nation(40, 3_000);
    const installation = await install({ data });
    try {
      const { store, cipher } = installation.kit.internals;
      expect((await store.verify()).chain).toMatchObject({ fault: null, entries: 3_041 });
      for (let drawn = 0; drawn < 100; drawn++) {
        const line = data.teachers![people.number(3_000)]!;
        const person = await store.personByNumber(cipher.indexes(line.nationalId));
        const entry = await store.teacher(person!.teacherId);
        expect(entry!.name).toBe(line.name);
        expect(entry!.nationalId).not.toContain(line.nationalId);
        expect(openIdentity(cipher, entry!)).toEqual({ nationalId: line.nationalId, birthDate: line.birthDate });
        const found = await store.teachers(
          { unitId: entry!.unitId, today: '2026-11-24', departed: false, q: line.name },
          { by: 'name', descending: false },
          { page: 1, pageSize: 200 },
        );
        expect(found.items.map(({ id }) => id)).toContain(entry!.id);
        expect((await store.trail({ unitId: entry!.unitId, targetId: entry!.id, limit: 5 })).map(({ action }) => action)).toEqual(['load']);
      }
    } finally {
      await installation.end();
    }
  });

  it('changes nothing the second time', async () => {
    const installation = await install();
    const again = await loadInstallation(installation.kit.internals, demoData());
    expect(again).toMatchObject({ units: 0, accounts: 0, teachers: 0, refused: [] });
    await installation.end();
  });

  it('refuses lists that it does not know, and files that are not lists', async () => {
    const installation = await install({ data: {} });
    const refuse = (file: object) => loadInstallation(installation.kit.internals, file);
    const misspelt = { units: [{ code: 'MOE', name: '教育部', level: 'ministry' }], teacher: [], accounts: [] };
    expect(await refuse(misspelt)).toMatchObject({ units: 0, refused: [expect.stringContaining('teacher: unknown list') as string] });
    expect(await installation.kit.store.unitByCode('MOE')).toBe(null);
    await expect(refuse([])).rejects.toThrow('must be an object with the lists');
    await expect(refuse({ units: {} })).rejects.toThrow('units must be a list');
    await installation.end();
  });

  it('writes nothing if any entry is refused, and reports which and why', async () => {
    const installation = await install({ data: {} });
    const data = nation(1, 3);
    data.teachers![1] = { ...data.teachers![1]!, nationalId: 'A123456788' };
    data.teachers!.push(data.teachers![0]!, { ...data.teachers![2]!, unitCode: 'nowhere' });
    const report = await loadInstallation(installation.kit.internals, data);
    expect(report.refused).toEqual([
      'teachers[1]: national-id-invalid, nationalId national-id-check',
      'teachers[3]: it has the same identity number as teachers[0]',
      'teachers[4]: there is no unit nowhere',
    ]);
    expect(await installation.kit.store.unitByCode('MOE')).toBe(null);
    await installation.end();
  });
});

describe('the CLI', () => {
  const run = promisify(execFile);
  let folder: string;
  const kit = (settings: Record<string, string>, ...args: string[]) =>
    run(process.execPath, [builtPath('server/reference/cli.js'), ...args], { env: { PATH: process.env['PATH'], ...settings } }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  const here = () => ({ DATABASE_URL: `file:${join(folder, 'a.sqlite')}`, INSERVICE_KEYS: join(folder, 'keys') });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inservice-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('loads a file, verifies it, and exits 1 if an entry is refused', async () => {
    const file = join(folder, 'data.json');
    await writeFile(file, JSON.stringify(demoData()));
    expect((await kit(here(), 'load', file)).stdout).toContain(
      'loaded 9 units, 20 accounts, 187 teachers, in one transaction; 0 already existed',
    );
    expect((await kit(here(), 'verify')).stdout).toContain('verified: 216 entries in the audit trails of 9 units');
    await writeFile(file, JSON.stringify({ accounts: [{ username: 'x' }] }));
    const refused = await kit(here(), 'load', file);
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('Nothing was written.')]);
  });

  it('creates the first head with a one-time password, once', async () => {
    const who = ['--person', '彭校長', '--sex', 'female', '--email', 'peng@example.test', '--phone', '02-7712-3456'];
    const made = await kit(here(), 'head', 'create', '--unit', '014303', '--username', 'first-head', ...who);
    expect(made.stdout).toMatch(/head of 甲縣立第一高級中學\n {2}user name {2}first-head\n {2}password {3}[a-z2-9]{4}(-[a-z2-9]{4}){3}\n/);
    expect((await kit(here(), 'head', 'create', '--unit', '014303', ...who)).stderr).toContain('already has a head');
    expect((await kit(here(), 'head', 'create', '--unit', 'NOPE', ...who)).stderr).toContain('there is no unit NOPE');
    expect((await kit(here(), 'head', 'create', '--unit', '014303')).stderr).toContain('--person NAME');
    const portal = await kit(
      here(),
      'head',
      'create',
      '--unit',
      '011K02-X',
      '--unit-name',
      '新單位',
      '--level',
      'agency',
      '--username',
      'by-portal',
      '--issuer',
      'portal',
      '--subject',
      'u1',
      ...who,
    );
    expect(portal.stdout).toContain('The head signs in through the portal.');
  });

  it('replaces the head of a root unit, who becomes a contact, with an audit entry, and of no other unit', async () => {
    const who = [
      '--person',
      '林次長',
      '--sex',
      'male',
      '--email',
      'lin@example.test',
      '--phone',
      '02-7712-3456',
      '--username',
      'next-head',
    ];
    expect((await kit(here(), 'head', 'create', '--unit', 'MOE', ...who)).stderr).toContain('add --replace');
    expect((await kit(here(), 'head', 'create', '--unit', '014303', '--replace', ...who)).stderr).toContain(
      'the level above can replace it',
    );
    expect((await kit(here(), 'head', 'create', '--unit', 'MOE', '--replace', ...who)).stdout).toContain('user name  next-head');
    expect((await kit(here(), 'verify')).stdout).toMatch(/^verified: /m);
    const data = JSON.parse((await kit(here(), 'export', '--account', 'moe-head')).stdout) as Record<string, unknown>;
    expect(JSON.stringify(data)).toContain('kit head create');
    expect(data).toMatchObject({ account: { role: 'contact' } });
  });

  it('loads nothing if it is killed, and everything the next time', async () => {
    const data = nation(3, 4_100);
    const file = join(folder, 'nation.json');
    await writeFile(file, JSON.stringify(data));
    const settings = { DATABASE_URL: `file:${join(folder, 'killed.sqlite')}`, INSERVICE_KEYS: join(folder, 'killed.keys') };
    const script = `
      import { readFileSync } from 'node:fs';
      import { createInserviceKit, fileKeys } from ${JSON.stringify(builtPath('server/index.js'))};
      import { loadInstallation } from ${JSON.stringify(builtPath('server/reference/load.js'))};
      import { sqliteStore } from ${JSON.stringify(builtPath('server/store/sqlite/index.js'))};
      const store = sqliteStore({ file: ${JSON.stringify(join(folder, 'killed.sqlite'))} });
      const kit = await createInserviceKit({ store, keys: fileKeys(${JSON.stringify(join(folder, 'killed.keys'))}), publicUrl: 'https://kit.example.test' });
      const data = JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
      await loadInstallation(kit.internals, data, () => process.kill(process.pid, 'SIGKILL'));
    `;
    const program = join(folder, 'killed.mjs');
    await writeFile(program, script);
    const killed = await run(process.execPath, [program]).catch((error: { signal: string }) => error);
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    expect((await kit(settings, 'verify')).stdout).toContain('verified: 0 entries in the audit trails of 0 units');
    expect((await kit(settings, 'load', file)).stdout).toContain(
      'loaded 4 units, 0 accounts, 4100 teachers, in one transaction; 0 already existed',
    );
    expect((await kit(settings, 'verify')).stdout).toContain('verified: 4104 entries in the audit trails of 4 units');
  });

  it('reports what is wrong with a setting, a command or another program’s file', async () => {
    expect((await kit(here(), 'nonsense')).stderr).toContain('unknown command "nonsense"');
    const { default: Database } = await import('better-sqlite3');
    const other = new Database(join(folder, 'b.sqlite'));
    other.exec('create table theirs (id)');
    other.close();
    const answer = await run(process.execPath, [builtPath('server/reference/cli.js'), 'verify'], {
      env: { DATABASE_URL: `file:${join(folder, 'b.sqlite')}`, INSERVICE_KEYS: join(folder, 'keys') },
    }).catch((error: { stdout: string }) => error);
    expect(answer.stdout).toContain("another program's database");
  });
});
