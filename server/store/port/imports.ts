/** Imports of staff lists: staging, commit and undo. */
import type { IdentityNumber, ImportRecord, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { Change } from './change.js';
import type { EntryWithPerson } from './roster.js';

/** One write of an import to the roster. All writes of an import concern different people, so their order does not matter. */
export type RosterWrite =
  | ({ kind: 'entered' } & EntryWithPerson)
  /** Like `saveTeacher`. */
  | { kind: 'saved'; teacher: TeacherRecord; person: PersonRecord | null; numbers: IdentityNumber[] }
  /** Like `propose`. */
  | { kind: 'proposed'; transfer: TransferRecord; person: PersonRecord }
  | { kind: 'settled'; transfer: TransferRecord }
  /**
   * Removes an entry at the version that was read, with its person. `next`: the next version of a person who has an earlier
   * entry and therefore stays.
   */
  | { kind: 'removed'; teacher: TeacherRecord; person: PersonRecord; next: PersonRecord | null };

/** The parts of an import's commit that depend on all its writes. */
export type ImportEnd = { record: ImportRecord } & Pick<Change, 'outbox' | 'response'>;

export interface ImportStore {
  import(id: string): Promise<ImportRecord | null>;
  /** The imports of a unit, newest first. */
  imports(unitId: string, limit: number): Promise<ImportRecord[]>;
  /** An import with the same rows that the unit committed before. */
  importLike(unitId: string, digest: string): Promise<ImportRecord | null>;
  stageImport(record: ImportRecord, change: Change): Promise<void>;
  /**
   * Saves an import at the version that was read, and its writes to the roster, in one transaction. The store iterates over
   * the writes while it already executes the first of them, and then calls `end`. Until `end` resolves, audit entries may be
   * added to the change.
   */
  saveImport(change: Change, writes: Iterable<RosterWrite>, end: () => Promise<ImportEnd>): Promise<void>;
  /** The fields that a unit assigned to headings, as JSON. */
  columnMemory(unitId: string): Promise<string | null>;
  rememberColumns(memory: { unitId: string; columns: string; updatedAt: string }): Promise<void>;
}
