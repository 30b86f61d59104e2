/** Business accounts and their outside identities. */
import type { AccountStatus, Role } from '../../domain/authority.js';
import type { AccountRecord, IdentityRecord } from '../records.js';
import type { Change } from './change.js';
import type { Order, Page, Slice } from './list.js';

export type AccountSort = 'name' | 'username' | 'status' | 'role' | 'email' | 'appliedAt';

export interface AccountFilter {
  unitId: string;
  /** `children`: the heads, and the applications for head, of the units directly below. */
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
  /** Ignores the status of the filter. */
  accountCounts(filter: AccountFilter): Promise<Record<AccountStatus, number>>;
  identitiesOf(accountId: string): Promise<IdentityRecord[]>;
  /** Adds an account. `replaces`: the link of the same outside identity to a rejected or deleted account, which is removed. */
  apply(account: AccountRecord, identity: IdentityRecord | null, replaces: IdentityRecord['id'] | null, change: Change): Promise<void>;
  identity(issuer: string, subject: string): Promise<IdentityRecord | null>;
  /** Saves accounts in the given order, each at the version that was read, and ends the sessions of the accounts `signedOut`. */
  saveAccounts(accounts: AccountRecord[], signedOut: string[], change: Change): Promise<void>;
  linkIdentity(identity: IdentityRecord, account: AccountRecord, change: Change): Promise<void>;
  unlinkIdentity(identityId: string, account: AccountRecord, change: Change): Promise<void>;
}
