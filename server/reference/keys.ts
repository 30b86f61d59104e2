/** `keys add`, `keys rotate`, `keys forget`: change the keys while the servers run. */
import { setTimeout as wait } from 'node:timers/promises';
import { addKeys, dropKeys, promoteKeys } from '../identity/keys.js';
import { allMust, dropOldIndexes, recordRotation, rotate, type Rotated } from '../services/upkeep/rotation.js';
import type { Kit } from '../services/core/kit.js';

/** Longer than a running server needs to notice that the file has changed, and longer than a request that began before. */
const SEEN_MS = 5_000;

interface Waits {
  waitMs?: number;
  /** How long to wait for a server that does not know the keys. */
  patienceMs?: number;
}

/** Adds new keys, and encrypts and indexes everything with them. The old keys stay in the file. */
export async function rotateKeys(kit: Kit, path: string, { waitMs = SEEN_MS, patienceMs }: Waits = {}): Promise<Rotated> {
  addKeys(path);
  // No server may write with a key that another server does not know yet.
  await wait(waitMs);
  const { fields, lookup } = kit.cipher.keyIds;
  await allMust(
    kit,
    (known) => fields.every((id) => known.fields.includes(id)) && lookup.every((id) => known.lookup.includes(id)),
    'a server does not know the new keys yet: copy the key file to it (INSERVICE_KEYS), then repeat `keys rotate`',
    patienceMs,
  );
  promoteKeys(path);
  await wait(waitMs);
  const rotated = await rotate(kit);
  const { currentKey, lookupKeys } = kit.cipher;
  await recordRotation(kit, { fields: currentKey, lookup: lookupKeys[0], values: rotated.values, numbers: rotated.numbers });
  return rotated;
}

/**
 * Removes the old keys from the file, once nothing needs them.
 * @throws Error if something still needs them
 */
export async function forgetKeys(kit: Kit, path: string, { waitMs = SEEN_MS, patienceMs }: Waits = {}): Promise<void> {
  const { currentKey, lookupKeys } = kit.cipher;
  const sameAsHere = (): Promise<void> =>
    allMust(
      kit,
      ({ fields, lookup }) => fields[0] === currentKey && lookup[0] === lookupKeys[0],
      'a server still writes with another key: copy the key file to it (INSERVICE_KEYS), then repeat `keys forget`',
      patienceMs,
    );
  await sameAsHere();
  await rotate(kit);
  // A request that was running may just have written back a value that it had read before.
  await wait(waitMs);
  const { lost, unreadable, values } = await rotate(kit);
  if (unreadable > 0) throw new Error(`${unreadable} encrypted values cannot be decrypted, so the old keys must stay: see \`verify\``);
  if (lost > 0) throw new Error(`${lost} identity numbers can be found only with the old look-up key, which must stay`);
  if (values > 0) throw new Error('a value was still written with the old key: is there a server that has not re-read the key file?');
  await sameAsHere();
  await dropOldIndexes(kit);
  dropKeys(path);
  await recordRotation(kit, { forgotten: true });
}
