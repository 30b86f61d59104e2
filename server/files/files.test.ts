import { describe, expect, it } from 'vitest';
import { inlineCell, toBig5, xlsxWith, zip } from '../testing/spreadsheets.js';
import { parseTable } from './parse-table.js';

const HEAD = '姓名,性別,身分證字號,出生年月日,職稱';
const ROW = '王小明,男,A123456789,74/5/6,導師';
const utf16 = (text: string, swap = false): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return swap ? bytes.swap16() : bytes;
};
const rowsOf = async (bytes: Buffer) => (await parseTable(bytes, null)).rows;
const faultOf = (bytes: Buffer) =>
  parseTable(bytes, null).then(
    () => 'accepted',
    (error: { details: { errors: { path: string; code: string }[] } }) => error.details.errors[0]!.code,
  );

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from(`${HEAD}\r\n${ROW}`), 'utf-8'],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${HEAD}\r\n${ROW}`), 'utf-8'],
    ['UTF-16 little-endian', utf16(`${HEAD}\r\n${ROW}`), 'utf-16le'],
    ['UTF-16 big-endian', utf16(`${HEAD}\r\n${ROW}`, true), 'utf-16be'],
    ['Big5', toBig5(`${HEAD}\r\n${ROW}`), 'big5'],
    ['UTF-8 with tabs as delimiters', Buffer.from(`${HEAD}\n${ROW}`.replaceAll(',', '\t')), 'utf-8'],
  ])('is read in %s', async (_name, bytes, encoding) => {
    expect(await parseTable(bytes, null)).toEqual({ kind: 'csv', encoding, rows: [HEAD.split(','), ROW.split(',')] });
  });

  it('is read in the encoding that the caller chose', async () => {
    const { rows } = await parseTable(toBig5(`${HEAD}\n${ROW}`), 'utf-8');
    expect(rows[0]![0]).not.toBe('姓名');
  });

  it('has user-defined and broken Big5 characters replaced by U+FFFD, and keeps the commas beside them', async () => {
    const bytes = Buffer.concat([toBig5('王'), Buffer.from([0xfa, 0x40]), toBig5('明,'), Buffer.from([0x81]), toBig5(',男')]);
    expect(await rowsOf(bytes)).toEqual([['王\ufffd明', '\ufffd', '男']]);
  });

  it('keeps its row numbers, with empty rows and quoted line breaks', async () => {
    expect(await rowsOf(Buffer.from(`${HEAD}\n\n"王\n明",男\n,,,,\n`))).toEqual([HEAD.split(','), [], ['王\n明', '男']]);
  });
});

describe('an .xlsx file', () => {
  it('is read with its empty rows, its numbers as written and its dates as days', async () => {
    const styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>';
    const sheet = `<row r="1">${inlineCell('A1', '姓名')}${inlineCell('B1', '生日')}</row><row r="3">${inlineCell('A3', '王')}<c r="B3" s="1"><v>27155</v></c><c r="C3"><v>740506</v></c></row>`;
    expect(await rowsOf(xlsxWith(sheet, [{ name: 'xl/styles.xml', data: styles }]))).toEqual([
      ['姓名', '生日'],
      [],
      ['王', { day: '1974-05-06' }, '740506'],
    ]);
  });
});

describe('a file that is not a staff list', () => {
  const big = Buffer.alloc(60 * 1024 * 1024, 'x');
  const cases: [string, () => Buffer, string][] = [
    ['an empty file', () => Buffer.alloc(0), 'file-empty'],
    ['only commas', () => Buffer.from(',,,\n,,\n'), 'file-empty'],
    ['a picture', () => Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'file-not-a-table'],
    ['an HTML page named .xls', () => Buffer.from('<html><table><tr><td>姓名</td></tr></table></html>'), 'file-not-a-table'],
    ['a PDF', () => Buffer.from('%PDF-1.7 …'), 'file-not-a-table'],
    ['an .xls file', () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2048)]), 'file-old-excel'],
    [
      'an .xlsx file with a password',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
      'file-locked',
    ],
    ['a zip with an encrypted file', () => zip([{ name: 'xl/workbook.xml', data: 'x', encrypted: true }]), 'file-locked'],
    ['a .docx file', () => zip([{ name: 'word/document.xml', data: '<w/>' }]), 'file-not-a-table'],
    ['a truncated .xlsx file', () => xlsxWith('<row/>').subarray(0, 300), 'file-broken'],
    ['a zip bomb', () => xlsxWith('', [{ name: 'xl/media/a.bin', data: big }]), 'file-too-big-inside'],
    [
      'a zip bomb whose directory gives a small size',
      () => xlsxWith('', [{ name: 'xl/media/a.bin', data: big, claims: 10 }]),
      'file-broken',
    ],
    [
      'a zip bomb of many small files',
      () =>
        xlsxWith(
          '',
          Array.from({ length: 12 }, (_, n) => ({ name: `xl/${n}.xml`, data: big.subarray(0, 5_000_000) })),
        ),
      'file-too-big-inside',
    ],
    [
      'a zip of ten thousand files',
      () =>
        xlsxWith(
          '',
          Array.from({ length: 10_000 }, (_, n) => ({ name: `xl/${n}.xml`, data: '' })),
        ),
      'file-too-big-inside',
    ],
    ['a zip with two files of one name', () => xlsxWith('', [{ name: 'xl/workbook.xml', data: '<a/>' }]), 'file-broken'],
    [
      'XML with a document type declaration',
      () => xlsxWith('', [{ name: 'xl/styles.xml', data: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><styleSheet/>' }]),
      'file-broken',
    ],
    ['a cell in a column with a huge number', () => xlsxWith(`<row r="1">${inlineCell('BGQCV1', 'x')}</row>`), 'file-too-many-columns'],
    ['a sheet of 2^20 columns', () => xlsxWith(`<row r="1">${'<c><v>1</v></c>'.repeat(2 ** 20)}</row>`), 'file-too-many-columns'],
    ['a row with a huge number', () => xlsxWith(`<row r="1048576">${inlineCell('A1048576', 'x')}</row>`), 'file-too-many-rows'],
    ['a cell of 40 MB', () => xlsxWith(`<row r="1">${inlineCell('A1', 'x'.repeat(40_000_000))}</row>`), 'file-too-big-inside'],
    ['a cell of 50 MB', () => xlsxWith(`<row r="1">${inlineCell('A1', 'x'.repeat(50_000_000))}</row>`), 'file-too-big-inside'],
    ['a text file of one very long row', () => Buffer.from('姓名,'.repeat(900_000)), 'file-broken'],
    ['a text file of 6,000 rows', () => Buffer.from(`${HEAD}\n${`${ROW}\n`.repeat(6_000)}`), 'file-too-many-rows'],
    ['a text file of 151 columns', () => Buffer.from('a,'.repeat(150) + 'b'), 'file-too-many-columns'],
  ];

  it.each(cases)('is refused with its fault code: %s', async (_name, file, fault) => {
    const bytes = file();
    expect(await faultOf(bytes)).toBe(fault);
  });

  it('does not block the main thread', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await faultOf(xlsxWith('', [{ name: 'xl/media/a.bin', data: big }]));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(20);
  });
});
