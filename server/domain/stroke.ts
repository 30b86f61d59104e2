/** Order of names by stroke, as `Intl.Collator('zh-TW')` has it, stored so that no upgrade of ICU reorders half a table. */
import { HAN_BY_STROKE } from './stroke-ranks.js';

/** Han stands in the planes 0 to 3 of Unicode. */
const CODE_POINTS = 0x40000;

let ranks: Uint32Array | undefined;

/** Ranks by code point, from 1; 0 for what is not in the list. */
function rankTable(): Uint32Array {
  if (!ranks) {
    ranks = new Uint32Array(CODE_POINTS);
    let rank = 0;
    for (const char of HAN_BY_STROKE) ranks[char.codePointAt(0)!] = ++rank;
  }
  return ranks;
}

/** Of one character; of more than one there is none. */
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
