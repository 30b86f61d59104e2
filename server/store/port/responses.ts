/** Stored responses to requests with an idempotency key. */
import type { StoredResponse } from '../records.js';

export interface ResponseStore {
  storedResponse(caller: string, key: string): Promise<StoredResponse | null>;
  storeResponse(response: StoredResponse): Promise<void>;
}
