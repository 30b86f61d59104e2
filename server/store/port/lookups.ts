/** Look-ups of people, which rate limits count. */
import type { LookupRecord } from '../records.js';
import type { Change } from './change.js';
import type { AttemptCount } from './sign-in.js';

/** Who looks people up. */
export type LookupAsker = Pick<LookupRecord, 'unitId' | 'accountId'>;

export interface CountedLookups {
  /** The look-ups of similar numbers, by the unit and by the account, that still count. */
  similar: LookupRecord[];
  /** How many look-ups of any numbers there were in the current period, or in an earlier one; null: none. */
  all: Record<keyof LookupAsker, AttemptCount | null>;
}

export interface LookupStore {
  /** @param similar the hashes of the similar numbers */
  lookups(asker: LookupAsker, similar: readonly string[], now: string): Promise<CountedLookups>;
  /**
   * Stores look-ups with the new counts of all. It is a conflict where others were stored since `before` was read.
   */
  saveLookups(
    asker: LookupAsker,
    before: CountedLookups,
    lookups: readonly LookupRecord[],
    all: Record<keyof LookupAsker, AttemptCount>,
    change: Change,
  ): Promise<void>;
}
