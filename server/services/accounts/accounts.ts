/** 本單位業務帳號管理: enabling, changing and deleting business accounts, by the level above (★). */
import type { ProfileUpdate } from '../../domain/account-fields.js';
import { auditedAccount } from '../../domain/audited-records.js';
import { isOfHeadLevel, judgeAccountAct, seesAccount, type AccountAction, type AccountStatus, type Role } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import type { Account, AccountPage, Identities, IdentityList } from '../../contract/wire.js';
import type { AccountRecord, IdentityRecord } from '../../store/records.js';
import type { AccountSort, Guard, Order } from '../../store/store.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, changed, denied } from '../core/audit.js';
import { changeOf, guardsOf, type Mailing } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { pageOf } from '../core/page.js';
import { definedFields } from '../core/patch.js';
import { unitContextOf, unitContextsOf, type UnitContext } from '../core/unit-contexts.js';
import { askToConfirm, onNewAddress } from '../sign-in/recovery.js';
import { accountView, targetOf } from '../core/account-view.js';

export interface AccountQuery {
  unit?: string | undefined;
  scope: 'own' | 'children';
  status?: AccountStatus | undefined;
  role?: Role | undefined;
  q?: string | undefined;
  sort: Order<AccountSort>;
  page: number;
  pageSize: number;
}

/** @throws DomainError `not-found` if the caller may not know of the account, `forbidden` if the caller may not manage it */
async function visibleAccount(
  act: Act,
  id: string,
  action: AccountAction | null,
): Promise<{ account: AccountRecord; unitContext: UnitContext }> {
  const target = { type: 'account' as const, id, name: null };
  const refuse = (code: 'not-found' | 'forbidden') => (action ? denied(act, action, target, code) : new DomainError(code));
  const account = await act.store.account(id);
  if (!account) throw await refuse('not-found');
  const unitContext = await unitContextOf(act, account!.unitId);
  const { functions, role } = act.caller;
  const relation = act.relationTo(unitContext.unit);
  if (seesAccount(functions, role, relation)) return { account: account!, unitContext };
  throw await refuse(relation === 'own' ? 'forbidden' : 'not-found');
}

/** The account, if the caller may take this action in some state. The state itself is checked last. */
async function actOn(
  act: Act,
  id: string,
  action: AccountAction,
  expects: AccountStatus,
): Promise<{ account: AccountRecord; unitContext: UnitContext; roles: Role[] }> {
  const { account, unitContext } = await visibleAccount(act, id, action);
  const actor = { accountId: act.caller.account.id, role: act.caller.role };
  const verdict = judgeAccountAct(
    actor,
    act.relationTo(unitContext.unit),
    { ...account, status: account.status === expects ? account.status : expects },
    action,
  );
  if (!verdict.allowed) throw await denied(act, action, targetOf(account));
  await act.exchange.checkPreconditions(account, () => accountView(act, account, unitContext));
  return { account, unitContext, roles: verdict.roles ?? [] };
}

function mustBe(account: AccountRecord, ...statuses: AccountStatus[]): void {
  if (!statuses.includes(account.status)) throw new DomainError('wrong-state');
}

function next(act: Act, account: AccountRecord, fields: Partial<AccountRecord>): AccountRecord {
  return { ...account, ...fields, version: account.version + 1, updatedAt: act.at, updatedBy: act.by };
}

interface Saving {
  reason?: string | null;
  /** Accounts to write first: a head who becomes a contact. */
  first?: AccountRecord[];
  signedOut?: string[];
  guards?: Guard[];
  mailing?: Mailing;
}

/** Writes one decision on an account with its audit entry. */
async function save(
  act: Act,
  action: AccountAction,
  before: AccountRecord,
  after: AccountRecord,
  unitContext: UnitContext,
  { reason, first = [], signedOut = [], guards = [], mailing = {} }: Saving = {},
): Promise<Reply<Account>> {
  const reply: Reply<Account> = { as: 'ok', body: accountView(act, after, headAfter(unitContext, after)) };
  const trail = [
    draftAuditEntry(act, action, targetOf(after), {
      unitId: unitContext.unit.id,
      reason: reason ?? null,
      ...changed(auditedAccount(before), auditedAccount(after)),
    }),
    ...first.map((demoted) =>
      draftAuditEntry(act, 'account.switch-role', targetOf(demoted), {
        unitId: unitContext.unit.id,
        before: { role: 'head' },
        after: { role: demoted.role },
      }),
    ),
  ];
  const decision = act.kit.letters.decision(action, after, unitContext.unit.name, reason ?? null);
  const demotions = first.map((demoted) => act.kit.letters.decision('account.switch-role', demoted, unitContext.unit.name, null));
  const letters = [...(mailing.letters ?? []), ...[decision, ...demotions].filter((letter) => letter !== null)];
  const change = changeOf(act, [...guardsOf(act, unitContext.unit), ...guards], trail, reply, { ...mailing, letters });
  await act.store.saveAccounts([...first, after], signedOut, change);
  return reply;
}

function headAfter(unitContext: UnitContext, after: AccountRecord): UnitContext {
  return after.role === 'head' && after.status === 'active' ? { ...unitContext, head: after } : unitContext;
}

export async function listAccounts(act: Act, fields: Fields<AccountQuery>): Promise<AccountPage> {
  const { functions, role, unit: own } = act.caller;
  const wanted = fields();
  const unitContext = await unitContextOf(act, wanted.unit ?? own.id);
  if (!seesAccount(functions, role, act.relationTo(unitContext.unit))) {
    throw new DomainError(unitContext.unit.id === own.id ? 'forbidden' : 'not-found');
  }
  const filter = { unitId: unitContext.unit.id, scope: wanted.scope, status: wanted.status, role: wanted.role, q: wanted.q || undefined };
  const { items, total } = await act.store.accounts(filter, wanted.sort, wanted);
  const unitContexts = await unitContextsOf(
    act,
    items.map(({ unitId }) => unitId),
  );
  const counts = await act.store.accountCounts(filter);
  return {
    ...pageOf(
      items.map((item) => accountView(act, item, unitContexts.get(item.unitId)!)),
      total,
      wanted,
    ),
    counts,
  };
}

export async function readAccount(act: Act, id: string): Promise<Account> {
  const { account, unitContext } = await visibleAccount(act, id, null);
  return accountView(act, account, unitContext);
}

export async function updateAccount(act: Act, id: string, fields: Fields<ProfileUpdate>): Promise<Reply<Account>> {
  const { account, unitContext } = await actOn(act, id, 'account.update', 'active');
  const patch = definedFields(fields());
  mustBe(account, 'pending', 'active');
  const { account: after, mailing } = await onNewAddress(act, account, next(act, account, patch), unitContext.unit.name);
  return save(act, 'account.update', account, after, unitContext, { mailing });
}

export async function activateAccount(
  act: Act,
  id: string,
  fields: Fields<{ role: Role; replace?: boolean | undefined }>,
): Promise<Reply<Account>> {
  const { account, unitContext, roles } = await actOn(act, id, 'account.activate', 'pending');
  const wish = fields();
  if (!roles.includes(wish.role)) throw await denied(act, 'account.activate', targetOf(account));
  mustBe(account, 'pending');
  const after = next(act, account, { status: 'active', role: wish.role, activatedAt: act.at, reason: null });
  return grant(act, 'account.activate', account, after, unitContext, wish.replace ?? false);
}

export async function switchRole(
  act: Act,
  id: string,
  fields: Fields<{ role: Role; replace?: boolean | undefined }>,
): Promise<Reply<Account>> {
  const { account, unitContext, roles } = await actOn(act, id, 'account.switch-role', 'active');
  const wish = fields();
  // A request for the role already held is a `wrong-state`, not a denial.
  if (!roles.includes(wish.role) && wish.role !== account.role) throw await denied(act, 'account.switch-role', targetOf(account));
  mustBe(account, 'active');
  if (wish.role === account.role) throw new DomainError('wrong-state');
  return grant(act, 'account.switch-role', account, next(act, account, { role: wish.role }), unitContext, wish.replace ?? false);
}

/** A unit has at most one active head. The present head becomes a contact only if the request says `replace`. */
async function grant(
  act: Act,
  action: AccountAction,
  before: AccountRecord,
  after: AccountRecord,
  unitContext: UnitContext,
  replace: boolean,
): Promise<Reply<Account>> {
  const mailing = before.status === 'pending' ? askToConfirm(act, after) : {};
  if (after.role !== 'head') return save(act, action, before, after, unitContext, { mailing });
  const old = unitContext.head?.id === after.id ? null : unitContext.head;
  if (old && !replace) throw new DomainError('head-exists');
  const guards: Guard[] = [{ kind: 'head', unitId: unitContext.unit.id, accountId: old?.id ?? null }];
  if (!old) return save(act, action, before, after, unitContext, { guards, mailing });
  return save(act, action, before, after, unitContext, { first: [next(act, old, { role: 'contact' })], guards, mailing });
}

export async function rejectAccount(act: Act, id: string, fields: Fields<{ reason: string }>): Promise<Reply<Account>> {
  const { account, unitContext } = await actOn(act, id, 'account.reject', 'pending');
  const { reason } = fields();
  mustBe(account, 'pending');
  return save(act, 'account.reject', account, next(act, account, { status: 'rejected', reason }), unitContext, { reason });
}

export async function deleteAccount(act: Act, id: string, fields: Fields<{ reason: string }>): Promise<Reply<Account>> {
  const { account, unitContext } = await actOn(act, id, 'account.delete', 'active');
  const { reason } = fields();
  mustBe(account, 'active');
  return save(act, 'account.delete', account, next(act, account, { status: 'deleted', reason }), unitContext, {
    reason,
    signedOut: [account.id],
  });
}

/** The account becomes pending again and loses its role, because activation decides on the role. */
export async function restoreAccount(act: Act, id: string): Promise<Reply<Account>> {
  const { account, unitContext } = await actOn(act, id, 'account.restore', 'deleted');
  mustBe(account, 'rejected', 'deleted');
  if (act.now.getTime() - Date.parse(account.updatedAt) > act.kit.limits.retentionSeconds * 1000) throw new DomainError('gone');
  const requestedRole = isOfHeadLevel(account) ? 'head' : (account.role ?? account.requestedRole);
  const after = next(act, account, { status: 'pending', role: null, requestedRole, reason: null });
  return save(act, 'account.restore', account, after, unitContext);
}

/** For a user who has lost the second factor. Ends all sessions; the password alone is enough for the next sign-in. */
export async function removeSecondFactor(act: Act, id: string): Promise<Reply<Account>> {
  const { account, unitContext } = await actOn(act, id, 'account.update', 'active');
  mustBe(account, 'active');
  if (account.secondFactor === null) throw new DomainError('wrong-state');
  return save(act, 'account.update', account, next(act, account, { secondFactor: null }), unitContext, { signedOut: [account.id] });
}

const identityView = ({ id, issuer, subject }: IdentityRecord) => ({ id, issuer, subject });

/** Shown to those who may unlink them. */
export async function listIdentities(act: Act, id: string): Promise<IdentityList> {
  const { account, unitContext } = await visibleAccount(act, id, null);
  const actor = { accountId: act.caller.account.id, role: act.caller.role };
  if (!judgeAccountAct(actor, act.relationTo(unitContext.unit), account, 'account.link').allowed) throw new DomainError('forbidden');
  return { items: (await act.store.identitiesOf(id)).map(identityView) };
}

export async function linkIdentity(act: Act, id: string, fields: Fields<{ issuer: string; subject: string }>): Promise<Reply<Identities>> {
  const { account, unitContext } = await actOn(act, id, 'account.link', 'active');
  const { issuer, subject } = fields();
  mustBe(account, 'pending', 'active');
  if (await act.store.accountByIdentity(issuer, subject)) throw new DomainError('wrong-state');
  const identity: IdentityRecord = { id: act.newId(), accountId: id, issuer, subject };
  const after = next(act, account, {});
  const items = [...(await act.store.identitiesOf(id)), identity];
  // Whoever links an identity of their own can sign in as the account, so its owner is told.
  const letters = act.kit.outbox.writes && account.email !== '' ? [act.kit.letters.identityLinked(account.email, issuer)] : [];
  const { reply, change } = identities(act, items, after, unitContext, { before: null, after: { issuer } }, { letters });
  await act.store.linkIdentity(identity, after, change);
  return reply;
}

export async function unlinkIdentity(act: Act, id: string, identityId: string): Promise<Reply<Identities>> {
  const { account, unitContext } = await actOn(act, id, 'account.link', 'active');
  const all = await act.store.identitiesOf(id);
  const removed = all.find((identity) => identity.id === identityId);
  if (!removed) throw await denied(act, 'account.link', targetOf(account), 'not-found');
  const after = next(act, account, {});
  const { reply, change } = identities(
    act,
    all.filter((identity) => identity !== removed),
    after,
    unitContext,
    { before: { issuer: removed.issuer }, after: null },
  );
  await act.store.unlinkIdentity(identityId, after, change);
  return reply;
}

function identities(
  act: Act,
  items: IdentityRecord[],
  after: AccountRecord,
  unitContext: UnitContext,
  what: { before: Record<string, unknown> | null; after: Record<string, unknown> | null },
  mailing: Mailing = {},
) {
  const body: Identities = {
    items: items.map(identityView),
    account: accountView(act, after, unitContext),
  };
  const reply: Reply<Identities> = { as: 'ok', body };
  const auditEntry = draftAuditEntry(act, 'account.link', targetOf(after), { unitId: unitContext.unit.id, ...what });
  return { reply, change: changeOf(act, guardsOf(act, unitContext.unit), [auditEntry], reply, mailing) };
}
