/** Columns of a roster's file, and what stands in their cells: what an export writes, an import takes back unchanged. */
import type { CodeLists } from './codes.js';
import { partsOf, rocShort, rocYear, type IsoDay } from './dates.js';
import type { Field } from './fields.js';
import { fileColumn, IMPORT_FIELDS, type ImportField } from './import-columns.js';
import { maskNationalId, type Sex } from './national-id.js';
import { codeText, sexText, subjectsText } from './roster-cells.js';
import { isTeacherField, teacherField } from './teacher-fields.js';

interface Column {
  column: number;
  heading: string;
}

/** Columns that an import does not take. */
const MORE = {
  username: { column: 2, heading: '使用者帳號' },
  category: { column: 8, heading: '類別' },
  status: { column: 9, heading: '帳號狀況' },
  departure: { column: 15, heading: '離退日期' },
} satisfies Record<string, Column>;

export type ExportedField = ImportField | keyof typeof MORE;

const COLUMNS: ReadonlyMap<ExportedField, Column> = new Map([
  ...IMPORT_FIELDS.map((field) => [field, fileColumn(field)] as const),
  ...(Object.entries(MORE) as [keyof typeof MORE, Column][]),
]);

export const headingOf = (field: ExportedField): string => COLUMNS.get(field)!.heading;

/** Columns of an export, in order. A field that the roster does not show is in those with personal data alone. */
export function exportedFields(personalData: boolean): ExportedField[] {
  const isShown = (field: ExportedField): boolean => !isTeacherField(field) || teacherField(field).privacy.unit !== 'nothing';
  return [...COLUMNS]
    .filter(([field]) => personalData || isShown(field))
    .sort(([, a], [, b]) => a.column - b.column)
    .map(([field]) => field);
}

/** `0740506`: a spreadsheet keeps this as text, but would turn `74/5/6` into a day of 1974. */
function dayText(day: IsoDay): string {
  const { year, month, day: date } = partsOf(day);
  const two = (value: number): string => String(value).padStart(2, '0');
  return year > 1911 ? `${String(rocYear(year)).padStart(3, '0')}${two(month)}${two(date)}` : day;
}

/** What a value is written as. */
export function cellOf(codes: CodeLists, field: Field, value: string | readonly string[] | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return subjectsText(codes, value);
  switch (field.kind) {
    case 'sex':
      return sexText(value as Sex);
    case 'day':
      return dayText(value);
    case 'code':
      return codeText(codes[field.list], value);
    default:
      return value;
  }
}

/** Every text that an export may have written for a value. */
export function cellsOf(codes: CodeLists, field: Field, value: string | readonly string[] | null): readonly string[] {
  const cell = cellOf(codes, field, value);
  if (typeof value !== 'string') return [cell];
  if (field.kind === 'identity-number') return [cell, maskNationalId(value)];
  return field.kind === 'day' ? [cell, value, rocShort(value)] : [cell];
}
