import { describe, expect, it } from 'vitest';
import { madeUpId, seeded } from '../reference/made-up.js';
import { maskNationalId, readNationalId } from './national-id.js';
import { admitLookups, areTooSimilar } from './similar-numbers.js';

/** The default of `limits.lookups`. */
const MOST = 20;
const TEN_MILLION = 10_000_000;

/**
 * Numbers of the staff of one county. Offices assign numbers in order, so those of two generations lie close together: most share
 * the letter, and the first digits.
 * @param range from how many neighbouring numbers those of one sex come
 */
function staff(random: () => number, count: number, local: number, range: number): Set<string> {
  const numbers = new Set<string>();
  while (numbers.size < count) {
    const letter = random() < local ? 5 : Math.floor(random() * 26);
    const serial = letter * TEN_MILLION + 2_000_000 + Math.floor(random() * range);
    numbers.add(madeUpId('national', random() < 0.5 ? 'male' : 'female', serial));
  }
  return numbers;
}

const lookup = (number: string, birthDate = '') => ({ similar: maskNationalId(number), number, asked: `${number} ${birthDate}` });

/** The thousand valid numbers that are the same but for four digits in a row; without `from`, those that one mask may hide. */
const candidates = (number: string, from = 3): string[] =>
  Array.from({ length: 10_000 }, (_, hidden) => number.slice(0, from) + String(hidden).padStart(4, '0') + number.slice(from + 4)).filter(
    (each) => readNationalId(each).ok,
  );

describe('a list of staff', () => {
  const random = seeded(12);

  it.each([
    ['of 5,000, all from one county', 5_000, 1, 1_000_000],
    ['of 5,000, most from a small county', 5_000, 0.6, 200_000],
    ['of 1,500, most from an island', 1_500, 0.7, 60_000],
    ['of 300, most from one township', 300, 0.6, 3_000],
  ])('%s is never limited, also with two birth dates for some', (_, count, local, range) => {
    for (let list = 0; list < 30; list++) {
      const numbers = staff(random, count, local, range);
      expect(areTooSimilar(numbers)).toBe(false);
      const wanted = [...numbers].flatMap((number, index) => [lookup(number), ...(index % 20 ? [] : [lookup(number, '1985-05-06')])]);
      expect(admitLookups(wanted, [], new Set(), MOST).refused).toEqual([]);
    }
  });
});

describe('a list of the candidates of one mask', () => {
  const all = candidates(madeUpId('national', 'female', 1_234_567));

  it('is refused, and so is one that tries any other four digits in a row', () => {
    for (let from = 2; from <= 6; from++) {
      const tried = candidates(all[0]!, from);
      expect(tried.length).toBeGreaterThan(990);
      expect(areTooSimilar(new Set(tried)), String(from)).toBe(true);
    }
    expect(areTooSimilar(new Set(all.slice(0, 100)))).toBe(false);
  });

  it('hidden among others, is admitted up to the limit', () => {
    const others = [...staff(seeded(13), 4_000, 0.5, 1_000_000)];
    const { admitted, refused } = admitLookups(
      [...others, ...all].map((each) => lookup(each)),
      [],
      new Set(),
      MOST,
    );
    expect(admitted.filter(({ similar }) => similar === maskNationalId(all[0]!)).length).toBe(MOST);
    expect(refused.length).toBeGreaterThanOrEqual(all.length - MOST);
  });
});

describe('the limit of look-ups', () => {
  const [first, second, third] = candidates(madeUpId('national', 'male', 7_654_321)).map((number) => lookup(number));

  it('counts different numbers with one mask, and different birth dates with one number', () => {
    const dates = ['1970-01-01', '1970-01-02', '1970-01-03'].map((date) => lookup(first!.number, date));
    expect(admitLookups(dates, [], new Set(), 2).refused).toEqual([dates[2]]);
    expect(admitLookups([first!, ...dates.slice(0, 1), second!, third!], [], new Set(), 2).refused).toEqual([third]);
    expect(admitLookups([second!, third!], [first!], new Set(), 2).refused).toEqual([third]);
  });

  it('admits what was counted before once more, also beyond the limit, and counts it once', () => {
    const known = new Set([first!.asked]);
    expect(admitLookups([first!, second!, second!], [first!], known, 1)).toEqual({ admitted: [], refused: [second] });
    expect(admitLookups([first!, second!, second!, third!], [first!], known, 2)).toEqual({ admitted: [second], refused: [third] });
  });
});
