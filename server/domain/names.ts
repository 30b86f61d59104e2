/** Names of people: stored as typed, compared and searched by a folded key, and masked for readers above the unit. */

const segmenter = new Intl.Segmenter('zh-TW', { granularity: 'grapheme' });

export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Length in graphemes: 𠮷 is one, and a letter with its accents is one. */
export function graphemeCount(text: string): number {
  // Texts of plain BMP letters skip the segmenter, which is a hundred times slower.
  return /^[\x20-\x7e\u3400-\u9fff]*$/.test(text) ? text.length : graphemes(text).length;
}

const MIDDLE_DOTS = /[·‧•・･∙⋅]/gu;

/** Key for search and comparison: folds compatibility forms, case, kinds of middle dot and runs of spaces. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(MIDDLE_DOTS, '·').replace(/\s+/gu, ' ').trim();
}

/** Whether two names are the same except for invisible variants of spelling. */
export function sameName(a: string, b: string): boolean {
  // A full-width full stop, which some type for the middle dot, is folded to a full stop.
  const letters = (name: string): string => foldText(name).replace(/[\s·.]/gu, '');
  return letters(a) === letters(b);
}

/** 王○○, 李○, N○○○: the first character, and a circle for each of at most three more. */
export function maskName(name: string): string {
  const [first = '', ...others] = graphemes(name);
  return `${first}${'○'.repeat(Math.min(others.length, 3))}`;
}

/** `P2022*****`: half of its characters, at most five, as the manual's welcome line shows it. */
export function maskUsername(username: string): string {
  return `${username.slice(0, Math.min(5, Math.floor(username.length / 2)))}*****`;
}

/** `slow***@example.test`. The audit trail stores what this and `maskPhone` return, and `verify` compares it with the record. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 0) return '***';
  const local = email.slice(0, at);
  return `${local.slice(0, Math.min(4, Math.ceil(local.length / 2)))}***${email.slice(at)}`;
}

/** `07-****56` */
export function maskPhone(phone: string): string {
  return phone.length <= 5 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-2)}`;
}
