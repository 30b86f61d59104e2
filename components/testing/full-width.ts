/** Chinese punctuation: full-width signs and brackets, ideographic commas and stops, the katakana middle dot. */
const MARK =
  '[\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301f\\u30fb\\ufe30-\\ufe4f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65]';
const LATIN = '[A-Za-z0-9.,:;!?)\\]"”’—–]';

const ANY = new RegExp(MARK, 'u');
/** Between words of English; Chinese names and sentences keep their own marks. */
const STRAY = new RegExp(`${LATIN}\\s?${MARK}|${MARK}\\s?${LATIN}`, 'u');

export function hasFullWidth(text: string): boolean {
  return ANY.test(text);
}

/** Full-width marks beside Latin letters or digits, with what stands around them. */
export function strayMarks(text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,12}(?:${STRAY.source}).{0,12}`, 'gu'))].map(([around]) => around);
}
