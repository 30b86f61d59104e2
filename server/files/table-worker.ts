/** Parses a file in a thread of its own, with memory and time of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Encoding } from './encodings.js';
import { MissingPeer } from '../platform/peer.js';
import { FileFault } from './file-fault.js';
import { readTable, type Table } from './read-table.js';

export interface TableRequest {
  bytes: Uint8Array;
  encoding: Encoding | null;
}
export type TableAnswer = { table: Table } | { fault: FileFault['fault'] } | { missing: string };

const { bytes, encoding } = workerData as TableRequest;
const answer = await readTable(bytes, encoding).then(
  (table): TableAnswer => ({ table }),
  (error: unknown): TableAnswer => {
    if (error instanceof MissingPeer) return { missing: error.message };
    // What the parser cannot read is broken, whatever it says about it.
    return { fault: error instanceof FileFault ? error.fault : 'file-broken' };
  },
);
parentPort!.postMessage(answer);
