/** What a text may hold. Trimmed and otherwise kept code point by code point; ill-formed or hidden characters are refused. */

// Lone surrogates, controls (but line breaks and tabs in notes), bidirectional controls, zero-width characters and the BOM.
// Variation selectors are kept: they tell glyphs of a name apart. The zero-width joiner is refused, for no name needs it here.
const ILL_FORMED = /\p{Surrogate}/u;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/u;
const CONTROLS_BUT_BREAKS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
const HIDDEN = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd\u{e0001}\u{e0020}-\u{e007f}]/u;

/** Whether a text holds no ill-formed Unicode and no hidden controls; `lines` allows line breaks and tabs. */
export function isCleanText(text: string, lines = false): boolean {
  return !ILL_FORMED.test(text) && !(lines ? CONTROLS_BUT_BREAKS : CONTROLS).test(text) && !HIDDEN.test(text);
}

/**
 * What is wrong with a text of at most so many graphemes; null where nothing is.
 * @param count how a person counts (`graphemeCount`)
 */
export function textFault(
  text: string,
  max: number,
  count: (text: string) => number,
  lines = false,
): 'required' | 'bad-characters' | 'too-long' | null {
  if (text === '') return 'required';
  if (!isCleanText(text, lines)) return 'bad-characters';
  return text.length > max * 16 || count(text) > max ? 'too-long' : null;
}

/** 3–64 of letters, digits, `.` `_` `-` `@`. */
export function isUsername(text: string): boolean {
  return /^[A-Za-z0-9._@-]{3,64}$/.test(text);
}

/** The shape of a mail address that real mail servers take; whether it exists is for a letter to find out. */
export function isEmail(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[^\s@<>(),;:"\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}$/.test(text) &&
    !text.includes('..')
  );
}

/** Telephone and fax: digits, blanks and `+ - ( ) #` and an extension. */
export function isPhone(text: string): boolean {
  return /^[0-9+\-() #*~,轉分機ext.]{5,40}$/i.test(text) && /\d/.test(text);
}

export const LIMITS = {
  name: 100,
  reason: 200,
  note: 500,
  title: 100,
  email: 254,
  phone: 40,
  subjects: 6,
  passwordMin: 8,
  passwordMax: 128,
} as const;

/** How many of small letters, capitals, digits and all others a text has. */
export function characterKinds(text: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((kind) => kind.test(text)).length;
}
