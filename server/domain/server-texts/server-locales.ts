/** The locales of an installation: the built-in ones and those that a portal adds. */
import { CODE_LISTS, type Code, type CodeLists } from '../codes.js';
import { BUILT_IN_LOCALES, type BuiltInLocale, type Locale, type Localized } from '../locales.js';
import { en } from './en.js';
import type { LetterTexts, PartialServerTexts, ServerTexts } from './server-texts.js';
import { zhHant } from './zh-hant.js';

/** A locale that a portal adds: complete, or partial with a fallback locale for the missing texts. */
export type AddedLocale = { texts: ServerTexts; fallback?: undefined } | { texts: PartialServerTexts; fallback: Locale };

export interface ServerLocales {
  /** The available locales, the default first. */
  readonly tags: readonly [Locale, ...Locale[]];
  /** The texts of one of these locales. */
  texts: (tag: Locale) => ServerTexts;
  /** The locales of letters, in order: the built-in ones, then the added ones that have letter texts. */
  readonly letters: readonly { tag: Locale; texts: LetterTexts }[];
}

const BUILT_IN: Record<BuiltInLocale, ServerTexts> = { 'zh-Hant': zhHant, en };

function withFallback({ texts: own }: AddedLocale, fallback: ServerTexts): ServerTexts {
  const groups = Object.entries(own).map(([group, texts]) => [
    group,
    typeof texts === 'object' ? { ...(fallback[group as keyof ServerTexts] as object | undefined), ...texts } : texts,
  ]);
  return { ...fallback, codes: undefined, ...Object.fromEntries(groups) } as ServerTexts;
}

/**
 * The built-in locales and those that a portal adds; a portal may also replace texts of a built-in one.
 * @throws Error for a tag that is not BCP 47, and for a fallback that is neither built in nor listed before
 */
export function serverLocales(added: Readonly<Record<string, AddedLocale>> = {}): ServerLocales {
  const tables = new Map<Locale, ServerTexts>(Object.entries(BUILT_IN));
  const letters = new Set<Locale>(BUILT_IN_LOCALES);
  for (const [name, locale] of Object.entries(added)) {
    const tag = canonical(name);
    if (locale.fallback === undefined) tables.set(tag, locale.texts);
    else {
      const fallback = tables.get(canonical(locale.fallback));
      if (!fallback)
        throw new Error(`locales: "${name}" falls back to "${locale.fallback}", which is neither built in nor named before it`);
      tables.set(tag, withFallback(locale, fallback));
    }
    if (locale.texts.letters) letters.add(tag);
  }
  const texts = (tag: Locale): ServerTexts => tables.get(tag)!;
  return {
    tags: [...tables.keys()] as [Locale, ...Locale[]],
    texts,
    letters: [...letters].map((tag) => ({ tag, texts: texts(tag).letters })),
  };
}

function canonical(tag: string): Locale {
  try {
    return Intl.getCanonicalLocales(tag)[0]!;
  } catch {
    throw new Error(`locales: "${tag}" is not a BCP 47 tag such as "ja" or "nan-Latn"`);
  }
}

/** A text in all locales that have one. */
export function localizedIn({ tags, texts }: ServerLocales, textOf: (texts: ServerTexts) => string | undefined): Partial<Localized> {
  return Object.fromEntries(tags.map((tag) => [tag, textOf(texts(tag))]).filter(([, text]) => text !== undefined));
}

/** The code lists with the names of added locales. A name in the list itself comes first. */
export function namedIn({ tags, texts }: ServerLocales, codes: CodeLists): CodeLists {
  const named = (list: keyof CodeLists): Code[] =>
    codes[list].map((item: Code) => {
      const added = tags.flatMap((tag) => {
        const name = texts(tag).codes?.[list]?.[item.code];
        return name === undefined ? [] : [[tag, name] as const];
      });
      return added.length === 0 ? item : { ...item, names: { ...Object.fromEntries(added), ...item.names } };
    });
  return Object.fromEntries(CODE_LISTS.map((list) => [list, named(list)])) as { [L in keyof CodeLists]: Code[] } as CodeLists;
}
