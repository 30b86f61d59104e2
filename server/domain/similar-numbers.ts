/** Numbers that are the same but for a few digits, as somebody sends who tries what a mask hides. */

/** The digits of a number that may differ; the check digit is one of them or follows from them. */
const HIDDEN = 4;
/** The position of the first digit after the letter and the digit of the sex, and of the last digit. */
const FIRST = 2;
const LAST = 9;

/**
 * How many numbers of one list may be the same but for four digits in a row. Offices assign numbers in blocks, so neighbours have
 * such numbers: `similar-numbers.test.ts` shows how many a list of staff holds.
 */
export const SIMILAR_NUMBERS = 100;

/** A look-up as a limit counts it. Equal texts stand for equal things. */
export interface CountedLookup {
  /** What all similar numbers have in common. */
  similar: string;
  number: string;
  /** The number with the birth date. */
  asked: string;
}

/**
 * Which look-ups a limit admits: at most so many different numbers of those that are similar, and at most so many birth dates
 * with one number.
 * @param before the look-ups that count already
 * @param known those that are free, because they were counted before
 */
export function admitLookups<T extends CountedLookup>(
  wanted: readonly T[],
  before: readonly CountedLookup[],
  known: ReadonlySet<string>,
  most: number,
): { admitted: T[]; refused: T[] } {
  const members = new Map<string, Set<string>>();
  const membersOf = (group: string): Set<string> => {
    const found = members.get(group) ?? new Set();
    members.set(group, found);
    return found;
  };
  const groupsOf = ({ similar, number, asked }: CountedLookup): [Set<string>, string][] => [
    [membersOf(`similar ${similar}`), number],
    [membersOf(`number ${number}`), asked],
  ];
  for (const each of before) for (const [group, member] of groupsOf(each)) group.add(member);
  const admitted = new Map<string, T>();
  const refused = new Map<string, T>();
  for (const each of wanted) {
    if (known.has(each.asked) || admitted.has(each.asked)) continue;
    const groups = groupsOf(each);
    const fits = groups.every(([group, member]) => group.has(member) || group.size < most);
    if (fits) for (const [group, member] of groups) group.add(member);
    (fits ? admitted : refused).set(each.asked, each);
  }
  return { admitted: [...admitted.values()], refused: [...refused.values()] };
}

/** Whether more of these numbers than a list of staff holds are the same but for four digits in a row. */
export function areTooSimilar(numbers: ReadonlySet<string>): boolean {
  for (let from = FIRST; from + HIDDEN - 1 <= LAST; from++) {
    const counts = new Map<string, number>();
    for (const number of numbers) {
      const rest = number.slice(0, from) + number.slice(from + HIDDEN);
      const count = (counts.get(rest) ?? 0) + 1;
      if (count > SIMILAR_NUMBERS) return true;
      counts.set(rest, count);
    }
  }
  return false;
}
