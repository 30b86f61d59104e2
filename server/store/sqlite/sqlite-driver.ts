import { drizzle } from 'drizzle-orm/better-sqlite3';
import { Worker } from 'node:worker_threads';
import { built } from '../../built.js';
import { DomainError } from '../../domain/errors.js';
import type { Database as DrizzleDatabase, Driver, UnitOfWork } from '../drizzle/driver.js';
import { WriteConflict } from '../store.js';
import { openConnection, openReader } from './connection.js';
import { migrate } from './migrate.js';
import { tables } from './tables.js';
import type { WriterAnswer, WriterRequest, WriterSettings } from './writer.js';

/** Opens a file, brings it to the current schema and starts its writer. */
export async function sqliteDriver(file: string, trailKey: Buffer): Promise<Driver> {
  const first = openConnection(file);
  try {
    migrate(first, file);
  } finally {
    first.close();
  }
  const settings: WriterSettings = { file, trailKey };
  const writer = new Worker(built('server/store/sqlite/writer.js'), { workerData: settings });
  const waiting = new Map<number, { resolve: (rows: Record<string, unknown>[]) => void; reject: (error: Error) => void }>();
  let nextId = 0;
  let broken: Error | null = null;

  writer.on('message', (answer: WriterAnswer) => {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.outcome === 'done') caller?.resolve(answer.rows);
    else if (answer.outcome === 'conflict') caller?.reject(new WriteConflict(answer.about));
    else if (answer.outcome === 'unavailable') caller?.reject(unavailable(answer.message));
    else caller?.reject(new Error(answer.message));
  });
  const fail = (error: Error): void => {
    broken = error;
    for (const { reject } of waiting.values()) reject(unavailable(error.message));
    waiting.clear();
  };
  writer.on('error', fail);
  writer.on('exit', (code) => {
    if (code !== 0) fail(new Error(`the writer stopped with ${code}`));
  });

  const send = (request: (id: number) => WriterRequest): Promise<Record<string, unknown>[]> =>
    new Promise((resolve, reject) => {
      if (broken) {
        reject(unavailable(broken.message));
        return;
      }
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      writer.postMessage(request(id));
    });

  // The writer opens the file for writing first, so that the reader finds its WAL.
  await send((id) => ({ id, work: { statements: [], trail: [] } }));
  const reader = openReader(file);

  return {
    db: drizzle(reader) as unknown as DrizzleDatabase,
    tables,
    commit: (work: UnitOfWork) => send((id) => ({ id, work })),
    async check() {
      const pages = reader.pragma('integrity_check') as { integrity_check: string }[];
      const references = reader.pragma('foreign_key_check') as unknown[];
      return [
        ...pages.map(({ integrity_check: message }) => message).filter((message) => message !== 'ok'),
        ...references.map((row) => `a reference leads nowhere: ${JSON.stringify(row)}`),
      ];
    },
    async close() {
      // The writer is the last to close, and leaves no WAL behind.
      reader.close();
      if (!broken) await send((id) => ({ id, close: true }));
      await writer.terminate();
    },
  };
}

function unavailable(message: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause: message });
}
