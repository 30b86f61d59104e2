/** Signed webhooks (Standard Webhooks 1.0): one POST per fact; every attempt has the same id. */
import { createHash } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Fact, FactType } from '../domain/facts.js';
import { peer } from '../platform/peer.js';
import type { Consumer } from '../services/core/outbox.js';
import { isPublicAddress, publicLookup } from './addresses.js';

export interface WebhookOptions {
  url: string;
  /** `whsec_` and base64 of 24 to 64 random bytes; the receiver verifies the signature with the same secret. */
  secret: string;
  /** Default: all types. */
  types?: readonly FactType[];
  /** Allows private addresses and plain http, for a receiver in the same network. */
  allowPrivate?: boolean;
}

const TIMEOUT_MS = 10_000;

/** @throws Error for a URL that is not allowed, or a secret that is too short */
export async function webhook({ url, secret, types, allowPrivate = false }: WebhookOptions): Promise<Consumer> {
  if (!URL.canParse(url)) throw new Error(`webhooks: "${url}" is not a URL`);
  const to = new URL(url);
  const host = to.hostname.replace(/^\[|\]$/g, '');
  if (to.protocol !== 'https:' && !(allowPrivate && to.protocol === 'http:')) throw new Error(`webhooks: ${url} must be https`);
  if (to.username || to.password) throw new Error('webhooks: a URL must not hold a password');
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
    throw new Error(`webhooks: ${url} is not a public address (allowPrivate)`);
  if (Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length < 24)
    throw new Error('webhooks: the secret must be whsec_ and base64 of at least 24 bytes');
  const { Webhook } = await peer('standardwebhooks', 'webhooks', () => import('standardwebhooks'));
  const signer = new Webhook(secret);
  return {
    id: `webhook:${createHash('sha256').update(to.href).digest('base64url').slice(0, 16)}`,
    wants: (type) => types === undefined || types.includes(type),
    async deliver(payload) {
      const fact = payload as Fact;
      const { id, type, at, ...data } = fact;
      const body = JSON.stringify({ type, timestamp: at, data: { id, ...data } });
      const now = new Date();
      const status = await post(to, allowPrivate, body, {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': signer.sign(id, now, body),
      });
      if (status < 200 || status > 299) throw new Error(`the receiver responded with status ${status}`);
    },
  };
}

/** Follows no redirect, because the address of its target was not checked. */
function post(to: URL, allowPrivate: boolean, body: string, headers: Record<string, string>): Promise<number> {
  const request = to.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sending = request(
      to,
      {
        method: 'POST',
        headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        agent: false,
        ...(allowPrivate ? {} : { lookup: publicLookup }),
      },
      (response) => {
        // The body of the response is not read: it is not needed and may be endless.
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    sending.once('error', reject);
    sending.end(body);
  });
}
