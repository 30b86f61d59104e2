import type { LitElement } from 'lit';

/** Chinese punctuation: full-width signs and brackets, ideographic commas and stops, the katakana middle dot. */
const MARK =
  '[\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301f\\u30fb\\ufe30-\\ufe4f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65]';
const LATIN = '[A-Za-z0-9.,:;!?)\\]"”’—–]';

const ANY = new RegExp(MARK, 'u');
/** Beside Latin letters or digits, or alone. Between Chinese characters, as in a name or a text of the server, it is correct. */
const STRAY = new RegExp(`.{0,12}(?:${LATIN}\\s?${MARK}|${MARK}\\s?${LATIN}|^\\s*${MARK}\\s*$).{0,12}`, 'gu');

export function hasFullWidth(text: string): boolean {
  return ANY.test(text);
}

/** Full-width marks in English text, with their context. */
export function strayMarks(line: string): string[] {
  return [...line.matchAll(STRAY)].map(([around]) => around);
}

/** The same for the texts and labels that an element shows in English. */
export async function strayMarksIn(element: Element): Promise<string[]> {
  document.documentElement.lang = 'en';
  // The texts are loaded already; they are applied after the observer of the language has run.
  await new Promise((resolve) => setTimeout(resolve));
  await (element as LitElement).updateComplete;
  const root = element.shadowRoot!;
  // Earlier announcements keep their language.
  const shown = ([...root.children] as HTMLElement[]).filter((child) => !child.matches('.said')).map(({ innerText }) => innerText ?? '');
  const named = [...root.querySelectorAll('[aria-label]')].map((node) => node.getAttribute('aria-label')!);
  return [...shown, ...named].flatMap((text) => text.split('\n')).flatMap(strayMarks);
}
