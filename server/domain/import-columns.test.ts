import { describe, expect, it } from 'vitest';
import {
  fieldOfHeading,
  fileColumn,
  headingLine,
  IMPORT_FIELDS,
  mapColumns,
  rememberedColumns,
  REQUIRED_FIELDS,
} from './import-columns.js';

describe('a column heading', () => {
  it('is recognised by the heading of an export and by the name of the field', () => {
    expect(IMPORT_FIELDS.map((field) => fieldOfHeading(fileColumn(field).heading))).toEqual(IMPORT_FIELDS);
    expect(IMPORT_FIELDS.map((field) => fieldOfHeading(field))).toEqual(IMPORT_FIELDS);
    expect(IMPORT_FIELDS.map((field) => fileColumn(field).heading).filter((heading) => !/^\p{Script=Han}+$/u.test(heading))).toEqual([]);
  });

  it.each([
    ['name', '教師姓名', '中文姓名', '人員姓名', '教職員姓名', '名字'],
    ['sex', 'gender'],
    ['nationalId', '身分證', '身份證', '身份證字號', '身分證號', '身份證號', '身分證統一編號', '身份證統一編號', '國民身分證統一編號'],
    ['nationalId', '統一證號', '居留證號', '居留證統一證號', '身分證字號或統一證號', '證號', 'ID number'],
    ['birthDate', '生日', '出生日期', '出生年月日（民國）', '出生', '出生日', 'Birthday', 'Date of birth'],
    ['title', '職務', '職別', '職務名稱', '現職'],
    ['stage', '階段', '教育階段', '學校階段', '任教學制'],
    ['subjects', '科目', '任教科別', '任教領域', '教學科目', '專長科目', 'subject'],
    ['email', '電子郵件', '電子信箱', '電郵', '電子郵件信箱', 'E-mail', 'mail', 'Email address'],
    ['unitNote', '註記'],
    ['remark', '附註', '備考', 'note', 'notes'],
    ['id', '系統編號'],
  ])('of %s is known by what schools call it', (field, ...headings) => {
    expect(headings.map(fieldOfHeading)).toEqual(headings.map(() => field));
  });

  it('is recognised with marks, spaces, any character width, and a note that it is required', () => {
    for (const heading of [
      '*姓名',
      '姓名：',
      '姓 名',
      '姓名:',
      '姓名（必填）',
      '姓名(選填)',
      '姓名【非必填】',
      '姓名[Required]',
      'Ｎａｍｅ',
      '_name_',
    ])
      expect([heading, fieldOfHeading(heading)]).toEqual([heading, 'name']);
    expect(fieldOfHeading('Name (optional)')).toBe('name');
  });

  it('is not recognised if it means something else', () => {
    expect(['', '電話', '姓名（中文）', 'constructor', '姓名2'].map(fieldOfHeading)).toEqual([null, null, null, null, null]);
  });
});

it('a person can be registered from name, sex, identity number, birth date and title', () => {
  expect(REQUIRED_FIELDS).toEqual(['name', 'sex', 'nationalId', 'birthDate', 'title']);
});

describe('the mapping of columns', () => {
  it('maps a field to the first of two matching columns', () => {
    expect(mapColumns(['教師姓名', '姓名', '電話', '性別'])).toEqual(['name', null, null, 'sex']);
  });

  it('uses the unit’s earlier mapping, also for ignored columns', () => {
    const remembered = rememberedColumns(['代號', '註 記：', '備註'], ['id', null, 'remark']);
    expect(remembered).toEqual({ 代號: 'id', 註記: null, 備註: 'remark' });
    expect(mapColumns(['代號', '註記', '編號', '備註'], remembered)).toEqual(['id', null, null, 'remark']);
  });

  it('uses only own keys of the earlier mapping, not those of Object.prototype', () => {
    expect(mapColumns(['toString', 'constructor'], {})).toEqual([null, null]);
  });

  it('remembers a column without a mapping as ignored', () => {
    expect(rememberedColumns(['a', 'b'], ['name'])).toEqual({ a: 'name', b: null });
  });
});

describe('the header row', () => {
  const title = ['115 學年度教師名冊', '', ''];
  const headings = ['編號', '姓名', '電話'];
  const person = ['1', '王小明', '07-1234567'];

  it('is the first row with two known headings, after up to nine title rows', () => {
    expect(headingLine([headings, person])).toBe(0);
    expect(headingLine([title, ['', ''], headings, person])).toBe(2);
    const lines = (count: number) => [...Array.from({ length: count }, () => ['教師名冊', '第一學期']), headings, person];
    expect([headingLine(lines(9)), headingLine(lines(10))]).toEqual([9, 0]);
    expect(headingLine([['姓名', '電話'], headings])).toBe(1);
    expect(headingLine([['姓名', '職稱', '電話(07-1234567)'], person])).toBe(0);
  });

  it('is the first row with two cells if no heading is known', () => {
    expect(headingLine([title, ['老師', '分機'], ['王小明', '12']])).toBe(1);
  });

  it('is not found if the first row looks like a person', () => {
    expect(
      headingLine([
        ['王小明', '男'],
        ['林可蘭', '女'],
      ]),
    ).toBe(null);
    expect(headingLine([['王小明', '０７１']])).toBe(null);
    expect(headingLine([['王小明', 'a@b.tw']])).toBe(null);
    expect(headingLine([['王小明', '12']])).toBe(0);
  });

  it('is not found in an empty table', () => {
    expect([headingLine([]), headingLine([title]), headingLine([[' ', '\t', '姓名']])]).toEqual([null, null, null]);
  });
});
