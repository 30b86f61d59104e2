/**
 * What every store guarantees, as cases for any test runner:
 *
 *     for (const { name, run } of storeContract) it(name, () => run(open));
 *
 * Each case gets two stores on one empty database, like two instances of the kit.
 */
import { roundTripCases } from './contract/round-trips.js';
import { atomicityCases } from './contract/atomicity.js';
import { conflictCases } from './contract/conflicts.js';
import { concurrencyCases } from './contract/concurrency.js';
import { listsCases } from './contract/lists.js';
import { trailCases } from './contract/trail.js';
import { installationCases } from './contract/installation.js';
import { signInCases } from './contract/sign-in.js';
import { upkeepCases } from './contract/upkeep.js';
import { importCases } from './contract/imports.js';
import { Fixture } from './contract/fixture.js';
import type { Store } from './store.js';

export interface TwoStores {
  one: Store;
  two: Store;
  close(): Promise<void>;
}

export interface ContractCase {
  name: string;
  run(open: () => Promise<TwoStores>): Promise<void>;
}

export const storeContract: readonly ContractCase[] = [
  ...roundTripCases,
  ...atomicityCases,
  ...conflictCases,
  ...concurrencyCases,
  ...listsCases,
  ...trailCases,
  ...installationCases,
  ...signInCases,
  ...upkeepCases,
  ...importCases,
].map(({ name, body }) => ({
  name,
  async run(open) {
    const { one, two, close } = await open();
    try {
      await body(await new Fixture(one, two).build());
    } finally {
      await close();
    }
  },
}));
