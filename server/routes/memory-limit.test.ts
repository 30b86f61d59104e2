import { describe, expect, it } from 'vitest';
import { DomainError } from '../domain/errors.js';
import { MemoryLimit } from './memory-limit.js';

/** The seconds to wait if the event is refused; null if it is allowed. */
function refusedFor(limit: MemoryLimit, key: string, nowMs: number): number | null {
  try {
    limit.count(key, nowMs);
    return null;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'rate-limited') throw error;
    return error.details.retryAfter!;
  }
}

describe('a rate limit in memory', () => {
  it('allows as many events as it says, then refuses with the rest of the window in whole seconds', () => {
    const limit = new MemoryLimit(2, 60);
    const answers = [0, 10_000, 20_000, 30_500, 59_999].map((nowMs) => refusedFor(limit, 'a', nowMs));
    expect(answers).toEqual([null, null, 40, 30, 1]);
  });

  it('counts each key by itself', () => {
    const limit = new MemoryLimit(1, 60);
    expect(['a', 'b', 'a', 'b'].map((key) => refusedFor(limit, key, 0))).toEqual([null, null, 60, 60]);
  });

  it('begins a new window at the end of the last one', () => {
    const limit = new MemoryLimit(1, 60);
    expect([0, 59_999, 60_000, 60_001].map((nowMs) => refusedFor(limit, 'a', nowMs))).toEqual([null, 1, null, 60]);
  });

  it('forgets all keys when a further one would exceed its memory', () => {
    const limit = new MemoryLimit(1, 60);
    for (let number = 0; number <= 10_000; number++) limit.count(`${number}`, 0);
    expect(refusedFor(limit, '0', 1)).toBe(60);
    limit.count('one more', 1);
    expect(refusedFor(limit, '0', 1)).toBeNull();
  });
});
