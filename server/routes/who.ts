/** Identifies the caller of a request. Permissions are never cached: each request reads them from the database. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { DomainError } from '../domain/errors.js';
import { isIdentifier, type Identify } from '../identity/identify.js';
import { type Caller, callerOf, NOBODY, recordUse, type Who } from '../services/core/caller.js';
import { integrationOf, TOKEN_PREFIX } from '../services/sign-in/integrations.js';
import type { Kit } from '../services/core/kit.js';
import { resume } from '../services/sign-in/sessions.js';
import type { AccountRecord } from '../store/records.js';
import type { Env } from './env.js';

export const SESSION_COOKIE = 'inservice_session';

/** Only the Bearer scheme: a browser adds Basic credentials by itself, also to requests from other sites. */
const BEARER = /^Bearer\s+(\S+)$/i;

export function cookieName(secure: boolean): string {
  return secure ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE;
}

/** The device cookie, by which a browser is known that has signed in before. It identifies nobody. */
export function deviceCookie(secure: boolean): string {
  return secure ? '__Host-inservice_device' : 'inservice_device';
}

export async function whoCalls(kit: Kit, identify: Identify | null, secure: boolean, c: Context<Env>): Promise<Who> {
  const bearer = BEARER.exec(c.req.header('Authorization') ?? '')?.[1];
  if (bearer?.startsWith(TOKEN_PREFIX)) return (await integrationOf(kit, bearer)) ?? NOBODY;
  const resumed = bearer === undefined ? null : await resume(kit, bearer, 'bearer');
  if (resumed) return resumed;
  if (!identify) {
    // With a token the cookie is ignored: a request has one identity.
    if (bearer !== undefined) return NOBODY;
    const cookie = getCookie(c, cookieName(secure));
    return (cookie === undefined ? null : await resume(kit, cookie, 'cookie')) ?? NOBODY;
  }
  const found = await identify(c.req.raw, { context: c, incoming: (c.env as { incoming?: unknown } | undefined)?.incoming });
  if (found === null) return NOBODY;
  const byToken = found.by === 'token';
  if ('accountId' in found) {
    if (!isIdentifier(found.accountId)) return NOBODY;
    return { ...NOBODY, byToken, caller: await callerWith(kit, await kit.store.account(found.accountId)) };
  }
  if (!isIdentifier(found.issuer) || !isIdentifier(found.subject)) return NOBODY;
  const outside = { issuer: found.issuer, subject: found.subject };
  return { ...NOBODY, byToken, outside, caller: await callerWith(kit, await kit.store.accountByIdentity(found.issuer, found.subject)) };
}

async function callerWith(kit: Kit, account: AccountRecord | null): Promise<Caller | null> {
  const caller = account && callerOf(kit, account, await kit.store.unit(account.unitId), null);
  if (caller) await recordUse(kit, caller);
  return caller;
}

/**
 * A write must carry an allowed Origin header or `Sec-Fetch-Site: same-origin`, so that a page of another site cannot make a
 * signed-in browser write (CSRF). Exempt is a caller whom a token has identified, not a request that merely has one: behind a
 * token that fails, the portal may find its own cookie.
 */
export function mustBeOurs(c: Context, { byToken }: Who, origins: ReadonlySet<string>): void {
  if (byToken) return;
  if (c.req.header('Sec-Fetch-Site') === 'same-origin') return;
  const origin = c.req.header('Origin');
  if (origin === undefined || !origins.has(origin)) throw new DomainError('origin-not-allowed');
}
