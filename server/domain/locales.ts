/** Locales: BCP 47 tags of the kit's languages. Two are built in; a portal can add others. */
export const BUILT_IN_LOCALES = ['zh-Hant', 'en'] as const;
export type BuiltInLocale = (typeof BUILT_IN_LOCALES)[number];
export type Locale = string;

/** The default. */
export const DEFAULT_LOCALE: BuiltInLocale = 'zh-Hant';

/** A text in the built-in locales, and in those that a portal adds. */
export type Localized = Record<BuiltInLocale, string> & { [locale: string]: string };

/** `zh-TW` also as `zh-Hant-TW`, so that it matches its script. */
function maximized(tag: string): string {
  try {
    return new Intl.Locale(tag).maximize().toString();
  } catch {
    return tag;
  }
}

/** RFC 4647, 3.4 (lookup): the tag itself, or its longest available prefix. */
function lookUp<L extends Locale>(tag: string, available: readonly L[]): L | undefined {
  for (let part = tag.toLowerCase(); part; part = part.slice(0, Math.max(0, part.lastIndexOf('-')))) {
    const found = available.find((locale) => locale.toLowerCase() === part);
    if (found) return found;
  }
  return undefined;
}

const languageOf = (tag: string): string => tag.toLowerCase().split('-')[0]!;

/**
 * The best available locale for an `Accept-Language` header or a `lang` attribute (RFC 9110, 12.5.4): for each language
 * asked for, its own tag, then the same language in another script or region. Without a match, the first one available.
 */
export function pickLocale<L extends Locale>(accepted: string | null | undefined, available: readonly [L, ...L[]]): L {
  const wishes = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/i.exec(p)?.[1]).find(Boolean);
      return { tag: tag.trim(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wishes) {
    if (tag === '*') return available[0];
    const found =
      lookUp(tag, available) ?? lookUp(maximized(tag), available) ?? available.find((locale) => languageOf(locale) === languageOf(tag));
    if (found) return found;
  }
  return available[0];
}
