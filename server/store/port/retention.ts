/** Records whose retention period has ended. */
import type { IsoDay } from '../../domain/dates.js';
import type { AccountRecord, TeacherRecord } from '../records.js';
import type { Change } from './change.js';

export interface RetentionStore {
  /** Accounts rejected or deleted before an instant that still have personal data. */
  oldAccounts(before: string, limit: number): Promise<AccountRecord[]>;
  /** Entries that departed before a day. */
  oldEntries(before: IsoDay, limit: number): Promise<TeacherRecord[]>;
  /**
   * Saves accounts whose personal data was removed. Deletes their outside identities, sessions and mail links, and their names
   * in records that they changed.
   */
  purgeAccounts(accounts: AccountRecord[], change: Change): Promise<void>;
  /** Deletes entries at the version that was read, and persons whose last entry they were. */
  purgeEntries(entries: TeacherRecord[], change: Change): Promise<void>;
  /** Deletes expired sessions, codes, links, invitations, attempts, stored responses and staged imports. */
  forgetExpired(now: string, answersBefore: string): Promise<void>;
}
