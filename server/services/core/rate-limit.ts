import { DomainError } from '../../domain/errors.js';
import type { Act } from './act.js';

/**
 * Counts an event against a limit in the database before it is answered, so that concurrent calls are counted one by one.
 * @throws DomainError `rate-limited` with the seconds to wait
 */
export async function enforceLimit(act: Act, key: string, most: number, seconds: number): Promise<void> {
  const { count, until } = await act.store.countAttempt(key, act.at, act.later(seconds));
  if (count <= most) return;
  throw new DomainError('rate-limited', { retryAfter: Math.max(1, Math.ceil((Date.parse(until) - act.now.getTime()) / 1000)) });
}
