import { describe, expect, it } from 'vitest';
import { BUILT_IN_LOCALES, DEFAULT_LOCALE, pickLocale } from './locales.js';

const pick = (accepted: string | null | undefined) => pickLocale(accepted, BUILT_IN_LOCALES);

describe('the locale for a reader', () => {
  it('is the first available one if none of the requested ones is available', () => {
    expect([undefined, null, '', 'fr', 'fr-CA;q=0.8, de', ';q=1', ','].map(pick)).toEqual(Array.from({ length: 7 }, () => DEFAULT_LOCALE));
    expect(pickLocale(null, ['en', 'zh-Hant'])).toBe('en');
  });

  it('is the one with the highest weight, and the first of equal ones', () => {
    expect(pick('zh-Hant;q=0.5, en;q=0.8')).toBe('en');
    expect(pick('en;q=0.5, zh-Hant;q=0.8')).toBe('zh-Hant');
    expect(pick('fr, en;q=0.9, zh-Hant;q=0.8')).toBe('en');
    expect(pick('zh-Hant;q=0.9, en')).toBe('en');
    expect(pick('en, zh-Hant')).toBe('en');
    expect(pick('en;q=0.50,zh-Hant;q=0.7')).toBe('zh-Hant');
  });

  it('reads weights among other parameters, in any case and with spaces', () => {
    expect(pick('zh-Hant;level=1;Q=0.1 , en ; q=0.2')).toBe('en');
    expect(pick('zh-Hant;q=0.1,en;xq=0')).toBe('en');
    expect(pick('en;q=0.1x,zh-Hant;q=0.2')).toBe('en');
  });

  it('is never one with a weight of zero', () => {
    expect(pick('en;q=0, fr')).toBe('zh-Hant');
    expect(pickLocale('en;q=0, *', ['zh-Hant', 'en'])).toBe('zh-Hant');
  });

  it('is the first available one for *', () => {
    expect(pick('fr, *;q=0.5, en;q=0.1')).toBe('zh-Hant');
  });

  it('is found by a longer tag, and in any case', () => {
    expect(['EN', 'en-GB', 'en-Latn-US-x-private', 'ZH-HANT', 'zh-Hant-TW'].map(pick)).toEqual(['en', 'en', 'en', 'zh-Hant', 'zh-Hant']);
  });

  it('is found by the script that belongs to a region, and before the same language in another script', () => {
    const available = ['en', 'zh-Hans', 'zh-Hant'] as const;
    expect(['zh-TW', 'zh-HK', 'zh-CN', 'zh'].map((tag) => pickLocale(tag, available))).toEqual([
      'zh-Hant',
      'zh-Hant',
      'zh-Hans',
      'zh-Hans',
    ]);
  });

  it('is found by its language if neither region nor script matches', () => {
    expect(pickLocale('zh-CN', ['en', 'zh-Hant'])).toBe('zh-Hant');
    expect(pickLocale('pt-PT', ['en', 'pt-BR'])).toBe('pt-BR');
    expect(pickLocale('not a tag, en', ['zh-Hant', 'en'])).toBe('en');
  });

  it('does not match another language whose tag has the same beginning', () => {
    expect(pickLocale('fil', ['en', 'fi'])).toBe('en');
    expect(pickLocale('fi', ['en', 'fil'])).toBe('en');
  });
});
