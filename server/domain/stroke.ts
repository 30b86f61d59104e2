/** Stroke order of names as in `Intl.Collator('zh-TW')`, stored so that an upgrade of ICU cannot reorder half a table. */
import { HAN_BY_STROKE } from './stroke-ranks.js';

/** Han characters are in the Unicode planes 0 to 3. */
const CODE_POINTS = 0x40000;

let ranks: Uint32Array | undefined;

/** Ranks by code point, from 1; 0 for characters that are not in the list. */
function rankTable(): Uint32Array {
  if (!ranks) {
    ranks = new Uint32Array(CODE_POINTS);
    let rank = 0;
    for (const char of HAN_BY_STROKE) ranks[char.codePointAt(0)!] = ++rank;
  }
  return ranks;
}

/** The rank of a single character. */
function rankOf(char: string): number {
  const code = char.codePointAt(0)!;
  return char === String.fromCodePoint(code) ? (rankTable()[code] ?? 0) : 0;
}

/** Sort key of a name: each Han character's rank; other scripts after Han, by their folded letters. */
export function strokeKey(name: string): string {
  let key = '';
  for (const char of name.normalize('NFC')) {
    const rank = rankOf(char) || rankOf(char.normalize('NFKC'));
    key += rank > 0 ? (rank - 1).toString(36).padStart(4, '0') : `~${char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}`;
  }
  return key;
}
