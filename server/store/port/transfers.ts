/** Proposed transfers and disputes. */
import type { IsoDay } from '../../domain/dates.js';
import type { TransferState } from '../../domain/teachers.js';
import type { UnitPath } from '../../domain/units.js';
import type { IdentityNumber, NumberIndex, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { Change } from './change.js';
import type { Page, Slice } from './list.js';
import type { EntryWithPerson } from './roster.js';

export interface TransferStore {
  transfer(id: string): Promise<TransferRecord | null>;
  transfers(
    filter: { unitId: string; direction: 'in' | 'out'; state?: TransferState | undefined },
    page: Page,
  ): Promise<Slice<TransferRecord>>;
  /** The proposals and disputes about a person that are not decided; at most one of each per school. */
  waitingTransfers(personId: string): Promise<TransferRecord[]>;
  /** Proposals about entries that have departed by this day; at most `limit`. */
  lapsedTransfers(today: IsoDay, limit: number): Promise<TransferRecord[]>;
  /**
   * Adds a proposal. `person` has its next version, so that a concurrent removal of the entry or reassignment of the number is a
   * conflict. `closed`: proposals that this one settles.
   */
  propose(transfer: TransferRecord, person: PersonRecord, closed: TransferRecord[], change: Change): Promise<void>;
  saveTransfer(transfer: TransferRecord, change: Change): Promise<void>;
  /** Saves the departing entry, adds the new entry and makes it the person's current one. */
  acceptTransfer(
    transfer: TransferRecord,
    leaving: TeacherRecord,
    arriving: TeacherRecord,
    person: PersonRecord,
    /** The numbers of the person; a number that meanwhile belongs to another person is a conflict. */
    numbers: IdentityNumber[],
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
  /** `waitingTransfers` of several people. */
  transfersOf(personIds: readonly string[]): Promise<TransferRecord[]>;
  /** Disputes between schools that are both in a subtree. */
  disputes(within: UnitPath): Promise<TransferRecord[]>;
  /**
   * Moves an identity number from the person who has it to another person with a new entry, and saves the transfer at the
   * version that was read.
   */
  reassignNumber(
    transfer: TransferRecord,
    /** `person`: the person who loses the number, with its next version. */
    taken: { indexes: NumberIndex[]; person: PersonRecord },
    entry: EntryWithPerson,
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
}
