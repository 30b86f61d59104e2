/** Runs the store contract on both engines. Each case has its own database with two stores. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../testing/postgres.js';
import { postgresStore } from './postgres/index.js';
import { sqliteStore } from './sqlite/index.js';
import { storeContract, type TwoStores } from './store-contract.js';
import { secretsOfTests } from '../testing/store-secrets.js';
import type { OpenStore } from './store.js';

const trailKey = randomBytes(32);

async function openTwo(openStore: () => OpenStore, removeDatabase = (): void => undefined): Promise<TwoStores> {
  const [one, two] = [await openStore()(secretsOfTests(trailKey)), await openStore()(secretsOfTests(trailKey))];
  return {
    one,
    two,
    async close() {
      await Promise.all([one.close(), two.close()]);
      removeDatabase();
    },
  };
}

const engines: Record<string, () => Promise<TwoStores>> = {
  async SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-store-'));
    return openTwo(
      () => sqliteStore({ file: join(folder, 'kit.sqlite') }),
      () => rmSync(folder, { recursive: true }),
    );
  },
  async PostgreSQL() {
    const url = await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
    return openTwo(() => postgresStore({ url, connections: 6 }));
  },
};

const namesRun: Record<string, string[]> = {};
describe.each(Object.entries(engines))('a store on %s', (engine, open) => {
  it.each(storeContract)('$name', async ({ name, run }) => {
    await run(open);
    (namesRun[engine] ??= []).push(name);
  });
});

it('every case has run on both engines', () => {
  const all = storeContract.map(({ name }) => name);
  expect(new Set(all).size).toBe(all.length);
  expect(namesRun['SQLite']).toEqual(all);
  expect(namesRun['PostgreSQL']).toEqual(all);
});
