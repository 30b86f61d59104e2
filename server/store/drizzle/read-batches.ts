/** Reads many rows by their ids or another unique text. */
import { createYielder } from '../../platform/event-loop.js';
import { numberedParams, numberedValues } from './driver.js';

/** Values per statement. The databases allow more; small batches keep other reads from waiting. */
const READ_BATCH_SIZE = 100;

/** The placeholders of a batch, for `inArray`. */
export const batchParams = numberedParams('value', READ_BATCH_SIZE);

/** Reads in batches of the same length, so that all of them use one prepared statement, and yields to the event loop between them. */
export async function readInBatches<T>(values: readonly string[], read: (values: Record<string, unknown>) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = [];
  const distinct = [...new Set(values)];
  const yieldIfDue = createYielder();
  for (let start = 0; start < distinct.length; start += READ_BATCH_SIZE) {
    const batch = distinct.slice(start, start + READ_BATCH_SIZE);
    // The last batch is filled up with repetitions of its first value.
    const padding = Array<string>(READ_BATCH_SIZE - batch.length).fill(batch[0]!);
    rows.push(...(await read(numberedValues('value', [...batch, ...padding]))));
    await yieldIfDue();
  }
  return rows;
}
