/**
 * Rotates keys while servers run. Re-encrypts values that are not encrypted with the current key, and indexes every
 * identity number under the current look-up key. An interrupted run continues with the next one, because the database
 * itself shows what is left to do.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { SEALED_COLUMNS, type SealedColumn, type Store, type KeyAnnouncement } from '../../store/store.js';
import type { Cipher } from '../core/cipher.js';
import type { Kit } from '../core/kit.js';
import { sealBinding } from '../core/seal-binding.js';

const SLICE = 500;

interface Resealed {
  values: number;
  /** Values that cannot be decrypted, because they were changed or moved, or because their key is missing. They stay as they are. */
  unreadable: number;
}

async function resealColumn(store: Store, cipher: Cipher, column: SealedColumn): Promise<Resealed> {
  const done: Resealed = { values: 0, unreadable: 0 };
  let after = '';
  for (;;) {
    const found = await store.sealedOtherwise(column, cipher.currentKey, after, SLICE);
    if (found.length === 0) return done;
    const values = found.flatMap(({ row, boundTo, value }) => {
      const binding = sealBinding(column, boundTo);
      const text = cipher.openOrNull(value, binding);
      return text === null ? [] : [{ row, from: value, to: cipher.seal(text, binding) }];
    });
    await store.reseal(column, values);
    done.values += values.length;
    done.unreadable += found.length - values.length;
    after = found.at(-1)!.row;
  }
}

async function indexAnew(store: Store, cipher: Cipher): Promise<Pick<Rotated, 'numbers' | 'lost'>> {
  const [, ...others] = cipher.lookupKeys;
  const result = { numbers: 0, lost: 0 };
  for (const key of others) {
    let after = '';
    for (;;) {
      const found = await store.numbersUnder(key, after, SLICE);
      if (found.length === 0) break;
      const numbers = found.flatMap(({ sealed, personId }) => {
        const number = sealed && cipher.openOrNull(sealed, sealBinding('personNumbers.sealed', personId));
        return number === null ? [] : [{ ...cipher.numbers(number, personId)[0]!, personId }];
      });
      result.lost += found.length - numbers.length;
      await store.addNumbers(numbers);
      result.numbers += numbers.length;
      after = found.at(-1)!.index;
    }
  }
  return result;
}

/** `values`: those that were re-encrypted. */
export interface Rotated extends Resealed {
  /** Identity numbers that were indexed under the current key. */
  numbers: number;
  /** Numbers without an encrypted value (from an older version), or whose value cannot be decrypted. Only the old look-up key finds them, so it must stay. */
  lost: number;
}

/** Repeats until nothing is left, because concurrent writes may still have used the old key. */
export async function rotate({ store, cipher }: Pick<Kit, 'store' | 'cipher'>): Promise<Rotated> {
  let values = 0;
  for (;;) {
    const round: Resealed = { values: 0, unreadable: 0 };
    for (const column of SEALED_COLUMNS) {
      const resealed = await resealColumn(store, cipher, column);
      round.values += resealed.values;
      round.unreadable += resealed.unreadable;
    }
    values += round.values;
    if (round.values === 0) return { values, unreadable: round.unreadable, ...(await indexAnew(store, cipher)) };
  }
}

/** Deletes the blind indexes under all look-up keys but the current one. */
export async function dropOldIndexes({ store, cipher }: Pick<Kit, 'store' | 'cipher'>): Promise<void> {
  for (const key of cipher.lookupKeys.slice(1)) {
    while ((await store.dropNumbers(key, SLICE)) > 0);
  }
}

/** The audit entry, in the trails of the topmost units. */
export async function recordRotation(kit: Pick<Kit, 'store' | 'now'>, after: Record<string, unknown>): Promise<void> {
  const at = kit.now().toISOString();
  const trail = (await kit.store.roots()).map(({ id: unitId, name }) => ({
    id: newId(),
    unitId,
    at,
    actor: null,
    action: 'keys.rotate' as const,
    outcome: 'done' as const,
    reason: null,
    before: null,
    after,
    target: { type: 'installation' as const, id: unitId, name },
    from: null,
    requestId: null,
  }));
  await kit.store.record({ guards: [], trail });
}

const LOOK_MS = 1_000;
/** How often an instance announces its keys. After three times as long without an announcement it counts as ended. */
const ANNOUNCE_MS = 5_000;
const SILENT_MS = 3 * ANNOUNCE_MS;

/** Announces in the database which keys this instance knows, so that no key is removed that an instance still uses. */
export function announceKeys(
  { store, cipher, now }: Pick<Kit, 'store' | 'cipher' | 'now'>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const instance = newId();
  let announced = '';
  let announcedMs = -Infinity;
  let announcing: Promise<void> = Promise.resolve();
  const announce = (): void => {
    const keys = cipher.keyIds;
    const text = JSON.stringify(keys);
    const at = now();
    if (text === announced && at.getTime() - announcedMs < ANNOUNCE_MS) return;
    [announced, announcedMs] = [text, at.getTime()];
    // If this write fails, the next announcement follows soon.
    announcing = store.announceKeys(instance, { ...keys, at: at.toISOString() }).catch(failed);
  };
  announce();
  const timer = setInterval(announce, LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await announcing;
    await store.announceKeys(instance, null).catch(() => undefined);
  };
}

/**
 * Waits until the condition holds, at most as long as a killed instance still counts as running.
 * @param fits the condition on the announcement of every running instance
 * @throws Error that says what to do
 */
export async function allMust(
  { store, now }: Pick<Kit, 'store' | 'now'>,
  fits: (announcement: KeyAnnouncement) => boolean,
  otherwise: string,
  patienceMs = SILENT_MS + LOOK_MS,
): Promise<void> {
  for (const until = now().getTime() + patienceMs; ; await wait(LOOK_MS)) {
    const announcements = await store.announcedKeys(new Date(now().getTime() - SILENT_MS).toISOString());
    if (announcements.every(fits)) return;
    if (now().getTime() > until) throw new Error(otherwise);
  }
}
