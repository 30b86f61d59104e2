/** Rosters as files: the text of each cell, and tables as .xlsx or .csv. */
import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../../domain/roster-cells.js';

export type FileFormat = 'xlsx' | 'csv';

export interface RosterFile {
  name: string;
  type: string;
  /** Parts of the file, made while they are sent. */
  chunks: AsyncGenerator<Uint8Array>;
}

type Slices = AsyncIterable<readonly (readonly string[])[]> | Iterable<readonly (readonly string[])[]>;

/** UTF-8 with BOM and CRLF, because Excel garbles other files. */
async function* csv(headings: readonly string[], slices: Slices): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = (rows: readonly (readonly string[])[]): string =>
    stringify(
      rows.map((row) => row.map(guardFormula)),
      { record_delimiter: '\r\n' },
    );
  yield encoder.encode(`\uFEFF${lines([headings])}`);
  for await (const rows of slices) yield encoder.encode(lines(rows));
}

/** The values of a column's drop-down list. */
export interface DropDown {
  column: number;
  values: readonly string[];
}

export interface Sheet {
  name: string;
  rows: readonly (readonly string[])[];
  widths?: readonly number[];
  dropDowns?: readonly DropDown[];
}

/** All cells are text, so that numbers keep their leading zeros and nothing is a formula. */
export async function xlsxOf(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  const written = sheets.map(({ name, rows, widths = [] }) => ({
    sheet: name,
    stickyRowsCount: 1,
    columns: widths.map((width) => ({ width })),
    // Format `@`: Excel keeps the typed text of such a cell.
    data: rows.map((row, line) =>
      row.map((value) => ({ value: cellOf(value), type: String, format: '@', ...(line === 0 ? { fontWeight: 'bold' as const } : {}) })),
    ),
  }));
  const file = await writeXlsxFile(written, { features: [dropDowns(sheets)] }).toBuffer();
  return new Uint8Array(file);
}

/** Escapes a character by its number (ST_Xstring of ECMA-376): an underscore is `_x005F_`. */
const spelled = (character: string): string => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;

/**
 * XML 1.0 has no control characters, and a text that looks escaped gets its underscore escaped. The xlsx writer looks up
 * texts in a plain object, where `toString` and others exist already, so the first character of such a text is escaped.
 */
function cellOf(text: string): string {
  const cell = text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, spelled);
  return cell in Object.prototype ? cell.replace(/^./, spelled) : cell;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const LINES = 5_001;

/** Drop-downs refer to a column of the last sheet, because an inline list is limited to 255 characters. */
function dropDowns(sheets: readonly Sheet[]) {
  const lists = `'${sheets.at(-1)!.name}'`;
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transform(xml: string, _options: unknown, { sheetIndex }: { sheetIndex: number }): string {
            const rules = sheets[sheetIndex]?.dropDowns ?? [];
            if (rules.length === 0) return xml;
            const letter = (column: number): string => String.fromCharCode(65 + column);
            const listed = rules.map(({ column, values }, index) => {
              const place = `${letter(column)}2:${letter(column)}${LINES}`;
              const formula = `${lists}!$${letter(index)}$2:$${letter(index)}$${values.length + 1}`;
              return `<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="${place}"><formula1>${escaped(formula)}</formula1></dataValidation>`;
            });
            return xml.replace('</sheetData>', `</sheetData><dataValidations count="${rules.length}">${listed.join('')}</dataValidations>`);
          },
        },
      },
    },
  };
}

async function* xlsx(headings: readonly string[], slices: Slices, name: string): AsyncGenerator<Uint8Array> {
  const rows: (readonly string[])[] = [headings];
  for await (const slice of slices) rows.push(...slice);
  yield await xlsxOf([{ name, rows }]);
}

const TYPES: Record<FileFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** A table as a file: one row of headings, then one row per person, without a title. */
export function tableFile(format: FileFormat, stem: string, sheet: string, headings: readonly string[], slices: Slices): RosterFile {
  const chunks = format === 'csv' ? csv(headings, slices) : xlsx(headings, slices, sheet);
  return { name: `${stem}.${format}`, type: TYPES[format], chunks };
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
export const xlsxFile = (stem: string, bytes: Uint8Array): RosterFile => ({ name: `${stem}.xlsx`, type: TYPES.xlsx, chunks: once(bytes) });
