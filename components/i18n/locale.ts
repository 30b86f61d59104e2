import { pickLocale, type BuiltInLocale, type Locale } from '../../server/domain/locales.js';
import { zhHant, type ListMessages } from './zh-hant.js';
import type { ImportMessages } from './zh-hant-import.js';
import type { MoreMessages } from './zh-hant-more.js';
import type { OfficeMessages } from './zh-hant-office.js';

/** All texts of the elements; those beyond `ListMessages` are there once `more.js`, `import.js` or `office.js` is imported. */
export type Messages = ListMessages & MoreMessages & ImportMessages & OfficeMessages;

export type { Locale };

/** Overrides for any of the texts. */
export type PartialMessages = { [K in keyof Messages]?: Partial<Messages[K]> };

/** What loads the texts of a locale when it is first asked for. */
export const sources = new Map<Locale, () => Promise<Messages>>(
  Object.entries<() => Promise<Messages>>({
    'zh-Hant': async () => zhHant as Messages,
    en: async () => (await import('./en-all.js')).enAll,
  } satisfies Record<BuiltInLocale, unknown>),
);
export const loaded = new Map<Locale, Messages>([['zh-Hant', zhHant as Messages]]);
export const fallbacks = new Map<Locale, Locale>();

/** Fires `change` when a locale was added (`add-locale.ts`). */
export const locales = new EventTarget();

/** Further texts of zh-Hant, in place: whoever holds its texts has them too. */
export function addWords(words: Partial<Messages>): void {
  Object.assign(zhHant, words);
}

/** The texts of a locale, if they are loaded. */
export function wordsOf(locale: Locale): Messages | undefined {
  return loaded.get(locale);
}

/** Loads the texts of a locale; English comes when it is first asked for. */
export async function loadWords(locale: Locale): Promise<void> {
  loaded.set(locale, await sources.get(locale)!());
}

/** The locale at an element: by its own `lang`, else by that of the nearest element around it, across shadow roots. */
export function localeAt(element: Element): Locale {
  let lang = document.documentElement.lang;
  for (let current: Element | null = element; current;) {
    const near: Element | null = current.closest('[lang]');
    if (near) {
      lang = near.getAttribute('lang')!;
      break;
    }
    const root = current.getRootNode();
    current = root instanceof ShadowRoot ? root.host : null;
  }
  return pickLocale(lang, [...sources.keys()] as [Locale]);
}

/** What the server is asked for: the locale, and what it falls back to. */
export function acceptLanguage(locale: Locale): string {
  const fallback = fallbacks.get(locale);
  return fallback ? `${locale}, ${fallback};q=0.5` : locale;
}

/** The text for a reader, of those that the server sends. */
export function textIn(texts: Record<BuiltInLocale, string>, locale: Locale): string {
  const all: Partial<Record<Locale, string>> = texts;
  return all[locale] ?? all[fallbacks.get(locale)!] ?? texts['zh-Hant'];
}

/** The texts with others in the place of some; groups that are loaded later are found too. */
export function overridden(words: Messages, own: PartialMessages | undefined): Messages {
  if (!own) return words;
  const texts = Object.create(words) as Messages;
  for (const [group, some] of Object.entries(own))
    Object.defineProperty(texts, group, { get: () => Object.assign({}, words[group as keyof Messages], some) });
  return texts;
}

export type Named = readonly { code: string; names: Record<BuiltInLocale, string> }[];

/** The name of a code; without one, the code itself. */
export function codeName(list: Named | undefined, code: string, locale: Locale): string {
  const found = list?.find((item) => item.code === code);
  return found ? textIn(found.names, locale) : code;
}
