/** 帳號申請: applications for business accounts (manual, step 1). */
import { auditedAccount } from '../../domain/audited-records.js';
import { ACCOUNT_FIELDS, type ProfileFields } from '../../domain/account-fields.js';
import type { Role } from '../../domain/authority.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { filled } from '../../domain/fields.js';
import type { ApplicationReceipt, ApplicationStatus } from '../../contract/wire.js';
import { NEW_SIGN_IN, type AccountRecord, type IdentityRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry } from '../core/audit.js';
import { changeOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { enforceLimit } from '../core/rate-limit.js';
import { mustBeGood } from '../sign-in/password-rules.js';
import { hashOf, secret } from '../core/secrets.js';

export type Application = ProfileFields & {
  unitId: string;
  username: string;
  requestedRole: Role;
  password?: string | undefined;
};

export async function apply(act: Act, fields: Fields<Application>): Promise<Reply<ApplicationReceipt>> {
  await act.exchange.checkPreconditions();
  const { unitId, username, requestedRole, password, ...profile } = fields();
  const unit = await act.store.unit(unitId);
  if (!unit) throw fieldError('unitId', 'not-allowed');
  const { outside } = act;
  if (password === undefined && !outside) throw fieldError('password', 'required');
  if (password !== undefined) await mustBeGood(act.kit, password, 'password', username);
  await enforceLimit(act, `application:${act.network}`, act.kit.limits.applications, act.kit.limits.applicationSeconds);
  if ((await act.store.accountByUsername(username)) || (await act.store.teacherLogin({ username }))) throw taken();
  const reference = secret();
  const hashingFor = { account: username.toLowerCase(), network: act.network };
  const passwordHash = password === undefined ? null : await act.kit.passwords.inTurn(hashingFor, ({ hash }) => hash(password));
  const account: AccountRecord = {
    ...filled(ACCOUNT_FIELDS, profile),
    id: act.newId(),
    unitId,
    username,
    requestedRole,
    role: null,
    status: 'pending',
    passwordHash,
    mustChangePassword: false,
    referenceHash: hashOf(reference),
    appliedAt: act.at,
    activatedAt: null,
    lastSignInAt: null,
    reason: null,
    ...NEW_SIGN_IN,
    // An applicant can enter any address, so its owner must confirm it once the account is enabled.
    emailConfirmed: false,
    noticeVersion: act.kit.notice.version,
    noticeAt: act.at,
    version: 1,
    updatedAt: act.at,
    updatedBy: null,
  };
  const identity: IdentityRecord | null = outside && { id: act.newId(), accountId: account.id, ...outside };
  const existingIdentity = outside && (await act.store.identity(outside.issuer, outside.subject));
  const holder = existingIdentity && (await act.store.account(existingIdentity.accountId));
  // A rejected or deleted applicant may apply again, and inherits no rights.
  if (holder?.status === 'pending' || holder?.status === 'active') throw new DomainError('wrong-state');
  const auditEntry = draftAuditEntry(
    act,
    'account.apply',
    { type: 'account', id: account.id, name: account.name },
    { unitId, after: { ...auditedAccount(account), ...(outside ? { issuer: outside.issuer } : {}) } },
  );
  const reply: Reply<ApplicationReceipt> = { as: 'created', body: { reference } };
  const change = changeOf(act, [{ kind: 'path', unitId, path: unit.path }], [auditEntry], reply);
  await act.store.apply(account, identity, existingIdentity?.id ?? null, change);
  return reply;
}

function taken(): DomainError {
  return new DomainError('username-taken', { errors: [{ path: 'username', code: 'duplicate' }] });
}

export async function readApplication(act: Act, reference: string): Promise<ApplicationStatus> {
  const account = await act.store.accountByReference(hashOf(reference));
  const unit = account && (await act.store.unit(account.unitId));
  if (!account || !unit) throw new DomainError('not-found');
  const { status, reason, appliedAt, role } = account;
  return { status, reason, unitName: unit.name, appliedAt, role };
}
