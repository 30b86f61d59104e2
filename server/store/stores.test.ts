/** Both engines keep the store's promises: the same cases, each on a database of its own, with two instances on it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDatabase } from '../testing/postgres.js';
import { postgresStore } from './postgres/index.js';
import { sqliteStore } from './sqlite/index.js';
import { storeContract, type TwoStores } from './store-contract.js';
import type { OpenStore } from './store.js';

const trailKey = randomBytes(32);

async function both(engine: () => OpenStore, clear = (): void => undefined): Promise<TwoStores> {
  const [one, two] = [await engine()({ trailKey }), await engine()({ trailKey })];
  return {
    one,
    two,
    async close() {
      await Promise.all([one.close(), two.close()]);
      clear();
    },
  };
}

const engines: Record<string, () => Promise<TwoStores>> = {
  async SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'inservice-store-'));
    return both(
      () => sqliteStore({ file: join(folder, 'kit.sqlite') }),
      () => rmSync(folder, { recursive: true }),
    );
  },
  async PostgreSQL() {
    const url = await createDatabase(process.env['INSERVICE_TEST_POSTGRES']!);
    return both(() => postgresStore({ url, connections: 6 }));
  },
};

const ran: Record<string, string[]> = {};
describe.each(Object.entries(engines))('a store on %s', (engine, open) => {
  it.each(storeContract)('$name', async ({ name, run }) => {
    await run(open);
    (ran[engine] ??= []).push(name);
  });
});

it('no case is left out for one engine', () => {
  const all = storeContract.map(({ name }) => name);
  expect(new Set(all).size).toBe(all.length);
  expect(ran['SQLite']).toEqual(all);
  expect(ran['PostgreSQL']).toEqual(all);
});
