/**
 * 身分證字號 and 統一證號, the identity numbers of Taiwan.
 * Source: National Immigration Agency, schema.gov.tw list 167; see docs/decisions/0004.
 */

export type Sex = 'male' | 'female';
/** 身分證字號 · 統一證號 since 2021-01-02 · the old 統一證號 of two letters, usable to 2030-12-31. */
export type IdKind = 'national' | 'resident' | 'resident-old';

export type IdFault =
  | { code: 'national-id-length'; length: number }
  | { code: 'national-id-letter' }
  | { code: 'national-id-second' }
  | { code: 'national-id-digits'; position: number }
  | { code: 'national-id-check' }
  | { code: 'national-id-permit-number' };

export type ReadNationalId = { ok: true; value: string; kind: IdKind; sex: Sex } | { ok: false; value: string; fault: IdFault };

const LETTER_VALUES: Readonly<Record<string, number>> = {
  A: 10, B: 11, C: 12, D: 13, E: 14, F: 15, G: 16, H: 17, I: 34, J: 18, K: 19, L: 20, M: 21,
  N: 22, O: 35, P: 23, Q: 24, R: 25, S: 26, T: 27, U: 28, V: 29, W: 32, X: 30, Y: 31, Z: 33,
}; // prettier-ignore

const DIGIT_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 1, 1];

/** Normalises what people type: lower case, full-width forms, spaces, hyphens. */
export function normaliseNationalId(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-‐-―−_.]/gu, '');
}

function digitAt(value: string, index: number): number {
  const char = value.charAt(index);
  // The second letter of an old resident number counts as the units digit of its own value.
  return (LETTER_VALUES[char] ?? Number(char)) % 10;
}

/** The weighted sum of letter and digits. A number is valid if it is divisible by ten. */
export function nationalIdChecksum(value: string): number {
  const letter = LETTER_VALUES[value.charAt(0)] ?? 0;
  return DIGIT_WEIGHTS.reduce(
    (sum, weight, index) => sum + digitAt(value, index + 1) * weight,
    Math.floor(letter / 10) + (letter % 10) * 9,
  );
}

function kindOf(second: string): { kind: IdKind; sex: Sex } | null {
  if (second === '1' || second === '2') return { kind: 'national', sex: second === '1' ? 'male' : 'female' };
  if (second === '8' || second === '9') return { kind: 'resident', sex: second === '8' ? 'male' : 'female' };
  if (/[A-D]/.test(second)) return { kind: 'resident-old', sex: second === 'A' || second === 'C' ? 'male' : 'female' };
  return null;
}

function faultOf(value: string): IdFault | null {
  if (/^\d{12}$/.test(value)) return { code: 'national-id-permit-number' };
  if (value !== '' && LETTER_VALUES[value.charAt(0)] === undefined) return { code: 'national-id-letter' };
  if (value.length > 1 && kindOf(value.charAt(1)) === null) return { code: 'national-id-second' };
  const wrong = [...value.slice(2)].findIndex((char) => !/[0-9]/.test(char));
  if (wrong >= 0) return { code: 'national-id-digits', position: wrong + 3 };
  if (value.length !== 10) return { code: 'national-id-length', length: value.length };
  if (nationalIdChecksum(value) % 10 !== 0) return { code: 'national-id-check' };
  return null;
}

/** Reads a typed number: normalises it, then returns its kind or its fault. The fault never reveals the right check digit. */
export function readNationalId(typed: string): ReadNationalId {
  const value = normaliseNationalId(typed);
  const fault = faultOf(value);
  if (fault) return { ok: false, value, fault };
  return { ok: true, value, ...kindOf(value.charAt(1))! };
}

/** `A*********`: for readers above the unit, who see no digit. */
export function hideNationalId(value: string): string {
  return value.slice(0, 1).padEnd(value.length, '*');
}

/** `A12****789`. The mask is customary but weak: about a thousand valid numbers match it. */
export function maskNationalId(value: string): string {
  return `${value.slice(0, 3)}****${value.slice(7)}`;
}
