/** The maximum sizes of request bodies. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../domain/errors.js';

/** For calls that anyone may make. Their bodies are a few short fields; a larger one only costs the server time. */
export const OPEN_BODY_BYTES = 16 * 1024;
export const BODY_BYTES = 1024 * 1024;
/** 10 MiB for the file (contract) and 64 KiB for the multipart envelope. */
export const UPLOAD_BYTES = 10 * 1024 * 1024 + 64 * 1024;

/** Refuses larger bodies with 413; one with a Content-Length is not read. */
export function limitBody(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new DomainError('too-large');
    },
  });
}
