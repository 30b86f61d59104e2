/** The installation as a whole: load, backup, verification, health. */
import type { AccountRecord, IdentityRecord, NumberIndex, UnitRecord } from '../records.js';
import type { Change } from './change.js';
import type { EntryWithPerson } from './roster.js';
import type { ChainReport, RecordReport } from './trail.js';

/** Some rows of a table. Only stores interpret them: `fill` takes what `contents` of any engine returns. */
export interface ContentSlice {
  table: string;
  rows: Record<string, unknown>[];
}

export interface LoadBatch extends Pick<Change, 'guards' | 'trail'> {
  units?: UnitRecord[];
  /** Existing accounts, saved at the version that was read, before `accounts` are added. */
  savedAccounts?: AccountRecord[];
  accounts?: AccountRecord[];
  identities?: IdentityRecord[];
  entries?: EntryWithPerson[];
}

export interface Verification {
  /** Damage that the database itself finds, and broken invariants. */
  database: string[];
  chain: ChainReport;
  records: RecordReport;
}

export interface InstallationStore {
  /**
   * Adds units, accounts and entries in one transaction, all or nothing. A batch is requested when the batch before it has been
   * written, so that only one is in memory as statements. Other writers wait; on SQLite those of other processes get
   * `unavailable`.
   */
  load(batches: Iterable<LoadBatch>): Promise<void>;
  /** Which of these user names are taken. */
  takenUsernames(usernames: readonly string[]): Promise<Set<string>>;
  /** Which of these blind indexes belong to a person. */
  takenNumbers(indexes: readonly NumberIndex[]): Promise<Set<NumberIndex>>;
  /** Resolves if the database accepts writes. */
  ping(): Promise<void>;
  /** Checks a consistent snapshot of the database; writers continue meanwhile. */
  verify(): Promise<Verification>;
  /** The instant of the newest known head; null where there is none. */
  acknowledgedAt(): string | null;
  /** Syncs the heads file, and records that this process is running. Called every minute. */
  syncHeads(): Promise<void>;
  /** A consistent copy of the whole database; writers continue meanwhile. */
  contents(): AsyncIterable<ContentSlice>;
  /**
   * Fills an empty database, all or nothing.
   * @throws Error where the database is not empty
   */
  fill(contents: AsyncIterable<ContentSlice>): Promise<void>;
}
