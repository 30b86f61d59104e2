/** Reads the rows of a file: of the first sheet that is not empty (.xlsx), or of the text. Runs in `table-worker.ts`. */
import type { Cell } from '../domain/import-rows.js';
import { unguardFormula } from '../domain/roster-cells.js';
import { peer } from '../platform/peer.js';
import { decode, encodingOf, type Encoding } from './encodings.js';
import { FileFault } from './file-fault.js';
import { LIMITS } from './limits.js';
import { checkZip } from './zip-check.js';

export interface Table {
  kind: 'xlsx' | 'csv';
  encoding: Encoding | null;
  rows: Cell[][];
}

type Kind = 'zip' | 'compound' | 'text' | 'other';

/** By the content: a file's name cannot be trusted. */
function kindOf(bytes: Uint8Array): Kind {
  const starts = (...magic: number[]): boolean => magic.every((byte, index) => bytes[index] === byte);
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06)) return 'zip';
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return 'compound';
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff)) return 'text';
  // Control characters that no text has: a picture, a PDF, a program.
  const head = bytes.subarray(0, 4096);
  if (head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20))) return 'other';
  return 'text';
}

async function readXlsx(bytes: Uint8Array): Promise<Cell[][]> {
  await checkZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const { default: readXlsxFile } = await peer('read-excel-file', 'importing .xlsx files', () => import('read-excel-file/universal'));
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  // Numbers stay strings, so that 740506 does not become 740506.0000000001.
  const sheets = await readXlsxFile(copy, { parseNumber: (text: string) => text });
  const filled = sheets.find(({ data }) => data.length > 1) ?? sheets[0];
  return (filled?.data ?? []).map((row) =>
    row.map((value): Cell => {
      const cell = value as unknown;
      if (cell === null || cell === undefined) return '';
      if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : { day: cell.toISOString().slice(0, 10) };
      return typeof cell === 'string' ? cell : JSON.stringify(cell);
    }),
  );
}

/** The delimiter that is most frequent in the first line, outside quotes. */
function delimiterOf(text: string): string {
  const firstLine = /^[^\r\n]*/.exec(text.slice(0, 10_000))![0].replace(/"[^"]*"/g, '');
  const counts = [',', '\t', ';'].map((delimiter) => firstLine.split(delimiter).length);
  return [',', '\t', ';'][counts.indexOf(Math.max(...counts))]!;
}

async function readText(text: string): Promise<Cell[][]> {
  if (/^\s*(?:<|%PDF|\{\\rtf)/.test(text)) throw new FileFault('file-not-a-table');
  const { parse } = await peer('csv-parse', 'importing .csv files', () => import('csv-parse/sync'));
  const rows = parse(text, { delimiter: delimiterOf(text), relax_column_count: true, relax_quotes: true, max_record_size: 100_000 });
  return (rows as string[][]).map((row) => row.map(unguardFormula));
}

/** @throws FileFault */
export async function readTable(bytes: Uint8Array, chosenEncoding: Encoding | null): Promise<Table> {
  const kind = kindOf(bytes);
  if (bytes.length === 0) throw new FileFault('file-empty');
  if (kind === 'other') throw new FileFault('file-not-a-table');
  if (kind === 'compound') {
    // An .xlsx with a password is a compound file as well; its stream names are UTF-16.
    const locked = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(Buffer.from('EncryptedPackage', 'utf16le'));
    throw new FileFault(locked ? 'file-locked' : 'file-old-excel');
  }
  if (kind === 'zip') return trimAndCheck({ kind: 'xlsx', encoding: null, rows: await readXlsx(bytes) });
  const encoding = chosenEncoding ?? encodingOf(bytes);
  const text = decode(bytes, encoding).replace(/^\ufeff/, '');
  return trimAndCheck({ kind: 'csv', encoding, rows: await readText(text) });
}

/** Removes empty rows at the end and empty cells at the end of rows, and checks the limits. */
function trimAndCheck(table: Table): Table {
  const { rows: rows } = table;
  const isEmpty = (cell: Cell): boolean => typeof cell === 'string' && cell.trim() === '';
  while (rows.length > 0 && rows.at(-1)!.every(isEmpty)) rows.pop();
  if (rows.length === 0) throw new FileFault('file-empty');
  // Ten more for the headings and a title above them.
  if (rows.filter((row) => !row.every(isEmpty)).length > LIMITS.rows + 10) throw new FileFault('file-too-many-rows');
  let characters = 0;
  for (const row of rows) {
    for (const cell of row) characters += typeof cell === 'string' ? cell.length : 10;
    if (characters > LIMITS.characters) throw new FileFault('file-too-big-inside');
    while (row.length > 0 && isEmpty(row.at(-1)!)) row.pop();
    if (row.length > LIMITS.columns) throw new FileFault('file-too-many-columns');
    if (row.some((cell) => typeof cell === 'string' && cell.length > LIMITS.cellLength)) throw new FileFault('file-too-big-inside');
  }
  return table;
}
