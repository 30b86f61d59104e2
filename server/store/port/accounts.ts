/** Business accounts and the outside identities linked to them. */
import type { AccountStatus, Role } from '../../domain/authority.js';
import type { AccountRecord, IdentityRecord } from '../records.js';
import type { Change } from './change.js';
import type { Order, Page, Slice } from './list.js';

export type AccountSort = 'name' | 'username' | 'status' | 'role' | 'email' | 'appliedAt';

export interface AccountFilter {
  unitId: string;
  /** `children`: in the units directly below, the heads and those who ask to be one. */
  scope: 'own' | 'children';
  status?: AccountStatus | undefined;
  role?: Role | undefined;
  q?: string | undefined;
}

export interface AccountStore {
  account(id: string): Promise<AccountRecord | null>;
  accountsById(ids: readonly string[]): Promise<AccountRecord[]>;
  accountByUsername(username: string): Promise<AccountRecord | null>;
  accountByReference(referenceHash: string): Promise<AccountRecord | null>;
  accountByIdentity(issuer: string, subject: string): Promise<AccountRecord | null>;
  accounts(filter: AccountFilter, order: Order<AccountSort>, page: Page): Promise<Slice<AccountRecord>>;
  /** Over the filter without its status. */
  accountCounts(filter: AccountFilter): Promise<Record<AccountStatus, number>>;
  identitiesOf(accountId: string): Promise<IdentityRecord[]>;
  /** `replaces`: the identity's link to an account that was rejected or deleted. */
  apply(account: AccountRecord, identity: IdentityRecord | null, replaces: IdentityRecord['id'] | null, change: Change): Promise<void>;
  identity(issuer: string, subject: string): Promise<IdentityRecord | null>;
  /** Saves accounts in the order given, each only at the version read, and ends the sessions of `signedOut`. */
  saveAccounts(accounts: AccountRecord[], signedOut: string[], change: Change): Promise<void>;
  linkIdentity(identity: IdentityRecord, account: AccountRecord, change: Change): Promise<void>;
  unlinkIdentity(identityId: string, account: AccountRecord, change: Change): Promise<void>;
}
