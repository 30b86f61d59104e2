import { Worker } from 'node:worker_threads';
import { built } from '../platform/built.js';
import { fieldError } from '../domain/errors.js';
import type { Encoding } from './encodings.js';
import { LIMITS } from './limits.js';
import type { Table } from './read-table.js';
import type { TableRequest, TableResult } from './table-worker.js';

/** Files parsed at the same time; further ones wait. */
const MAX_WORKERS = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function acquireWorkerSlot(): Promise<void> {
  if (running < MAX_WORKERS) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}

function releaseWorkerSlot(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

function parseInWorker(request: TableRequest): Promise<TableResult> {
  return new Promise((resolve) => {
    const worker = new Worker(built('server/files/table-worker.js'), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.memoryMb, maxYoungGenerationSizeMb: 32 },
      // The parser's output may hold personal data, so it is discarded.
      stdout: true,
      stderr: true,
    });
    const end = (result: TableResult): void => {
      clearTimeout(timer);
      resolve(result);
      void worker.terminate();
    };
    const timer = setTimeout(() => end({ fault: 'file-too-big-inside' }), LIMITS.milliseconds);
    worker.on('message', end);
    // The thread ran out of memory or crashed.
    worker.on('error', () => end({ fault: 'file-too-big-inside' }));
    worker.on('exit', () => end({ fault: 'file-broken' }));
  });
}

/**
 * Reads a file as a table, in a worker thread.
 * @throws DomainError `validation` on `file`, with a text that says what to do
 */
export async function parseTable(bytes: Uint8Array, encoding: Encoding | null): Promise<Table> {
  await acquireWorkerSlot();
  try {
    const result = await parseInWorker({ bytes, encoding });
    if ('missing' in result) throw new Error(result.missing);
    if ('fault' in result) throw fieldError('file', result.fault);
    return result.table;
  } finally {
    releaseWorkerSlot();
  }
}
