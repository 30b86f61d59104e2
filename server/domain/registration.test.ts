import { describe, expect, it } from 'vitest';
import { madeUpId } from '../reference/made-up.js';
import { DEFAULT_CODES, type CodeLists } from './codes.js';
import { DomainError } from './errors.js';
import { filled } from './fields.js';
import {
  changedValues,
  checkRegistration,
  codeFaults,
  codesOf,
  completed,
  differences,
  maySamePersonBeCorrected,
  mayTransferBeProposed,
  newValues,
  registrationFaults,
} from './registration.js';
import { TEACHER_FIELDS } from './teacher-fields.js';

const TODAY = '2026-03-01';
const nationalId = madeUpId('national', 'female', 1_234_567);
const SENT = { name: '林可蘭', sex: 'female' as const, nationalId, birthDate: '1990-03-04', title: 'teacher' };
const CODES: CodeLists = {
  ...DEFAULT_CODES,
  titles: [...DEFAULT_CODES.titles, { ...DEFAULT_CODES.titles[0]!, code: 'retired-title', active: false }],
};
const faultsOf = (change: object, held: readonly string[] = []) => registrationFaults({ ...SENT, ...change }, CODES, TODAY, held);

describe('a registration', () => {
  it('without faults is completed by the kind of its number and the category of its title', () => {
    expect(faultsOf({})).toBe(null);
    expect(checkRegistration({ ...SENT, nationalId: ` ${nationalId.toLowerCase()} ` }, CODES, TODAY)).toEqual({
      ...SENT,
      idKind: 'national',
      category: 'teacher',
    });
    const resident = madeUpId('resident', 'female', 1_234_567);
    expect(completed({ ...SENT, nationalId: resident, title: 'nurse' }, CODES)).toMatchObject({ idKind: 'resident', category: 'staff' });
  });

  it('is refused for an invalid number first, with the other faults', () => {
    expect(faultsOf({ nationalId: 'A12', title: 'ninja', birthDate: '2020-01-01' })).toEqual({
      code: 'national-id-invalid',
      errors: [
        { path: 'nationalId', code: 'national-id-length' },
        { path: 'title', code: 'unknown-code' },
        { path: 'birthDate', code: 'age-out-of-range' },
      ],
    });
  });

  it('is refused if the number belongs to the other sex', () => {
    expect(faultsOf({ sex: 'male', stage: 'mars' })).toEqual({
      code: 'sex-mismatch',
      errors: [
        { path: 'sex', code: 'sex-mismatch' },
        { path: 'nationalId', code: 'sex-mismatch' },
        { path: 'stage', code: 'unknown-code' },
      ],
    });
  });

  it('is refused for an intern', () => {
    expect(faultsOf({ title: 'intern' })).toEqual({ code: 'intern-not-allowed', errors: [{ path: 'title', code: 'not-allowed' }] });
  });

  it('is refused for other faults in its fields', () => {
    expect(faultsOf({ birthDate: '2015-01-01' })).toEqual({
      code: 'validation',
      errors: [{ path: 'birthDate', code: 'age-out-of-range' }],
    });
  });

  it('throws its faults when it is checked', () => {
    const thrown = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return error;
      }
    };
    const refused = thrown(() => checkRegistration({ ...SENT, title: 'intern' }, CODES, TODAY)) as DomainError;
    expect(refused).toBeInstanceOf(DomainError);
    expect([refused.name, refused.message, refused.code]).toEqual(['DomainError', 'intern-not-allowed', 'intern-not-allowed']);
    expect(refused.details).toEqual({ errors: [{ path: 'title', code: 'not-allowed' }] });
    expect(thrown(() => completed({ ...SENT, nationalId: 'A12' }, CODES))).toMatchObject({ code: 'national-id-invalid', details: {} });
  });
});

describe('the codes of a registration', () => {
  it('must be in the lists and active, each subject once', () => {
    expect(codeFaults(CODES, { title: 'teacher', stage: null, subjects: ['elementary.mandarin', 'elementary.mathematics'] })).toEqual([]);
    expect(codeFaults(CODES, {})).toEqual([]);
    expect(codeFaults(CODES, { stage: '' })).toEqual([]);
    expect(faultsOf({ title: 'ninja' })).toEqual({ code: 'validation', errors: [{ path: 'title', code: 'unknown-code' }] });
    expect(
      codeFaults(CODES, {
        title: 'retired-title',
        stage: 'mars',
        subjects: ['elementary.mandarin', 'elementary.astrology', 'elementary.mandarin', 'elementary.science-technology'],
      }),
    ).toEqual([
      { path: 'title', code: 'unknown-code' },
      { path: 'stage', code: 'unknown-code' },
      { path: 'subjects.1', code: 'unknown-code' },
      { path: 'subjects.2', code: 'duplicate' },
      { path: 'subjects.3', code: 'unknown-code' },
    ]);
  });

  it('may be inactive if the person has them already', () => {
    expect(codeFaults(CODES, { title: 'retired-title' }, ['retired-title'])).toEqual([]);
    expect(codeFaults(CODES, { title: 'ninja' }, ['ninja'])).toEqual([{ path: 'title', code: 'unknown-code' }]);
    expect(faultsOf({ title: 'retired-title' }, ['retired-title'])).toBe(null);
    expect(faultsOf({ title: 'retired-title' })).toMatchObject({ code: 'validation' });
  });
});

describe('the values of an entry', () => {
  const { nationalId: _number, birthDate: _day, ...empty } = filled(TEACHER_FIELDS, SENT);
  const before = {
    ...empty,
    name: '林可',
    title: 'nurse',
    email: 'lin@example.test',
    stage: 'elementary',
    subjects: ['elementary.mandarin'],
    unitNote: '舊校註記',
    remark: '舊校備註',
  };

  it('that is new are the values that were sent, and empty otherwise', () => {
    expect(newValues({ ...SENT, remark: '備' })).toEqual({ ...empty, remark: '備' });
    expect(empty).toMatchObject({
      name: '林可蘭',
      sex: 'female',
      title: 'teacher',
      email: null,
      stage: null,
      subjects: [],
      unitNote: null,
    });
  });

  it('of a person from another school keep only the mail address', () => {
    expect(newValues(SENT, before)).toMatchObject({ name: '林可蘭', email: 'lin@example.test', stage: null, subjects: [], remark: null });
    expect(newValues({ ...SENT, email: 'new@example.test' }, before).email).toBe('new@example.test');
    expect(newValues(SENT, { ...before, email: null }).email).toBe(null);
  });

  it('that exists change only in the fields that were sent', () => {
    expect(changedValues({ ...SENT, stage: null, subjects: undefined })).toStrictEqual({
      name: '林可蘭',
      sex: 'female',
      title: 'teacher',
      stage: null,
    });
  });

  it('have codes of title, stage and subjects', () => {
    expect(codesOf(before)).toEqual(['nurse', 'elementary', 'elementary.mandarin']);
    expect(codesOf({ ...before, stage: null, subjects: [] })).toEqual(['nurse']);
  });
});

describe('a registered person', () => {
  const onFile = { name: '以新‧伊斯瑪哈單', sex: 'female' as const, birthDate: '1990-03-04' };
  const sent = { ...SENT, name: '以新·伊斯瑪哈單' };

  it('differs in the fields that were sent with other values than the stored ones', () => {
    expect(
      differences(
        { name: 'a', stage: null, subjects: ['x'], title: 'teacher' },
        { name: 'b', stage: null, subjects: ['x'], title: undefined },
      ),
    ).toEqual(['name']);
    expect(differences({ subjects: ['x', 'y'] }, { subjects: ['y', 'x'], remark: null, email: 'a@b.tw' })).toEqual(['subjects', 'email']);
  });

  it('is corrected in the own school if name or birth date matches', () => {
    expect(maySamePersonBeCorrected(onFile, sent)).toBe(true);
    expect(maySamePersonBeCorrected(onFile, { ...sent, birthDate: '1990-03-05' })).toBe(true);
    expect(maySamePersonBeCorrected(onFile, { ...sent, name: '別人' })).toBe(true);
    expect(maySamePersonBeCorrected(onFile, { ...sent, name: '別人', birthDate: '1990-03-05' })).toBe(false);
  });

  it('is proposed for a transfer if birth date and sex match', () => {
    expect(mayTransferBeProposed(onFile, { ...sent, name: '別人' })).toBe(true);
    expect(mayTransferBeProposed(onFile, { ...sent, birthDate: '1990-03-05' })).toBe(false);
    expect(mayTransferBeProposed(onFile, { ...sent, sex: 'male' })).toBe(false);
  });
});
