/** Password sign-in, sessions, and sign-in for pages of other sites. */
import { createHash } from 'node:crypto';
import { DomainError, type FieldFault } from '../../domain/errors.js';
import type { Me, Sessions, SessionToken, SignInCodeAnswer } from '../../contract/wire.js';
import type { AccountRecord, SessionRecord, TrailDraft, UnitRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { callerOf, NOBODY, type OutsideIdentity, type Who } from '../core/caller.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { hashOf, secret } from '../core/secrets.js';
import { readMe } from './me.js';
import { countEvent, takeBack } from '../core/rate-limit.js';
import { rememberDevice } from './devices.js';
import { codeLimit, guessPassword } from './password-guesses.js';
import { failed, isFirstPasswordOver } from './password-rules.js';
import { secondFactorFits } from './second-factor.js';

const targetOf = ({ id, name }: AccountRecord) => ({ type: 'session' as const, id, name });

/** The owner of a session: an account or an outside identity. */
type Owner = Pick<SessionRecord, 'accountId' | 'issuer' | 'subject'>;

function newSession(
  act: Act,
  owner: Owner,
  kind: SessionRecord['kind'],
  parentId: string | null,
): { session: SessionRecord; token: string } {
  const token = secret();
  return {
    token,
    session: {
      id: act.newId(),
      ...owner,
      tokenHash: hashOf(token),
      kind,
      parentId,
      address: act.request.from,
      createdAt: act.at,
      seenAt: act.at,
      expiresAt: act.later(act.kit.limits.sessionSeconds),
    },
  };
}

/** The session that this browser has already: a new sign-in ends it, so that nobody keeps one whose cookie is gone. */
function replacedBy(act: Act): { replaced: string | null; ended: TrailDraft[] } {
  const { session, maybeCaller: who } = act;
  return {
    replaced: session?.id ?? null,
    ended: session && who ? [draftAuditEntry(act, 'session.end', targetOf(who.account))] : [],
  };
}

/**
 * Signs in with user name and password. An unknown name, a wrong password, and a locked or disabled account get the same answer in the same time.
 * @param cookie the device cookie
 * @throws DomainError `unauthenticated`, `rate-limited`, `unavailable`
 */
export async function signIn(
  act: Act,
  fields: Fields<{ username: string; password: string; totp?: string | undefined }>,
  cookie: string | null,
): Promise<{ me: Me; token: string; device: string }> {
  if (!act.kit.ownLogin) throw new DomainError('not-found');
  const { username, password, totp } = fields();
  const account = await act.store.accountByUsername(username);
  const unit = account && (await act.store.unit(account.unitId));
  const { result, device, clearAttempts } = await guessPassword(act, {
    kind: 'account',
    username,
    login: account,
    password,
    device: cookie,
  });
  if (result !== 'right' || account?.status !== 'active' || !unit || isFirstPasswordOver(act.kit, account)) {
    // An unknown name takes as long: it also waits for one write. A locked account leaves no entry, so that strangers cannot fill the trail.
    if (account && unit && result !== 'locked') await act.store.record(failed(act, account));
    else await act.store.ping();
    throw new DomainError('unauthenticated');
  }
  await secondFactorMustFit(act, account, device, totp);
  const { session, token } = newSession(act, { accountId: account.id, issuer: null, subject: null }, 'cookie', null);
  const entered = as(act, account, unit, session);
  const { replaced, ended } = replacedBy(act);
  const trail = [...ended, draftAuditEntry(entered, 'session.create', targetOf(account), { unitId: unit.id })];
  await act.store.openSession(session, account, clearAttempts, { guards: [], trail }, replaced);
  return { me: await readMe(entered), token, device: rememberDevice(act, cookie, account) };
}

/**
 * @param device the known device, if it is one
 * @throws DomainError `unauthenticated`, with the fault of the one-time password unless too many failed before
 */
async function secondFactorMustFit(act: Act, account: AccountRecord, device: string | null, totp: string | undefined): Promise<void> {
  if (account.secondFactor === null) return;
  // A right password without a one-time password is no failed attempt.
  if (totp === undefined) throw notWithoutCode('required');
  const limit = codeLimit(act, account, device);
  const allowed = await countEvent(act, limit);
  if (!allowed) throw new DomainError('unauthenticated');
  if (await secondFactorFits(act, account, totp)) return takeBack(act, [limit.key]);
  await act.store.record(failed(act, account));
  throw notWithoutCode('wrong-code');
}

function notWithoutCode(code: FieldFault): DomainError {
  return new DomainError('unauthenticated', { errors: [{ path: 'totp', code }] });
}

/** The same call, made by the account that has just signed in. */
function as(act: Act, account: AccountRecord, unit: UnitRecord, session: SessionRecord): Act {
  return act.as({ ...NOBODY, session, caller: callerOf(act.kit, account, unit, session) });
}

export async function signOut(act: Act): Promise<Reply<undefined>> {
  const { session, maybeCaller: who } = act;
  const trail = who ? [draftAuditEntry(act, 'session.end', targetOf(who.account))] : [];
  if (session) await act.store.endSession(session.id, { guards: [], trail });
  return { as: 'no-content', body: undefined };
}

/** The caller's open sessions. */
export async function listSessions(act: Act): Promise<Sessions> {
  const all = await act.store.sessionsOf(act.caller.account.id, act.at);
  const live = all.filter(({ seenAt }) => act.now.getTime() - Date.parse(seenAt) <= act.kit.limits.sessionIdleSeconds * 1000);
  return {
    items: live.map(({ id, kind, address, createdAt, seenAt, expiresAt }) => ({
      id,
      kind,
      address,
      createdAt,
      seenAt,
      expiresAt,
      current: id === act.session?.id,
    })),
  };
}

export async function endSession(act: Act, id: string): Promise<Reply<undefined>> {
  const { account } = act.caller;
  const mine = await act.store.sessionsOf(account.id, act.at);
  if (!mine.some((session) => session.id === id)) throw await denied(act, 'session.end', { type: 'session', id, name: null }, 'not-found');
  await act.store.endSession(id, changeOf(act, guardsOf(act), [draftAuditEntry(act, 'session.end', targetOf(account))]));
  return { as: 'no-content', body: undefined };
}

/** Creates a one-time sign-in code for a page of an allowed origin. Only the kit's sign-in page calls this. */
export async function createSignInCode(act: Act, fields: Fields<{ origin: string; challenge: string }>): Promise<Reply<SignInCodeAnswer>> {
  const { account, session } = act.caller;
  const { origin, challenge } = fields();
  if (!act.kit.origins.has(origin)) throw new DomainError('origin-not-allowed');
  // A bearer token cannot create another; only a cookie session can.
  if (session?.kind === 'bearer') throw await denied(act, 'session.create', targetOf(account));
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

/** Exchanges a sign-in code for a token: once, in time, from the origin it was made for, with the PKCE verifier. */
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
  // The cookie session may have ended meanwhile; the token ends at the same time as the session.
  const alive = fits && (made.sessionId === null || (parent !== null && parent.expiresAt > act.at));
  const account = alive ? await act.store.account(made.accountId) : null;
  const unit = account && (await act.store.unit(account.unitId));
  if (!alive || !account || !unit || account.status !== 'active') throw new DomainError('unauthenticated');
  // The token of an outside identity's session belongs to the identity too, so it loses its rights when the identity is unlinked.
  const { issuer = null, subject = null } = parent ?? {};
  const owner = { accountId: issuer === null ? account.id : null, issuer, subject };
  const { session: whole, token } = newSession(act, owner, 'bearer', made.sessionId);
  const session = { ...whole, expiresAt: parent?.expiresAt ?? whole.expiresAt };
  const entered = as(act, account, unit, session);
  const { replaced, ended } = replacedBy(act);
  const trail = [...ended, draftAuditEntry(entered, 'session.create', targetOf(account), { unitId: unit.id, after: { origin } })];
  await act.store.openSession(session, account, [], { guards: [], trail }, replaced);
  return { as: 'ok', body: { token, expiresAt: session.expiresAt } };
}

/** Opens a session for an outside identity that a provider has authenticated. Its account is looked up at each request. */
export async function enterFromOutside(act: Act, { issuer, subject }: OutsideIdentity): Promise<string> {
  const { session, token } = newSession(act, { accountId: null, issuer, subject }, 'cookie', null);
  const account = await act.store.accountByIdentity(issuer, subject);
  const unit = account && (await act.store.unit(account.unitId));
  const known = account?.status === 'active' && unit ? { account, unit } : null;
  const entered = known && as(act, known.account, known.unit, session);
  const trail = entered
    ? [draftAuditEntry(entered, 'session.create', targetOf(known.account), { unitId: known.unit.id, after: { issuer } })]
    : [];
  const { replaced, ended } = replacedBy(act);
  await act.store.openSession(session, known?.account ?? null, [], { guards: [], trail: [...ended, ...trail] }, replaced);
  return token;
}

/** The session of a token; null if it is over. */
export async function resume(kit: Act['kit'], token: string, kind: SessionRecord['kind']): Promise<Who | null> {
  const now = kit.now();
  const found = await kit.store.signedIn(hashOf(token), kind, now.toISOString());
  if (!found) return null;
  const { session, account, unit } = found;
  const idle = now.getTime() - Date.parse(session.seenAt);
  if (idle > kit.limits.sessionIdleSeconds * 1000) return null;
  const caller = callerOf(kit, account, unit, session);
  const outside = session.issuer === null || session.subject === null ? null : { issuer: session.issuer, subject: session.subject };
  if (!caller && !outside) return null;
  // One write a minute is enough to detect idle sessions.
  // Not awaited: reads never wait for the writer.
  if (idle > 60_000) void kit.store.touchSession(session.id, now.toISOString()).catch(() => undefined);
  return { ...NOBODY, caller, outside, session, byToken: kind === 'bearer' };
}
