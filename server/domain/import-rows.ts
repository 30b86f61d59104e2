/** Reads a row of a staff list and finds its faults. `registration.ts` decides whether it can be registered. */
import type { CodeLists } from './codes.js';
import { partsOf, readDay, ROC_OFFSET, westernYear, type IsoDay } from './dates.js';
import type { ErrorCode, FieldFault } from './errors.js';
import type { ColumnMapping, ImportField } from './import-columns.js';
import type { Sex } from './national-id.js';
import { readCode, readSex, readSubjects } from './roster-cells.js';
import { graphemeCount } from './names.js';
import { isEmail, LIMITS, textFault } from './texts.js';

/** A text, or a date of the spreadsheet: Excel stores a typed `74/5/6` as the day 1974-05-06. */
export type Cell = string | { day: IsoDay };
/** The calendar that the year of such a date was meant in. */
export type Calendar = 'roc' | 'western';

export const cellText = (cell: Cell | undefined): string => (cell === undefined ? '' : typeof cell === 'string' ? cell : cell.day);

export interface RowFault {
  field: ImportField | null;
  code: FieldFault | Extract<ErrorCode, 'intern-not-allowed' | 'registration-failed' | 'identity-conflict' | 'wrong-state'>;
  value: string;
  /** Other rows that the fault concerns. */
  rows?: number[];
}

/** The values of a row. An empty cell leaves the stored value unchanged. */
export interface RowFields {
  name?: string;
  sex?: Sex;
  birthDate?: IsoDay;
  title?: string;
  stage?: string;
  subjects?: string[];
  email?: string;
  unitNote?: string;
  remark?: string;
}

/** How a row is matched: by the 編號 of an export or by the identity number, but not by a masked number. */
export interface RowIdentity {
  id: string | null;
  nationalId: string | null;
}

/** Characters that decoding has lost, or that only one machine can show (造字). */
const LOST = /[?？■□\ufffd\ue000-\uf8ff\u{f0000}-\u{10ffff}]/u;
const MASKED = /^[A-Za-z][0-9A-Za-z]{2}\*{2,}\d{0,3}$/;

export function cellsByField(mapping: ColumnMapping, cells: readonly Cell[]): Partial<Record<ImportField, Cell>> {
  const found: Partial<Record<ImportField, Cell>> = {};
  mapping.forEach((field, column) => {
    const cell = cells[column];
    if (field !== null && cell !== undefined && cellText(cell).trim() !== '') found[field] = cell;
  });
  return found;
}

export function identityOfRow(cells: Partial<Record<ImportField, Cell>>): RowIdentity {
  const number = cellText(cells.nationalId).normalize('NFKC').trim();
  return { id: cellText(cells.id).trim() || null, nationalId: number === '' || MASKED.test(number) ? null : number };
}

/** Whether a date of the spreadsheet may be a ROC year that Excel read as a year of the last century. */
export function isDoubtful({ day }: { day: IsoDay }): boolean {
  const { year } = partsOf(day);
  // Excel reads two digits from 30 on as years of the last century.
  return year >= 1930 && year <= 1999;
}

/** The day that was meant: typed as 74, stored as 1974, and ROC 74 is 1985. */
export function dayIn(calendar: Calendar, day: IsoDay): IsoDay | null {
  const { year } = partsOf(day);
  return calendar === 'western' ? day : readDay(`${year - 1900 + ROC_OFFSET}${day.slice(4)}`);
}

/** @param held codes that the entry has already; they may stay even if the lists no longer have them */
export function readRow(
  cells: Partial<Record<ImportField, Cell>>,
  codes: CodeLists,
  calendar: Calendar | null,
  held: readonly string[] = [],
): { fields: RowFields; faults: RowFault[] } {
  const fields: RowFields = {};
  const faults: RowFault[] = [];
  const fault = (field: ImportField, code: RowFault['code']): void => void faults.push({ field, code, value: cellText(cells[field]) });
  const text = (field: 'name' | 'unitNote' | 'remark' | 'email'): string | null => {
    // A cell may have the line breaks of Windows.
    const value = cellText(cells[field]).replace(/\r\n?/g, '\n').trim();
    return value === '' ? null : value;
  };

  const name = text('name');
  if (name !== null) {
    const wrong = LOST.test(name) ? 'lost-characters' : textFault(name, LIMITS.name, graphemeCount);
    if (wrong) fault('name', wrong);
    else fields.name = name;
  }
  for (const field of ['unitNote', 'remark'] as const) {
    const note = text(field);
    const wrong = note === null ? null : textFault(note, LIMITS.note, graphemeCount, true);
    if (wrong) fault(field, wrong);
    else if (note !== null) fields[field] = note;
  }
  const email = text('email');
  // A masked address, as exports of units below show it, is no change.
  if (email !== null && !isEmail(email)) fault('email', 'bad-email');
  else if (email !== null) fields.email = email;
  if (cells.sex !== undefined) {
    const sex = readSex(cellText(cells.sex));
    if (sex) fields.sex = sex;
    else fault('sex', 'not-allowed');
  }
  if (cells.birthDate !== undefined) readBirthDate(cells.birthDate);
  const code = (field: 'title' | 'stage', list: CodeLists['stages']): void => {
    if (cells[field] === undefined) return;
    const value = cellText(cells[field]).trim();
    const read = held.includes(value) ? value : readCode(list, value);
    if (read === null) fault(field, 'unknown-code');
    else fields[field] = read;
  };
  code('title', codes.titles);
  code('stage', codes.stages);
  if (cells.subjects !== undefined) {
    const { subjects, unknown } = readSubjects(codes, cellText(cells.subjects), fields.stage ?? null);
    const kept = unknown.filter((part) => held.includes(part));
    if (unknown.length > kept.length)
      faults.push({ field: 'subjects', code: 'unknown-code', value: unknown.find((part) => !kept.includes(part))! });
    else if (subjects.length + kept.length > LIMITS.subjects) fault('subjects', 'too-many');
    // Codes that the lists no longer have keep the order of the entry.
    else fields.subjects = kept.length > 0 && kept.length + subjects.length === held.length ? [...held] : [...subjects, ...kept];
  }
  return { fields, faults };

  function readBirthDate(cell: Cell): void {
    if (typeof cell !== 'string') {
      const doubtful = isDoubtful(cell);
      const day = doubtful ? calendar && dayIn(calendar, cell.day) : cell.day;
      if (doubtful && calendar === null) return fault('birthDate', 'date-calendar');
      if (day) fields.birthDate = day;
      else fault('birthDate', 'bad-date');
      return;
    }
    const day = readDay(cell);
    // The year is in neither calendar, there is no such day, or it is no date.
    if (day && westernYear(partsOf(day).year) !== null) fields.birthDate = day;
    else fault('birthDate', 'bad-date');
  }
}
