import type { LitElement } from 'lit';

/** Chinese punctuation: full-width signs and brackets, ideographic commas and stops, the katakana middle dot. */
const MARK =
  '[\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301f\\u30fb\\ufe30-\\ufe4f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65]';
const LATIN = '[A-Za-z0-9.,:;!?)\\]"”’—–]';

const ANY = new RegExp(MARK, 'u');
/** Beside Latin letters or digits, or alone. Between Chinese characters, as in a name or a server's sentence, it is right. */
const STRAY = new RegExp(`.{0,12}(?:${LATIN}\\s?${MARK}|${MARK}\\s?${LATIN}|^\\s*${MARK}\\s*$).{0,12}`, 'gu');

export function hasFullWidth(text: string): boolean {
  return ANY.test(text);
}

/** Full-width marks in a line of English, with what stands around them. */
export function strayMarks(line: string): string[] {
  return [...line.matchAll(STRAY)].map(([around]) => around);
}

/** The same in what an element shows and names in English. */
export async function strayMarksIn(element: Element): Promise<string[]> {
  document.documentElement.lang = 'en';
  // The words are here already: they are in place once the observer of the language has run.
  await new Promise((resolve) => setTimeout(resolve));
  await (element as LitElement).updateComplete;
  const root = element.shadowRoot!;
  // What was said before stays as it was said.
  const shown = ([...root.children] as HTMLElement[]).filter((child) => !child.matches('.said')).map(({ innerText }) => innerText ?? '');
  const named = [...root.querySelectorAll('[aria-label]')].map((node) => node.getAttribute('aria-label')!);
  return [...shown, ...named].flatMap((text) => text.split('\n')).flatMap(strayMarks);
}
