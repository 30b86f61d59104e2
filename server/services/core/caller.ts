/** Who is calling. */
import { taipeiDay } from '../../domain/dates.js';
import type { Function, Role } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import type { AccountRecord, IntegrationRecord, SessionRecord, UnitRecord } from '../../store/records.js';
import type { Kit } from './kit.js';

/** The holder of an active business account. */
export interface Caller {
  account: AccountRecord;
  role: Role;
  unit: UnitRecord;
  /** What the role may do by the policy in force. */
  functions: readonly Function[];
  /** Null where the portal identifies its users. */
  session: SessionRecord | null;
}

/** Null unless the account is active: no other account may call. */
export function callerOf(
  { policy }: Pick<Kit, 'policy'>,
  account: AccountRecord | null,
  unit: UnitRecord | null,
  session: SessionRecord | null,
): Caller | null {
  if (account?.status !== 'active' || account.role === null || unit === null) return null;
  return { account, role: account.role, unit, session, functions: policy[account.role] };
}

/** Records the last use of an account that the portal identifies, at most once a day in Taipei. The kit's own sign-in records each. */
export async function recordUse({ store, now }: Pick<Kit, 'store' | 'now'>, { account: { id, lastSignInAt } }: Caller): Promise<void> {
  const at = now();
  if (lastSignInAt === null || taipeiDay(lastSignInAt) < taipeiDay(at)) await store.recordUse(id, at.toISOString());
}

export interface OutsideIdentity {
  issuer: string;
  subject: string;
}

/** All are null for a request without a valid sign-in. */
export interface Who {
  caller: Caller | null;
  outside: OutsideIdentity | null;
  /** The kit's own session, if the request has one. */
  session: SessionRecord | null;
  /** Another system. It acts with the rights of the token's maker (`caller`), limited to the token's scope. */
  integration: IntegrationRecord | null;
  /** The caller was identified by a token in the `Authorization` header, which no browser adds by itself. */
  byToken: boolean;
}

export const NOBODY: Who = { caller: null, outside: null, session: null, integration: null, byToken: false };

/** Begins the key of a caller who is not signed in. */
export const ADDRESS = 'address:';

/** The key of a caller in tables that keep something per caller. */
export function callerKey({ caller, integration, outside }: Who, address: string | null): string {
  if (integration) return `integration:${integration.id}`;
  if (caller) return `account:${caller.account.id}`;
  return outside ? `identity:${outside.issuer}:${outside.subject}` : `${ADDRESS}${address ?? ''}`;
}

/** @throws DomainError `unauthenticated` */
export function signedIn<T>(part: T | null): T {
  if (part === null) throw new DomainError('unauthenticated');
  return part;
}
