/** The maximum sizes of request bodies, and what happens to the rest of one that is refused. */
import type { Context, MiddlewareHandler } from 'hono';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../domain/errors.js';

/** For calls that anyone may make. Their bodies are a few short fields; a larger one only costs the server time. */
export const OPEN_BODY_BYTES = 16 * 1024;
export const BODY_BYTES = 1024 * 1024;
/** 10 MiB for the file (contract) and 64 KiB for the multipart envelope. */
export const UPLOAD_BYTES = 10 * 1024 * 1024 + 64 * 1024;
/** How much of an unread body is discarded, and for how long. Beyond that the connection is closed. */
const DISCARDED_BYTES = 64 * 1024 * 1024;
const DISCARDED_MS = 30_000;

/** The body, of at most so many bytes. The rest of a larger one stays unread. */
async function readUpTo(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array(Buffer.concat(chunks));
      size += value.length;
      if (size > maxBytes) throw new DomainError('too-large');
      chunks.push(value);
    }
  } finally {
    reader.releaseLock();
  }
}

/** Refuses larger bodies with 413; one with a Content-Length is not read. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return async (c, next) => {
    const length = c.req.header('Content-Length');
    if (length !== undefined && c.req.header('Transfer-Encoding') === undefined) {
      if (Number(length) > maxBytes) throw new DomainError('too-large');
    } else if (c.req.raw.body) {
      c.req.raw = new Request(c.req.raw, { body: await readUpTo(c.req.raw.body, maxBytes) });
    }
    await next();
  };
}

/**
 * Reads the rest of a body that a refusal left unread, and discards it, before the answer is sent: a client that is still sending
 * would otherwise lose the connection, and with it the answer.
 */
export const discardUnread: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.status >= 400 && c.req.method !== 'GET' && c.req.method !== 'HEAD' && !isReceived(c)) await discard(c.req.raw);
};

/** Under Node: whether the whole request has arrived, for example because the portal has read it. */
function isReceived(c: Context): boolean {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  return incoming?.complete ?? false;
}

async function discard({ body }: Request): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  let late: NodeJS.Timeout | undefined;
  const deadline = new Promise<{ done: true }>((resolve) => {
    late = setTimeout(() => resolve({ done: true }), DISCARDED_MS).unref();
  });
  try {
    for (let bytes = 0; bytes <= DISCARDED_BYTES;) {
      const part = await Promise.race([reader.read(), deadline]);
      if (part.done) return;
      bytes += part.value.length;
    }
  } catch {
    // The client has gone.
  } finally {
    clearTimeout(late);
    reader.releaseLock();
  }
}
