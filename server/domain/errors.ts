/**
 * The closed list of error codes. A code is the stable name of an error. Its texts are in
 * `server-texts/`, its HTTP status in `server/routes/error-response.ts`.
 */
export const ERROR_CODES = [
  'malformed',
  'unauthenticated',
  'forbidden',
  'origin-not-allowed',
  'no-account',
  'not-found',
  'method-not-allowed',
  'wrong-state',
  'head-exists',
  'identity-conflict',
  'in-progress',
  'nothing-to-undo',
  'unreadable',
  'gone',
  'precondition-failed',
  'too-large',
  'unsupported-media-type',
  'validation',
  'national-id-invalid',
  'sex-mismatch',
  'registration-failed',
  'intern-not-allowed',
  'username-taken',
  'idempotency-key-reused',
  'precondition-required',
  'rate-limited',
  'internal',
  'unavailable',
  'newer-format',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What is wrong with one field; each has a text in `server-texts/`. */
export type FieldFault =
  | 'required'
  | 'too-short'
  | 'too-long'
  | 'unknown-field'
  | 'not-allowed'
  | 'wrong-type'
  | 'bad-characters'
  | 'bad-email'
  | 'bad-date'
  | 'age-out-of-range'
  | 'unknown-code'
  | 'duplicate'
  | 'too-many'
  | 'bad-username'
  | 'common-password'
  | 'wrong-password'
  | 'too-simple'
  | 'used-before'
  | 'too-soon'
  | 'wrong-code'
  | 'not-your-unit'
  | 'own-subtree'
  | 'code-taken'
  | 'national-id-length'
  | 'national-id-letter'
  | 'national-id-second'
  | 'national-id-digits'
  | 'national-id-check'
  | 'national-id-permit-number'
  | 'sex-mismatch'
  | 'lost-characters'
  | 'date-calendar'
  | 'not-this-person'
  | 'asked-too-often'
  | 'file-empty'
  | 'file-locked'
  | 'file-old-excel'
  | 'file-not-a-table'
  | 'file-broken'
  | 'file-no-headings'
  | 'file-too-many-rows'
  | 'file-too-many-columns'
  | 'file-too-big-inside'
  | 'file-similar-numbers';

export interface FieldError {
  /** JSON path of the field, dotted: `name`, `subjects.2`. */
  path: string;
  code: FieldFault;
}

export interface ErrorDetails {
  errors?: FieldError[];
  /** The current view of the record, with `precondition-failed`. */
  current?: unknown;
  /** Seconds to wait, with `rate-limited` and `unavailable`. */
  retryAfter?: number;
  /** The allowed methods of the path, with `method-not-allowed`. */
  allow?: string[];
}

/** The only error that domain and services throw. The routes turn it into a response. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly details: ErrorDetails = {},
  ) {
    super(code);
    this.name = 'DomainError';
  }
}

/** A `validation` error about one field. */
export function fieldError(path: string, code: FieldFault): DomainError {
  return new DomainError('validation', { errors: [{ path, code }] });
}
