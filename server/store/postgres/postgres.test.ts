/** A PostgreSQL database that is not ours, not whole or not safe is refused with a sentence, and not written to. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rawPostgres, type RawDatabase } from '../../testing/database.js';
import { createDatabase } from '../../testing/postgres.js';
import type { Store } from '../store.js';
import { postgresStore } from './index.js';

const trailKey = randomBytes(32);
let folder: string;
let url: string;
let database: RawDatabase;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inservice-postgres-test-'));
});
beforeEach(async () => {
  url = await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
  database = rawPostgres(url);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (more: object = {}, key = trailKey): Promise<Store> => postgresStore({ url, connections: 2, ...more })({ trailKey: key });
const make = async (): Promise<void> => (await open()).close();
const tables = async (): Promise<number> =>
  (await database.rows('select 1 from information_schema.tables where table_schema = current_schema()')).length;

it('another program’s database', async () => {
  await database.exec('create table theirs (a int)');
  await expect(open()).rejects.toThrow(/another program's database/);
  expect(await tables()).toBe(1);
});

it('a schema newer than the program', async () => {
  await make();
  await database.exec("insert into inservice_migrations values ('9999_later', 'x', '')");
  await expect(open()).rejects.toThrow(/newer schema 9999_later/);
});

it('one that could lose what was answered', async () => {
  await database.exec(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
  await expect(open()).rejects.toThrow(/synchronous_commit is off.*power cut/);
  expect(await tables()).toBe(0);
});

it('one that cannot be reached, named without its password', async () => {
  const gone = Object.assign(new URL(url), { port: '1', password: 'p%40ss-word' }).href;
  const refused = await postgresStore({ url: gone })({ trailKey }).catch((error: Error) => error.message);
  expect(refused).toMatch(/127\.0\.0\.1:1.* cannot be reached/);
  expect(refused).not.toContain('word');
});

it('one of another key file, or one that lost its newest writes', async () => {
  const heads = join(folder, 'heads');
  const store = await open({ heads });
  const unit = {
    id: 'u',
    code: 'u',
    name: '學校',
    level: 'school',
    parentId: null,
    path: '/u/',
    version: 1,
    updatedAt: '',
    updatedBy: null,
  };
  const line = {
    id: 'l',
    unitId: 'u',
    at: new Date().toISOString(),
    actor: null,
    action: 'unit.create' as const,
    outcome: 'done' as const,
  };
  const rest = {
    target: { type: 'unit' as const, id: 'u', name: null },
    reason: null,
    before: null,
    after: null,
    from: null,
    requestId: null,
  };
  await store.openUnit(unit, { guards: [], trail: [{ ...line, ...rest }] });
  await store.record({ guards: [], trail: [{ ...line, ...rest, id: 'm' }] });
  await store.close();
  await expect(open({}, randomBytes(32))).rejects.toThrow(/key file does not belong/);
  url = await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
  await expect(open({ heads })).rejects.toThrow(/is empty, but 1 units are known/);
  expect(await rawPostgres(url).rows('select 1 from information_schema.tables where table_schema = current_schema()')).toEqual([]);
});

it('none of it stands in the way of three servers that start at once on an empty one', async () => {
  const stores = await Promise.all([open(), open(), open()]);
  await Promise.all(stores.map((store) => store.ping()));
  await Promise.all(stores.map((store) => store.close()));
  const tags = (await database.rows('select tag from inservice_migrations')).map(({ tag }) => tag);
  expect(new Set(tags).size).toBe(tags.length);
  expect(tags.length).toBeGreaterThan(2);
});

it('to inspect, an empty one is not made', async () => {
  await expect(postgresStore({ url })({ trailKey }, { purpose: 'inspect' })).rejects.toThrow(/older schema, or none/);
  expect(await tables()).toBe(0);
});
