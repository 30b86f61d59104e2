/** Hand-overs of the office of head. */
import type { IsoDay } from '../../domain/dates.js';
import type { AccountRecord, HandoverRecord } from '../records.js';
import type { Change } from './change.js';

export interface HandoverStore {
  handover(id: string): Promise<HandoverRecord | null>;
  /** The one of a unit that waits. */
  openHandover(unitId: string): Promise<HandoverRecord | null>;
  /** Of a unit, of those directly below it, and to an account; those that wait first, then the newest. */
  handovers(unitId: string, accountId: string, limit: number): Promise<HandoverRecord[]>;
  dueHandovers(today: IsoDay): Promise<HandoverRecord[]>;
  /** At most one of a unit waits. */
  beginHandover(handover: HandoverRecord, change: Change): Promise<void>;
  /** Saves it at the version read, and the accounts that change with it, in the order given. */
  saveHandover(handover: HandoverRecord, accounts: AccountRecord[], change: Change): Promise<void>;
}
