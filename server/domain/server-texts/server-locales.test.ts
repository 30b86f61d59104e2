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

  it('use the fallback for each text that a partial table lacks', () => {
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

  it('do not use a fallback for names of codes', () => {
    const first = { texts: { ...english, codes: { titles: { teacher: 'Sensei' } } } };
    const { texts } = serverLocales({ ja: first, 'ja-Hira': { texts: {}, fallback: 'ja' } });
    expect([texts('ja').codes, texts('ja-Hira').codes]).toEqual([{ titles: { teacher: 'Sensei' } }, undefined]);
  });

  it('have letters in the built-in locales, and in an added one with texts for them', () => {
    const { letters } = serverLocales({
      ja: { texts: english },
      hak: { texts: { notice: 'x' }, fallback: 'en' },
      qaa: { texts: { letters: { footer: 'Footer' } }, fallback: 'en' },
    });
    expect(letters.map(({ tag }) => tag)).toEqual(['zh-Hant', 'en', 'ja', 'qaa']);
    expect(letters.at(-1)!.texts).toEqual({ ...english.letters, footer: 'Footer' });
  });

  it('are rejected with an invalid tag, and with a fallback that is not defined before', () => {
    expect(() => serverLocales({ no_tag: { texts: english } })).toThrow('locales: "no_tag" is not a BCP 47 tag such as "ja" or "nan-Latn"');
    expect(() => serverLocales({ hak: { texts: {}, fallback: 'ja' }, ja: { texts: english } })).toThrow(
      'locales: "hak" falls back to "ja", which is neither built in nor named before it',
    );
  });

  it('give a text in each locale that has it', () => {
    const locales = serverLocales({ ja: { texts: { ...english, codes: { titles: { teacher: 'Sensei' } } } } });
    expect(localizedIn(locales, ({ codes }) => codes?.titles?.['teacher'])).toEqual({ ja: 'Sensei' });
    const { text, version } = defaultNotice(locales);
    expect(version).toMatch(/^\d{4}-\d{2}$/);
    expect(text).toEqual({ 'zh-Hant': builtIn.texts('zh-Hant').notice, en: english.notice, ja: english.notice });
  });
});

it('the decisions on an account have letters', () => {
  const actions = ['account.activate', 'account.switch-role', 'account.reject', 'account.delete', 'account.restore', 'account.update', ''];
  expect(actions.map(isLetterDecision)).toEqual([true, true, true, true, true, false, false]);
});
