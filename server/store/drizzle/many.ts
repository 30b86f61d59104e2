/** Reading many rows by their ids, or by another text that is theirs alone. */
import { createYielder } from '../../platform/event-loop.js';
import { numbered, valuesOf } from './driver.js';

/** Values in one statement: SQLite and PostgreSQL take many more, and a slice keeps others' reads from waiting. */
const SLICE = 100;

/** What a column is compared with, by `inArray`. */
export const asked = numbered('value', SLICE);

/** Asks for many in slices of one length, so that one prepared statement serves them all, and by turns with whoever else waits. */
export async function sliced<T>(values: readonly string[], ask: (values: Record<string, unknown>) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  const wanted = [...new Set(values)];
  const yieldIfDue = createYielder();
  for (let at = 0; at < wanted.length; at += SLICE) {
    const slice = wanted.slice(at, at + SLICE);
    // What is left over of the last slice asks for its first once more.
    found.push(...(await ask(valuesOf('value', [...slice, ...Array<string>(SLICE - slice.length).fill(slice[0]!)]))));
    await yieldIfDue();
  }
  return found;
}
