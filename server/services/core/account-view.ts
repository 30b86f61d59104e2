/** The view of an account, derived from the field table. */
import { accountVerdicts, seesAccountUnmasked } from '../../domain/authority.js';
import { ACCOUNT_FIELDS, type AccountField } from '../../domain/account-fields.js';
import { viewer } from '../../domain/field-views.js';
import { maskUsername } from '../../domain/names.js';
import type { Account } from '../../contract/wire.js';
import type { AccountRecord } from '../../store/records.js';
import type { Act } from './act.js';
import { maskBy, toAction, type UnitContext } from './unit-contexts.js';

/** Fields that the kit sets itself; the view lists them by name. All other fields must be in the table, or this does not compile. */
type KeptByKit =
  | 'id'
  | 'unitId'
  | 'username'
  | 'role'
  | 'status'
  | 'requestedRole'
  | 'passwordHash'
  | 'mustChangePassword'
  | 'referenceHash'
  | 'appliedAt'
  | 'activatedAt'
  | 'lastSignInAt'
  | 'reason'
  | 'emailConfirmed'
  | 'passwordChangedAt'
  | 'passwordHistory'
  | 'secondFactor'
  | 'noticeVersion'
  | 'noticeAt'
  | 'version'
  | 'updatedAt'
  | 'updatedBy';
({}) satisfies Record<Exclude<keyof AccountRecord, AccountField | KeptByKit>, never>;

const viewed = { unit: viewer(ACCOUNT_FIELDS, 'unit'), above: viewer(ACCOUNT_FIELDS, 'above') };

export const targetOf = ({ id, name }: AccountRecord) => ({ type: 'account' as const, id, name });

/** The profile as its owner sees it. */
export const ownProfile = (account: AccountRecord) => viewed.unit(account, {});

export function accountView(act: Act, account: AccountRecord, unitContext: UnitContext): Account {
  const relation = act.relationTo(unitContext.unit);
  const { account: actor, role: actorRole } = act.caller;
  const whole = seesAccountUnmasked(actorRole, relation, account);
  const verdicts =
    relation === 'own' || relation === 'parent' ? accountVerdicts({ accountId: actor.id, role: actorRole }, relation, account) : [];
  const { id, unitId, username, role, status, requestedRole } = account;
  const { appliedAt, activatedAt, lastSignInAt, reason, version, updatedAt, updatedBy } = account;
  return {
    id,
    unitId,
    unitName: unitContext.unit.name,
    username: whole ? username : maskUsername(username),
    ...viewed[whole ? 'unit' : 'above'](account, {}),
    role,
    status,
    requestedRole,
    appliedAt,
    activatedAt,
    lastSignInAt,
    reason: whole ? reason : null,
    actions: verdicts.map((verdict) => toAction(act, verdict, unitContext)),
    version,
    updatedAt,
    updatedBy: whole ? updatedBy : maskBy(updatedBy),
  };
}
