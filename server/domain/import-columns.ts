/** Columns of a staff list: which field a heading means. A heading is known by its Chinese name, what schools call it, or the field's name. */
import { foldText } from './names.js';
import { readSex } from './roster-cells.js';

/** `id` is the 編號 of an export, by which an import knows its rows. */
export const IMPORT_FIELDS = [
  'name',
  'sex',
  'nationalId',
  'birthDate',
  'title',
  'stage',
  'subjects',
  'email',
  'unitNote',
  'remark',
  'id',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];
/** The field of each column of a file; null if it has none. */
export type ColumnMapping = (ImportField | null)[];

/** The columns needed to register a new person. */
export const REQUIRED_FIELDS = ['name', 'sex', 'nationalId', 'birthDate', 'title'] as const satisfies readonly ImportField[];

/** Headings as exports and the template write them. */
export const HEADINGS: Record<ImportField, string> = {
  name: '姓名',
  sex: '性別',
  nationalId: '身分證字號',
  birthDate: '出生年月日',
  title: '職稱',
  stage: '任教階段',
  subjects: '任教科目',
  email: '信箱',
  unitNote: '單位註記',
  remark: '備註',
  id: '編號',
};

const ALSO: Record<ImportField, readonly string[]> = {
  name: ['教師姓名', '中文姓名', '人員姓名', '教職員姓名', '名字'],
  sex: ['gender'],
  nationalId: [
    ...['身分證', '身份證', '身份證字號', '身分證號', '身份證號', '身分證統一編號', '身份證統一編號', '國民身分證統一編號'],
    ...['統一證號', '居留證號', '居留證統一證號', '身分證字號或統一證號', '證號', 'idnumber'],
  ],
  birthDate: ['生日', '出生日期', '出生年月日(民國)', '出生', '出生日', 'birthday', 'dateofbirth'],
  title: ['職務', '職別', '職務名稱', '現職'],
  stage: ['階段', '教育階段', '學校階段', '任教學制'],
  subjects: ['科目', '任教科別', '任教領域', '教學科目', '專長科目', 'subject'],
  email: ['電子郵件', '電子信箱', '電郵', '電子郵件信箱', 'e-mail', 'mail', 'emailaddress'],
  unitNote: ['註記'],
  remark: ['附註', '備考', 'note', 'notes'],
  id: ['系統編號'],
};

function foldHeading(heading: string): string {
  return foldText(heading).replace(/[\s*:：_]|[(（【[](?:必填|選填|非必填|required|optional)[)）】\]]/giu, '');
}

const KNOWN = new Map(
  IMPORT_FIELDS.flatMap((field) => [HEADINGS[field], field, ...ALSO[field]].map((heading) => [foldHeading(heading), field] as const)),
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
