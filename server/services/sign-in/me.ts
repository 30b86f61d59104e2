/** The caller's profile, functions and open tasks; 修改基本資料 and 變更登入密碼. */
import type { ProfileUpdate } from '../../domain/account-fields.js';
import type { IsoDay } from '../../domain/dates.js';
import { auditedAccount } from '../../domain/audited-records.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { maskUsername } from '../../domain/names.js';
import { summarise } from '../../domain/teachers.js';
import type { Me } from '../../contract/wire.js';
import type { AccountRecord } from '../../store/records.js';
import type { Store } from '../../store/store.js';
import { ownProfile } from '../core/account-view.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, changed } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { definedFields } from '../core/patch.js';
import { unitContextOf } from '../core/unit-contexts.js';
import { rememberDevice } from './devices.js';
import { mustBeGood, mustBeOldEnough, mustChangePassword, mustSetSecondFactor, newPassword, passwordMustFit } from './password-rules.js';
import { onNewAddress } from './recovery.js';

export async function readMe(act: Act): Promise<Me> {
  const who = act.maybeCaller;
  if (!who) return readStranger(act);
  return view(act, who.account);
}

async function view(act: Act, account: AccountRecord): Promise<Me> {
  const { unit, functions } = act.caller;
  const { parent, head, parentHead } = await unitContextOf(act, unit.id);
  const above = account.role === 'head' ? parentHead : head;
  const byPassword = act.session?.issuer == null;
  const { id, username, lastSignInAt, passwordHash, version, role } = account;
  return {
    account: {
      id,
      username: maskUsername(username),
      ...ownProfile(account),
      lastSignInAt,
      mustChangePassword: byPassword && mustChangePassword(act.kit, account),
      ownLogin: act.kit.ownLogin && passwordHash !== null,
      secondFactor: account.secondFactor !== null,
      mustSetSecondFactor: byPassword && mustSetSecondFactor(act.kit, account),
      emailConfirmed: account.emailConfirmed,
      version,
    },
    unit: { id: unit.id, code: unit.code, name: unit.name, level: unit.level, parent: parent && { id: parent.id, name: parent.name } },
    role,
    functions: [...functions],
    head: above && above.id !== id ? { name: above.name, phone: above.phone, email: above.email } : null,
    application: null,
    waiting: await waiting(act),
  };
}

/** Numbers of open decisions of the caller. */
async function waiting(act: Act): Promise<NonNullable<Me['waiting']>> {
  const { unit } = act.caller;
  const accounts = act.may('account.manage')
    ? (await act.store.accountCounts({ unitId: unit.id, scope: 'own' })).pending +
      (await act.store.accountCounts({ unitId: unit.id, scope: 'children' })).pending
    : 0;
  if (!act.may('teacher.manage')) return { accounts, teachers: 0, transfers: 0 };
  const { teachers, transfers } = await waitingIn(act.store, unit.id, act.today);
  return { accounts, teachers, transfers };
}

/** Numbers of open decisions of a unit. */
export async function waitingIn(store: Store, unitId: string, today: IsoDay): Promise<NonNullable<Me['waiting']>> {
  const { pending: accounts } = await store.accountCounts({ unitId, scope: 'own' });
  const { pending: teachers } = summarise(await store.rosterCounts(unitId, today));
  const { total: transfers } = await store.transfers({ unitId, direction: 'out', state: 'proposed' }, { page: 1, pageSize: 1 });
  return { accounts, teachers, transfers };
}

/** An outside identity without an account. */
async function readStranger(act: Act): Promise<Me> {
  const { outside } = act;
  if (!outside) throw new DomainError('unauthenticated');
  const applied = await act.store.accountByIdentity(outside.issuer, outside.subject);
  const unit = applied && (await act.store.unit(applied.unitId));
  return {
    account: null,
    unit: null,
    role: null,
    functions: [],
    head: null,
    application: applied && unit ? { status: applied.status, reason: applied.reason, unitName: unit.name } : null,
    waiting: null,
  };
}

export async function updateMe(act: Act, fields: Fields<ProfileUpdate & { password?: string | undefined }>): Promise<Reply<Me>> {
  const { account, unit } = act.caller;
  await act.exchange.checkPreconditions(account, () => view(act, account));
  const { password, ...patch } = definedFields(fields());
  if (patch.email !== undefined && patch.email !== account.email && account.passwordHash !== null && act.kit.ownLogin) {
    if (password === undefined) throw fieldError('password', 'required');
    await passwordMustFit(act, password, 'password');
  }
  const changedTo: AccountRecord = { ...account, ...patch, version: account.version + 1, updatedAt: act.at, updatedBy: act.by };
  const { account: after, mailing } = await onNewAddress(act, account, changedTo, unit.name);
  const auditEntry = draftAuditEntry(
    act,
    'account.update',
    { type: 'account', id: account.id, name: after.name },
    changed(auditedAccount(account), auditedAccount(after)),
  );
  const reply: Reply<Me> = { as: 'ok', body: await view(act, after) };
  await act.store.saveAccounts([after], [], changeOf(act, guardsOf(act, unit), [auditEntry], reply, mailing));
  return reply;
}

/**
 * @param cookie the device cookie
 * @returns with the next one: a device is known by the password
 */
export async function changePassword(
  act: Act,
  fields: Fields<{ current: string; next: string }>,
  cookie: string | null,
): Promise<{ reply: Reply<undefined>; device: string }> {
  const { account, session } = act.caller;
  if (!act.kit.ownLogin || account.passwordHash === null) throw new DomainError('not-found');
  const { current, next } = fields();
  await mustBeGood(act.kit, next, 'next', account.username);
  await passwordMustFit(act, current, 'current');
  mustBeOldEnough(act, account, 'next');
  const set = await newPassword(act, account, next, 'next');
  const after: AccountRecord = { ...account, ...set, version: account.version + 1, updatedAt: act.at, updatedBy: act.by };
  const auditEntry = draftAuditEntry(act, 'password.change', { type: 'account', id: account.id, name: account.name });
  await act.store.savePassword(after, { keep: session?.parentId ?? session?.id ?? null }, changeOf(act, guardsOf(act), [auditEntry]));
  return { reply: { as: 'no-content', body: undefined }, device: rememberDevice(act, cookie, after) };
}
