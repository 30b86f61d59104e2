/** Rules for passwords (kinds of characters, history, age), and their verification. */
import { DomainError, fieldError } from '../../domain/errors.js';
import { characterKinds } from '../../domain/texts.js';
import type { AccountRecord, PasswordHash } from '../../store/records.js';
import type { Change } from '../../store/store.js';
import type { Act } from '../core/act.js';
import { draftAuditEntry } from '../core/audit.js';
import type { Kit } from '../core/kit.js';
import { countEvent, takeBack } from '../core/rate-limit.js';

const DAY_MS = 24 * 3600_000;

export const ownPasswordKey = (accountId: string): string => `own-password:${accountId}`;

const setAt = ({ passwordChangedAt, appliedAt }: AccountRecord): number => Date.parse(passwordChangedAt ?? appliedAt);

/** A first password and an expired password must be changed before any other call. */
export function mustChangePassword(kit: Kit, account: AccountRecord): boolean {
  if (account.passwordHash === null || !kit.ownLogin) return false;
  return account.mustChangePassword || kit.now().getTime() - setAt(account) > kit.limits.passwordDays * DAY_MS;
}

/** A first password that was not used in time is no longer valid. */
export function isFirstPasswordOver(kit: Kit, account: AccountRecord): boolean {
  return account.mustChangePassword && kit.now().getTime() - setAt(account) > kit.limits.firstPasswordSeconds * 1000;
}

/** A required second factor must be set up before any other call. */
export function mustSetSecondFactor(kit: Kit, account: AccountRecord): boolean {
  return kit.secondFactor === 'required' && kit.ownLogin && account.passwordHash !== null && account.secondFactor === null;
}

/** The change of a failed password: an audit entry in the account's unit. */
export function failed(act: Act, { id, name, unitId }: AccountRecord): Change {
  return { guards: [], trail: [draftAuditEntry(act, 'session.fail', { type: 'session', id, name }, { unitId, outcome: 'denied' })] };
}

/**
 * The password of a caller who has signed in. Its failures are counted apart, so that strangers cannot lock it.
 * @throws DomainError `validation` if the password is wrong, or after too many attempts; `unavailable`
 */
export async function passwordMustFit(act: Act, password: string, path: string): Promise<void> {
  const { account } = act.caller;
  if (!act.kit.ownLogin || account.passwordHash === null) throw new DomainError('not-found');
  const { accountFailures: most, accountLockSeconds: seconds } = act.kit.limits;
  const limit = { key: ownPasswordKey(account.id), most, seconds, extends: true };
  const right = await act.kit.passwords.inTurn({ account: account.id, network: null }, async ({ verify }) => {
    const allowed = await countEvent(act, limit);
    const fits = await verify(account.passwordHash, password);
    if (fits) await takeBack(act, [limit.key]);
    return fits && allowed;
  });
  if (right) return;
  await act.store.record(failed(act, account));
  throw fieldError(path, 'wrong-password');
}

/** @throws DomainError `validation` if the password is younger than the minimum age */
export function mustBeOldEnough(act: Act, account: AccountRecord, path: string): void {
  const young = account.passwordChangedAt !== null && act.now.getTime() - setAt(account) < act.kit.limits.passwordSeconds * 1000;
  if (young && !account.mustChangePassword) throw fieldError(path, 'too-soon');
}

type NewPassword = Pick<AccountRecord, 'passwordHash' | 'passwordHistory' | 'passwordChangedAt' | 'mustChangePassword'>;

/**
 * The fields of an account that a new password sets.
 * @throws DomainError `validation` if the password is common, too simple, or was used before
 */
export async function newPassword(act: Act, account: AccountRecord, next: string, path: string): Promise<NewPassword> {
  const { passwords, limits } = act.kit;
  await mustBeGood(act.kit, next, path, account.username);
  const { passwordHash } = account;
  const earlier = JSON.parse(account.passwordHistory) as PasswordHash[];
  const usedHashes = passwordHash === null ? earlier : [passwordHash, ...earlier];
  return {
    passwordHash: await passwords.inTurn({ account: account.id, network: null }, async ({ verify, hash }) => {
      // The current password is always refused, and as many earlier ones as the settings say.
      for (const used of usedHashes.slice(0, Math.max(1, limits.passwordHistory))) {
        if (await verify(used, next)) throw fieldError(path, 'used-before');
      }
      return hash(next);
    }),
    passwordHistory: JSON.stringify(usedHashes.slice(0, Math.max(0, limits.passwordHistory - 1))),
    passwordChangedAt: act.at,
    mustChangePassword: false,
  };
}

/** @throws DomainError `validation` */
export async function mustBeGood({ passwords, limits }: Kit, password: string, path: string, username: string): Promise<void> {
  await passwords.requireUncommon(password, path, username);
  if (characterKinds(password) < limits.passwordKinds) throw fieldError(path, 'too-simple');
}
