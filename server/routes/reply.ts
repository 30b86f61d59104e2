/** How the answer of a use case becomes a response. */
import type { Context } from 'hono';
import type { Reply, ReplyKind } from '../services/core/exchange.js';

export const STATUS_OF_REPLY = { ok: 200, created: 201, accepted: 202, 'no-content': 204 } as const satisfies Record<ReplyKind, number>;

/** The ETag of an answer: the version of the thing it shows, or of the account in it. */
export function etagOf(body: unknown): string | null {
  const { version, account } = (body ?? {}) as { version?: unknown; account?: { version?: unknown } | null };
  const found = version ?? account?.version;
  return typeof found === 'number' ? `"${found}"` : null;
}

/** @param result a Response, a `Reply`, or the body of a 200 */
export function send(c: Context, result: unknown): Response {
  if (result instanceof Response) return result;
  const reply: Reply = isReply(result) ? result : { as: 'ok', body: result };
  const status = STATUS_OF_REPLY[reply.as];
  if (status === 204) return c.body(null, 204);
  const etag = etagOf(reply.body);
  if (etag !== null) c.header('ETag', etag);
  return c.json(reply.body, status);
}

function isReply(result: unknown): result is Reply {
  return typeof result === 'object' && result !== null && 'as' in result && 'body' in result;
}
