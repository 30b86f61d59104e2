import { describe, expect, it } from 'vitest';
import { DEFAULT_CODES } from './codes.js';
import { cellsByField, cellText, dayIn, identityOfRow, isDoubtful, readRow, type Calendar, type Cell } from './import-rows.js';
import type { ImportField } from './import-columns.js';
import { LIMITS } from './texts.js';

type Cells = Partial<Record<ImportField, Cell>>;
const read = (cells: Cells, calendar: Calendar | null = null, held: readonly string[] = []) =>
  readRow(cells, DEFAULT_CODES, calendar, held);
const fieldsOf = (cells: Cells, calendar: Calendar | null = null) => {
  const { fields, faults } = read(cells, calendar);
  expect(faults).toEqual([]);
  return fields;
};
const faultsOf = (cells: Cells, calendar: Calendar | null = null) => {
  const { fields, faults } = read(cells, calendar);
  expect(fields).toEqual({});
  return faults.map(({ field, code, value }) => [field, code, value]);
};

describe('the cells of a row', () => {
  it('are read by the field of their column, without empty cells and ignored columns', () => {
    const day = { day: '1985-05-06' };
    expect(cellsByField(['name', null, 'birthDate', 'email', 'remark', 'title'], ['王小明', 'x', day, ' ', '', ' 導師 '])).toEqual({
      name: '王小明',
      birthDate: day,
      title: ' 導師 ',
    });
    expect(cellsByField(['name', 'sex'], ['王小明'])).toEqual({ name: '王小明' });
  });

  it('have a text, even if the spreadsheet stores a date', () => {
    expect([cellText('王'), cellText({ day: '1985-05-06' }), cellText(undefined)]).toEqual(['王', '1985-05-06', '']);
  });
});

describe('the entry of a row', () => {
  it('is found by the number of an export and by the identity number', () => {
    expect(identityOfRow({ id: ' t1 ', nationalId: ' Ａ123456789 ' })).toEqual({ id: 't1', nationalId: 'A123456789' });
    expect(identityOfRow({})).toEqual({ id: null, nationalId: null });
    expect(identityOfRow({ id: ' ', nationalId: ' ' })).toEqual({ id: null, nationalId: null });
  });

  it('is not found by a masked number', () => {
    for (const masked of ['A12****789', 'a12*******', 'A12**', 'AB2****789', 'Ａ12＊＊＊＊789'])
      expect(identityOfRow({ nationalId: masked })).toEqual({ id: null, nationalId: null });
    for (const other of ['A12*789', 'A1****789', '112****789', 'A12****7890', 'xA12****789', 'A12****78x'])
      expect(identityOfRow({ nationalId: other })).toEqual({ id: null, nationalId: other });
  });
});

describe('the fields of a row', () => {
  it('are its cells, trimmed', () => {
    expect(
      fieldsOf({
        name: ' 王小明 ',
        sex: '男',
        birthDate: '74/5/6',
        title: ' 導師 ',
        stage: '國小',
        subjects: '國語文、國中 數學',
        email: ' wang@example.test ',
        unitNote: ' 第一行\r\n第二行\r第三行 ',
        remark: '備',
      }),
    ).toEqual({
      name: '王小明',
      sex: 'male',
      birthDate: '1985-05-06',
      title: 'homeroom-teacher',
      stage: 'elementary',
      subjects: ['elementary.mandarin', 'junior-high.mathematics'],
      email: 'wang@example.test',
      unitNote: '第一行\n第二行\n第三行',
      remark: '備',
    });
  });

  it('may have at most the maximum length', () => {
    const [name, note] = ['王'.repeat(LIMITS.name), '記'.repeat(LIMITS.note)];
    expect(fieldsOf({ name, unitNote: note, remark: note })).toEqual({ name, unitNote: note, remark: note });
    expect(faultsOf({ name: `${name}王`, unitNote: `${note}記`, remark: `${note}記` })).toEqual([
      ['name', 'too-long', `${name}王`],
      ['unitNote', 'too-long', `${note}記`],
      ['remark', 'too-long', `${note}記`],
    ]);
  });

  it('are rejected with the value of the cell, in the order of the fields', () => {
    expect(faultsOf({ remark: 'a\u0000', stage: '火星', email: 'wang@', title: '忍者', sex: '？', name: '王\u200b明' })).toEqual([
      ['name', 'bad-characters', '王\u200b明'],
      ['sex', 'not-allowed', '？'],
      ['title', 'unknown-code', '忍者'],
      ['email', 'bad-email', 'wang@'],
      ['stage', 'unknown-code', '火星'],
      ['remark', 'bad-characters', 'a\u0000'],
    ]);
  });

  it('may have line breaks and question marks in notes, and not in a name', () => {
    expect(fieldsOf({ unitNote: 'a\nb?' })).toEqual({ unitNote: 'a\nb?' });
    expect(faultsOf({ name: '王\n明' })).toEqual([['name', 'bad-characters', '王\n明']]);
    for (const name of ['王?明', '王？', '■', '王□', '\ue000', '\uf8ff', '\u{f0000}', '王\ufffd'])
      expect(faultsOf({ name })).toEqual([['name', 'lost-characters', name]]);
  });
});

describe('the birth date of a row', () => {
  it('is read in either calendar, from a text', () => {
    expect(['0740506', '民國74年5月6日', '1985-05-06'].map((birthDate) => fieldsOf({ birthDate }).birthDate)).toEqual([
      '1985-05-06',
      '1985-05-06',
      '1985-05-06',
    ]);
    expect(faultsOf({ birthDate: '74/13/6' })).toEqual([['birthDate', 'bad-date', '74/13/6']]);
  });

  it('is doubtful if a spreadsheet may have read a ROC year as a year of the last century', () => {
    expect(['1929-12-31', '1930-01-01', '1999-12-31', '2000-01-01'].map((day) => isDoubtful({ day }))).toEqual([false, true, true, false]);
    expect(faultsOf({ birthDate: { day: '1974-05-06' } })).toEqual([['birthDate', 'date-calendar', '1974-05-06']]);
    expect(fieldsOf({ birthDate: { day: '2001-05-06' } }).birthDate).toBe('2001-05-06');
  });

  it('is read in the calendar that the unit chose', () => {
    expect([dayIn('roc', '1974-05-06'), dayIn('western', '1974-05-06'), dayIn('roc', '1976-02-29')]).toEqual([
      '1985-05-06',
      '1974-05-06',
      null,
    ]);
    expect(fieldsOf({ birthDate: { day: '1974-05-06' } }, 'roc').birthDate).toBe('1985-05-06');
    expect(fieldsOf({ birthDate: { day: '1974-05-06' } }, 'western').birthDate).toBe('1974-05-06');
    expect(fieldsOf({ birthDate: { day: '2001-05-06' } }, 'roc').birthDate).toBe('2001-05-06');
  });

  it('is rejected if the day does not exist', () => {
    // 1976 is a leap year, and ROC 76 (1987) is none.
    expect(faultsOf({ birthDate: { day: '1976-02-29' } }, 'roc')).toEqual([['birthDate', 'bad-date', '1976-02-29']]);
  });
});

describe('the codes of a row', () => {
  const held = ['old-title', 'old-stage', 'old.a', 'elementary.mandarin', 'old.b'];

  it('are accepted if the person has them already, even if they left the lists', () => {
    expect(read({ title: ' old-title ', stage: 'old-stage' }, null, held)).toEqual({
      fields: { title: 'old-title', stage: 'old-stage' },
      faults: [],
    });
    expect(faultsOf({ title: 'old-title' })).toEqual([['title', 'unknown-code', 'old-title']]);
  });

  it('of subjects keep the person’s order if they are the same', () => {
    const subjects = 'old.b、國小 國語文、old.a';
    expect(read({ subjects }, null, ['old.a', 'elementary.mandarin', 'old.b']).fields.subjects).toEqual([
      'old.a',
      'elementary.mandarin',
      'old.b',
    ]);
    expect(read({ subjects }, null, held).fields.subjects).toEqual(['elementary.mandarin', 'old.b', 'old.a']);
    expect(read({ subjects: '國小 數學、國小 國語文' }, null, ['elementary.mandarin', 'elementary.mathematics']).fields.subjects).toEqual([
      'elementary.mathematics',
      'elementary.mandarin',
    ]);
  });

  it('of subjects are rejected with the first unknown one', () => {
    expect(read({ subjects: 'old.a、國小 國語文、占星、算命' }, null, held)).toEqual({
      fields: {},
      faults: [{ field: 'subjects', code: 'unknown-code', value: '占星' }],
    });
  });

  it('of subjects are at most six', () => {
    const six = DEFAULT_CODES.subjects.filter(({ stage }) => stage === 'junior-high').slice(0, LIMITS.subjects);
    const cell = six.map(({ names }) => names['zh-Hant']).join('、');
    expect(fieldsOf({ stage: '國中', subjects: cell }).subjects).toEqual(six.map(({ code }) => code));
    expect(
      faultsOf({ subjects: `${cell}、國小 國語文`.replace(/^/, '國中 ').replaceAll('、', '、國中 ').replace('國中 國小', '國小') }),
    ).toEqual([['subjects', 'too-many', expect.any(String)]]);
    expect(read({ stage: '國中', subjects: `${cell}、old.a` }, null, ['old.a']).faults).toMatchObject([{ code: 'too-many' }]);
  });
});
