import { pickLocale, type Locale } from '../../server/domain/locales.js';
import { zhHant, type ListMessages } from './zh-hant.js';
import type { ImportMessages } from './zh-hant-import.js';
import type { MoreMessages } from './zh-hant-more.js';
import type { OfficeMessages } from './zh-hant-office.js';

/** All words; those beyond `ListMessages` are there once `more.js` is imported. */
export type Messages = ListMessages & MoreMessages & ImportMessages & OfficeMessages;

export type { Locale };

/** Any subset of the texts, as a host overrides them. */
export type PartialMessages = { [K in keyof Messages]?: Partial<Messages[K]> };

const loaded: Partial<Record<Locale, Messages>> = { 'zh-Hant': zhHant as Messages };

/** Further words of a language, in place: whoever holds its words has them too. */
export function addWords(locale: Locale, words: Partial<Messages>): void {
  Object.assign(loaded[locale]!, words);
}

/** The words of a language, if they are here already. */
export function wordsOf(locale: Locale): Messages | undefined {
  return loaded[locale];
}

/** English comes when it is first asked for. */
export async function loadWords(locale: Locale): Promise<Messages> {
  if (!loaded[locale]) {
    loaded[locale] = (await import('./en-all.js')).enAll;
  }
  return loaded[locale]!;
}

/** The language at an element: its own `lang`, else that of the nearest element around it, across shadow roots. */
export function localeAt(element: Element): Locale {
  for (let at: Element | null = element; at;) {
    const near: Element | null = at.closest('[lang]');
    if (near) return pickLocale(near.getAttribute('lang'));
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return pickLocale(document.documentElement.lang);
}

/** The words with a host's own in their place; words that come later are found through them. */
export function overridden(words: Messages, own: PartialMessages | undefined): Messages {
  if (!own) return words;
  const groups = Object.entries(own).map(([group, texts]) => [
    group,
    Object.assign(Object.create(words[group as keyof Messages] as object) as object, texts),
  ]);
  return Object.assign(Object.create(words) as Messages, Object.fromEntries(groups));
}
