/** Messages that wait to be sent. */
import type { OutboxRecord } from '../records.js';

export interface OutboxStore {
  /** Takes what is due for these consumers and moves it on to `until`, so that nobody else takes it meanwhile. */
  takeOutbox(consumers: readonly string[], now: string, until: string, limit: number): Promise<OutboxRecord[]>;
  /** It arrived. */
  settleOutbox(id: string): Promise<void>;
  postponeOutbox(id: string, dueAt: string): Promise<void>;
}
