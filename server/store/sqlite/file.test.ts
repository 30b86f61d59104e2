/** What is not whole is refused with a sentence, and not a byte of it is written to. */
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtPath } from '../../platform/built.js';
import type { UnitRecord } from '../records.js';
import type { Change } from '../store.js';
import { sqliteStore } from './index.js';

const trailKey = randomBytes(32);
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-file-'));
  file = join(folder, 'kit.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (at = file) => sqliteStore({ file: at })({ trailKey });
/** As JavaScript, for a process of its own writes the same. */
const UNIT = `(id) => {
  const unit = { id, code: id, name: '學校', level: 'school', parentId: null, path: '/' + id + '/', version: 1, updatedAt: '', updatedBy: null };
  const line = { id, unitId: id, at: new Date().toISOString(), actor: null, action: 'unit.create', target: { type: 'unit', id, name: null } };
  const rest = { outcome: 'done', reason: null, before: null, after: null, from: null, requestId: null };
  return [unit, { guards: [], trail: [{ ...line, ...rest }] }];
}`;
const unit = (0, eval)(UNIT) as (id: string) => [UnitRecord, Change];

/** A database with so many units, ended as it should be. */
async function make(units = 3, at = file): Promise<void> {
  const store = await open(at);
  for (let index = 0; index < units; index++) await store.openUnit(...unit(`u${index}`));
  await store.close();
}

/** The same by a process that is killed with its WAL in place. */
async function makeAndDie(units = 60): Promise<void> {
  const script = `
    import { sqliteStore } from ${JSON.stringify(builtPath('server/store/sqlite/index.js'))};
    const store = await sqliteStore({ file: ${JSON.stringify(file)} })({ trailKey: Buffer.from('${trailKey.toString('hex')}', 'hex') });
    const unit = ${UNIT};
    for (let index = 0; index < ${units}; index++) await store.openUnit(...unit('u' + index));
    console.log('done');
    setInterval(() => {}, 1000);`;
  const program = join(folder, 'write.mjs');
  writeFileSync(program, script);
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', reject);
  });
  child.kill('SIGKILL');
  await ended;
}

const digest = (): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Refused to serve and to inspect, and unchanged. */
async function refused(words: RegExp): Promise<void> {
  const before = digest();
  await expect(open()).rejects.toThrow(words);
  const inspected = sqliteStore({ file })({ trailKey }, { purpose: 'inspect' });
  const found = await inspected.then(
    async (store) => {
      const { database, chain } = await store.verify();
      await store.close();
      return [...database, chain.fault?.what].join('\n');
    },
    (error: Error) => error.message,
  );
  expect(found).toMatch(words);
  expect(digest()).toBe(before);
}

describe('the server does not start on', () => {
  it('a file of zero bytes', async () => {
    await make();
    truncateSync(file, 0);
    await refused(/is empty \(0 bytes\).*Restore a backup/);
  });

  it('a file that is no database', async () => {
    writeFileSync(file, 'Ceci n’est pas une base de données. '.repeat(200));
    await refused(/is not an SQLite database/);
  });

  it('another program’s database', async () => {
    const db = new Database(file);
    db.exec('create table theirs (a)');
    db.close();
    await refused(/another program's database.*DATABASE_URL/);
  });

  it('a schema newer than the program, or another one under the same name', async () => {
    await make();
    const db = new Database(file);
    db.exec("insert into inservice_migrations values ('9999_later', 'x', '')");
    db.close();
    await refused(/newer schema 9999_later.*newer one/);
    const again = new Database(file);
    again.exec(
      "delete from inservice_migrations where tag = '9999_later'; update inservice_migrations set hash = 'x' where tag like '0000%'",
    );
    again.close();
    await refused(/migrated by another 0000_first/);
  });

  it('a damaged page, wherever it is', async () => {
    await make(80);
    const pages = statSync(file).size / 4096;
    const whole = readFileSync(file);
    for (const page of [1, 2, Math.floor(pages / 2), pages - 1]) {
      writeFileSync(file, whole);
      const handle = openSync(file, 'r+');
      writeSync(handle, randomBytes(4096), 0, 4096, page * 4096);
      await refused(/is damaged|append|malformed/);
    }
  });

  it('a file that was cut off', async () => {
    await make(80);
    truncateSync(file, statSync(file).size - 4 * 4096);
    await refused(/is damaged.*restore a backup/);
  });

  it('half a WAL', async () => {
    await makeAndDie();
    const wal = `${file}-wal`;
    truncateSync(wal, Math.floor(statSync(wal).size / 2));
    await refused(/acknowledged/);
    expect(existsSync(wal)).toBe(true);
  });

  it('a .db that was copied without its WAL, known by its heads or without them', async () => {
    await makeAndDie();
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    file = copy;
    await refused(/WAL .* is missing.*restore.*adopt/);
    cpSync(`${folder}/kit.sqlite.heads`, `${copy}.heads`, { recursive: true });
    await refused(/missing|lost/);
  });

  it('a missing file, where it is known that there was one', async () => {
    await make();
    rmSync(file);
    await expect(open()).rejects.toThrow(/is missing, but the heads/);
    expect(existsSync(file)).toBe(false);
  });

  it('an older copy put in the place of the newer', async () => {
    await make(3);
    const older = readFileSync(file);
    const store = await open();
    await store.openUnit(...unit('newer'));
    await store.close();
    writeFileSync(file, older);
    await refused(/acknowledged/);
  });

  it('the same where a line claims a restoration that nobody signed', async () => {
    await make(3);
    const older = readFileSync(file);
    const store = await open();
    await store.openUnit(...unit('newer'));
    await store.close();
    writeFileSync(file, older);
    const db = new Database(file);
    const columns = 'unit_id, seq, id, at, action, target_type, target_id, outcome, digest, mac';
    db.exec(`insert into trail (${columns}) values ('zzz', 1, 'x', '9999-01-01T00:00:00.000Z', 'restored', 'unit', 'zzz', 'done', '', '')`);
    db.close();
    await expect(open()).rejects.toThrow(/acknowledged/);
  });

  it('a key file that is not this database’s, from its first start on', async () => {
    const store = await open();
    await store.close();
    await expect(sqliteStore({ file })({ trailKey: randomBytes(32) })).rejects.toThrow(/key file does not belong/);
  });

  it('a file that another machine has open', async () => {
    await make();
    const db = new Database(file);
    const insert = db.prepare("insert into instances values ('x', 'other-host', 'other-boot', 1, ?)");
    insert.run(new Date().toISOString());
    db.close();
    await expect(open()).rejects.toThrow(/in use on the machine other-host.*PostgreSQL/);
  });
});

describe('it starts, and nothing is lost,', () => {
  it('after a kill, with the WAL in its place', async () => {
    await makeAndDie(20);
    const store = await open();
    expect((await store.units({ within: '/' }, { page: 1, pageSize: 50 })).total).toBe(20);
    expect(await store.verify()).toMatchObject({ database: [], chain: { fault: null, entries: 20 } });
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('on what is left of a cut database, once that is adopted', async () => {
    await makeAndDie();
    const wal = `${file}-wal`;
    truncateSync(wal, Math.floor(statSync(wal).size / 2));
    const { recordRestored } = await import('../backup.js');
    const adopting = await sqliteStore({ file })({ trailKey }, { purpose: 'serve', adopt: true });
    await recordRestored(adopting, 'adopt', null);
    await adopting.close();
    const store = await open();
    expect((await store.verify()).chain).toMatchObject({ fault: null, restoredAt: expect.any(String) as string });
    await store.close();
  });

  it('while another process holds it for a moment', async () => {
    await make();
    const other = new Database(file);
    other.exec('begin immediate');
    setTimeout(() => other.exec('rollback'), 800);
    const store = await open();
    await store.ping();
    await store.close();
    other.close();
  });

  it('when two processes make the file at once', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    await Promise.all(stores.map((store, index) => store.openUnit(...unit(`u${index}`))));
    expect((await stores[0]!.units({ within: '/' }, { page: 1, pageSize: 9 })).total).toBe(3);
    await Promise.all(stores.map((store) => store.close()));
  });
});
