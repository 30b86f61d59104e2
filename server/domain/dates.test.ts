import { describe, expect, it } from 'vitest';
import {
  ageOn,
  daysBetween,
  isBirthDateOfAge,
  isIsoDay,
  isoDay,
  partsOf,
  readDay,
  readInstant,
  rocShort,
  rocYear,
  splitDay,
  taipeiDay,
  taipeiTime,
  westernYear,
} from './dates.js';

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
    ['1/1/1', '1912-01-01'],
    ['130/12/31', '2041-12-31'],
    ['1900/1/1', '1900-01-01'],
    ['2100/12/31', '2100-12-31'],
    [' 民國 74 年 5 月 6 日 ', '1985-05-06'],
    ['民國130年1月1日', '2041-01-01'],
    ['西元1900年1月1日', '1900-01-01'],
    ['74年5月6', '1985-05-06'],
    ['0740506', '1985-05-06'],
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
    'x2026-1-5',
    '0/1/1',
    '1899/12/31',
    '2101/1/1',
    '民國131年1月1日',
    '西元1899年1月1日',
    '115/0/1',
    '115/1/0',
    '115/1/32',
    '115/001/05',
    '12026/1/5',
    '11501050',
    'x1150105',
    '1150105x',
    '11501051150105',
    '50105',
    '115 1 5',
    '民國',
  ])('%s is no day', (typed) => {
    expect(readDay(typed)).toBe(null);
  });

  it('accepts leap days in both calendars', () => {
    expect(readDay('113/2/29')).toBe('2024-02-29');
    expect(readDay('2023-02-29')).toBe(null);
  });

  it('accepts only YYYY-MM-DD on the wire', () => {
    expect(['2026-01-05', '2026-1-5', '115-01-05', '20260105'].map(isIsoDay)).toEqual([true, false, false, false]);
    expect(['2026-02-30', '2026-13-01', '0115-01-05', 'x2026-01-05', '2026-01-05x', '２０２６-01-05'].map(isIsoDay)).toEqual(
      Array.from({ length: 6 }, () => false),
    );
  });
});

describe('an instant in a query', () => {
  it.each([
    ['2026-11-27', 'its start', '2026-11-26T16:00:00.000Z'],
    ['2026-11-27', 'its end', '2026-11-27T15:59:59.999Z'],
    ['2026-11-27T08:00', 'its end', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27T08:00:00Z', 'its start', '2026-11-27T08:00:00.000Z'],
    ['2026-11-27T08:00:00+09:00', 'its start', '2026-11-26T23:00:00.000Z'],
    ['2026-13-27', 'its start', null],
  ] as const)('%s read as %s is %s', (text, dayMeans, instant) => expect(readInstant(text, dayMeans)).toBe(instant));
});

describe('a year', () => {
  it('is read in its own calendar', () => {
    expect([0, 1, 130, 131, 1899, 1900, 2100, 2101, 115.5].map(westernYear)).toEqual([
      ...[null, 1912, 2041, null, null, 1900, 2100, null, null],
    ]);
    expect(rocYear(2026)).toBe(115);
  });
});

describe('the parts of a day', () => {
  it('are split as written, even if the day does not exist', () => {
    expect(splitDay('115/13/40')).toEqual({ year: 115, month: 13, day: 40 });
    expect(splitDay('')).toBe(null);
  });

  it('make a day of either calendar if it exists', () => {
    expect(isoDay({ year: 74, month: 5, day: 6 })).toBe('1985-05-06');
    expect(isoDay({ year: 2026, month: 12, day: 31 })).toBe('2026-12-31');
    for (const parts of [
      { year: 500, month: 5, day: 6 },
      { year: 74, month: 5.5, day: 6 },
      { year: 74, month: 5, day: 6.5 },
      { year: 74, month: 13, day: 6 },
      { year: 74, month: 4, day: 31 },
    ])
      expect(isoDay(parts)).toBe(null);
  });

  it('are those of the ISO format', () => {
    expect(partsOf('1985-05-06')).toEqual({ year: 1985, month: 5, day: 6 });
    expect([partsOf('1985-05'), partsOf('1985')]).toEqual([
      { year: 1985, month: 5, day: 0 },
      { year: 1985, month: 0, day: 0 },
    ]);
  });
});

describe('days', () => {
  it('are days in Taipei', () => {
    expect(taipeiDay('2026-11-24T15:59:59Z')).toBe('2026-11-24');
    expect(taipeiDay('2026-11-24T16:00:00Z')).toBe('2026-11-25');
  });
  it('have Taipei times', () => {
    expect([taipeiTime('2026-11-24T15:59:59Z'), taipeiTime(new Date('2026-11-24T16:00:00Z'))]).toEqual(['23:59', '00:00']);
  });
  it('give an age in full years, and a birth date must give 16 to 100', () => {
    expect([ageOn('1985-05-06', '2026-05-05'), ageOn('1985-05-06', '2026-05-06')]).toEqual([40, 41]);
    expect(['2010-11-24', '2010-11-25', '1926-11-24', '1925-11-24'].map((birth) => isBirthDateOfAge(birth, '2026-11-24'))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
  it('are formatted in ROC years, and in western years before the first of them', () => {
    expect(['1985-05-06', '1912-01-01', '1911-12-31'].map(rocShort)).toEqual(['74/5/6', '1/1/1', '1911/12/31']);
  });
  it('are counted in either direction', () => {
    expect([daysBetween('2026-02-27', '2026-03-01'), daysBetween('2026-03-01', '2026-02-27')]).toEqual([2, -2]);
  });
});
