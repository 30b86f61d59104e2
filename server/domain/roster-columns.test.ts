import { describe, expect, it } from 'vitest';
import { DEFAULT_CODES } from './codes.js';
import { cellOf, cellsOf, exportedFields, headingOf } from './roster-columns.js';
import { teacherField, type TeacherField } from './teacher-fields.js';

describe('the columns of an export', () => {
  it('have a fixed order, and the birth date only with personal data', () => {
    const withPersonalData = [
      ...['id', 'username', 'name', 'sex', 'nationalId', 'birthDate', 'title', 'category'],
      ...['status', 'stage', 'subjects', 'email', 'unitNote', 'remark', 'departure'],
    ];
    // Columns of fields that are added later stand after these.
    const known = withPersonalData.length;
    expect(exportedFields(true).slice(0, known)).toEqual(withPersonalData);
    expect(exportedFields(false).slice(0, known - 1)).toEqual(withPersonalData.filter((field) => field !== 'birthDate'));
  });

  it('have the headings of the contract', () => {
    const headings = [
      ...['編號', '使用者帳號', '姓名', '性別', '身分證字號', '出生年月日', '職稱', '類別'],
      ...['帳號狀況', '任教階段', '任教科目', '信箱', '單位註記', '備註', '離退日期'],
    ];
    expect(exportedFields(true).map(headingOf).slice(0, headings.length)).toEqual(headings);
  });
});

describe('a value as a cell', () => {
  const cell = (field: TeacherField, value: string | readonly string[] | null) => cellOf(DEFAULT_CODES, teacherField(field), value);
  const cells = (field: TeacherField, value: string | readonly string[] | null) => cellsOf(DEFAULT_CODES, teacherField(field), value);

  it('is read back by an import', () => {
    expect([cell('name', '王小明'), cell('sex', 'female'), cell('title', 'nurse'), cell('remark', null)]).toEqual([
      '王小明',
      '女',
      '護理師',
      '',
    ]);
    expect(cell('subjects', ['elementary.mandarin', 'elementary.mathematics'])).toBe('國小 國語文、國小 數學');
  });

  it('of a day has seven digits of the ROC calendar, and the western format before its first year', () => {
    expect(['1985-05-06', '2011-12-31', '1912-01-01', '1911-12-31'].map((day) => cell('birthDate', day))).toEqual([
      ...['0740506', '1001231', '0010101', '1911-12-31'],
    ]);
  });

  it('has other formats of days and masked numbers that count as unchanged', () => {
    expect(cells('birthDate', '1985-05-06')).toEqual(['0740506', '1985-05-06', '74/5/6']);
    expect(cells('nationalId', 'A123456789')).toEqual(['A123456789', 'A12****789']);
    expect([cells('name', '王小明'), cells('email', null), cells('subjects', [])]).toEqual([['王小明'], [''], ['']]);
  });
});
