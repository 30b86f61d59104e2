/** Where each encrypted value stands: its place binds it to its row and column, and moved elsewhere it does not open. */
import type { SealedColumn } from '../../store/store.js';

const PLACES: Record<SealedColumn, string> = {
  'teachers.nationalId': 'teachers|national_id',
  'teachers.birthDate': 'teachers|birth_date',
  'personNumbers.sealed': 'person_numbers|sealed',
  'transfers.registration': 'transfers|registration',
  'accounts.secondFactor': 'accounts|second_factor',
  'answers.body': 'answers|body',
  'outbox.payload': 'outbox|payload',
  'imports.payload': 'imports|payload',
};

/** @param bound the id of the row, or what else the value belongs to (`SealedValue.bound`) */
export function placeOfSealed(column: SealedColumn, bound: string): string {
  return `${PLACES[column]}|${bound}`;
}
