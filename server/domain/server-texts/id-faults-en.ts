import type { IdFault } from '../national-id.js';

/** What is wrong with an identity number: said while it is typed, and by the server. It never tells the right check digit. */
export const idFaultsEn: Record<IdFault['code'], string> = {
  'national-id-length': 'Ten characters are needed',
  'national-id-letter': 'The first character must be a letter',
  'national-id-second': 'The second character must be 1, 2, 8 or 9 (A to D in an old number)',
  'national-id-digits': 'All characters from the third on must be digits',
  'national-id-check': 'The check digit does not fit: one digit may be wrong, or two may be swapped; please look at the document',
  'national-id-permit-number': 'This looks like a permit number; please use the ten-character UI number (統一證號) on the card',
};
