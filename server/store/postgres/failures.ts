/** The one place that knows PostgreSQL's error codes (its manual, appendix A). */
import pg from 'pg';
import { DomainError } from '../../domain/errors.js';
import { WriteConflict } from '../store.js';

const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** Connections refused or lost, shutting down, out of resources, a lock or statement that took too long, read-only, I/O. */
const PASSING = /^(08|53|57)|^(55P03|25P03|25006|58030)$/;

function codeOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** The same unit of work, done again from its beginning, may succeed. */
export function isRetriable(error: unknown): boolean {
  const code = codeOf(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED || isBroken(error);
}

/** The connection is gone: refused, lost, silent, or ended by the server. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return /^(08|57P)/.test(code);
  if (!(error instanceof Error)) return false;
  return /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '') || /terminated|timeout|not queryable/i.test(error.message);
}

/** At the commit: the server said no, so nothing was written. Any other error leaves it open. */
export function wasRefused(error: unknown): boolean {
  return /^(23|40)/.test(codeOf(error) ?? '');
}

export function unavailable(cause: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause });
}

/** An error in the port's words. The driver's own message and detail may hold values of a row, so they go no further. */
export function failureOf(thrown: unknown): Error {
  // Drizzle wraps what a driver throws and adds the parameters.
  const error = thrown instanceof Error && thrown.message.startsWith('Failed query') ? thrown.cause : thrown;
  if (error instanceof WriteConflict || error instanceof DomainError) return error;
  if (error instanceof pg.DatabaseError) {
    const { code = '', severity, constraint, table, column, routine } = error;
    if (code === UNIQUE_VIOLATION) return new WriteConflict(constraint ?? 'unique');
    const said = [severity, code, routine, table, column, constraint].filter(Boolean).join(' ');
    return isRetriable(error) || PASSING.test(code) ? unavailable(said) : new Error(`PostgreSQL: ${said}`);
  }
  if (isBroken(error)) return unavailable((error as Error).message);
  return error instanceof Error ? error : new Error(String(error));
}
