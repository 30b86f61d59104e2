/** The main thread's end of the writer: asks, waits for the answer, and starts another where one has died. */
import { Worker } from 'node:worker_threads';
import { built } from '../../built.js';
import { DomainError } from '../../domain/errors.js';
import type { Committed, UnitOfWork } from '../drizzle/driver.js';
import { WriteConflict } from '../store.js';
import type { WriterAnswer, WriterRequest, WriterSettings } from './writer.js';

export function unavailable(cause: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause });
}

interface Waiting {
  resolve: (committed: Committed) => void;
  reject: (error: Error) => void;
}

const NOTHING: UnitOfWork = { statements: [], trail: [] };

export class WriterThread {
  #worker: Worker | null = null;
  #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #closed = false;

  constructor(private readonly settings: WriterSettings) {}

  commit(work: UnitOfWork): Promise<Committed> {
    return this.#send((id) => ({ id, work }));
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

  #send(request: (id: number) => WriterRequest): Promise<Committed> {
    if (this.#closed) return Promise.reject(unavailable('the store is closed'));
    return new Promise((resolve, reject) => {
      const worker = (this.#worker ??= this.#begin());
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(request(id));
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
