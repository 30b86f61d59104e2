/** Hand-overs of the role of head. */
import type { IsoDay } from '../../domain/dates.js';
import type { AccountRecord, HandoverRecord } from '../records.js';
import type { Change } from './change.js';

export interface HandoverStore {
  handover(id: string): Promise<HandoverRecord | null>;
  /** The hand-over of a unit that is not finished. */
  openHandover(unitId: string): Promise<HandoverRecord | null>;
  /** Those of a unit, of the units directly below it, and to an account; open ones first, then the newest. */
  handovers(unitId: string, accountId: string, limit: number): Promise<HandoverRecord[]>;
  dueHandovers(today: IsoDay): Promise<HandoverRecord[]>;
  /** A unit has at most one open hand-over. */
  beginHandover(handover: HandoverRecord, change: Change): Promise<void>;
  /** Saves it at the version that was read, and the accounts that change with it, in the given order. */
  saveHandover(handover: HandoverRecord, accounts: AccountRecord[], change: Change): Promise<void>;
}
