import type { StoreSecrets } from '../../store/store.js';
import { Cipher, type Keys } from './cipher.js';
import { sealBinding } from './seal-binding.js';

/** What a store needs of the installation's keys. */
export function storeSecrets(keys: Keys): StoreSecrets {
  const cipher = new Cipher(keys);
  return {
    trailKey: keys.trail,
    sealReader: {
      open: (column, boundTo, value) => cipher.openOrNull(value, sealBinding(column, boundTo)),
      isIndexOf: (index, nationalId) => cipher.isIndexOf(index, nationalId),
    },
  };
}
