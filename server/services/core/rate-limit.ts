import { DomainError } from '../../domain/errors.js';
import type { AttemptCount } from '../../store/store.js';
import type { Act } from './act.js';

/** For `Retry-After`. */
export const secondsUntil = (act: Act, until: string): number => Math.max(1, Math.ceil((Date.parse(until) - act.now.getTime()) / 1000));

/** At most so many events under a key, counted in the database. */
export interface RateLimit {
  key: string;
  most: number;
  seconds: number;
  /** The period starts again with each event, until the limit is reached. */
  extends?: boolean;
}

/** Counts an event, and returns whether the limit allows it. */
export async function countEvent(act: Act, { key, most, seconds, extends: extending = false }: RateLimit): Promise<boolean> {
  const { count } = await act.store.countAttempt(key, act.at, act.later(seconds), extending ? most : 0);
  return count <= most;
}

/**
 * Counts an event against a limit in the database before it is answered, so that concurrent calls are counted one by one.
 * @throws DomainError `rate-limited` with the seconds to wait
 */
export async function enforceLimit(act: Act, key: string, most: number, seconds: number): Promise<void> {
  const counted = await act.store.countAttempt(key, act.at, act.later(seconds));
  if (counted.count > most) throw limited(act, counted);
}

function limited(act: Act, { until }: AttemptCount): DomainError {
  return new DomainError('rate-limited', { retryAfter: secondsUntil(act, until) });
}

/**
 * Counts an attempt that may fail. A refused one is no failure, so it takes itself back.
 * @throws DomainError `rate-limited`
 */
export async function countAttempt(act: Act, { key, most, seconds }: RateLimit): Promise<void> {
  const counted = await act.store.countAttempt(key, act.at, act.later(seconds));
  if (counted.count <= most) return;
  await act.store.takeBackAttempt(key);
  throw limited(act, counted);
}

/**
 * Limits failures. An attempt is counted before its outcome is known, so that concurrent guesses are counted one by one. What did
 * not fail takes it back: a success, a refusal by a limit, and a server that could not decide. Attempts under one key run one
 * after the other in an instance, so that right ones do not count against each other.
 * @throws DomainError `rate-limited`, `unavailable` if too many wait
 */
export function limitFailures<T>(act: Act, limits: readonly RateLimit[], attempt: () => Promise<T>): Promise<T> {
  return act.kit.guesses.run({ flows: limits.map(({ key }) => key), first: false }, () => withinLimits(act, limits, attempt));
}

async function withinLimits<T>(act: Act, limits: readonly RateLimit[], attempt: () => Promise<T>): Promise<T> {
  const counted: string[] = [];
  const outcome = await (async () => {
    for (const limit of limits) {
      await countAttempt(act, limit);
      counted.push(limit.key);
    }
    return { result: await attempt() };
  })().catch((error: unknown) => ({ error }));
  if (!('error' in outcome)) {
    await takeBack(act, counted);
    return outcome.result;
  }
  if (!isRefused(outcome.error)) await takeBack(act, counted);
  throw outcome.error;
}

function isRefused(error: unknown): boolean {
  return error instanceof DomainError && error.code !== 'rate-limited' && error.code !== 'unavailable';
}

export async function takeBack(act: Act, keys: readonly string[]): Promise<void> {
  for (const key of keys) await act.store.takeBackAttempt(key);
}
