import type { AccountRecord } from '../store/records.js';
import type { Change } from '../store/store.js';
import type { Act } from './act.js';

/** The line of a failed password, in the chain of the account's unit. */
export function failed(act: Act, { id, name, unitId }: AccountRecord): Change {
  return { guards: [], trail: [act.entry('session.fail', { type: 'session', id, name }, { unitId, outcome: 'denied' })] };
}
