/**
 * What goes out: facts and letters. Written in the transaction of the change that they tell of, sent after it, tried again
 * until they arrive: at least once, also across a kill. Any instance that knows the consumer may be the one that sends.
 */
import { v7 as newId } from 'uuid';
import { factOf, type Fact, type FactType } from '../../domain/facts.js';
import type { OutboxRecord, TrailDraft } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import type { Cipher } from './cipher.js';
import { placeOfSealed } from './sealed.js';

export interface Letter {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

export interface Consumer {
  /** Stable across restarts. */
  id: string;
  /** Which facts it wants. Null: letters. */
  wants: ((type: FactType) => boolean) | null;
  /** False while it would take nothing. */
  readonly active?: boolean;
  /** Resolves when it has arrived. */
  deliver(payload: unknown, id: string): Promise<void>;
}

const TICK_MS = 1_000;
/** Also what another instance has left behind is looked for this often. */
const LOOK_EVERY = 15;
const AT_ONCE = 20;
/** Longer than any delivery takes; then another instance may try. */
const LEASE_MS = 60_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 6 * 3600_000;
/** A receiver that hangs has failed. */
const PATIENCE_MS = 30_000;
const CLOSING_MS = 5_000;
/** About two days; then it is given up, which is told. */
const ATTEMPTS = 20;

const place = (id: string): string => placeOfSealed('outbox.payload', id);

function* factsOf(trail: readonly TrailDraft[], wants: (type: FactType) => boolean): Generator<Fact> {
  for (const line of trail) {
    const fact = factOf(line);
    if (fact && wants(fact.type)) yield fact;
  }
}

export class Outbox {
  readonly #consumers = new Map<string, Consumer>();
  /** When something is known to be due; all else is looked for now and then. */
  #dueAt: number | null = null;

  constructor(
    private readonly cipher: Cipher,
    consumers: readonly Consumer[],
  ) {
    for (const consumer of consumers) this.#consumers.set(consumer.id, consumer);
  }

  /** Whether letters are sent at all. */
  get writes(): boolean {
    return [...this.#consumers.values()].some(({ wants }) => wants === null);
  }

  /** What a change posts: its lines' facts to everybody who wants them, and its letters; made as they are asked for, once. */
  *post(trail: readonly TrailDraft[], letters: readonly Letter[], at: string): Generator<OutboxRecord> {
    for (const { id, wants } of this.#consumers.values()) {
      for (const payload of wants === null ? letters : factsOf(trail, wants)) {
        this.#expect(Date.parse(at));
        yield this.#record(id, payload, at);
      }
    }
  }

  #expect(at: number): void {
    this.#dueAt = Math.min(this.#dueAt ?? Infinity, at);
  }

  #record(consumer: string, payload: Fact | Letter, at: string): OutboxRecord {
    const id = newId();
    return { id, consumer, payload: this.cipher.seal(JSON.stringify(payload), place(id)), attempts: 0, dueAt: at, createdAt: at };
  }

  get #active(): Consumer[] {
    return [...this.#consumers.values()].filter((consumer) => consumer.active !== false);
  }

  /** Sends what is due. Answers how many arrived. */
  async send(store: Store, now: () => Date, failed: (error: unknown) => void): Promise<number> {
    const arrived = await Promise.all(this.#active.map((consumer) => this.#sendTo(consumer, store, now, failed)));
    return arrived.reduce((sum, count) => sum + count, 0);
  }

  async #sendTo(consumer: Consumer, store: Store, now: () => Date, failed: (error: unknown) => void): Promise<number> {
    const until = new Date(now().getTime() + LEASE_MS).toISOString();
    const due = await store.takeOutbox([consumer.id], now().toISOString(), until, AT_ONCE);
    const arrived = await Promise.all(due.map((record) => this.#deliver(consumer, store, record, now, failed)));
    if (due.length === AT_ONCE) this.#expect(now().getTime());
    return arrived.filter(Boolean).length;
  }

  async #deliver(
    consumer: Consumer,
    store: Store,
    record: OutboxRecord,
    now: () => Date,
    failed: (error: unknown) => void,
  ): Promise<boolean> {
    const { id, payload, attempts } = record;
    try {
      await inTime(consumer.deliver(JSON.parse(this.cipher.open(payload, place(id))), id));
    } catch (error) {
      const why = `outbox: ${consumer.id}, attempt ${attempts}: ${error instanceof Error ? error.message : String(error)}`;
      failed(new Error(attempts >= ATTEMPTS ? `${why}; given up` : why));
      if (attempts >= ATTEMPTS) {
        await store.settleOutbox(id);
        return false;
      }
      const dueAt = now().getTime() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
      await store.postponeOutbox(id, new Date(dueAt).toISOString());
      this.#expect(dueAt);
      return false;
    }
    await store.settleOutbox(id);
    return true;
  }

  /** Begins to send, to each consumer by itself: a slow one keeps nobody else waiting. The answer ends it. */
  begin(store: Store, now: () => Date, failed: (error: unknown) => void): () => Promise<void> {
    let tick = 0;
    const busy = new Map<string, Promise<unknown>>();
    const timer = setInterval(() => {
      tick++;
      const expected = this.#dueAt !== null && this.#dueAt <= now().getTime();
      if (!expected && tick % LOOK_EVERY !== 1) return;
      this.#dueAt = null;
      for (const consumer of this.#active) {
        // It is looked at again once it is free.
        if (busy.has(consumer.id)) {
          this.#expect(now().getTime());
          continue;
        }
        const sending = this.#sendTo(consumer, store, now, failed)
          .catch(failed)
          .finally(() => busy.delete(consumer.id));
        busy.set(consumer.id, sending);
      }
    }, TICK_MS);
    timer.unref();
    return async () => {
      clearInterval(timer);
      // What hangs is sent again by whoever comes next.
      await Promise.race([Promise.all(busy.values()), after(CLOSING_MS)]);
    };
  }
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** @throws Error where it takes too long */
async function inTime(delivery: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    await Promise.race([delivery, late]);
  } finally {
    clearTimeout(timer);
  }
}
