/** Order of names by stroke, as `Intl.Collator('zh-TW')` has it, stored so that no upgrade of ICU reorders half a table. */
import { HAN_BY_STROKE } from './stroke-ranks.js';

let ranks: Map<string, string> | undefined;

function rankTable(): Map<string, string> {
  if (!ranks) {
    ranks = new Map();
    let rank = 0;
    for (const char of HAN_BY_STROKE) ranks.set(char, (rank++).toString(36).padStart(4, '0'));
  }
  return ranks;
}

/** Sort key of a name: each Han character's rank; other scripts after Han, by their folded letters. */
export function strokeKey(name: string): string {
  const table = rankTable();
  let key = '';
  for (const char of name.normalize('NFC')) {
    const rank = table.get(char) ?? table.get(char.normalize('NFKC'));
    key += rank ?? `~${char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}`;
  }
  return key;
}
