/** The privacy notice (個資法 §8, §9) shown before people enter their data. A portal can pass its own. */
import type { Localized } from './locales.js';
import { localizedIn, type ServerLocales } from './server-texts/server-locales.js';

export interface Notice {
  /** Changes with the text. It is stored with the instant at which the notice was shown. */
  version: string;
  /** Collector, purpose, categories, period and use, rights, consequence of refusal. */
  text: Localized;
}

const DEFAULT_VERSION = '2026-11';

/** The kit's own notice. */
export function defaultNotice(locales: ServerLocales): Notice {
  return { version: DEFAULT_VERSION, text: localizedIn(locales, ({ notice }) => notice) as Localized };
}
