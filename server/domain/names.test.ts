import { describe, expect, it } from 'vitest';
import { MadeUpPeople } from '../reference/made-up.js';
import { foldText, graphemeCount, maskEmail, maskName, maskPhone, maskUsername, sameName } from './names.js';
import { strokeKey } from './stroke.js';
import { isCleanText, isEmail, isUsername } from './texts.js';

describe('names', () => {
  it('are counted as people count', () => {
    expect(['𠮷野', 'é', '王小明', '👨‍👩‍👧'].map(graphemeCount)).toEqual([2, 1, 3, 1]);
  });
  it('are folded for search and comparison, kinds of middle dot and width alike', () => {
    expect(foldText('Ｗａｌｉｓ・Ｎｏｋａｎ')).toBe('walis·nokan');
    expect(sameName('以新‧伊斯瑪哈單', '以新·伊斯瑪哈單')).toBe(true);
    expect(sameName('王小明', '王小民')).toBe(false);
  });
  it('are masked', () => {
    expect(['王小明', '李四', '王', '歐陽小明', 'Nguyễn Thị Hoa'].map(maskName)).toEqual(['王○○', '李○', '王', '歐○○○', 'N○○○']);
    expect([maskUsername('P202212345'), maskUsername('abc'), maskEmail('slowman@example.test'), maskPhone('02-77123456')]).toEqual([
      'P2022*****',
      'a*****',
      'slow***@example.test',
      '02-****56',
    ]);
  });
  it('are ordered by stroke as Intl.Collator has it, Latin after Han', () => {
    const people = new MadeUpPeople(3);
    const names = Array.from({ length: 2_000 }, () => people.person().name).filter((name) => /^\p{Script=Han}+$/u.test(name));
    const { compare } = new Intl.Collator('zh-TW');
    const byKey = [...new Set(names)].sort((a, b) => (strokeKey(a) < strokeKey(b) ? -1 : 1));
    for (let index = 1; index < byKey.length; index++) expect(compare(byKey[index - 1]!, byKey[index]!)).toBeLessThanOrEqual(0);
    expect(strokeKey('龘') < strokeKey('Anna')).toBe(true);
  });
});

describe('texts', () => {
  it('hold no ill-formed Unicode and no hidden controls, and keep variation selectors', () => {
    expect(
      ['ok', '\ud800', 'a\u0000', 'a\u202eb', 'a\u200bb', '\ufeffa', 'lost\ufffd', '葛\u{e0100}'].map((text) => isCleanText(text)),
    ).toEqual([true, false, false, false, false, false, false, true]);
    expect([isCleanText('a\nb'), isCleanText('a\nb', true)]).toEqual([false, true]);
  });
  it('tell user names and mail addresses', () => {
    expect(['abc', 'a.b_c-d@e', 'ab', 'a b', '王小明'].map(isUsername)).toEqual([true, true, false, false, false]);
    expect(['a@b.tw', 'a.b+c@d-e.edu.tw', 'a@b', 'a b@c.tw', 'a@b..tw'].map(isEmail)).toEqual([true, true, false, false, false]);
  });
});
