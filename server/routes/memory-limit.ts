import { DomainError } from '../domain/errors.js';

/** A rate limit by key, counted in the memory of this process: for expensive reads, not for guessing secrets. */
export class MemoryLimit {
  #windows = new Map<string, { count: number; until: number }>();

  constructor(
    private readonly most: number,
    private readonly seconds: number,
  ) {}

  /** @throws DomainError `rate-limited` */
  count(key: string, now: number): void {
    const attempts = this.#windows.get(key);
    if (!attempts || attempts.until <= now) {
      if (this.#windows.size > 10_000) this.#windows.clear();
      this.#windows.set(key, { count: 1, until: now + this.seconds * 1000 });
      return;
    }
    if (++attempts.count > this.most) throw new DomainError('rate-limited', { retryAfter: Math.ceil((attempts.until - now) / 1000) });
  }
}
