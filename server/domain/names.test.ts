import { describe, expect, it } from 'vitest';
import { MadeUpPeople } from '../reference/made-up.js';
import { foldText, graphemeCount, graphemes, maskEmail, maskName, maskPhone, maskUsername, sameName } from './names.js';
import { strokeKey } from './stroke.js';

describe('names', () => {
  it('are counted in graphemes', () => {
    expect(['', 'Anna ~', '王小明', '㐀龿', '𠮷野', 'é', 'e\u0301', '👨‍👩‍👧'].map(graphemeCount)).toEqual([0, 6, 3, 2, 2, 1, 1, 1]);
    expect(['a\u0301b', 'xe\u0301', '葛\u{e0100}城'].map(graphemeCount)).toEqual([2, 2, 2]);
    expect(graphemes('葛\u{e0100}é👨‍👩‍👧')).toEqual(['葛\u{e0100}', 'é', '👨‍👩‍👧']);
  });

  it('are folded for search and comparison, including middle dots and widths', () => {
    expect(foldText('Ｗａｌｉｓ・Ｎｏｋａｎ')).toBe('walis·nokan');
    expect(foldText(' Anna \t\n Maria　Lin ')).toBe('anna maria lin');
    for (const dot of ['·', '‧', '•', '・', '･', '．', '∙', '⋅']) expect([dot, sameName(`以新${dot}伊`, '以新·伊')]).toEqual([dot, true]);
  });

  it('are equal if only spaces and dots differ', () => {
    expect(sameName('以新 伊斯', '以新·伊斯')).toBe(true);
    expect(sameName('王 小明', '王小明')).toBe(true);
    expect(sameName('ANNA LIN', 'anna  lin')).toBe(true);
    expect(sameName('王小明', '王小民')).toBe(false);
  });

  it('are masked except the first character, with up to three mask characters', () => {
    expect(['王小明', '李四', '王', '', '歐陽小明', 'Nguyễn Thị Hoa', '𠮷野'].map(maskName)).toEqual([
      ...['王○○', '李○', '王', '', '歐○○○', 'N○○○', '𠮷○'],
    ]);
  });

  it('of users show half of their characters, and at most five', () => {
    expect(['P202212345', 'P20221234567', 'abcdefg', 'abc', ''].map(maskUsername)).toEqual([
      'P2022*****',
      'P2022*****',
      'abc*****',
      'a*****',
      '*****',
    ]);
  });
});

describe('mail addresses and phone numbers', () => {
  it('of mail show half of the local part, and at most four characters', () => {
    expect(['slowman@example.test', 'abc@b.tw', 'a@b.tw', '@b.tw', 'a@b@c.tw', 'no address'].map(maskEmail)).toEqual([
      ...['slow***@example.test', 'ab***@b.tw', 'a***@b.tw', '***@b.tw', 'a@***@c.tw', '***'],
    ]);
  });

  it('of phones show the first three and last two digits, and nothing if they are short', () => {
    expect(['02-77123456', '123456', '12345', ''].map(maskPhone)).toEqual(['02-****56', '123****56', '****', '****']);
  });
});

describe('the order of names', () => {
  it('is by stroke count, as in Intl.Collator', () => {
    const people = new MadeUpPeople(3);
    const names = Array.from({ length: 2_000 }, () => people.person().name).filter((name) => /^\p{Script=Han}+$/u.test(name));
    const { compare } = new Intl.Collator('zh-TW');
    const byKey = [...new Set(names)].sort((a, b) => (strokeKey(a) < strokeKey(b) ? -1 : 1));
    for (let index = 1; index < byKey.length; index++) expect(compare(byKey[index - 1]!, byKey[index]!)).toBeLessThanOrEqual(0);
  });

  it('uses the sort keys that are stored, which must not change', () => {
    expect(['一', '王小明', '㐀', '𠮷', '龘', 'Anna', 'Éa', 'A王', 'アイ', '·', '\uac01'].map(strokeKey)).toEqual([
      ...['0000', '009t003h02bg', '00an', '0muh', '0iim', '~a~n~n~a', '~e~a', '~a009t', '~ア~イ', '~·', '~\u1100\u1161\u11a8'],
    ]);
  });

  it('treats a compatibility form as its character', () => {
    expect(strokeKey('\u2f00')).toBe(strokeKey('一'));
    expect(strokeKey('\uf900')).toBe(strokeKey('豈'));
    expect(strokeKey('e\u0301')).toBe(strokeKey('é'));
    expect([strokeKey('ﬀ'), strokeKey('\u337f'), strokeKey('\u{40000}')]).toEqual(['~ﬀ', '~\u337f', '~\u{40000}']);
  });
});
