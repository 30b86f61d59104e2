/** A PostgreSQL database that is not the kit's, incomplete or not durable is refused with a message, and not modified. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rawPostgres, type RawDatabase } from '../../testing/database.js';
import { createDatabase } from '../../testing/postgres.js';
import type { TrailDraft } from '../records.js';
import type { Store } from '../store.js';
import { secretsOfTests } from '../../testing/store-secrets.js';
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

const open = (more: object = {}, key = trailKey): Promise<Store> => postgresStore({ url, connections: 2, ...more })(secretsOfTests(key));
const createTables = async (): Promise<void> => (await open()).close();
const countTables = async (): Promise<number> =>
  (await database.rows('select 1 from information_schema.tables where table_schema = current_schema()')).length;

it('refuses another program’s database', async () => {
  await database.exec('create table theirs (a int)');
  await expect(open()).rejects.toThrow(/another program's database/);
  expect(await countTables()).toBe(1);
});

it('refuses a schema newer than the program', async () => {
  await createTables();
  await database.exec("insert into inservice_migrations values ('9999_later', 'x', '')");
  await expect(open()).rejects.toThrow(/newer schema 9999_later/);
});

it('refuses a database that could lose acknowledged writes', async () => {
  await database.exec(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
  await expect(open()).rejects.toThrow(/synchronous_commit is off.*power cut/);
  expect(await countTables()).toBe(0);
});

it('names an unreachable database without its password', async () => {
  const unreachable = Object.assign(new URL(url), { port: '1', password: 'p%40ss-word' }).href;
  const message = await postgresStore({ url: unreachable })(secretsOfTests(trailKey)).catch((error: Error) => error.message);
  expect(message).toMatch(/127\.0\.0\.1:1.* cannot be reached/);
  expect(message).not.toContain('word');
});

it('refuses another key file, and a database that lost its newest writes', async () => {
  const heads = join(folder, 'heads');
  const store = await open({ heads });
  const unit = {
    id: 'u',
    code: 'u',
    name: '學校',
    level: 'school',
    parentId: null,
    releasedTo: null,
    path: '/u/',
    version: 1,
    updatedAt: '',
    updatedBy: null,
  };
  const auditEntry: TrailDraft = {
    id: 'l',
    unitId: 'u',
    at: new Date().toISOString(),
    actor: null,
    action: 'unit.create',
    target: { type: 'unit', id: 'u', name: null },
    outcome: 'done',
    reason: null,
    before: null,
    after: null,
    from: null,
    requestId: null,
  };
  await store.openUnit(unit, { guards: [], trail: [auditEntry] });
  await store.record({ guards: [], trail: [{ ...auditEntry, id: 'm' }] });
  await store.close();
  await expect(open({}, randomBytes(32))).rejects.toThrow(/key file does not belong/);
  url = await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
  await expect(open({ heads })).rejects.toThrow(/is empty, but 1 units are known/);
  expect(await rawPostgres(url).rows('select 1 from information_schema.tables where table_schema = current_schema()')).toEqual([]);
});

it('three stores can start at the same time on an empty database', async () => {
  const stores = await Promise.all([open(), open(), open()]);
  await Promise.all(stores.map((store) => store.ping()));
  await Promise.all(stores.map((store) => store.close()));
  const tags = (await database.rows('select tag from inservice_migrations')).map(({ tag }) => tag);
  expect(new Set(tags).size).toBe(tags.length);
  expect(tags.length).toBeGreaterThan(2);
});

it('creates no tables when it only inspects', async () => {
  await expect(postgresStore({ url })(secretsOfTests(trailKey), { purpose: 'inspect' })).rejects.toThrow(/older schema, or none/);
  expect(await countTables()).toBe(0);
});
