import { describe, expect, it } from 'vitest';
import { defaultNotice } from '../notice.js';
import { localizedIn, serverLocales } from './server-locales.js';
import { isLetterDecision } from './server-texts.js';

describe('the locales of the server', () => {
  const builtIn = serverLocales();
  const english = builtIn.texts('en');

  it('are the built-in ones, Chinese first, and those that a portal adds', () => {
    expect(builtIn.tags).toEqual(['zh-Hant', 'en']);
    expect(serverLocales({ JA: { texts: english } }).tags).toEqual(['zh-Hant', 'en', 'ja']);
  });

  it('take what a partial table lacks from its fallback, text by text', () => {
    const { texts } = serverLocales({
      'nan-latn': { texts: { fields: { required: 'Ài siá' }, notice: 'Thong-ti' }, fallback: 'EN' },
      hak: { texts: {}, fallback: 'nan-Latn' },
    });
    for (const tag of ['nan-Latn', 'hak']) {
      expect(texts(tag).fields).toEqual({ ...english.fields, required: 'Ài siá' });
      expect(texts(tag).errors).toEqual(english.errors);
      expect(texts(tag).notice).toBe('Thong-ti');
    }
  });

  it('do not take names of codes from a fallback', () => {
    const first = { texts: { ...english, codes: { titles: { teacher: 'Sensei' } } } };
    const { texts } = serverLocales({ ja: first, 'ja-Hira': { texts: {}, fallback: 'ja' } });
    expect([texts('ja').codes, texts('ja-Hira').codes]).toEqual([{ titles: { teacher: 'Sensei' } }, undefined]);
  });

  it('have letters in the built-in locales, and in an added one that has texts for them', () => {
    const { letters } = serverLocales({
      ja: { texts: english },
      hak: { texts: { notice: 'x' }, fallback: 'en' },
      qaa: { texts: { letters: { footer: 'Footer' } }, fallback: 'en' },
    });
    expect(letters.map(({ tag }) => tag)).toEqual(['zh-Hant', 'en', 'ja', 'qaa']);
    expect(letters.at(-1)!.texts).toEqual({ ...english.letters, footer: 'Footer' });
  });

  it('are refused with a tag that is none, and with a fallback that is not named before', () => {
    expect(() => serverLocales({ no_tag: { texts: english } })).toThrow('locales: "no_tag" is not a BCP 47 tag such as "ja" or "nan-Latn"');
    expect(() => serverLocales({ hak: { texts: {}, fallback: 'ja' }, ja: { texts: english } })).toThrow(
      'locales: "hak" falls back to "ja", which is neither built in nor named before it',
    );
  });

  it('give a text in each locale that has one', () => {
    const locales = serverLocales({ ja: { texts: { ...english, codes: { titles: { teacher: 'Sensei' } } } } });
    expect(localizedIn(locales, ({ codes }) => codes?.titles?.['teacher'])).toEqual({ ja: 'Sensei' });
    const { text, version } = defaultNotice(locales);
    expect(version).toMatch(/^\d{4}-\d{2}$/);
    expect(text).toEqual({ 'zh-Hant': builtIn.texts('zh-Hant').notice, en: english.notice, ja: english.notice });
  });
});

it('letters are written about the decisions on an account', () => {
  const actions = ['account.activate', 'account.switch-role', 'account.reject', 'account.delete', 'account.restore', 'account.update', ''];
  expect(actions.map(isLetterDecision)).toEqual([true, true, true, true, true, false, false]);
});
