import { describe, expect, it } from 'vitest';
import { ageOn, daysBetween, isBirthDateOfAge, isIsoDay, readDay, rocShort, taipeiDay, taipeiTime } from './dates.js';

describe('reading a day', () => {
  it.each([
    ['115/1/5', '2026-01-05'],
    ['1150105', '2026-01-05'],
    ['0991231', '2010-12-31'],
    ['740506', '1985-05-06'],
    ['115年7月15日', '2026-07-15'],
    ['115.07.15', '2026-07-15'],
    ['民國47年3月9日', '1958-03-09'],
    ['西元1985年5月6日', '1985-05-06'],
    ['1985-05-06', '1985-05-06'],
    ['19850506', '1985-05-06'],
    ['１１５／１／５', '2026-01-05'],
    ['74-5-6', '1985-05-06'],
  ])('%s is %s', (typed, day) => expect(readDay(typed)).toBe(day));

  it.each([
    '',
    '115/13/1',
    '115/2/29',
    '113/2/30',
    '1850/1/1',
    '131/1/1',
    '民國1985年5月6日',
    '西元74年5月6日',
    'abc',
    '115/1',
    '2026-1-5x',
  ])('%s is no day', (typed) => {
    expect(readDay(typed)).toBe(null);
  });

  it('knows leap days in both calendars', () => {
    expect(readDay('113/2/29')).toBe('2024-02-29');
    expect(readDay('2023-02-29')).toBe(null);
  });

  it('takes nothing but YYYY-MM-DD on the wire', () => {
    expect(['2026-01-05', '2026-1-5', '115-01-05', '20260105'].map(isIsoDay)).toEqual([true, false, false, false]);
  });
});

describe('days', () => {
  it('are Taipei’s', () => {
    expect(taipeiDay('2026-11-24T15:59:59Z')).toBe('2026-11-24');
    expect(taipeiDay('2026-11-24T16:00:00Z')).toBe('2026-11-25');
  });
  it('have Taipei’s hours', () => {
    expect([taipeiTime('2026-11-24T15:59:59Z'), taipeiTime(new Date('2026-11-24T16:00:00Z'))]).toEqual(['23:59', '00:00']);
  });
  it('make an age in full years, and a birth date one of 16 to 100', () => {
    expect([ageOn('1985-05-06', '2026-05-05'), ageOn('1985-05-06', '2026-05-06')]).toEqual([40, 41]);
    expect(['2010-11-24', '2010-11-25', '1926-11-24', '1925-11-24'].map((birth) => isBirthDateOfAge(birth, '2026-11-24'))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
  it('are written short in ROC years', () => expect(rocShort('1985-05-06')).toBe('74/5/6'));
  it('are counted', () => expect(daysBetween('2026-02-27', '2026-03-01')).toBe(2));
});
