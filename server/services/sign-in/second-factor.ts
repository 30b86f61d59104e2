/** The second factor: one-time passwords of an authenticator app (RFC 6238). */
import { Secret, TOTP } from 'otpauth';
import { DomainError, fieldError } from '../../domain/errors.js';
import type { SecondFactorSetup } from '../../contract/wire.js';
import type { AccountRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { enforceLimit } from '../core/rate-limit.js';
import { passwordMustFit } from './password-rules.js';
import { sealBinding } from '../core/seal-binding.js';

const PERIOD_SECONDS = 30;
const SECRET_BYTES = 20;
const SETUP_SECONDS = 15 * 60;
const TRIES = 10;

const bindingOf = (accountId: string): string => sealBinding('accounts.secondFactor', accountId);
const setupPlace = (accountId: string): string => `accounts|second_factor_setup|${accountId}`;

function totp(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Inservice', label, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) });
}

/** Whether the one-time password is valid now or one step away, and was not used before. */
async function takes(act: Act, accountId: string, secret: string, code: string): Promise<boolean> {
  const nowMs = act.now.getTime();
  const delta = totp(secret, accountId).validate({ token: code, timestamp: nowMs, window: 1 });
  if (delta === null) return false;
  const step = Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta;
  // RFC 6238, 5.2: each one-time password is accepted once, also among concurrent requests.
  const { count } = await act.store.countAttempt(`second-factor:${accountId}:${step}`, act.at, act.later(4 * PERIOD_SECONDS));
  return count === 1;
}

/** Whether the one-time password is valid; true if the account has no second factor. */
export async function secondFactorFits(act: Act, { id, secondFactor }: AccountRecord, code: string): Promise<boolean> {
  return secondFactor === null || takes(act, id, act.kit.cipher.open(secondFactor, bindingOf(id)), code);
}

/** A new secret to show. It takes effect only after one of its one-time passwords was sent back. */
export async function beginSecondFactor(act: Act, fields: Fields<{ password: string }>): Promise<SecondFactorSetup> {
  const { account } = act.caller;
  await passwordMustFit(act, fields().password, 'password');
  const secret = new Secret({ size: SECRET_BYTES }).base32;
  const until = act.now.getTime() + SETUP_SECONDS * 1000;
  const setup = act.kit.cipher.seal(JSON.stringify({ secret, until, version: account.version }), setupPlace(account.id));
  return { setup, secret, uri: totp(secret, account.username).toString() };
}

export async function confirmSecondFactor(act: Act, fields: Fields<{ setup: string; totp: string }>): Promise<Reply<undefined>> {
  const { account } = act.caller;
  if (!act.kit.ownLogin || account.passwordHash === null) throw new DomainError('not-found');
  const { setup, totp: code } = fields();
  await enforceLimit(act, `second-factor-setup:${account.id}`, TRIES, SETUP_SECONDS);
  const begun = openSetup(act, account.id, setup);
  // The setup is bound to the account's version, so it cannot be used twice.
  if (!begun || begun.until < act.now.getTime() || begun.version !== account.version) throw fieldError('setup', 'not-allowed');
  if (!(await takes(act, account.id, begun.secret, code))) throw fieldError('totp', 'wrong-code');
  return save(act, act.kit.cipher.seal(begun.secret, bindingOf(account.id)));
}

function openSetup(act: Act, accountId: string, setup: string): { secret: string; until: number; version: number } | null {
  const begun = act.kit.cipher.openOrNull(setup, setupPlace(accountId));
  return begun === null ? null : (JSON.parse(begun) as { secret: string; until: number; version: number });
}

export async function endSecondFactor(act: Act, fields: Fields<{ password: string }>): Promise<Reply<undefined>> {
  await passwordMustFit(act, fields().password, 'password');
  if (act.caller.account.secondFactor === null) throw new DomainError('wrong-state');
  return save(act, null);
}

/** Ends all other sessions of the account. */
async function save(act: Act, secondFactor: AccountRecord['secondFactor']): Promise<Reply<undefined>> {
  const { account } = act.caller;
  const after = { ...account, secondFactor, version: account.version + 1, updatedAt: act.at, updatedBy: act.by };
  const auditEntry = draftAuditEntry(
    act,
    'password.change',
    { type: 'account', id: account.id, name: account.name },
    { after: { secondFactor: secondFactor !== null } },
  );
  await act.store.savePassword(
    after,
    { keep: act.session?.parentId ?? act.session?.id ?? null },
    changeOf(act, guardsOf(act), [auditEntry]),
  );
  return { as: 'no-content', body: undefined };
}
