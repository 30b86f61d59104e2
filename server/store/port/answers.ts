/** Stored answers of requests that carry an Idempotency-Key. */
import type { AnswerRecord } from '../records.js';

export interface AnswerStore {
  answer(caller: string, key: string): Promise<AnswerRecord | null>;
  keepAnswer(answer: AnswerRecord): Promise<void>;
}
