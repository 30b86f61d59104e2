/** The main thread's end of the writer: asks, waits for the answer, and starts another where one has died. */
import { Worker } from 'node:worker_threads';
import { built } from '../../built.js';
import { DomainError } from '../../domain/errors.js';
import type { Committed, UnitOfWork } from '../drizzle/driver.js';
import { WriteConflict } from '../store.js';
import type { PackedWork, WriterAnswer, WriterRequest, WriterSettings } from './writer.js';

export function unavailable(cause: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause });
}

interface Waiting {
  resolve: (committed: Committed) => void;
  reject: (error: Error) => void;
}

/** Each text once: a list of 5,000 people has ten different ones, and what crosses is copied. */
function pack({ statements, trail }: UnitOfWork): PackedWork {
  const texts = new Map<string, number>();
  const packed = statements.map(({ sql, params, about }): PackedWork['statements'][number] => {
    let text = texts.get(sql);
    if (text === undefined) texts.set(sql, (text = texts.size));
    return [text, params, about];
  });
  return { texts: [...texts.keys()], statements: packed, trail };
}

/** Statements, or lines, in one message. */
const PART = 1_000;

const NOTHING: UnitOfWork = { statements: [], trail: [] };

export class WriterThread {
  #worker: Worker | null = null;
  #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #closed = false;

  constructor(private readonly settings: WriterSettings) {}

  async commit(work: UnitOfWork): Promise<Committed> {
    const { statements, trail } = work;
    if (statements.length + trail.length <= PART) return this.#send((id) => ({ id, work: pack(work), parts: 0 }));
    // A large one crosses in parts, for what crosses is copied while everybody else waits.
    const id = this.#nextId++;
    const size = Math.max(statements.length, trail.length);
    let parts = 0;
    for (let at = 0; at < size; at += PART, parts++) {
      const part = pack({ statements: statements.slice(at, at + PART), trail: trail.slice(at, at + PART) });
      this.#post({ id, part });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.#send(() => ({ id, work: pack(NOTHING), parts }), id);
  }

  /** Resolves once the writer has the file open. */
  async start(): Promise<void> {
    await this.commit(NOTHING);
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
