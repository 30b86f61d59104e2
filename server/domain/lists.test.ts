/** The closed lists and the default code lists: what holds for every one of their entries. */
import { describe, expect, it } from 'vitest';
import { ACCOUNT_ACTIONS, ACCOUNT_STATUSES, DEFAULT_POLICY, FUNCTIONS, ROLES, TEACHER_ACTIONS } from './authority.js';
import { categoryOfTitle, DEFAULT_CODES, type Code } from './codes.js';
import { ERROR_CODES } from './errors.js';
import { TRAIL_ACTIONS } from './trail.js';

describe('a closed list', () => {
  it.each(Object.entries({ ACCOUNT_ACTIONS, ACCOUNT_STATUSES, ERROR_CODES, FUNCTIONS, ROLES, TEACHER_ACTIONS, TRAIL_ACTIONS }))(
    '%s holds each of its words once',
    (_list, words: readonly string[]) => {
      expect(words.filter((word) => !/^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?$/.test(word))).toEqual([]);
      expect(new Set(words).size).toBe(words.length);
      expect(words.length).toBeGreaterThan(2);
    },
  );
});

describe('the default policy', () => {
  it('gives the head every function, the contact every function except accounts, and the operator the courses', () => {
    expect(DEFAULT_POLICY.head).toEqual(FUNCTIONS);
    expect(DEFAULT_POLICY.contact).toEqual(FUNCTIONS.filter((name) => name !== 'account.manage'));
    expect(DEFAULT_POLICY.operator).toEqual(['course.create', 'course.manage']);
  });
});

describe('the default codes', () => {
  const { titles, stages, subjects } = DEFAULT_CODES;
  const codesOf = (list: readonly Code[]) => list.map(({ code }) => code);

  it.each(Object.entries(DEFAULT_CODES) as [string, Code[]][])('of %s are unique, and named in Chinese and English', (_list, codes) => {
    expect(codes.length).toBeGreaterThan(1);
    expect(codesOf(codes).filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$/.test(code))).toEqual([]);
    expect(new Set(codesOf(codes)).size).toBe(codes.length);
    expect(codes.filter(({ names }) => !/\p{Script=Han}/u.test(names['zh-Hant']) || !/^[A-Z]/.test(names.en))).toEqual([]);
  });

  it('hold more than five titles, stages and subjects', () => {
    expect([titles, stages, subjects].filter(({ length }) => length <= 5)).toEqual([]);
  });

  it('have subjects for every stage, each with its stage as a prefix', () => {
    expect([...new Set(subjects.map(({ stage }) => stage))].sort()).toEqual(codesOf(stages).sort());
    expect(subjects.filter(({ code, stage }) => !code.startsWith(`${stage}.`))).toEqual([]);
  });

  it('are active, except one subject of the curriculum before 108', () => {
    expect([...titles, ...stages, ...subjects].filter(({ active }) => !active).map(({ code }) => code)).toEqual([
      'elementary.science-technology',
    ]);
    expect(subjects.filter(({ curriculum }) => curriculum !== '108').map(({ curriculum }) => curriculum)).toEqual(['nine-year']);
  });

  it('refuse only interns, and count administrative titles as staff', () => {
    expect(titles.filter(({ refused }) => refused).map(({ code }) => code)).toEqual(['intern']);
    expect(titles.filter(({ category }) => category !== 'teacher').map(({ code, category }) => [code, category])).toEqual([
      ['staff', 'staff'],
      ['clerk', 'staff'],
      ['nurse', 'staff'],
    ]);
    expect([categoryOfTitle(DEFAULT_CODES, 'nurse'), categoryOfTitle(DEFAULT_CODES, 'teacher')]).toEqual(['staff', 'teacher']);
    expect(categoryOfTitle(DEFAULT_CODES, 'of-another-portal')).toBe('teacher');
  });
});
