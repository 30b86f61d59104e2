import type { Problem } from '../../server/contract/wire.js';
import type { ErrorCode } from '../../server/domain/errors.js';

/** The error codes of the contract, and those that only the client can detect. */
export type ApiErrorCode = ErrorCode | 'offline' | 'timeout';

/** A refused or failed call, with its stable code. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  /** Seconds to wait, if the server sent Retry-After. */
  readonly retryAfter: number | null;

  constructor(
    readonly code: ApiErrorCode,
    problem: Problem | null = null,
    retryAfter: number | null = null,
  ) {
    super(problem?.title ?? code);
    this.name = 'ApiError';
    this.problem = problem;
    this.status = problem?.status ?? 0;
    this.retryAfter = retryAfter;
  }

  get requestId(): string | null {
    return this.problem?.requestId ?? null;
  }

  get fields(): NonNullable<Problem['errors']> {
    return this.problem?.errors ?? [];
  }

  /** The faults by field name. */
  get faults(): Record<string, string> {
    return Object.fromEntries(this.fields.map(({ path, message }) => [path.split('.')[0]!, message]));
  }

  /** The current record, if another person changed it. */
  current<T>(): T | null {
    return (this.problem?.current as T | undefined) ?? null;
  }
}
