/**
 * The outbox of facts and letters. They are written in the transaction of their change, sent after it, and tried again until
 * they arrive: at least once, even if a process is killed. Any instance that has the consumer may send them.
 */
import { v7 as newId } from 'uuid';
import { factOf, type Fact, type FactType } from '../../domain/facts.js';
import type { OutboxRecord, TrailDraft } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import type { Cipher } from './cipher.js';
import { sealBinding } from './seal-binding.js';

export interface Letter {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
}

export interface Consumer {
  /** The same after a restart. */
  id: string;
  /** Which facts it receives; null for a consumer of letters. */
  wants: ((type: FactType) => boolean) | null;
  /** False while it can receive nothing. */
  readonly active?: boolean;
  /** Resolves when the delivery has arrived. */
  deliver(payload: unknown, id: string): Promise<void>;
}

const TICK_MS = 1_000;
/** How often (in ticks) records left by other instances are looked for. */
const LOOK_EVERY = 15;
/** How long (in ticks) a record that was posted here is looked for. After that it was rolled back, or another instance took it. */
const POSTED_TICKS = LOOK_EVERY;
const AT_ONCE = 20;
/** Longer than any delivery takes; after that another instance may try. */
const LEASE_MS = 60_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 6 * 3600_000;
/** A delivery without an answer fails after this time. */
const PATIENCE_MS = 30_000;
const CLOSING_MS = 5_000;
/** About two days of attempts. Then the record is dropped, and the error is reported. */
const ATTEMPTS = 20;

/** The format in which payloads are stored. */
const FORMAT = 1;
/** The format of payloads without a number: they were stored before formats had one. */
const UNNUMBERED = 1;

/** A payload that a newer version has stored. An instance of that version can deliver it, so it is never dropped. */
class UnknownFormat extends Error {
  constructor(format: unknown) {
    super(`the payload has format ${String(format)}, which a newer version has stored; it stays until that version runs`);
  }
}

function packed(payload: Fact | Letter): string {
  return JSON.stringify({ format: FORMAT, ...payload });
}

/** @throws UnknownFormat */
function unpacked(text: string): unknown {
  const { format = UNNUMBERED, ...payload } = JSON.parse(text) as { format?: unknown };
  if (format !== FORMAT) throw new UnknownFormat(format);
  return payload;
}

const bindingOf = (id: string): string => sealBinding('outbox.payload', id);

function* factsOf(trail: readonly TrailDraft[], wants: (type: FactType) => boolean): Generator<Fact> {
  for (const auditEntry of trail) {
    const fact = factOf(auditEntry);
    if (fact && wants(fact.type)) yield fact;
  }
}

export class Outbox {
  readonly #consumers = new Map<string, Consumer>();
  /** When the next known record is due. Other records are found by the regular look-up. */
  #dueAt: number | null = null;
  #ticks = 0;
  /** The tick at which each record was posted that has not been taken yet. Its transaction may commit several ticks later. */
  readonly #posted = new Map<string, number>();

  constructor(
    private readonly cipher: Cipher,
    consumers: readonly Consumer[],
  ) {
    for (const consumer of consumers) this.#consumers.set(consumer.id, consumer);
  }

  /** Whether there is a consumer of letters. */
  get writes(): boolean {
    return [...this.#consumers.values()].some(({ wants }) => wants === null);
  }

  /** The outbox records of a change: the facts of its audit entries, and its letters. The generator can be read once. */
  *post(trail: readonly TrailDraft[], letters: readonly Letter[], at: string): Generator<OutboxRecord> {
    for (const { id, wants } of this.#consumers.values()) {
      for (const payload of wants === null ? letters : factsOf(trail, wants)) {
        const record = this.#record(id, payload, at);
        this.#posted.set(record.id, this.#ticks);
        yield record;
      }
    }
  }

  #expect(dueMs: number): void {
    this.#dueAt = Math.min(this.#dueAt ?? Infinity, dueMs);
  }

  #record(consumer: string, payload: Fact | Letter, at: string): OutboxRecord {
    const id = newId();
    return { id, consumer, payload: this.cipher.seal(packed(payload), bindingOf(id)), attempts: 0, dueAt: at, createdAt: at };
  }

  get #active(): Consumer[] {
    return [...this.#consumers.values()].filter((consumer) => consumer.active !== false);
  }

  /** Sends the records that are due. Returns how many arrived. */
  async send(store: Store, now: () => Date, failed: (error: unknown) => void): Promise<number> {
    const arrived = await Promise.all(this.#active.map((consumer) => this.#sendTo(consumer, store, now, failed)));
    return arrived.reduce((sum, count) => sum + count, 0);
  }

  async #sendTo(consumer: Consumer, store: Store, now: () => Date, failed: (error: unknown) => void): Promise<number> {
    const until = new Date(now().getTime() + LEASE_MS).toISOString();
    const due = await store.takeOutbox([consumer.id], now().toISOString(), until, AT_ONCE);
    for (const { id } of due) this.#posted.delete(id);
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
      await inTime(consumer.deliver(unpacked(this.cipher.open(payload, bindingOf(id))), id));
    } catch (error) {
      const why = `outbox: ${consumer.id}, attempt ${attempts}: ${error instanceof Error ? error.message : String(error)}`;
      const givesUp = attempts >= ATTEMPTS && !(error instanceof UnknownFormat);
      failed(new Error(givesUp ? `${why}; given up` : why));
      if (givesUp) {
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

  /** Starts sending, to each consumer independently, so that a slow one does not delay the others. Returns a function that stops it. */
  begin(store: Store, now: () => Date, failed: (error: unknown) => void): () => Promise<void> {
    const busy = new Map<string, Promise<unknown>>();
    const timer = setInterval(() => {
      this.#ticks++;
      for (const [id, tick] of this.#posted) if (this.#ticks - tick > POSTED_TICKS) this.#posted.delete(id);
      const isDue = this.#dueAt !== null && this.#dueAt <= now().getTime();
      if (!isDue && this.#posted.size === 0 && this.#ticks % LOOK_EVERY !== 1) return;
      if (isDue) this.#dueAt = null;
      for (const consumer of this.#active) {
        // The consumer is busy; the next tick tries again.
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
      // A delivery that hangs is sent again later, by any instance.
      await Promise.race([Promise.all(busy.values()), after(CLOSING_MS)]);
    };
  }
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** @throws Error if it takes too long */
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
