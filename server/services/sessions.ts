/** Signing in with the kit's own log-in, and handing a sign-in to a page on another site. */
import { createHash } from 'node:crypto';
import { DomainError } from '../domain/errors.js';
import type { Me, SessionToken, SignInCodeAnswer } from '../contract/wire.js';
import type { AccountRecord, SessionRecord, UnitRecord } from '../store/records.js';
import { Act, type Caller, type Fields, type Reply } from './act.js';
import { hashOf, secret } from './applications.js';
import { readMe } from './me.js';
import { failed } from './password-failure.js';

const targetOf = ({ id, name }: AccountRecord) => ({ type: 'session' as const, id, name });

function newSession(
  act: Act,
  accountId: string,
  kind: SessionRecord['kind'],
  parentId: string | null,
): { session: SessionRecord; token: string } {
  const token = secret();
  return {
    token,
    session: {
      id: act.newId(),
      accountId,
      tokenHash: hashOf(token),
      kind,
      parentId,
      createdAt: act.at,
      seenAt: act.at,
      expiresAt: act.later(act.kit.limits.sessionSeconds),
    },
  };
}

/**
 * Signs in by user name and password. Unknown name, wrong password, locked and disabled account answer alike, in time too.
 * @throws DomainError `unauthenticated`, `rate-limited`
 */
export async function signIn(act: Act, fields: Fields<{ username: string; password: string }>): Promise<{ me: Me; token: string }> {
  if (!act.kit.ownLogin) throw new DomainError('not-found');
  const { username, password } = fields();
  const { limits, passwords } = act.kit;
  const addressKey = `sign-in:address:${act.request.from ?? ''}`;
  const accountKey = `sign-in:account:${username.toLowerCase()}`;
  // Counted before the password is looked at, so that guesses sent together are counted one by one; a success takes it back.
  const byAddress = await act.store.countFailure(addressKey, act.at, act.later(limits.addressSeconds));
  if (byAddress.count > limits.addressFailures) throw new DomainError('rate-limited', { retryAfter: limits.addressSeconds });
  const byAccount = await act.store.countFailure(accountKey, act.at, act.later(limits.accountLockSeconds), limits.accountFailures);
  const account = await act.store.accountByUsername(username);
  const fits = await passwords.verify(account?.passwordHash ?? null, password);
  const unit = account && (await act.store.unit(account.unitId));
  if (!fits || !account || !unit || account.status !== 'active' || byAccount.count > limits.accountFailures) {
    // As long for a name that nobody has.
    if (account && unit) await act.store.record(failed(act, account));
    else await act.store.ping();
    throw new DomainError('unauthenticated');
  }
  await act.store.uncountFailure(addressKey);
  const { session, token } = newSession(act, account.id, 'cookie', null);
  const entered = as(act, account, unit, session);
  await act.store.openSession(session, [accountKey], {
    guards: [],
    trail: [entered.entry('session.create', targetOf(account), { unitId: unit.id })],
  });
  return { me: await readMe(entered), token };
}

/** The same call, by the account that has just signed in. */
function as(act: Act, account: AccountRecord, unit: UnitRecord, session: SessionRecord): Act {
  const caller: Caller = { account, unit, session, functions: account.role ? act.kit.policy[account.role] : [] };
  return new Act(act.kit, act.request, caller);
}

export async function signOut(act: Act): Promise<Reply<undefined>> {
  const who = act.maybeCaller;
  if (who?.session) {
    await act.store.endSession(who.session.id, { guards: [], trail: [act.entry('session.end', targetOf(who.account))] });
  }
  return { as: 'no-content', body: undefined };
}

/** A one-time code for a page on a listed origin; only the kit's own sign-in page asks for it. */
export async function createSignInCode(act: Act, fields: Fields<{ origin: string; challenge: string }>): Promise<Reply<SignInCodeAnswer>> {
  const { account, session } = act.caller;
  const { origin, challenge } = fields();
  if (!act.kit.origins.has(origin)) throw new DomainError('origin-not-allowed');
  // A token cannot beget another: only the session that a person opened here can.
  if (session?.kind === 'bearer') throw new DomainError('forbidden');
  const code = secret();
  await act.store.saveSignInCode({
    codeHash: hashOf(code),
    accountId: account.id,
    sessionId: session?.id ?? null,
    origin,
    challenge,
    expiresAt: act.later(act.kit.limits.codeSeconds),
  });
  return { as: 'ok', body: { code } };
}

/** Trades a code for a token: once, within its time, from the origin it was made for, with the PKCE verifier. */
export async function createToken(
  act: Act,
  origin: string | null,
  fields: Fields<{ code: string; verifier: string }>,
): Promise<Reply<SessionToken>> {
  const { code, verifier } = fields();
  const made = await act.store.takeSignInCode(hashOf(code));
  const fits =
    made !== null &&
    made.expiresAt > act.at &&
    made.origin === origin &&
    createHash('sha256').update(verifier).digest('base64url') === made.challenge;
  const parent = fits && made.sessionId !== null ? await act.store.session(made.sessionId) : null;
  // The session that a person opened may have ended meanwhile; the token ends when it would have.
  const alive = fits && (made.sessionId === null || (parent !== null && parent.expiresAt > act.at));
  const account = alive ? await act.store.account(made.accountId) : null;
  const unit = account && (await act.store.unit(account.unitId));
  if (!alive || !account || !unit || account.status !== 'active') throw new DomainError('unauthenticated');
  const { session: whole, token } = newSession(act, account.id, 'bearer', made.sessionId);
  const session = { ...whole, expiresAt: parent?.expiresAt ?? whole.expiresAt };
  const entered = as(act, account, unit, session);
  await act.store.openSession(session, [], {
    guards: [],
    trail: [entered.entry('session.create', targetOf(account), { unitId: unit.id, after: { origin } })],
  });
  return { as: 'ok', body: { token, expiresAt: session.expiresAt } };
}

/** Whose session a token is; null where it is over. */
export async function resume(kit: Act['kit'], token: string, kind: SessionRecord['kind']): Promise<Caller | null> {
  const now = kit.now();
  const found = await kit.store.signedIn(hashOf(token), kind, now.toISOString());
  if (!found || found.account.status !== 'active') return null;
  const idle = now.getTime() - Date.parse(found.session.seenAt);
  if (idle > kit.limits.sessionIdleSeconds * 1000) return null;
  // Once a minute is enough to know whether someone is idle.
  // Not waited for: no reader waits for the writer.
  if (idle > 60_000) void kit.store.touchSession(found.session.id, now.toISOString()).catch(() => undefined);
  return { ...found, functions: found.account.role ? kit.policy[found.account.role] : [] };
}
