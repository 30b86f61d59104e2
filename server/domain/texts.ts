/** Rules for texts. They are trimmed and otherwise not changed; ill-formed and hidden characters are refused. */

// Lone surrogates, controls (but line breaks and tabs in notes), bidirectional controls, zero-width characters and the BOM.
// Variation selectors are allowed, because they distinguish glyphs of names. The zero-width joiner is refused, because no name here needs it.
const ILL_FORMED = /\p{Surrogate}/u;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/u;
const CONTROLS_BUT_BREAKS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/u;
const HIDDEN = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd\u{e0001}\u{e0020}-\u{e007f}]/u;

/** Whether a text holds no ill-formed Unicode and no hidden controls; `lines` allows line breaks and tabs. */
export function isCleanText(text: string, lines = false): boolean {
  return !ILL_FORMED.test(text) && !(lines ? CONTROLS_BUT_BREAKS : CONTROLS).test(text) && !HIDDEN.test(text);
}

/**
 * The fault of a text of at most `max` graphemes; null if there is none.
 * @param count counts graphemes (`graphemeCount`)
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

/** The form of addresses that real mail servers accept. Only a letter can show whether an address exists. */
export function isEmail(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[^\s@<>(),;:"\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}$/.test(text) &&
    !text.includes('..')
  );
}

/** Telephone and fax: digits, spaces, `+ - ( ) #`, and an extension. */
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

/** How many kinds of characters a text has: small letters, capitals, digits, others. */
export function characterKinds(text: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((kind) => kind.test(text)).length;
}
