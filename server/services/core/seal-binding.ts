/** The associated data of encrypted values. It binds a value to its row and column, so that a copy in another row cannot be decrypted. */
import type { SealedColumn } from '../../store/store.js';

const BINDINGS: Record<SealedColumn, string> = {
  'teachers.nationalId': 'teachers|national_id',
  'teachers.birthDate': 'teachers|birth_date',
  'personNumbers.sealed': 'person_numbers|sealed',
  'transfers.registration': 'transfers|registration',
  'accounts.secondFactor': 'accounts|second_factor',
  'answers.body': 'answers|body',
  'outbox.payload': 'outbox|payload',
  'imports.payload': 'imports|payload',
};

/** @param bound the id of the row, or another owner of the value (`SealedValue.bound`) */
export function sealBinding(column: SealedColumn, bound: string): string {
  return `${BINDINGS[column]}|${bound}`;
}
