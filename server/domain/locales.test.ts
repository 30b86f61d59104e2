import { describe, expect, it } from 'vitest';
import { BUILT_IN_LOCALES, pickLocale } from './locales.js';

const built = (accepted: string | null): string => pickLocale(accepted, BUILT_IN_LOCALES);
const among = (accepted: string, ...available: [string, ...string[]]): string => pickLocale(accepted, available);

describe('the negotiated locale', () => {
  it('is zh-Hant for any Chinese, for anything, for what is unknown, and for nothing', () => {
    for (const accepted of ['zh-TW', 'zh-Hant-HK', 'zh', 'zh-CN', 'ZH-tw', '*', 'fr', '', null, '!!', 'x-own;q=0.1'])
      expect(built(accepted)).toBe('zh-Hant');
  });

  it('follows the weights, and the order where they are equal', () => {
    expect(built('en-GB')).toBe('en');
    expect(built('fr, en;q=0.5, zh;q=0.4')).toBe('en');
    expect(built('zh;q=0.4,en;q=0.5')).toBe('en');
    expect(built('en;q=0, fr')).toBe('zh-Hant');
    expect(built('en, zh-TW')).toBe('en');
  });

  it('is an added locale where it is asked for, also by a longer tag', () => {
    expect(among('ja-JP, en;q=0.9', 'zh-Hant', 'en', 'ja')).toBe('ja');
    expect(among('nan-Hant-TW', 'zh-Hant', 'en', 'nan')).toBe('nan');
    expect(among('ja', 'zh-Hant', 'en')).toBe('zh-Hant');
  });

  it('is the same language in another script where its own is not there', () => {
    expect(among('nan', 'zh-Hant', 'nan-Latn')).toBe('nan-Latn');
  });

  it('tells the scripts of Chinese apart where both are there', () => {
    expect(among('zh-CN', 'zh-Hant', 'en', 'zh-Hans')).toBe('zh-Hans');
    expect(among('zh-TW', 'zh-Hans', 'zh-Hant')).toBe('zh-Hant');
  });
});
