import { DomainError } from '../domain/errors.js';

/** A rate limit by key, counted in the memory of this process: for expensive requests, not for guessing secrets. */
export class MemoryLimit {
  #windows = new Map<string, { count: number; until: number }>();

  constructor(
    private readonly most: number,
    private readonly seconds: number,
  ) {}

  /** @throws DomainError `rate-limited` */
  count(key: string, now: number): void {
    if (this.take(key, now)) return;
    const { until } = this.#windows.get(key)!;
    throw new DomainError('rate-limited', { retryAfter: Math.ceil((until - now) / 1000) });
  }

  /** Counts like `count`, and returns whether the limit allows it. */
  take(key: string, now: number): boolean {
    const attempts = this.#windows.get(key);
    if (attempts && attempts.until > now) return ++attempts.count <= this.most;
    if (this.#windows.size > 10_000) this.#windows.clear();
    this.#windows.set(key, { count: 1, until: now + this.seconds * 1000 });
    return true;
  }

  /** Takes one counted request back. */
  giveBack(key: string): void {
    const attempts = this.#windows.get(key);
    if (attempts && attempts.count > 0) attempts.count--;
  }
}
