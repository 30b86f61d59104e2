/** Parses one file in a worker thread, whose memory and time `parse-table.ts` limits. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Encoding } from './encodings.js';
import { MissingPeer } from '../platform/peer.js';
import { FileFault } from './file-fault.js';
import { readTable, type Table } from './read-table.js';

export interface TableRequest {
  bytes: Uint8Array;
  encoding: Encoding | null;
}
/** `missing`: the message about an npm package that is not installed. */
export type TableResult = { table: Table } | { fault: FileFault['fault'] } | { missing: string };

const { bytes, encoding } = workerData as TableRequest;
const result = await readTable(bytes, encoding).then(
  (table): TableResult => ({ table }),
  (error: unknown): TableResult => {
    if (error instanceof MissingPeer) return { missing: error.message };
    // Any other error of a parser means that the file is damaged; its message may hold personal data.
    return { fault: error instanceof FileFault ? error.fault : 'file-broken' };
  },
);
parentPort!.postMessage(result);
