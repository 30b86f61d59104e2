/**
 * A bounded queue that is fair to all who wait, however much one of them sends: start-time fair queueing (Goyal, Vin, Cheng 1996).
 * Each task belongs to flows, for example an address and an account. A flow that has sent much is behind the others by as much.
 */
import { DomainError } from '../domain/errors.js';

const RETRY_AFTER_SECONDS = 5;

export interface Sender {
  /** The flows that the task belongs to. Tasks of one flow never run at the same time. */
  flows: readonly string[];
  /** Goes before the others. While others wait, they get at least every second turn. */
  first: boolean;
}

interface Waiting extends Sender {
  /** The virtual time at which its turn begins: the smallest is next. */
  start: number;
  begin: () => void;
  drop: (error: DomainError) => void;
}

/** The virtual time of one class of tasks. */
class VirtualTime {
  #now = 0;
  /** When the last task of a flow ends, if that is later than now. */
  readonly #ends = new Map<string, number>();

  startOf(flows: readonly string[]): number {
    return Math.max(this.#now, ...flows.map((flow) => this.#ends.get(flow) ?? 0));
  }

  add(flows: readonly string[], start: number): void {
    for (const flow of flows) this.#ends.set(flow, start + 1);
  }

  advance(start: number): void {
    this.#now = Math.max(this.#now, start);
    for (const [flow, end] of this.#ends) if (end <= this.#now) this.#ends.delete(flow);
  }
}

export class FairQueue {
  readonly #times = { first: new VirtualTime(), others: new VirtualTime() };
  readonly #runningFlows = new Set<string>();
  #running = 0;
  #lastWasFirst = false;
  #waiting: Waiting[] = [];

  constructor(private readonly most: { running: number; waiting: number }) {}

  /**
   * Runs a task in its turn. Where too many wait, the one that is furthest behind is dropped: a flow with few tasks still gets in.
   * @throws DomainError `unavailable` with the seconds to wait
   */
  async run<T>({ flows, first }: Sender, task: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin, drop) => this.#enter({ flows, first, begin, drop }));
    try {
      return await task();
    } finally {
      this.#running--;
      for (const flow of flows) this.#runningFlows.delete(flow);
      this.#beginNext();
    }
  }

  #timeOf({ first }: Sender): VirtualTime {
    return first ? this.#times.first : this.#times.others;
  }

  #enter(sent: Omit<Waiting, 'start'>): void {
    const time = this.#timeOf(sent);
    const added = { ...sent, start: time.startOf(sent.flows) };
    const full = this.#waiting.length >= this.most.waiting;
    const dropped = full ? [...this.#waiting, added].reduce((last, each) => (isBehind(each, last) ? each : last)) : null;
    dropped?.drop(new DomainError('unavailable', { retryAfter: RETRY_AFTER_SECONDS }));
    if (dropped === added) return;
    this.#waiting = [...this.#waiting.filter((each) => each !== dropped), added];
    time.add(sent.flows, added.start);
    this.#beginNext();
  }

  #beginNext(): void {
    while (this.#running < this.most.running) {
      const next = this.#next();
      if (!next) return;
      this.#waiting = this.#waiting.filter((each) => each !== next);
      this.#running++;
      for (const flow of next.flows) this.#runningFlows.add(flow);
      this.#lastWasFirst = next.first;
      this.#timeOf(next).advance(next.start);
      next.begin();
    }
  }

  #next(): Waiting | undefined {
    const ready = this.#waiting.filter(({ flows }) => !flows.some((flow) => this.#runningFlows.has(flow)));
    const [first, others] = [ready.filter((each) => each.first), ready.filter((each) => !each.first)];
    const firstIsNext = first.length > 0 && (others.length === 0 || !this.#lastWasFirst);
    const [next, ...rest] = firstIsNext ? first : others;
    return next && rest.reduce((best, each) => (each.start < best.start ? each : best), next);
  }
}

/** Whether a task is dropped rather than another one. */
function isBehind(one: Waiting, other: Waiting): boolean {
  if (one.first !== other.first) return !one.first;
  return one.start >= other.start;
}
