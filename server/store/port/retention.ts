/** Records whose retention period is over. */
import type { IsoDay } from '../../domain/dates.js';
import type { AccountRecord, TeacherRecord } from '../records.js';
import type { Change } from './change.js';

export interface RetentionStore {
  /** Accounts rejected or deleted before an instant that still tell who they were. */
  oldAccounts(before: string, limit: number): Promise<AccountRecord[]>;
  /** Entries of people who left before a day. */
  oldEntries(before: IsoDay, limit: number): Promise<TeacherRecord[]>;
  /** Saves accounts without their people; with their outside identities, sessions and links, and their names beside what they changed. */
  purgeAccounts(accounts: AccountRecord[], change: Change): Promise<void>;
  /** Removes entries at the version read, and their people where it was the last. */
  purgeEntries(entries: TeacherRecord[], change: Change): Promise<void>;
  /** Forgets what has had its time: sessions, codes, failures, kept answers. */
  forgetExpired(now: string, answersBefore: string): Promise<void>;
}
