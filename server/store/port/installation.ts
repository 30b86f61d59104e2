/** The installation as a whole: load, backup, verification, health. */
import type { AccountRecord, IdentityRecord, NumberIndex, UnitRecord } from '../records.js';
import type { Change } from './change.js';
import type { EntryWithPerson } from './roster.js';
import type { ChainReport } from './trail.js';

/** A slice of the whole database, opaque to all but a store: what `contents` gives, `fill` takes, also of another engine. */
export interface ContentSlice {
  table: string;
  rows: Record<string, unknown>[];
}

export interface LoadBatch extends Pick<Change, 'guards' | 'trail'> {
  units?: UnitRecord[];
  accounts?: AccountRecord[];
  identities?: IdentityRecord[];
  entries?: EntryWithPerson[];
}

export interface InstallationStore {
  /**
   * Adds units, accounts and entries in one transaction, all or nothing. Each batch is asked for once the one before it has been
   * written, so that only one is held as statements. Other writers wait; on SQLite those of other processes hear `unavailable`.
   */
  load(batches: Iterable<LoadBatch>): Promise<void>;
  /** Which of these user names are taken. */
  takenUsernames(usernames: readonly string[]): Promise<Set<string>>;
  /** Which of these indexes belong to someone already. */
  takenNumbers(indexes: readonly NumberIndex[]): Promise<Set<NumberIndex>>;
  /** Resolves where it can be written to. */
  ping(): Promise<void>;
  /** As the database is at one moment; writers go on. */
  verify(): Promise<{ database: string[]; chain: ChainReport }>;
  /** The newest instant that is known outside the database; null where none is. */
  acknowledgedAt(): string | null;
  /** Makes the bounds outside the database durable, and says that this process is alive; every minute. */
  syncHeads(): Promise<void>;
  /** All of it, as it is at one moment; writers go on. */
  contents(): AsyncIterable<ContentSlice>;
  /**
   * Fills an empty database: all or nothing.
   * @throws Error where it is not empty
   */
  fill(contents: AsyncIterable<ContentSlice>): Promise<void>;
}
