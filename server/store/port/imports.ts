/** Staged staff lists and their commit. */
import type { IdentityNumber, ImportRecord, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { Change } from './change.js';
import type { EntryWithPerson } from './roster.js';

/** One of the things that a list does to a roster, each about another person; they are made in any order. */
export type RosterWrite =
  | ({ kind: 'entered' } & EntryWithPerson)
  /** As `saveTeacher`. */
  | { kind: 'saved'; teacher: TeacherRecord; person: PersonRecord | null; numbers: IdentityNumber[] }
  /** As `propose`. */
  | { kind: 'proposed'; transfer: TransferRecord; person: PersonRecord }
  | { kind: 'settled'; transfer: TransferRecord }
  /** An entry taken away, and its person, at the versions read; `next` is the person of somebody who had an entry before. */
  | { kind: 'removed'; teacher: TeacherRecord; person: PersonRecord; next: PersonRecord | null };

/** What is known of a list's commit once all its writes have been made. */
export type ImportEnd = { record: ImportRecord } & Pick<Change, 'outbox' | 'response'>;

export interface ImportStore {
  import(id: string): Promise<ImportRecord | null>;
  /** Of a unit, newest first. */
  imports(unitId: string, limit: number): Promise<ImportRecord[]>;
  /** A list of the same lines that a unit has committed before. */
  importLike(unitId: string, digest: string): Promise<ImportRecord | null>;
  stageImport(record: ImportRecord, change: Change): Promise<void>;
  /**
   * Saves a list at the version read, and what it does to the roster. The writes are made as they are asked for, while the first
   * of them are on their way to the disk; then the end is asked for. Until then the change's trail may grow.
   */
  saveImport(change: Change, writes: Iterable<RosterWrite>, end: () => Promise<ImportEnd>): Promise<void>;
  /** What a unit has said about columns, as JSON. */
  columnMemory(unitId: string): Promise<string | null>;
  rememberColumns(memory: { unitId: string; columns: string; updatedAt: string }): Promise<void>;
}
