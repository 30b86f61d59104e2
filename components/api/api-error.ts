import type { Problem } from '../../server/contract/wire.js';
import type { ErrorCode } from '../../server/domain/errors.js';

/** Codes of the contract, and what only a page can notice. */
export type ApiErrorCode = ErrorCode | 'offline' | 'timeout';

/** A refusal or failure of a call, by its stable code. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  /** Seconds to wait, where the server says so. */
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

  /** What is wrong with each field, by its name. */
  get faults(): Record<string, string> {
    return Object.fromEntries(this.fields.map(({ path, message }) => [path.split('.')[0]!, message]));
  }

  /** The thing as it is now, where it was changed by someone else. */
  current<T>(): T | null {
    return (this.problem?.current as T | undefined) ?? null;
  }
}
