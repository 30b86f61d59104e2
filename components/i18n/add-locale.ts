/** How a page adds a locale; apart from `locale.ts`, because most pages add none. */
import { fallbacks, loaded, locales, overridden, sources, type Locale, type Messages, type PartialMessages } from './locale.js';

/** A table, or what loads it when the locale is first asked for. */
type Source<T> = T | (() => Promise<T>);

/** Adds a locale, by its BCP 47 tag, with the texts of all elements. */
export function addLocale(locale: Locale, messages: Source<Messages>): void;
/**
 * Adds a locale with some of the texts; the rest is taken from `fallback`, a locale that is there already.
 * @throws Error where there is no such locale
 */
export function addLocale(locale: Locale, messages: Source<PartialMessages>, options: { fallback: Locale }): void;
export function addLocale(locale: Locale, messages: Source<PartialMessages>, options?: { fallback: Locale }): void {
  const rest = options && sources.get(options.fallback);
  if (options && !rest) throw new Error(`inservice-kit: there is no locale "${options.fallback}" to fall back to`);
  sources.set(locale, async () => {
    const own = typeof messages === 'function' ? await messages() : messages;
    return rest ? overridden(await rest(), own) : (own as Messages);
  });
  loaded.delete(locale);
  if (options) fallbacks.set(locale, options.fallback);
  locales.dispatchEvent(new Event('change'));
}
