/** Encrypted values and the keys they are encrypted with. */
import type { Sealed } from '../../domain/fields.js';
import type { IdentityNumber, NumberIndex } from '../records.js';

/** All columns with encrypted values. */
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

/** The ids of the keys that an instance knows, the current ones first. */
export interface KeyAnnouncement {
  fields: string[];
  lookup: string[];
  at: string;
}

export interface SealedValue {
  row: string;
  /** The row in the binding of the value. */
  boundTo: string;
  value: Sealed;
}

/** Opens encrypted values for `verify`, because a store has no keys of its own. */
export interface SealReader {
  /** The plain text; null where it cannot be decrypted: it was changed or moved, or its key is missing. */
  open(column: SealedColumn, boundTo: string, value: string): string | null;
  /** Whether a blind index is that of an identity number. */
  isIndexOf(index: NumberIndex, nationalId: string): boolean;
}

export interface KeyStore {
  /** Records which keys an instance knows; null when it ends. */
  announceKeys(instance: string, announcement: KeyAnnouncement | null): Promise<void>;
  /** The announcements since an instant. */
  announcedKeys(since: string): Promise<KeyAnnouncement[]>;
  /** Values of a column that are not encrypted with `key`, by row, after the row `after`. */
  sealedOtherwise(column: SealedColumn, key: string, after: string, limit: number): Promise<SealedValue[]>;
  /** Replaces each value that still equals `from`. */
  reseal(column: SealedColumn, values: { row: string; from: Sealed; to: Sealed }[]): Promise<void>;
  /** Blind indexes under a look-up key, in their order, after the index `after`. */
  numbersUnder(key: string, after: string, limit: number): Promise<{ index: NumberIndex; personId: string; sealed: Sealed | null }[]>;
  addNumbers(numbers: (IdentityNumber & { personId: string })[]): Promise<void>;
  /** Deletes blind indexes of a look-up key, at most `limit`, and returns their number. */
  dropNumbers(key: string, limit: number): Promise<number>;
}
