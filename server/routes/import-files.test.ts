/** The template, pasted cells without headings, dates that may be meant in two calendars, and the file of failed rows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSheet } from 'read-excel-file/node';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import { formOf, install, type Answer, type Client, type Installation } from '../testing/installation.js';
import { inlineCell, xlsxWith } from '../testing/spreadsheets.js';

const HEADINGS = ['姓名', '性別', '身分證字號', '出生年月日', '職稱'];
const people = new MadeUpPeople(743);
let installation: Installation;
let clerk: Client;

beforeAll(async () => {
  installation = await install({ limits: { files: 1_000 } });
  clerk = await installation.as('lin-contact');
});
afterAll(() => installation.end());

const cellsOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson) => [
  name,
  sex === 'male' ? '男' : '女',
  nationalId,
  birthDate,
  '合格專任教師',
];
const stage = (cells: string[][], fileName?: string): Promise<Answer> =>
  clerk.post('/teachers/imports', { body: { cells, ...(fileName ? { fileName } : {}) } });
const bytesOf = async (path: string) => {
  const response = await clerk.raw('GET', path);
  return { bytes: Buffer.from(await response.arrayBuffer()), name: decodeURIComponent(response.headers.get('Content-Disposition') ?? '') };
};

describe('the template', () => {
  it('has as .csv the headings only', async () => {
    const { bytes, name } = await bytesOf('/teachers/imports/template?format=csv');
    expect(name).toContain('教師名單範本.csv');
    const [headings, ...rows] = bytes.toString('utf8').replace('\uFEFF', '').trim().split('\r\n');
    expect([headings!.split(',').slice(0, 2), rows]).toEqual([['編號', '姓名'].slice(-1).concat('性別'), []]);
  });

  it('has as .xlsx an empty list, the explanation of each column, and the choices of the drop-downs', async () => {
    const { bytes, name } = await bytesOf('/teachers/imports/template?format=xlsx');
    expect(name).toContain('教師名單範本.xlsx');
    const [list, help, choices] = await Promise.all([1, 2, 3].map((sheet) => readSheet(bytes, sheet)));
    expect(list!.length).toBeGreaterThan(0);
    expect(list![0]!.slice(0, 2)).toEqual(['姓名', '性別']);
    expect(help![0]).toEqual(['欄位', '說明']);
    expect(help!.map(([heading]) => heading)).toEqual(expect.arrayContaining(['編號', '姓名', '身分證字號', '職稱']));
    expect(help!.slice(1).every(([, text]) => typeof text === 'string' && text.length > 1)).toBe(true);
    const column = (heading: string) => {
      const index = choices![0]!.indexOf(heading);
      return choices!
        .slice(1)
        .map((row) => row[index])
        .filter((cell) => cell !== null);
    };
    expect(column('性別')).toEqual(['男', '女']);
    expect(column('職稱')).toContain('合格專任教師');
    expect(column('職稱')).not.toContain('實習教師');
    expect(choices![0]).not.toContain('姓名');
  });

  it('is for callers who may register', async () => {
    const operator = await installation.as('chen-operator');
    expect((await operator.get('/teachers/imports/template?format=csv')).status).toBe(403);
  });
});

describe('pasted cells', () => {
  it('without headings are read in the order of the template, and empty rows at the end are ignored', async () => {
    const [one, two] = [people.person(), people.person()];
    const { status, body } = await stage([cellsOf(one), cellsOf(two), ['', ' ', '', '', '']]);
    expect([status, body.results.map(({ name, outcome }: { name: string; outcome: string }) => [name, outcome])]).toEqual([
      201,
      [
        [one.name, 'new'],
        [two.name, 'new'],
      ],
    ]);
    expect(body.columns).toEqual(HEADINGS);
  });

  it('are rejected if they are empty, have no headings, or have headings only', async () => {
    const code = async (cells: string[][]) => (await stage(cells)).body.errors;
    expect(await code([['', ' ']])).toMatchObject([{ path: 'file', code: 'file-empty' }]);
    expect(await code([cellsOf(people.person()).slice(0, 4)])).toMatchObject([{ path: 'file', code: 'file-no-headings' }]);
    expect(await code([HEADINGS])).toMatchObject([{ path: 'file', code: 'file-empty' }]);
  });

  it('may have at most 5,000 rows', async () => {
    const row = cellsOf(people.person());
    const { body } = await stage([HEADINGS, ...Array.from({ length: 5_001 }, () => row)]);
    expect(body.errors).toMatchObject([{ path: 'file', code: 'file-too-many-rows' }]);
  });
});

describe('a date of a spreadsheet that may be meant in two calendars', () => {
  it('is shown with both readings, three people at most, until the caller chooses', async () => {
    const listed = Array.from({ length: 4 }, () => people.person());
    const texts = ['A', 'B', 'C', 'D', 'E'];
    const row = (cells: string[], number: number, day?: number) =>
      `<row r="${number}">${cells.map((text, column) => (day !== undefined && column === 3 ? `<c r="D${number}" s="1"><v>${day}</v></c>` : inlineCell(`${texts[column]}${number}`, text))).join('')}</row>`;
    // 27155 is 1974-05-06, as Excel stores a typed 74/5/6.
    const styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`;
    const file = xlsxWith([row(HEADINGS, 1), ...listed.map((each, index) => row(cellsOf(each), index + 2, 27155))].join(''), [
      { name: 'xl/styles.xml', data: styles },
    ]);
    const staged = await clerk.post('/teachers/imports', await formOf(file, '名單.xlsx'));
    expect(staged.body.dates).toEqual({
      calendar: null,
      examples: listed.slice(0, 3).map(({ name }, index) => ({ row: index + 2, name, roc: '1985-05-06', western: '1974-05-06' })),
    });
    expect(staged.body.results[0].errors).toMatchObject([{ code: 'date-calendar' }]);
    const chosen = await clerk.patch(`/teachers/imports/${staged.body.id}`, { etag: staged.etag, body: { calendar: 'roc' } });
    expect([chosen.body.dates.calendar, chosen.body.results[0].outcome]).toEqual(['roc', 'new']);
  });
});

describe('the columns of an import', () => {
  it('are mapped once each, and all of them', async () => {
    const staged = await stage([HEADINGS, cellsOf(people.person())]);
    const map = async (mapping: (string | null)[]) =>
      (await clerk.patch(`/teachers/imports/${staged.body.id}`, { etag: staged.etag, body: { mapping } })).body.errors;
    const fault = [expect.objectContaining({ path: 'mapping', code: 'not-allowed' })];
    expect(await map(['name'])).toEqual(fault);
    expect(await map(['name', 'name', 'nationalId', 'birthDate', 'title'])).toEqual(fault);
  });
});

describe('the file of failed rows', () => {
  it('has the columns of the list with corrections, and the faults in the last column', async () => {
    const [good, bad] = [people.person(), people.person()];
    const staged = await stage(
      [
        [...HEADINGS, '備考'],
        [...cellsOf(good), ''],
        [...cellsOf({ ...bad, nationalId: 'A123456780' }), '轉入'],
      ],
      '八月.csv',
    );
    const corrected = await clerk.patch(`/teachers/imports/${staged.body.id}/rows/3`, {
      etag: staged.etag,
      body: { values: { name: '改名', nationalId: 'A123456781' } },
    });
    expect(corrected.status).toBe(200);
    const { bytes, name } = await bytesOf(`/teachers/imports/${staged.body.id}/errors?format=csv`);
    expect(name).toMatch(/八月-錯誤-\d{4}-\d\d-\d\d\.csv/);
    const [headings, row, ...rest] = bytes.toString('utf8').replace('\uFEFF', '').trim().split('\r\n');
    expect([headings, rest]).toEqual([[...HEADINGS, '備考', '錯誤說明'].join(','), []]);
    expect(row).toMatch(/^改名,[男女],A123456781,[\d-]+,合格專任教師,轉入,"?身分證字號：/);
    const again = await stage([[...headings!.split(',')], [...cellsOf(bad), '轉入', '舊的說明']]);
    expect(again.body.results[0]).toMatchObject({ outcome: 'new', errors: [] });
  });
});
