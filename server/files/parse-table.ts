import { Worker } from 'node:worker_threads';
import { built } from '../platform/built.js';
import { fieldError } from '../domain/errors.js';
import type { Encoding } from './encodings.js';
import { LIMITS } from './limits.js';
import type { Table } from './read-table.js';
import type { TableAnswer, TableRequest } from './table-worker.js';

/** Files parsed at the same time; the others wait their turn. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function turn(): Promise<void> {
  if (running < AT_ONCE) running++;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}

function done(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

function inWorker(request: TableRequest): Promise<TableAnswer> {
  return new Promise((resolve) => {
    const worker = new Worker(built('server/files/table-worker.js'), {
      workerData: request,
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.memoryMb, maxYoungGenerationSizeMb: 32 },
      // What a parser prints is nobody's to read: it may hold people's data.
      stdout: true,
      stderr: true,
    });
    const end = (answer: TableAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      void worker.terminate();
    };
    const timer = setTimeout(() => end({ fault: 'file-too-big-inside' }), LIMITS.milliseconds);
    worker.on('message', end);
    // It ran out of memory, or broke.
    worker.on('error', () => end({ fault: 'file-too-big-inside' }));
    worker.on('exit', () => end({ fault: 'file-broken' }));
  });
}

/**
 * Reads a file as a table, outside the thread that answers.
 * @throws DomainError `validation` on `file`, with a sentence that says what to do
 */
export async function parseTable(bytes: Uint8Array, encoding: Encoding | null): Promise<Table> {
  await turn();
  try {
    const answer = await inWorker({ bytes, encoding });
    if ('missing' in answer) throw new Error(answer.missing);
    if ('fault' in answer) throw fieldError('file', answer.fault);
    return answer.table;
  } finally {
    done();
  }
}
