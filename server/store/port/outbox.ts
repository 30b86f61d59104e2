/** Facts and letters that wait for their delivery. */
import type { OutboxRecord } from '../records.js';

export interface OutboxStore {
  /** Returns the records that are due for these consumers, and postpones them to `until`, so that no other instance takes them. */
  takeOutbox(consumers: readonly string[], now: string, until: string, limit: number): Promise<OutboxRecord[]>;
  /** Removes a record that was delivered. */
  settleOutbox(id: string): Promise<void>;
  postponeOutbox(id: string, dueAt: string): Promise<void>;
}
