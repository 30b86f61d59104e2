/** Stored answers of requests that carry an Idempotency-Key. */
import type { StoredResponse } from '../records.js';

export interface ResponseStore {
  storedResponse(caller: string, key: string): Promise<StoredResponse | null>;
  storeResponse(answer: StoredResponse): Promise<void>;
}
