/** `keys add`, `keys rotate`, `keys forget`: a change of keys while the servers run. */
import { setTimeout as wait } from 'node:timers/promises';
import { addKeys, dropKeys, promoteKeys } from '../identity/keys.js';
import { allMust, dropOldIndexes, recordRotation, rotate, type Rotated } from '../services/upkeep/rotation.js';
import type { Kit } from '../services/core/kit.js';

/** Longer than a running server takes to see that the file has changed, and than a request that began before. */
const SEEN_MS = 5_000;

interface Waits {
  waitMs?: number;
  /** How long a server that does not know the keys is waited for. */
  patienceMs?: number;
}

/** New keys are used from now on, and everything is brought under them; the old ones are still there. */
export async function rotateKeys(kit: Kit, path: string, { waitMs = SEEN_MS, patienceMs }: Waits = {}): Promise<Rotated> {
  addKeys(path);
  // Nobody writes with a key that another server does not know yet.
  await wait(waitMs);
  const { fields, lookup } = kit.cipher.keyIds;
  await allMust(
    kit,
    (known) => fields.every((id) => known.fields.includes(id)) && lookup.every((id) => known.lookup.includes(id)),
    'a server does not know the new keys yet: copy the key file to it (INSERVICE_KEYS), then `keys rotate` again',
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
 * Takes the old keys out of the file, once nothing needs them.
 * @throws Error where something still does
 */
export async function forgetKeys(kit: Kit, path: string, { waitMs = SEEN_MS, patienceMs }: Waits = {}): Promise<void> {
  const { currentKey, lookupKeys } = kit.cipher;
  const sameAsHere = (): Promise<void> =>
    allMust(
      kit,
      ({ fields, lookup }) => fields[0] === currentKey && lookup[0] === lookupKeys[0],
      'a server still writes with another key: copy the key file to it (INSERVICE_KEYS), then `keys forget` again',
      patienceMs,
    );
  await sameAsHere();
  await rotate(kit);
  // What a request under way had read before may just have been written back.
  await wait(waitMs);
  const { lost, values } = await rotate(kit);
  if (lost > 0) throw new Error(`${lost} identity numbers are known by the old look-up key alone; it must stay`);
  if (values > 0)
    throw new Error('something was still being written with the old key; is there a server that has not read the key file anew?');
  await sameAsHere();
  await dropOldIndexes(kit);
  dropKeys(path);
  await recordRotation(kit, { forgotten: true });
}
