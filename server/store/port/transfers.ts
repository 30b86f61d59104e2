/** Proposed transfers and disputes. */
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
  /** Proposals for a person that wait for an answer, and disputes; of each at most one of a school. */
  waitingTransfers(personId: string): Promise<TransferRecord[]>;
  /**
   * `person` carries its next version: nobody takes the entry away, or gives the number to another, at the same moment. `closed`
   * are proposals that this one, or what happened meanwhile, has settled.
   */
  propose(transfer: TransferRecord, person: PersonRecord, closed: TransferRecord[], change: Change): Promise<void>;
  saveTransfer(transfer: TransferRecord, change: Change): Promise<void>;
  /** The old entry departs, the new one begins and the person's current entry moves. */
  acceptTransfer(
    transfer: TransferRecord,
    leaving: TeacherRecord,
    arriving: TeacherRecord,
    person: PersonRecord,
    /** Those of the person; a number that is somebody else's by now is a conflict. */
    numbers: IdentityNumber[],
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
  /** `waitingTransfers` of many. */
  transfersOf(personIds: readonly string[]): Promise<TransferRecord[]>;
  /** Disputes whose schools both lie in a subtree. */
  disputes(within: UnitPath): Promise<TransferRecord[]>;
  /**
   * The number is taken from the person who has it and given to another, with the entry of that one; the transfer is saved at
   * the version read.
   */
  reassignNumber(
    transfer: TransferRecord,
    /** `person`: whose it was, with the next version. */
    taken: { indexes: NumberIndex[]; person: PersonRecord },
    entry: EntryWithPerson,
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
}
