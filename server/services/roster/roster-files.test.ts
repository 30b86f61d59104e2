import { describe, expect, it } from 'vitest';
import { parseTable } from '../../files/parse-table.js';
import { tableFile, xlsxOf } from './roster-files.js';

const readBack = async (file: Uint8Array) => (await parseTable(file, null)).rows;
const written = async (chunks: AsyncIterable<Uint8Array>) => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return new Uint8Array(Buffer.concat(all));
};

/** What every object has by that name, as `toString` and `__proto__`. */
const TAKEN = Object.getOwnPropertyNames(Object.prototype);
const SPELLED = ['_x0041_', '_x005F_', '_x005f_x0041_', '__x0041__', '_x0074_oString', '_x12_', '_X0041_'];

describe('a table as a file', () => {
  it.each(['xlsx', 'csv'] as const)('is read back as written in .%s, with any headings and cells', async (format) => {
    const headings = [...TAKEN, ...SPELLED];
    const rows = headings.map((_, from) => [...headings.slice(from), ...headings.slice(0, from)]);
    const file = await written(tableFile(format, 'roster', 'roster', headings, [rows]).chunks);
    expect(await readBack(file)).toEqual([headings, ...rows]);
  });

  it('keeps a text that looks like a number, a day or a formula in .xlsx', async () => {
    const rows = [
      ['姓名', '備註'],
      ['=1+1', '001'],
      ['1E5', '0740506'],
      ['TRUE', '#N/A'],
    ];
    expect(await readBack(await xlsxOf([{ name: '名冊', rows }]))).toEqual(rows);
  });
});
