/** Reads a row of a staff list and finds its faults. `registration.ts` decides whether it can be registered. */
import type { CodeLists } from './codes.js';
import { partsOf, readDay, ROC_OFFSET, westernYear, type IsoDay } from './dates.js';
import type { ErrorCode, FieldFault } from './errors.js';
import type { ColumnMapping, ImportField } from './import-columns.js';
import type { Field } from './fields.js';
import { readCode, readSex, readSubjects } from './roster-cells.js';
import { graphemeCount } from './names.js';
import { teacherField, TEACHER_FIELD_NAMES, type RegistrationFields, type TeacherField } from './teacher-fields.js';
import { isEmail, isPhone, LIMITS, textFault } from './texts.js';

/** A text, or a date of the spreadsheet: Excel stores a typed `74/5/6` as the day 1974-05-06. */
export type Cell = string | { day: IsoDay };
/** The calendar that the year of such a date was meant in. */
export type Calendar = 'roc' | 'western';

export const cellText = (cell: Cell | undefined): string => (cell === undefined ? '' : typeof cell === 'string' ? cell : cell.day);

export interface RowFault {
  field: ImportField | null;
  code: FieldFault | Extract<ErrorCode, 'intern-not-allowed' | 'registration-failed' | 'identity-conflict' | 'wrong-state' | 'unreadable'>;
  value: string;
  /** Other rows that the fault concerns. */
  rows?: number[];
}

/** What a row says; an empty cell says nothing and leaves what is on file. */
export type RowFields = Partial<Omit<RegistrationFields, 'nationalId'>>;

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

interface Reading {
  codes: CodeLists;
  calendar: Calendar | null;
  /** Codes that the person has already; they may stay, also where the lists know them no more. */
  held: readonly string[];
  /** Within which a subject is looked for that names none. */
  stage: string | null;
}

type Read = { value: string | string[] } | { fault: FieldFault; of?: string };

function readText(text: string, fault: FieldFault | null): Read {
  return fault ? { fault } : { value: text };
}

function readDayCell(cell: Cell, calendar: Calendar | null): Read {
  if (typeof cell === 'string') {
    const day = readDay(cell);
    // The year is in neither calendar, there is no such day, or it is no date.
    return day && westernYear(partsOf(day).year) !== null ? { value: day } : { fault: 'bad-date' };
  }
  const doubtful = isDoubtful(cell);
  if (doubtful && calendar === null) return { fault: 'date-calendar' };
  const day = doubtful ? dayIn(calendar!, cell.day) : cell.day;
  return day ? { value: day } : { fault: 'bad-date' };
}

/** The day in a cell; as typed where it is none. */
export function dayOrText(cell: Cell | undefined, calendar: Calendar | null): string {
  if (cell === undefined) return '';
  const read = readDayCell(cell, calendar);
  return 'value' in read && typeof read.value === 'string' ? read.value : cellText(cell);
}

function readSubjectsCell(text: string, { codes, held, stage }: Reading): Read {
  const { subjects, unknown } = readSubjects(codes, text, stage);
  const kept = unknown.filter((part) => held.includes(part));
  if (unknown.length > kept.length) return { fault: 'unknown-code', of: unknown.find((part) => !kept.includes(part))! };
  if (subjects.length + kept.length > LIMITS.subjects) return { fault: 'too-many' };
  // Codes that the lists no longer have keep the order of the entry.
  return { value: kept.length > 0 && kept.length + subjects.length === held.length ? [...held] : [...subjects, ...kept] };
}

/** A cell as a value of its field. */
function readCell(field: Field, cell: Cell, reading: Reading): Read {
  // A cell may have the line breaks of Windows.
  const text = cellText(cell).replace(/\r\n?/g, '\n').trim();
  switch (field.kind) {
    case 'name':
      return readText(text, LOST.test(text) ? 'lost-characters' : textFault(text, LIMITS.name, graphemeCount));
    case 'text':
      return readText(text, textFault(text, field.max, graphemeCount));
    case 'note':
      return readText(text, textFault(text, LIMITS.note, graphemeCount, true));
    case 'email':
      // A masked address, as exports of units below show it, is no change.
      return readText(text, isEmail(text) ? null : 'bad-email');
    case 'phone':
      return readText(text, isPhone(text) ? null : 'wrong-type');
    case 'sex': {
      const value = readSex(text);
      return value ? { value } : { fault: 'not-allowed' };
    }
    case 'day':
      return readDayCell(cell, reading.calendar);
    case 'code': {
      const value = reading.held.includes(text) ? text : readCode(reading.codes[field.list], text);
      return value === null ? { fault: 'unknown-code' } : { value };
    }
    case 'subjects':
      return readSubjectsCell(text, reading);
    case 'identity-number':
      return { value: text };
  }
}

/** @param held codes that the entry has already; they may stay even if the lists no longer have them */
export function readRow(
  cells: Partial<Record<ImportField, Cell>>,
  codes: CodeLists,
  calendar: Calendar | null,
  held: readonly string[] = [],
): { fields: RowFields; faults: RowFault[] } {
  const values: Partial<Record<TeacherField, string | string[]>> = {};
  const faults: RowFault[] = [];
  for (const name of TEACHER_FIELD_NAMES) {
    const cell = cells[name];
    // Whose number it is stands apart (`identityOfRow`).
    if (cell === undefined || name === 'nationalId') continue;
    const stage = typeof values.stage === 'string' ? values.stage : null;
    const read = readCell(teacherField(name), cell, { codes, calendar, held, stage });
    if ('value' in read) values[name] = read.value;
    else faults.push({ field: name, code: read.fault, value: read.of ?? cellText(cell) });
  }
  return { fields: values as RowFields, faults };
}
