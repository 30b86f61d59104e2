import { describe, expect, it } from 'vitest';
import { DEFAULT_CODES, type CodeLists, type SubjectCode } from './codes.js';
import { codeText, guardFormula, readCode, readSex, readSubjects, sexText, subjectsText, unguardFormula } from './roster-cells.js';

const named = (code: string, zh: string, en: string, active = true) => ({ code, names: { 'zh-Hant': zh, en }, active });
const subject = (code: string, zh: string, en: string, active = true): SubjectCode => ({
  ...named(code, zh, en, active),
  stage: code.split('.')[0]!,
  curriculum: '108',
});

const CODES: CodeLists = {
  ...DEFAULT_CODES,
  titles: [],
  stages: [named('low', '國小', 'Elementary'), named('high', '高中', 'High')],
  subjects: [
    subject('low.math', '數學', 'Mathematics'),
    subject('low.art', '美術', 'Art'),
    subject('low.reading', '讀-寫', 'Reading-writing'),
    subject('high.math', '數學', 'Mathematics'),
    subject('high.physics', '物理', 'Physics'),
    subject('high.old', '物理', 'Physics of old', false),
    subject('high.latin', '拉丁文', 'Latin', false),
    subject('high.both', '社會、公民', 'Society, civics'),
  ],
};

describe('the sex in a cell', () => {
  it('is read from common words, in any case and width', () => {
    expect(['男', 'male', 'M', '男性', '先生', ' Ｍale '].map(readSex)).toEqual(Array.from({ length: 6 }, () => 'male'));
    expect(['女', 'Female', 'f', '女性', '小姐', '女士'].map(readSex)).toEqual(Array.from({ length: 6 }, () => 'female'));
    expect(['', '其他', 'x', '男女'].map(readSex)).toEqual([null, null, null, null]);
  });

  it('is written as one character', () => expect([sexText('male'), sexText('female')]).toEqual(['男', '女']));
});

describe('a code in a cell', () => {
  const list = [named('a', '甲', 'Alpha'), named('b-old', '乙', 'Beta', false), named('b', '乙', 'Beta'), named('c', '丙', 'Gamma', false)];

  it('is read as itself, and by its name in either language', () => {
    expect(['a', 'A', '甲', ' alpha ', 'ＡＬＰＨＡ'].map((text) => readCode(list, text))).toEqual(['a', 'a', 'a', 'a', 'a']);
    expect(['', 'delta', '甲乙'].map((text) => readCode(list, text))).toEqual([null, null, null]);
  });

  it('is the active one of two with the same name, and an inactive one otherwise', () => {
    expect(['乙', 'beta', 'b-old', '丙'].map((text) => readCode(list, text))).toEqual(['b', 'b', 'b-old', 'c']);
  });

  it('is written as its name if the name reads back as the code, and as the code otherwise', () => {
    expect(['a', 'b', 'b-old', 'unknown'].map((code) => codeText(list, code))).toEqual(['甲', '乙', 'b-old', 'unknown']);
    expect(codeText([named('a', '甲 ', 'Alpha')], 'a')).toBe('a');
  });

  it('of every default list reads back as itself', () => {
    const lists = [DEFAULT_CODES.titles, DEFAULT_CODES.stages];
    for (const each of lists) for (const { code } of each) expect(readCode(each, codeText(each, code))).toBe(code);
  });
});

describe('the subjects in a cell', () => {
  const read = (text: string, stage: string | null = null) => readSubjects(CODES, text, stage);

  it('are separated by Chinese or Western commas, semicolons and line breaks', () => {
    const both = { subjects: ['low.art', 'high.physics'], unknown: [] };
    for (const between of ['、', ',', '，', ';', '；', '\n', ' 、 ']) expect(read(`美術${between}物理`)).toEqual(both);
    expect(read('、美術、、物理、')).toEqual(both);
    expect(read('')).toEqual({ subjects: [], unknown: [] });
  });

  it('are read as codes, and as a stage with a name', () => {
    expect(
      read('high.math、國小 數學、高中數學、Elementary: Art、高中－物理、HIGH/mathematics、國小·美術、國小 - 數學、國小讀-寫、high.old'),
    ).toEqual({
      subjects: [
        'high.math',
        'low.math',
        'high.math',
        'low.art',
        'high.physics',
        'high.math',
        'low.art',
        'low.math',
        'low.reading',
        'high.old',
      ],
      unknown: [],
    });
  });

  it('are read by name within the stage of the row', () => {
    expect([read('數學', 'low').subjects, read('數學', 'high').subjects]).toEqual([['low.math'], ['high.math']]);
    expect(read('美術', 'high')).toEqual({ subjects: [], unknown: ['美術'] });
    expect(read('拉丁文', 'high').subjects).toEqual(['high.latin']);
    expect(read('高中 物理', 'low').subjects).toEqual(['high.physics']);
  });

  it('are read by name alone if one active subject has it', () => {
    expect(read('物理').subjects).toEqual(['high.physics']);
    expect(read('數學、拉丁文、國小、國小 物理')).toEqual({ subjects: [], unknown: ['數學', '拉丁文', '國小', '國小 物理'] });
  });

  it('keep their order; unknown names are returned separately', () => {
    expect(read('物理、 算命 、美術、占星')).toEqual({ subjects: ['high.physics', 'low.art'], unknown: ['算命', '占星'] });
  });

  it('are written with their stage if that reads back as the code, and as the code otherwise', () => {
    expect(subjectsText(CODES, ['low.math', 'high.physics'])).toBe('國小 數學、高中 物理');
    expect(subjectsText(CODES, ['high.old', 'high.latin', 'high.both', 'gone.math'])).toBe('high.old、高中 拉丁文、high.both、gone.math');
    expect(subjectsText({ ...CODES, stages: [] }, ['low.math'])).toBe('low.math');
    expect(subjectsText(CODES, [])).toBe('');
  });

  it('of every default list read back as themselves', () => {
    const codes = DEFAULT_CODES.subjects.map(({ code }) => code);
    expect(readSubjects(DEFAULT_CODES, subjectsText(DEFAULT_CODES, codes), null)).toEqual({ subjects: codes, unknown: [] });
  });
});

describe('a cell that a spreadsheet would take for a formula', () => {
  const FORMULAS = ['=1+1', '+1', '-1', '@a', ' =1', '\t=1', '\tx', '\rx', '＝1', '＋1', '－1', '＠a', "'x"];

  it('gets an apostrophe, which an import removes', () => {
    for (const cell of FORMULAS) {
      expect(guardFormula(cell)).toBe(`'${cell}`);
      expect(unguardFormula(guardFormula(cell))).toBe(cell);
    }
  });

  it('is recognised', () => {
    for (const cell of ['', '王小明', '1+1', 'a=b', '07-1234567', 'x@y.tw', '　王'])
      expect([guardFormula(cell), unguardFormula(cell)]).toEqual([cell, cell]);
    expect(unguardFormula("'王")).toBe("'王");
    expect(unguardFormula('x=1')).toBe('x=1');
  });
});
