/** Parses a file in a thread of its own, with memory and time of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Encoding } from './encodings.js';
import { FileFault } from './file-fault.js';
import { readTable, type Table } from './read-table.js';

export interface TableRequest {
  bytes: Uint8Array;
  encoding: Encoding | null;
}
export type TableAnswer = { table: Table } | { fault: FileFault['fault'] };

const { bytes, encoding } = workerData as TableRequest;
const answer = await readTable(bytes, encoding).then(
  (table): TableAnswer => ({ table }),
  // What the parser cannot read is broken, whatever it says about it.
  (error: unknown): TableAnswer => ({ fault: error instanceof FileFault ? error.fault : 'file-broken' }),
);
parentPort!.postMessage(answer);
