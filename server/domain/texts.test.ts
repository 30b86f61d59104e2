import { describe, expect, it } from 'vitest';
import { graphemeCount } from './names.js';
import { characterKinds, isCleanText, isEmail, isPhone, isUsername, LIMITS, textFault } from './texts.js';

describe('a text', () => {
  const HIDDEN = [
    ...['\u00ad', '\u061c', '\u180e', '\u200b', '\u200d', '\u200f', '\u2028', '\u202e', '\u2060', '\u2069'],
    ...['\ufeff', '\ufff9', '\ufffd', '\u{e0001}', '\u{e0020}', '\u{e007f}'],
  ];
  const CONTROLS = ['\u0000', '\u0008', '\u000b', '\u000c', '\u000e', '\u001f', '\u007f', '\u009f'];
  const BREAKS = ['\t', '\n', '\r'];

  it('contains no ill-formed Unicode, hidden characters or control characters', () => {
    for (const char of ['\ud800', '\udfff', ...HIDDEN, ...CONTROLS, ...BREAKS]) expect(isCleanText(`a${char}b`)).toBe(false);
    for (const text of ['', 'ok', '王小明', ' ', '~', '\u00a0', '葛\u{e0100}', '葛\ufe00', '\u2010', '\u205f', '\u{1f600}'])
      expect(isCleanText(text)).toBe(true);
  });

  it('of several lines may also contain line breaks and tabs', () => {
    for (const char of BREAKS) expect(isCleanText(`a${char}b`, true)).toBe(true);
    for (const char of ['\ud800', ...HIDDEN, ...CONTROLS]) expect(isCleanText(`a${char}b`, true)).toBe(false);
  });

  it('has a maximum number of graphemes', () => {
    const fault = (text: string, lines?: boolean) => textFault(text, 3, graphemeCount, lines);
    expect(['', 'a', 'abc', 'abcd', '𠮷𠮷𠮷', '𠮷𠮷𠮷𠮷', 'a\nb', '\u200b'].map((text) => fault(text))).toEqual([
      ...['required', null, null, 'too-long', null, 'too-long', 'bad-characters', 'bad-characters'],
    ]);
    expect([fault('a\nb', true), fault('a\u0000', true)]).toEqual([null, 'bad-characters']);
  });

  it('has at most sixteen code units per grapheme', () => {
    const piled = (marks: number) => `a${'\u0301'.repeat(marks)}`;
    expect([textFault(piled(47), 3, graphemeCount), textFault(piled(48), 3, graphemeCount)]).toEqual([null, 'too-long']);
  });
});

describe('a user name', () => {
  it('has 3 to 64 ASCII letters, digits and marks', () => {
    expect(['abc', 'A.b_c-d@e9', 'a'.repeat(64)].map(isUsername)).toEqual([true, true, true]);
    for (const text of ['ab', 'a'.repeat(65), 'a b', '王小明', 'abc\n', 'ab+c', ' abc', 'abc!']) expect(isUsername(text)).toBe(false);
  });
});

describe('a mail address', () => {
  it('has a format that mail servers accept', () => {
    for (const text of ['a@b.tw', 'a.b+c@d-e.edu.tw', `${'a'.repeat(64)}@b.tw`, '王@b.tw', 'a@1.tw', 'a@b.c.tw', `a@${'b'.repeat(249)}.tw`])
      expect([text, isEmail(text)]).toEqual([text, true]);
    for (const text of [
      ...['', 'a', '@b.tw', 'a@', 'a@b', 'a@b.t', 'a@b.t1', 'a@.tw', 'a@-b.tw', 'a@b-.tw', 'a@b.tw.', 'a@b..tw', 'a..b@c.tw'],
      ...[
        'a b@c.tw',
        'a@b@c.tw',
        'a<b@c.tw',
        'a@b.tw ',
        ' a@b.tw',
        'a@b.tw\n',
        'a,b@c.tw',
        'a[b@c.tw',
        'a]b@c.tw',
        'a\\b@c.tw',
        'a"b@c.tw',
      ],
      ...[`${'a'.repeat(65)}@b.tw`, `a@${'b'.repeat(250)}.tw`, 'a@b_c.tw', 'a@王.tw'],
    ])
      expect([text, isEmail(text)]).toEqual([text, false]);
  });
});

describe('a phone number', () => {
  it('has digits and separators', () => {
    for (const text of [
      '02-77123456',
      '+886 2 7712-3456',
      '(02)7712-3456#123',
      '02-77123456轉12',
      '02-77123456 分機 12',
      '7712345 EXT.9',
      '12345',
    ])
      expect([text, isPhone(text)]).toEqual([text, true]);
    for (const text of ['1234', '1'.repeat(41), '02-7712345x1a', '-----', '轉分機ext.', 'x02-77123456!', '!02-77123456', '02-77123456\n'])
      expect([text, isPhone(text)]).toEqual([text, false]);
    expect(isPhone('1'.repeat(40))).toBe(true);
  });
});

describe('the kinds of characters in a password', () => {
  it('are lower case, upper case, digits and others', () => {
    expect(['', 'a', 'é', 'A', 'É', '1', '１', '!', '王', ' '].map(characterKinds)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(['aA', 'aA1', 'aA1!', 'aA1王', 'ab', '12', '!王'].map(characterKinds)).toEqual([2, 3, 4, 4, 1, 1, 1]);
  });
});

it('the limits are those of the contract', () => {
  expect(LIMITS).toEqual({
    name: 100,
    reason: 200,
    note: 500,
    title: 100,
    email: 254,
    phone: 40,
    subjects: 6,
    passwordMin: 8,
    passwordMax: 128,
  });
});
