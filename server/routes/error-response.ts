/** Maps error codes to statuses, and errors to problem+json (RFC 9457) in the negotiated locale. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from '../contract/wire.js';
import { DomainError, type ErrorCode } from '../domain/errors.js';
import type { ServerTexts } from '../domain/server-texts/server-texts.js';

export const STATUS_OF: Record<ErrorCode, ContentfulStatusCode> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'origin-not-allowed': 403,
  'no-account': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'wrong-state': 409,
  'head-exists': 409,
  'identity-conflict': 409,
  'in-progress': 409,
  'nothing-to-undo': 409,
  unreadable: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  validation: 422,
  'national-id-invalid': 422,
  'sex-mismatch': 422,
  'registration-failed': 422,
  'intern-not-allowed': 422,
  'username-taken': 422,
  'idempotency-key-reused': 422,
  'precondition-required': 428,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
  'newer-format': 503,
};

const CODE_OF_STATUS: Record<number, ErrorCode> = { 400: 'malformed', 413: 'too-large', 415: 'unsupported-media-type' };

/** Converts anything that was thrown to a DomainError; an unexpected error is `internal`. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (error instanceof HTTPException) return new DomainError(CODE_OF_STATUS[error.status] ?? 'internal');
  return new DomainError('internal');
}

export function problemOf(error: DomainError, texts: ServerTexts, requestId: string): Problem {
  const { errors, current } = error.details;
  return {
    type: `https://inservice-kit.invalid/errors/${error.code}`,
    ...texts.errors[error.code],
    status: STATUS_OF[error.code],
    code: error.code,
    ...(errors ? { errors: errors.map((each) => ({ ...each, message: texts.fields[each.code] })) } : {}),
    ...(current === undefined ? {} : { current }),
    requestId,
  };
}

export function errorResponse(c: Context, thrown: unknown, texts: ServerTexts): Response {
  const error = toDomainError(thrown);
  const { retryAfter, allow } = error.details;
  return c.body(JSON.stringify(problemOf(error, texts, c.get('requestId') as string)), STATUS_OF[error.code], {
    'Content-Type': 'application/problem+json; charset=utf-8',
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(allow ? { Allow: allow.join(', ') } : {}),
    ...(error.code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer' } : {}),
  });
}
