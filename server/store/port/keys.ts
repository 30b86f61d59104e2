/** Encrypted values and the keys they are encrypted with. */
import type { IdentityNumber, NumberIndex } from '../records.js';

/** Every place in the database where something is encrypted. */
export const SEALED_COLUMNS = [
  'teachers.nationalId',
  'teachers.birthDate',
  'personNumbers.sealed',
  'transfers.registration',
  'accounts.secondFactor',
  'answers.body',
  'outbox.payload',
  'imports.payload',
] as const;

export type SealedColumn = (typeof SEALED_COLUMNS)[number];

/** Ids of the keys that an instance knows, the one that it writes with first. */
export interface KeyAnnouncement {
  fields: string[];
  lookup: string[];
  at: string;
}

export interface SealedValue {
  row: string;
  /** What its encryption is bound to, beside its column. */
  boundTo: string;
  value: string;
}

export interface KeyStore {
  /** Says which keys an instance knows, the current ones first; null where it ends. */
  announceKeys(instance: string, told: KeyAnnouncement | null): Promise<void>;
  /** What the instances have said since an instant. */
  announcedKeys(since: string): Promise<KeyAnnouncement[]>;
  /** Values of a column that are not encrypted with `key`, in the order of their rows, after one of them. */
  sealedOtherwise(column: SealedColumn, key: string, after: string, limit: number): Promise<SealedValue[]>;
  /** Replaces each value that is still what was read; a row that changed meanwhile keeps what it has. */
  reseal(column: SealedColumn, values: { row: string; from: string; to: string }[]): Promise<void>;
  /** Numbers as they are indexed under a look-up key, in their order, after one of them. */
  numbersUnder(key: string, after: string, limit: number): Promise<{ index: NumberIndex; personId: string; sealed: string | null }[]>;
  addNumbers(numbers: (IdentityNumber & { personId: string })[]): Promise<void>;
  /** Takes the indexes of a look-up key away, some at a time. Answers how many. */
  dropNumbers(key: string, limit: number): Promise<number>;
}
