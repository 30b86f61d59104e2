/**
 * What every store guarantees, as cases for any test runner:
 *
 *     for (const { name, run } of storeContract) it(name, () => run(open));
 *
 * Each case gets two stores on one empty database, like two instances of the kit.
 */
import { keptCases } from './contract/kept.js';
import { wholeCases } from './contract/whole.js';
import { freshCases } from './contract/fresh.js';
import { togetherCases } from './contract/together.js';
import { listsCases } from './contract/lists.js';
import { trailCases } from './contract/trail.js';
import { installationCases } from './contract/installation.js';
import { outsideCases } from './contract/outside.js';
import { importCases } from './contract/imports.js';
import { Field } from './contract/field.js';
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
  ...keptCases,
  ...wholeCases,
  ...freshCases,
  ...togetherCases,
  ...listsCases,
  ...trailCases,
  ...installationCases,
  ...outsideCases,
  ...importCases,
].map(({ name, body }) => ({
  name,
  async run(open) {
    const { one, two, close } = await open();
    try {
      await body(await new Field(one, two).build());
    } finally {
      await close();
    }
  },
}));
