import type { StoreSecrets } from '../store/store.js';

/** The secrets of a store whose test does not encrypt: any value counts as an encrypted one. */
export const secretsOfTests = (trailKey: Buffer): StoreSecrets => ({
  trailKey,
  sealReader: { open: (_column, _boundTo, value) => value, isIndexOf: () => true },
});
