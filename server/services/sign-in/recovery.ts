/** One-time mail links: to reset a forgotten password, and to confirm a mail address. */
import { DomainError } from '../../domain/errors.js';
import type { AccountRecord, MailLinkRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { denied, draftAuditEntry } from '../core/audit.js';
import { changeOf, guardsOf, type Mailing } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { countAttempt, countEvent, enforceLimit, limitFailures } from '../core/rate-limit.js';
import { hashOf, secret } from '../core/secrets.js';
import { knownDevice, rememberDevice } from './devices.js';
import { codeLimit, nobodyOf, unknownDeviceLimits } from './password-guesses.js';
import { newPassword, ownPasswordKey } from './password-rules.js';

const DONE: Reply<undefined> = { as: 'no-content', body: undefined };

function link(act: Act, { id, email }: AccountRecord, purpose: MailLinkRecord['purpose']): { record: MailLinkRecord; url: string } {
  const token = secret();
  const { resetLinkSeconds, confirmationSeconds } = act.kit.limits;
  const expiresAt = act.later(purpose === 'reset' ? resetLinkSeconds : confirmationSeconds);
  return {
    record: { tokenHash: hashOf(token), accountId: id, purpose, email, expiresAt },
    // The token is in the fragment, which is sent to no server and appears in no log or Referer.
    url: `${act.kit.site ?? ''}/recover#${purpose}=${token}`,
  };
}

/** @throws DomainError `not-found` if the kit sends no letters */
function mustWrite({ kit }: Act): void {
  if (!kit.ownLogin || !kit.outbox.writes || kit.site === null) throw new DomainError('not-found');
}

/**
 * The answer and its timing are the same whether the account exists or not.
 * @param cookie the device cookie: a known device is limited by itself, so that strangers cannot use up the owner's attempts
 */
export async function askForReset(act: Act, fields: Fields<{ username: string }>, cookie: string | null): Promise<Reply<undefined>> {
  mustWrite(act);
  const { username } = fields();
  const { resets: most, resetSeconds: seconds } = act.kit.limits;
  const account = await act.store.accountByUsername(username);
  const device = knownDevice(act, cookie, account);
  const id = account?.id ?? nobodyOf(act, username.toLowerCase());
  if (device === null) await countAttempt(act, { key: `reset:network:${act.network}`, most, seconds });
  // A small limit by network and a larger one by account. An unknown name is counted as often, so that it takes as long.
  const here = await countEvent(act, { key: `reset:${id}:${device ?? act.network}`, most, seconds });
  const inAll = await countEvent(act, { key: `reset:${id}${device === null ? '' : ':devices'}`, most: most * 10, seconds });
  const may = account?.status === 'active' && account.passwordHash !== null && account.emailConfirmed && here && inAll;
  if (!may) {
    await act.store.ping();
    return DONE;
  }
  const { record, url } = link(act, account, 'reset');
  await act.store.record(
    changeOf(act, [], [], undefined, { letters: [act.kit.letters.reset(account.email, url, record.expiresAt)], links: [record] }),
  );
  return DONE;
}

/** The account of a valid link. Only links that are not valid are limited. */
async function followed(act: Act, token: string, purpose: MailLinkRecord['purpose']): Promise<AccountRecord> {
  const { resets, resetSeconds: seconds } = act.kit.limits;
  return limitFailures(act, [{ key: `link:network:${act.network}`, most: resets * 4, seconds }], async () => {
    const found = await act.store.mailLink(hashOf(token));
    const account = found?.purpose === purpose && found.expiresAt > act.at ? await act.store.account(found.accountId) : null;
    if (account?.status !== 'active' || account.email !== found?.email) throw new DomainError('gone');
    return account;
  });
}

/**
 * @param cookie the device cookie
 * @returns with the next one: whoever holds the mailbox gets in, also while strangers guess
 */
export async function resetPassword(
  act: Act,
  fields: Fields<{ token: string; next: string }>,
  cookie: string | null,
): Promise<{ reply: Reply<undefined>; device: string }> {
  mustWrite(act);
  const { token, next } = fields();
  const account = await followed(act, token, 'reset');
  const set = await newPassword(act, account, next, 'next');
  const after: AccountRecord = { ...account, ...set, version: account.version + 1, updatedAt: act.at };
  const auditEntry = draftAuditEntry(
    act,
    'password.change',
    { type: 'account', id: account.id, name: account.name },
    { unitId: account.unitId, after: { by: 'link' } },
  );
  const change = changeOf(act, [], [auditEntry], undefined, { letters: [act.kit.letters.passwordChanged(account.email)] });
  const clearAttempts = [...unknownDeviceLimits(act, account.id), codeLimit(act, account, null)].map(({ key }) => key);
  await act.store.savePassword(after, { link: hashOf(token), clearAttempts: [...clearAttempts, ownPasswordKey(account.id)] }, change);
  return { reply: DONE, device: rememberDevice(act, cookie, after) };
}

/**
 * Whoever holds the mailbox may set a new password afterwards. So the account itself confirms the address, signed in: otherwise
 * the level above could enter an address of its own, or a mistyped one would give the account away.
 */
export async function confirmEmail(act: Act, fields: Fields<{ token: string }>): Promise<Reply<undefined>> {
  mustWrite(act);
  const { token } = fields();
  const account = await followed(act, token, 'confirm');
  const target = { type: 'account' as const, id: account.id, name: account.name };
  if (account.id !== act.caller.account.id) throw await denied(act, 'account.update', target);
  const after: AccountRecord = { ...account, emailConfirmed: true, version: account.version + 1, updatedAt: act.at };
  const auditEntry = draftAuditEntry(act, 'account.update', target, { unitId: account.unitId, after: { emailConfirmed: true } });
  await act.store.followMailLink(after, hashOf(token), changeOf(act, guardsOf(act), [auditEntry]));
  return DONE;
}

/** Sends the confirmation letter again. */
export async function askForConfirmation(act: Act): Promise<Reply<undefined>> {
  mustWrite(act);
  const { account } = act.caller;
  const { resets, resetSeconds } = act.kit.limits;
  await enforceLimit(act, `confirmation:${account.id}`, resets, resetSeconds);
  if (account.emailConfirmed) throw new DomainError('wrong-state');
  const { record, url } = link(act, account, 'confirm');
  await act.store.record(
    changeOf(act, guardsOf(act), [], undefined, {
      letters: [act.kit.letters.confirmation(account.email, url, record.expiresAt)],
      links: [record],
    }),
  );
  return DONE;
}

const writes = ({ kit }: Act): boolean => kit.outbox.writes && kit.site !== null;

/** Asks for confirmation of an address that is not confirmed, if the account signs in with a password. */
export function askToConfirm(act: Act, account: AccountRecord): Mailing {
  if (account.emailConfirmed || account.passwordHash === null || !writes(act)) return {};
  const { record, url } = link(act, account, 'confirm');
  return { letters: [act.kit.letters.confirmation(account.email, url, record.expiresAt)], links: [record] };
}

/**
 * After a change of the mail address: asks the new address to confirm, and informs the old one.
 * @throws DomainError `rate-limited`, because each change sends two letters
 */
export async function onNewAddress(
  act: Act,
  before: AccountRecord,
  after: AccountRecord,
  unitName: string,
): Promise<{ account: AccountRecord; mailing: Mailing }> {
  if (before.email === after.email) return { account: after, mailing: {} };
  const { resets, resetSeconds } = act.kit.limits;
  await enforceLimit(act, `address:${before.id}`, resets * 2, resetSeconds);
  const account = { ...after, emailConfirmed: false };
  if (!writes(act)) return { account, mailing: {} };
  const { letters = [], links = [] } = askToConfirm(act, account);
  return { account, mailing: { letters: [...letters, act.kit.letters.addressChanged(before.email, unitName)], links } };
}
