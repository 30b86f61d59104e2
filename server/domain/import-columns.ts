/** Columns of a staff list: which field a heading means. A heading is known by its Chinese name, what schools call it, or the field's name. */
import { foldText } from './names.js';
import { readSex } from './roster-cells.js';
import { isRequired, teacherField, TEACHER_FIELD_NAMES, type FileColumn, type TeacherField } from './teacher-fields.js';

/** `id` is the 編號 of an export, by which an import knows its rows. */
export type ImportField = TeacherField | 'id';
/** The field of each column of a file; null if it has none. */
export type ColumnMapping = (ImportField | null)[];

const ID_COLUMN: FileColumn = {
  column: 1,
  heading: '編號',
  also: ['系統編號'],
  help: '新登錄請留空。由本系統下載的名冊會有編號，請勿更改。',
  width: 16,
};

export const fileColumn = (field: ImportField): FileColumn => (field === 'id' ? ID_COLUMN : teacherField(field).file);

/** Columns of the template, in its order. */
export const TEMPLATE_FIELDS: readonly TeacherField[] = [...TEACHER_FIELD_NAMES].sort(
  (a, b) => fileColumn(a).column - fileColumn(b).column,
);
export const IMPORT_FIELDS: readonly ImportField[] = [...TEMPLATE_FIELDS, 'id'];

/** The columns needed to register a new person. */
export const REQUIRED_FIELDS = TEMPLATE_FIELDS.filter(isRequired);

function foldHeading(heading: string): string {
  return foldText(heading).replace(/[\s*:：_]|[(（【[](?:必填|選填|非必填|required|optional)[)）】\]]/giu, '');
}

const KNOWN = new Map(
  IMPORT_FIELDS.flatMap((field) => {
    const { heading, also = [] } = fileColumn(field);
    return [heading, field, ...also].map((name) => [foldHeading(name), field] as const);
  }),
);

export function fieldOfHeading(heading: string): ImportField | null {
  return KNOWN.get(foldHeading(heading)) ?? null;
}

/** Maps each heading by the unit's earlier decisions, then by known names. If two columns match one field, the first one is taken. */
export function mapColumns(headings: readonly string[], remembered: Readonly<Record<string, ImportField | null>> = {}): ColumnMapping {
  const taken = new Set<ImportField>();
  return headings.map((heading) => {
    const key = foldHeading(heading);
    const decided = Object.hasOwn(remembered, key) ? remembered[key] : undefined;
    const field = decided === undefined ? fieldOfHeading(heading) : decided;
    if (field === null || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

/** The stored form of a unit's decisions, for its next file. */
export function rememberedColumns(headings: readonly string[], mapping: ColumnMapping): Record<string, ImportField | null> {
  return Object.fromEntries(headings.map((heading, column) => [foldHeading(heading), mapping[column] ?? null]));
}

/** How many rows above the headings may hold a title. */
const TITLE_LINES = 10;

/**
 * The row of the headings, from 0; null if there is none. Lists of schools often begin with a title. If no heading is known,
 * the first row that is not empty is taken, unless it looks like a person.
 */
export function headingLine(lines: readonly (readonly string[])[]): number | null {
  const known = lines.slice(0, TITLE_LINES).findIndex((cells) => cells.filter((cell) => fieldOfHeading(cell) !== null).length >= 2);
  if (known >= 0) return known;
  const first = lines.findIndex((cells) => cells.filter((cell) => cell.trim() !== '').length >= 2);
  const isPerson = (cell: string): boolean => /\d{3}|@/.test(cell.normalize('NFKC')) || readSex(cell) !== null;
  return first >= 0 && !lines[first]!.some(isPerson) ? first : null;
}
