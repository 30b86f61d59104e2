/** The main thread's side of the writer: sends requests, waits for results, and starts a new thread where one has ended. */
import { Worker } from 'node:worker_threads';
import { built } from '../../platform/built.js';
import { DomainError } from '../../domain/errors.js';
import type { Committed, Statement, UnitOfWork } from '../drizzle/driver.js';
import type { TrailDraft } from '../records.js';
import { WriteConflict } from '../store.js';
import { unchainedEntry } from '../trail-chain.js';
import type { PackedWork, WriterRequest, WriterResult, WriterSettings } from './writer.js';

export function unavailable(cause: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause });
}

interface Waiting {
  resolve: (committed: Committed) => void;
  reject: (error: Error) => void;
}

/** Each SQL text is sent once, because messages are copied: an import of 5,000 rows has only ten different ones. */
function pack(statements: readonly Statement[], trail: readonly TrailDraft[]): PackedWork {
  const texts = new Map<string, number>();
  const packed = statements.map(({ sql, params, conflictName, requiredRows }): PackedWork['statements'][number] => {
    let text = texts.get(sql);
    if (text === undefined) texts.set(sql, (text = texts.size));
    return [text, params, conflictName, requiredRows];
  });
  return { texts: [...texts.keys()], statements: packed, trail: trail.map(unchainedEntry) };
}

/** The most parameter values, and audit entries, of one message. */
const MAX_PART_VALUES = 5_000;
const MAX_PART_ENTRIES = 500;

/**
 * Splits a unit of work into parts, because a message is copied synchronously and blocks the event loop. Yields all parts but
 * the last, and returns that; most units of work have only one.
 */
async function* partsOf({ statements, end, trail }: UnitOfWork): AsyncGenerator<PackedWork, PackedWork, void> {
  let sentEntries = 0;
  let isLarge = false;
  let values = 0;
  let pending: Statement[] = [];
  const takePart = (): PackedWork => {
    // The audit entries are still being added; this takes those that exist by now.
    const entries = trail.slice(sentEntries, sentEntries + MAX_PART_ENTRIES);
    sentEntries += entries.length;
    const packed = pack(pending, entries);
    pending = [];
    values = 0;
    return packed;
  };
  function* fullParts(more: Iterable<Statement>): Generator<PackedWork> {
    for (const statement of more) {
      if (values >= MAX_PART_VALUES) {
        isLarge = true;
        yield takePart();
      }
      pending.push(statement);
      values += statement.params.length;
    }
  }
  yield* fullParts(statements);
  if (end) {
    // The writer runs the rest of a large work while `end` prepares the last statements.
    if (isLarge) yield takePart();
    yield* fullParts(await end());
  }
  let last = takePart();
  while (sentEntries < trail.length) {
    yield last;
    last = takePart();
  }
  return last;
}

export class WriterThread {
  #worker: Worker | null = null;
  #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #closed = false;

  constructor(private readonly settings: WriterSettings) {}

  commit(work: UnitOfWork): Promise<Committed> {
    return this.#sendParts(() => partsOf(work));
  }

  commitInOneTransaction(works: Iterable<UnitOfWork>): Promise<Committed> {
    return this.#sendParts(async function* (hasRun) {
      for (const work of works) {
        const last = yield* partsOf(work);
        yield last;
        // At most one unit of work is in the thread's memory.
        await hasRun();
      }
      return pack([], []);
    });
  }

  /** @param makeParts its parameter `hasRun` resolves when the writer has run all parts sent before */
  async #sendParts(makeParts: (hasRun: () => Promise<unknown>) => AsyncGenerator<PackedWork, PackedWork, void>): Promise<Committed> {
    const id = this.#nextId++;
    const parts = makeParts(() => this.#send((requestId) => ({ id: requestId, awaitRunOf: id })));
    let sent = 0;
    let next: IteratorResult<PackedWork, PackedWork>;
    try {
      while (!(next = await parts.next()).done) {
        // The writer runs a part while the next ones are prepared.
        this.#post({ id, part: next.value, parts: sent++ });
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      if (sent > 0 && !this.#closed) this.#post({ id, dropped: true });
      throw error;
    }
    const { value } = next;
    return this.#send(() => ({ id, work: value, parts: sent }), id);
  }

  /** Resolves when the writer has opened the file. */
  async start(): Promise<void> {
    await this.commit({ statements: [], trail: [] });
  }

  async recordHeartbeat(): Promise<void> {
    await this.#send((id) => ({ id, heartbeat: true }));
  }

  async close(): Promise<void> {
    const closing = this.#worker && this.#send((id) => ({ id, close: true }));
    this.#closed = true;
    await closing;
    await this.#worker?.terminate();
    this.#worker = null;
  }

  #post(request: WriterRequest): void {
    if (this.#closed) throw unavailable('the store is closed');
    (this.#worker ??= this.#startWorker()).postMessage(request);
  }

  #send(request: (id: number) => WriterRequest, id = this.#nextId++): Promise<Committed> {
    return new Promise((resolve, reject) => {
      try {
        this.#post(request(id));
      } catch (error) {
        return reject(error as Error);
      }
      this.#waiting.set(id, { resolve, reject });
    });
  }

  #startWorker(): Worker {
    const worker = new Worker(built('server/store/sqlite/writer.js'), { workerData: this.settings });
    worker.on('message', (result: WriterResult) => this.#settle(result));
    const onEnd = (reason: string): void => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(unavailable(reason));
      this.#waiting.clear();
    };
    worker.on('error', (error) => onEnd(error.message));
    worker.on('exit', (code) => onEnd(`the writer ended with code ${code}`));
    return worker;
  }

  #settle(result: WriterResult): void {
    const caller = this.#waiting.get(result.id);
    this.#waiting.delete(result.id);
    if (result.outcome === 'done') caller?.resolve(result);
    else if (result.outcome === 'conflict') caller?.reject(new WriteConflict(result.subject));
    else if (result.outcome === 'unavailable') caller?.reject(unavailable(result.message));
    else caller?.reject(new Error(result.message));
  }
}
