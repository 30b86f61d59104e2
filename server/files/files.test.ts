import { describe, expect, it } from 'vitest';
import { inlineCell, toBig5, xlsxWith, zip } from '../testing/spreadsheets.js';
import { parseTable } from './parse-table.js';

const HEAD = '姓名,性別,身分證字號,出生年月日,職稱';
const LINE = '王小明,男,A123456789,74/5/6,導師';
const utf16 = (text: string, swap = false): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return swap ? bytes.swap16() : bytes;
};
const linesOf = async (bytes: Buffer) => (await parseTable(bytes, null)).lines;
const refusal = (bytes: Buffer) =>
  parseTable(bytes, null).then(
    () => 'read',
    (error: { details: { errors: { path: string; code: string }[] } }) => error.details.errors[0]!.code,
  );

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from(`${HEAD}\r\n${LINE}`), 'utf-8'],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${HEAD}\r\n${LINE}`), 'utf-8'],
    ['UTF-16', utf16(`${HEAD}\r\n${LINE}`), 'utf-16le'],
    ['UTF-16 the other way round', utf16(`${HEAD}\r\n${LINE}`, true), 'utf-16be'],
    ['Big5', toBig5(`${HEAD}\r\n${LINE}`), 'big5'],
    ['tabs', Buffer.from(`${HEAD}\n${LINE}`.replaceAll(',', '\t')), 'utf-8'],
  ])('is read in %s', async (_name, bytes, encoding) => {
    expect(await parseTable(bytes, null)).toEqual({ kind: 'csv', encoding, lines: [HEAD.split(','), LINE.split(',')] });
  });

  it('is read in the encoding that somebody chose', async () => {
    const { lines } = await parseTable(toBig5(`${HEAD}\n${LINE}`), 'utf-8');
    expect(lines[0]![0]).not.toBe('姓名');
  });

  it('shows characters that one machine alone knows as lost, and keeps the commas beside them', async () => {
    const bytes = Buffer.concat([toBig5('王'), Buffer.from([0xfa, 0x40]), toBig5('明,'), Buffer.from([0x81]), toBig5(',男')]);
    expect(await linesOf(bytes)).toEqual([['王\ufffd明', '\ufffd', '男']]);
  });

  it('keeps the numbers of its lines, with empty ones and quoted breaks', async () => {
    expect(await linesOf(Buffer.from(`${HEAD}\n\n"王\n明",男\n,,,,\n`))).toEqual([HEAD.split(','), [], ['王\n明', '男']]);
  });
});

describe('an .xlsx', () => {
  it('is read with its empty lines, its numbers as written and its dates as days', async () => {
    const styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>';
    const sheet = `<row r="1">${inlineCell('A1', '姓名')}${inlineCell('B1', '生日')}</row><row r="3">${inlineCell('A3', '王')}<c r="B3" s="1"><v>27155</v></c><c r="C3"><v>740506</v></c></row>`;
    expect(await linesOf(xlsxWith(sheet, [{ name: 'xl/styles.xml', data: styles }]))).toEqual([
      ['姓名', '生日'],
      [],
      ['王', { day: '1974-05-06' }, '740506'],
    ]);
  });
});

describe('what is no staff list', () => {
  const big = Buffer.alloc(60 * 1024 * 1024, 'x');
  const cases: [string, () => Buffer, string][] = [
    ['nothing', () => Buffer.alloc(0), 'file-empty'],
    ['commas alone', () => Buffer.from(',,,\n,,\n'), 'file-empty'],
    ['a picture', () => Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'file-not-a-table'],
    ['a web page that calls itself .xls', () => Buffer.from('<html><table><tr><td>姓名</td></tr></table></html>'), 'file-not-a-table'],
    ['a PDF', () => Buffer.from('%PDF-1.7 …'), 'file-not-a-table'],
    ['an .xls', () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]), 'file-old-excel'],
    [
      'an .xlsx with a password',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'file-locked',
    ],
    ['an encrypted entry', () => zip([{ name: 'xl/workbook.xml', data: 'x', encrypted: true }]), 'file-locked'],
    ['a zip of something else', () => zip([{ name: 'word/document.xml', data: '<w/>' }]), 'file-not-a-table'],
    ['half an .xlsx', () => xlsxWith('<row/>').subarray(0, 300), 'file-broken'],
    ['a bomb', () => xlsxWith('', [{ name: 'xl/media/a.bin', data: big }]), 'file-too-big-inside'],
    ['a bomb that says it is small', () => xlsxWith('', [{ name: 'xl/media/a.bin', data: big, claims: 10 }]), 'file-broken'],
    [
      'many small bombs',
      () =>
        xlsxWith(
          '',
          Array.from({ length: 12 }, (_, n) => ({ name: `xl/${n}.xml`, data: big.subarray(0, 5_000_000) })),
        ),
      'file-too-big-inside',
    ],
    [
      'ten thousand entries',
      () =>
        xlsxWith(
          '',
          Array.from({ length: 10_000 }, (_, n) => ({ name: `xl/${n}.xml`, data: '' })),
        ),
      'file-too-big-inside',
    ],
    ['two entries of one name', () => xlsxWith('', [{ name: 'xl/workbook.xml', data: '<a/>' }]), 'file-broken'],
    [
      'a document type',
      () => xlsxWith('', [{ name: 'xl/styles.xml', data: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><styleSheet/>' }]),
      'file-broken',
    ],
    ['a column far out', () => xlsxWith(`<row r="1">${inlineCell('BGQCV1', 'x')}</row>`), 'file-too-many-columns'],
    ['2^20 columns', () => xlsxWith(`<row r="1">${'<c><v>1</v></c>'.repeat(2 ** 20)}</row>`), 'file-too-many-columns'],
    ['a line far down', () => xlsxWith(`<row r="1048576">${inlineCell('A1048576', 'x')}</row>`), 'file-too-many-rows'],
    ['a cell of 40 MB', () => xlsxWith(`<row r="1">${inlineCell('A1', 'x'.repeat(40_000_000))}</row>`), 'file-too-big-inside'],
    ['a cell of 50 MB', () => xlsxWith(`<row r="1">${inlineCell('A1', 'x'.repeat(50_000_000))}</row>`), 'file-too-big-inside'],
    ['a text of one endless line', () => Buffer.from('姓名,'.repeat(900_000)), 'file-broken'],
    ['six thousand lines', () => Buffer.from(`${HEAD}\n${`${LINE}\n`.repeat(6_000)}`), 'file-too-many-rows'],
    ['a hundred and fifty columns', () => Buffer.from('a,'.repeat(150) + 'b'), 'file-too-many-columns'],
  ];

  it.each(cases)('%s is refused with a sentence', async (_name, file, fault) => {
    const bytes = file();
    expect(await refusal(bytes)).toBe(fault);
  });

  it('does not stop the thread that answers', async () => {
    let beats = 0;
    const beating = setInterval(() => beats++, 1);
    await refusal(xlsxWith('', [{ name: 'xl/media/a.bin', data: big }]));
    clearInterval(beating);
    expect(beats).toBeGreaterThan(20);
  });
});
