/** The languages of the kit's own words; zh-Hant is the default. */
export type Locale = 'zh-Hant' | 'en';

/** The best of our languages for an `Accept-Language` header or a `lang` attribute (RFC 9110 12.5.4). */
export function pickLocale(accepted: string | null | undefined): Locale {
  const wishes = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find(Boolean);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => tag !== '' && q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wishes) {
    if (tag.startsWith('zh') || tag === '*') return 'zh-Hant';
    if (tag.startsWith('en')) return 'en';
  }
  return 'zh-Hant';
}
