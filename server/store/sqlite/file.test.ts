/** A database file that is damaged or not the kit's is refused with a message, and not modified. */
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
import { secretsOfTests } from '../../testing/store-secrets.js';
import { sqliteStore } from './index.js';

const trailKey = randomBytes(32);
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-file-'));
  file = join(folder, 'kit.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => sqliteStore({ file })(secretsOfTests(trailKey));
/** A unit and the change that creates it. As JavaScript source, because another process creates the same. */
const UNIT_SOURCE = `(id) => {
  const unit = { id, code: id, name: '學校', level: 'school', parentId: null, path: '/' + id + '/', version: 1, updatedAt: '', updatedBy: null };
  const auditEntry = {
    id, unitId: id, at: new Date().toISOString(), actor: null, action: 'unit.create', target: { type: 'unit', id, name: null },
    outcome: 'done', reason: null, before: null, after: null, from: null, requestId: null,
  };
  return [unit, { guards: [], trail: [auditEntry] }];
}`;
const unit = (0, eval)(UNIT_SOURCE) as (id: string) => [UnitRecord, Change];

/** Creates a database with units, and closes it. */
async function createDatabase(units = 3): Promise<void> {
  const store = await open();
  for (let index = 0; index < units; index++) await store.openUnit(...unit(`u${index}`));
  await store.close();
}

/** Creates a database by a process that is killed, so that its WAL remains. */
async function createDatabaseAndKill(units = 60): Promise<void> {
  const script = `
    import { sqliteStore } from ${JSON.stringify(builtPath('server/store/sqlite/index.js'))};
    const store = await sqliteStore({ file: ${JSON.stringify(file)} })({ trailKey: Buffer.from('${trailKey.toString('hex')}', 'hex') });
    const unit = ${UNIT_SOURCE};
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

/** The file is refused both to serve and to inspect, and stays unchanged. */
async function expectRefusal(message: RegExp): Promise<void> {
  const before = digest();
  await expect(open()).rejects.toThrow(message);
  const inspected = sqliteStore({ file })(secretsOfTests(trailKey), { purpose: 'inspect' });
  const faults = await inspected.then(
    async (store) => {
      const { database, chain } = await store.verify();
      await store.close();
      return [...database, chain.fault?.what].join('\n');
    },
    (error: Error) => error.message,
  );
  expect(faults).toMatch(message);
  expect(digest()).toBe(before);
}

describe('opening is refused for', () => {
  it('an empty file', async () => {
    await createDatabase();
    truncateSync(file, 0);
    await expectRefusal(/is empty \(0 bytes\).*Restore a backup/);
  });

  it('a file that is not a database', async () => {
    writeFileSync(file, 'Ceci n’est pas une base de données. '.repeat(200));
    await expectRefusal(/is not an SQLite database/);
  });

  it('another program’s database', async () => {
    const db = new Database(file);
    db.exec('create table theirs (a)');
    db.close();
    await expectRefusal(/another program's database.*DATABASE_URL/);
  });

  it('a schema newer than the program, and one that was migrated differently', async () => {
    await createDatabase();
    const db = new Database(file);
    db.exec("insert into inservice_migrations values ('9999_later', 'x', '')");
    db.close();
    await expectRefusal(/newer schema 9999_later.*newer one/);
    const reopened = new Database(file);
    reopened.exec(
      "delete from inservice_migrations where tag = '9999_later'; update inservice_migrations set hash = 'x' where tag like '0000%'",
    );
    reopened.close();
    await expectRefusal(/migrated by another version of 0000_first/);
  });

  it('a damaged page at any position', async () => {
    await createDatabase(80);
    const pages = statSync(file).size / 4096;
    const undamaged = readFileSync(file);
    for (const page of [1, 2, Math.floor(pages / 2), pages - 1]) {
      writeFileSync(file, undamaged);
      const handle = openSync(file, 'r+');
      writeSync(handle, randomBytes(4096), 0, 4096, page * 4096);
      await expectRefusal(/is damaged|append|malformed/);
    }
  });

  it('a truncated file', async () => {
    await createDatabase(80);
    truncateSync(file, statSync(file).size - 4 * 4096);
    await expectRefusal(/is damaged.*restore a backup/);
  });

  it('a truncated WAL', async () => {
    await createDatabaseAndKill();
    const wal = `${file}-wal`;
    truncateSync(wal, Math.floor(statSync(wal).size / 2));
    await expectRefusal(/acknowledged/);
    expect(existsSync(wal)).toBe(true);
  });

  it('a file that was copied without its WAL, with or without its heads files', async () => {
    await createDatabaseAndKill();
    const copy = join(folder, 'copy.sqlite');
    copyFileSync(file, copy);
    file = copy;
    await expectRefusal(/WAL .* is missing.*restore.*adopt/);
    cpSync(`${folder}/kit.sqlite.heads`, `${copy}.heads`, { recursive: true });
    await expectRefusal(/missing|lost/);
  });

  it('a missing file for which heads are known', async () => {
    await createDatabase();
    rmSync(file);
    await expect(open()).rejects.toThrow(/is missing, but heads/);
    expect(existsSync(file)).toBe(false);
  });

  it('a file that was replaced by an older copy', async () => {
    await createDatabase(3);
    const older = readFileSync(file);
    const store = await open();
    await store.openUnit(...unit('newer'));
    await store.close();
    writeFileSync(file, older);
    await expectRefusal(/acknowledged/);
  });

  it('an older copy with a forged audit entry of a restore', async () => {
    await createDatabase(3);
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

  it('another key file, from the first start on', async () => {
    const store = await open();
    await store.close();
    await expect(sqliteStore({ file })(secretsOfTests(randomBytes(32)))).rejects.toThrow(/key file does not belong/);
  });

  it('a file that is in use on another machine', async () => {
    await createDatabase();
    const db = new Database(file);
    const insert = db.prepare("insert into instances values ('x', 'other-host', 'other-boot', 1, ?)");
    insert.run(new Date().toISOString());
    db.close();
    await expect(open()).rejects.toThrow(/in use on the machine other-host.*PostgreSQL/);
  });
});

describe('opening succeeds without loss', () => {
  it('after a kill, with its WAL', async () => {
    await createDatabaseAndKill(20);
    const store = await open();
    expect((await store.units({ within: '/' }, { page: 1, pageSize: 50 })).total).toBe(20);
    expect(await store.verify()).toMatchObject({ database: [], chain: { fault: null, entries: 20 } });
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('for a database that lost its newest writes, after it was adopted', async () => {
    await createDatabaseAndKill();
    const wal = `${file}-wal`;
    truncateSync(wal, Math.floor(statSync(wal).size / 2));
    const { recordRestored } = await import('../backup.js');
    const adopted = await sqliteStore({ file })(secretsOfTests(trailKey), { purpose: 'serve', adopt: true });
    await recordRestored(adopted, 'adopt', null);
    await adopted.close();
    const store = await open();
    expect((await store.verify()).chain).toMatchObject({ fault: null, restoredAt: expect.any(String) as string });
    await store.close();
  });

  it('while another process holds the write lock for a moment', async () => {
    await createDatabase();
    const other = new Database(file);
    other.exec('begin immediate');
    setTimeout(() => other.exec('rollback'), 800);
    const store = await open();
    await store.ping();
    await store.close();
    other.close();
  });

  it('when several stores create the file at the same time', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    await Promise.all(stores.map((store, index) => store.openUnit(...unit(`u${index}`))));
    expect((await stores[0]!.units({ within: '/' }, { page: 1, pageSize: 9 })).total).toBe(3);
    await Promise.all(stores.map((store) => store.close()));
  });
});
