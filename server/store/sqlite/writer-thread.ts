/** The main thread's end of the writer: asks, waits for the answer, and starts another where one has died. */
import { Worker } from 'node:worker_threads';
import { built } from '../../platform/built.js';
import { DomainError } from '../../domain/errors.js';
import type { Committed, Statement, UnitOfWork } from '../drizzle/driver.js';
import type { TrailDraft } from '../records.js';
import { WriteConflict } from '../store.js';
import { unchainedEntry } from '../trail-chain.js';
import type { PackedWork, WriterAnswer, WriterRequest, WriterSettings } from './writer.js';

export function unavailable(cause: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause });
}

interface Waiting {
  resolve: (committed: Committed) => void;
  reject: (error: Error) => void;
}

/** Each text once: a list of 5,000 people has ten different ones, and what crosses is copied. */
function pack(statements: readonly Statement[], trail: readonly TrailDraft[]): PackedWork {
  const texts = new Map<string, number>();
  const packed = statements.map(({ sql, params, about, rows }): PackedWork['statements'][number] => {
    let text = texts.get(sql);
    if (text === undefined) texts.set(sql, (text = texts.size));
    return [text, params, about, rows];
  });
  return { texts: [...texts.keys()], statements: packed, trail: trail.map(unchainedEntry) };
}

/** Values of statements in one message, and lines. */
const PART_VALUES = 5_000;
const PART_LINES = 500;

/**
 * A work in parts, for what crosses is copied while everybody else waits. It returns the last; nearly every work is that
 * alone.
 */
async function* partsOf({ statements, end, trail }: UnitOfWork): AsyncGenerator<PackedWork, PackedWork, void> {
  let at = 0;
  let large = false;
  let values = 0;
  let some: Statement[] = [];
  const part = (): PackedWork => {
    // As many lines as have been made by now.
    const lines = trail.slice(at, at + PART_LINES);
    at += lines.length;
    const packed = pack(some, lines);
    some = [];
    values = 0;
    return packed;
  };
  function* full(more: Iterable<Statement>): Generator<PackedWork> {
    for (const statement of more) {
      if (values >= PART_VALUES) {
        large = true;
        yield part();
      }
      some.push(statement);
      values += statement.params.length;
    }
  }
  yield* full(statements);
  if (end) {
    // What there is of a large one is run while its end is made.
    if (large) yield part();
    yield* full(await end());
  }
  let last = part();
  while (at < trail.length) {
    yield last;
    last = part();
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

  commitInOne(works: Iterable<UnitOfWork>): Promise<Committed> {
    return this.#sendParts(async function* (hasRun) {
      for (const work of works) {
        const last = yield* partsOf(work);
        yield last;
        // So that no more than one piles up in the thread.
        await hasRun();
      }
      return pack([], []);
    });
  }

  /** @param makeParts `hasRun` resolves once the writer has run all that was sent before */
  async #sendParts(makeParts: (hasRun: () => Promise<unknown>) => AsyncGenerator<PackedWork, PackedWork, void>): Promise<Committed> {
    const id = this.#nextId++;
    const parts = makeParts(() => this.#send((asking) => ({ id: asking, ran: id })));
    let sent = 0;
    let next: IteratorResult<PackedWork, PackedWork>;
    try {
      while (!(next = await parts.next()).done) {
        // The writer begins with the first while the next are made.
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

  /** Resolves once the writer has the file open. */
  async start(): Promise<void> {
    await this.commit({ statements: [], trail: [] });
  }

  async beat(): Promise<void> {
    await this.#send((id) => ({ id, beat: true }));
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
    (this.#worker ??= this.#begin()).postMessage(request);
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

  #begin(): Worker {
    const worker = new Worker(built('server/store/sqlite/writer.js'), { workerData: this.settings });
    worker.on('message', (answer: WriterAnswer) => this.#hear(answer));
    const ended = (why: string): void => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(unavailable(why));
      this.#waiting.clear();
    };
    worker.on('error', (error) => ended(error.message));
    worker.on('exit', (code) => ended(`the writer stopped with ${code}`));
    return worker;
  }

  #hear(answer: WriterAnswer): void {
    const caller = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.outcome === 'done') caller?.resolve(answer);
    else if (answer.outcome === 'conflict') caller?.reject(new WriteConflict(answer.about));
    else if (answer.outcome === 'unavailable') caller?.reject(unavailable(answer.message));
    else caller?.reject(new Error(answer.message));
  }
}
