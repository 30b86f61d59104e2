/** Maps errors of PostgreSQL to errors of the port. Codes: PostgreSQL manual, appendix A. */
import pg from 'pg';
import { DomainError } from '../../domain/errors.js';
import { WriteConflict } from '../store.js';

const UNIQUE_VIOLATION = '23505';
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** Connection refused or lost, shutdown, out of resources, lock or statement time-out, read-only, I/O error. */
const TEMPORARY = /^(08|53|57)|^(55P03|25P03|25006|58030)$/;

function codeOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** Whether the same unit of work may succeed when it is repeated from its beginning. */
export function isRetriable(error: unknown): boolean {
  const code = codeOf(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED || isConnectionError(error);
}

/** Whether the connection failed: refused, lost, timed out, or ended by the server. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return /^(08|57P)/.test(code);
  if (!(error instanceof Error)) return false;
  return /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '') || /terminated|timeout|not queryable/i.test(error.message);
}

/** Whether the server rejected a commit, so that nothing was written. After any other error the outcome is unknown. */
export function isRejectedCommit(error: unknown): boolean {
  return /^(23|40)/.test(codeOf(error) ?? '');
}

export function unavailable(cause: string): DomainError {
  return Object.assign(new DomainError('unavailable', { retryAfter: 2 }), { cause });
}

/** The error of the port for an error of the driver. Message and detail of the driver may hold values of a row, so they are dropped. */
export function portErrorOf(thrown: unknown): Error {
  // Drizzle wraps the driver's error and adds the parameters.
  const error = thrown instanceof Error && thrown.message.startsWith('Failed query') ? thrown.cause : thrown;
  if (error instanceof WriteConflict || error instanceof DomainError) return error;
  if (error instanceof pg.DatabaseError) {
    const { code = '', severity, constraint, table, column, routine } = error;
    if (code === UNIQUE_VIOLATION) return new WriteConflict(constraint ?? 'unique');
    const summary = [severity, code, routine, table, column, constraint].filter(Boolean).join(' ');
    return isRetriable(error) || TEMPORARY.test(code) ? unavailable(summary) : new Error(`PostgreSQL: ${summary}`);
  }
  if (isConnectionError(error)) return unavailable((error as Error).message);
  return error instanceof Error ? error : new Error(String(error));
}
