/** Stages and corrects staff lists of the caller's unit. `import-commit.ts` writes them to the roster. */
import {
  fileColumn,
  headingLine,
  IMPORT_FIELDS,
  mapColumns,
  REQUIRED_FIELDS,
  rememberedColumns,
  TEMPLATE_FIELDS,
  type ColumnMapping,
  type ImportField,
} from '../../domain/import-columns.js';
import { taipeiDay } from '../../domain/dates.js';
import { cellText, type Calendar, type Cell } from '../../domain/import-rows.js';
import type { CodeLists } from '../../domain/codes.js';
import { isOffered } from '../../domain/offered-codes.js';
import { cellOf, headingOf } from '../../domain/roster-columns.js';
import { teacherField, type TeacherField } from '../../domain/teacher-fields.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import type { Encoding } from '../../files/encodings.js';
import { LIMITS } from '../../files/limits.js';
import { parseTable } from '../../files/parse-table.js';
import type { Import, ImportList, ImportRows } from '../../contract/wire.js';
import type { ImportRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { lastChecksOf } from './last-checks.js';
import { checkRows, type CheckedRow } from './import-check.js';
import {
  countsOf,
  faultText,
  goneView,
  importView,
  listItem,
  openContent,
  resultView,
  sealContent,
  type ImportContent,
  type RowResult,
} from './import-content.js';
import { compare } from './import-gone.js';
import { departureOf, type DepartureFields } from '../roster/teachers.js';
import { tableFile, xlsxFile, xlsxOf, type FileFormat, type RosterFile } from '../roster/roster-files.js';

const LISTED = 10;

export type StagedFile =
  | { cells: string[][]; fileName?: string | undefined }
  | { file: Uint8Array; fileName?: string | undefined; encoding?: Encoding | undefined };

const rosterOf = (act: Act) => {
  const { unit } = act.caller;
  return { type: 'roster' as const, id: unit.id, name: unit.name };
};
export const oneOf = (id: string) => ({ type: 'import' as const, id, name: null });

/** The results of a check, without the writes. */
export function toResult({ row, outcome, name, differs, returns, faults, about }: CheckedRow | RowResult): RowResult {
  return { row, outcome, name, differs, returns, faults, about };
}

type ImportAction = 'import.stage' | 'import.commit' | 'import.undo';

export async function mayImport(act: Act, action: ImportAction = 'import.stage'): Promise<void> {
  if (!act.may('teacher.register')) throw await denied(act, action, rosterOf(act));
}

/** An import of the caller's own unit. @throws DomainError `not-found`, `forbidden` */
export async function recordOf(act: Act, id: string, action: ImportAction | null): Promise<ImportRecord> {
  const record = await act.store.import(id);
  if (!record || record.unitId !== act.caller.unit.id) {
    throw action ? await denied(act, action, oneOf(id), 'not-found') : new DomainError('not-found');
  }
  if (!act.may('teacher.register')) throw action ? await denied(act, action, oneOf(id)) : new DomainError('forbidden');
  return record!;
}

interface Opened {
  record: ImportRecord;
  /** Null once it has expired. */
  content: ImportContent | null;
}

/** The import with its content. */
export async function importOf(act: Act, id: string, action: ImportAction | null): Promise<Opened> {
  const record = await recordOf(act, id, action);
  return { record, content: await openContent(act, record) };
}

async function tableOf(sent: StagedFile): Promise<Pick<ImportContent, 'kind' | 'encoding'> & { rows: Cell[][] }> {
  if ('file' in sent) return parseTable(sent.file, sent.encoding ?? null);
  const rows = sent.cells.map((row) => [...row]);
  while (rows.at(-1)?.every((cell) => cell.trim() === '')) rows.pop();
  if (rows.length === 0) throw fieldError('file', 'file-empty');
  return { kind: 'cells', encoding: null, rows };
}

/** Pasted cells without headings are read in the column order of the template, if they fit it. */
function withHeadings(kind: ImportContent['kind'], rows: Cell[][]): { lines: Cell[][]; heading: number } {
  const heading = headingLine(rows.slice(0, 50).map((row) => row.map(cellText)));
  if (heading !== null) return { lines: rows, heading };
  if (kind === 'cells' && rows.every((row) => row.length === REQUIRED_FIELDS.length))
    return { lines: [REQUIRED_FIELDS.map(headingOf), ...rows], heading: 0 };
  throw fieldError('file', 'file-no-headings');
}

export async function stageImport(act: Act, fields: Fields<StagedFile>): Promise<Reply<Import>> {
  await mayImport(act);
  await act.exchange.checkPreconditions();
  const sent = fields();
  const { unit, account } = act.caller;
  const table = await tableOf(sent);
  const { lines: rows, heading } = withHeadings(table.kind, table.rows);
  if (rows.length - heading - 1 > LIMITS.rows) throw fieldError('file', 'file-too-many-rows');
  const memory = JSON.parse((await act.store.columnMemory(unit.id)) ?? '{}') as Record<string, ImportField | null>;
  const content: ImportContent = {
    kind: table.kind,
    encoding: table.encoding,
    fileName: sent.fileName?.toWellFormed() || null,
    lines: rows,
    heading,
    mapping: mapColumns(rows[heading]!.map(cellText), memory),
    calendar: null,
    mended: {},
    skipped: [],
    results: [],
    done: [],
    kept: [],
    complete: false,
    departure: null,
    staying: [],
    gone: [],
  };
  const checked = await checkRows(act, content);
  content.results = checked.map(toResult);
  const id = act.newId();
  const counts = countsOf(content);
  const record: ImportRecord = {
    id,
    unitId: unit.id,
    makerId: account.id,
    makerName: account.name,
    state: 'staged',
    payload: await sealContent(act, id, content),
    digest: act.kit.cipher.fingerprint(`import\n${unit.id}\n${JSON.stringify(rows)}`),
    counts: JSON.stringify(counts),
    createdAt: act.at,
    committedAt: null,
    expiresAt: act.later(act.kit.limits.importSeconds),
    version: 1,
  };
  const reply: Reply<Import> = { as: 'created', body: await importView(act, record, content) };
  const auditEntry = draftAuditEntry(act, 'import.stage', { ...oneOf(id) }, { unitId: unit.id, after: counts });
  await act.store.stageImport(record, changeOf(act, guardsOf(act), [auditEntry], reply));
  lastChecksOf(act.kit).keep(id, record.version, { content, rows: checked }, act.now.getTime());
  return reply;
}

export async function listImports(act: Act): Promise<ImportList> {
  if (!act.may('teacher.register')) throw new DomainError('forbidden');
  const records = await act.store.imports(act.caller.unit.id, LISTED);
  const items: ImportList['items'] = [];
  for (const record of records) items.push(await listItem(act, record));
  return { items };
}

export async function readImport(act: Act, id: string): Promise<Import> {
  const { record, content } = await importOf(act, id, null);
  return importView(act, record, content);
}

/** An import that is not committed yet. @throws DomainError `gone`, `wrong-state` */
export function waiting({ record, content }: Opened): ImportContent {
  if (content === null) throw new DomainError('gone');
  if (record.state !== 'staged') throw new DomainError('wrong-state');
  return content;
}

/** The next version of the record, without its payload. */
export function nextOf(record: ImportRecord, content: ImportContent, more: Partial<ImportRecord> = {}): ImportRecord {
  return { ...record, counts: JSON.stringify(countsOf(content)), version: record.version + 1, ...more };
}

/** The next version of the record, with its encrypted content. */
export async function saved(act: Act, record: ImportRecord, content: ImportContent): Promise<ImportRecord> {
  return { ...nextOf(record, content), payload: await sealContent(act, record.id, content) };
}

export interface ImportChanges {
  mapping?: ColumnMapping | undefined;
  calendar?: Calendar | undefined;
  remember?: boolean | undefined;
  complete?: boolean | undefined;
  departure?: DepartureFields | undefined;
  staying?: string[] | undefined;
}

export async function updateImport(act: Act, id: string, fields: Fields<ImportChanges>): Promise<Reply<Import>> {
  const found = await importOf(act, id, 'import.stage');
  await act.exchange.checkPreconditions();
  const { mapping, calendar, remember, complete, departure, staying } = fields();
  const content = waiting(found);
  const headings = content.lines[content.heading]!.map(cellText);
  if (mapping) {
    const used = mapping.filter((field) => field !== null);
    if (mapping.length !== headings.length || new Set(used).size !== used.length) throw fieldError('mapping', 'not-allowed');
    content.mapping = mapping;
  }
  if (calendar) content.calendar = calendar;
  if (mapping || calendar) content.results = (await checkRows(act, content)).map(toResult);
  if (complete !== undefined) Object.assign(content, { complete, staying: [], gone: [] });
  if (departure) {
    await departureOf(act, departure, act.caller.unit.id);
    content.departure = departure;
  }
  await compare(act, content);
  if (staying) content.staying = staying.filter((each) => content.gone.some((gone) => gone.id === each));
  const record = await saved(act, found.record, content);
  const reply: Reply<Import> = { as: 'ok', body: await importView(act, record, content) };
  if (remember) {
    const columns = JSON.stringify(rememberedColumns(headings, content.mapping));
    await act.store.rememberColumns({ unitId: record.unitId, columns, updatedAt: act.at });
  }
  await act.store.saveImport(changeOf(act, guardsOf(act), [], reply), [], async () => ({ record }));
  return reply;
}

export async function updateImportRow(
  act: Act,
  id: string,
  row: string,
  fields: Fields<{ values?: Partial<Record<ImportField, string>> | undefined; skip?: boolean | undefined }>,
): Promise<Reply<ImportRows>> {
  const found = await importOf(act, id, 'import.stage');
  await act.exchange.checkPreconditions();
  const { values, skip } = fields();
  const content = waiting(found);
  const rowNumber = /^\d{1,6}$/.test(row) ? Number(row) : 0;
  if (!content.results.some((result) => result.row === rowNumber)) throw new DomainError('not-found');
  if (values) content.mended[rowNumber] = { ...content.mended[rowNumber], ...values };
  if (skip !== undefined)
    content.skipped = skip ? [...new Set([...content.skipped, rowNumber])] : content.skipped.filter((each) => each !== rowNumber);
  // All rows are checked, because the correction may make or end a duplicate.
  const before = new Map(content.results.map((result) => [result.row, JSON.stringify(result)]));
  const checked = await checkRows(act, content);
  content.results = checked.map(toResult);
  const touched = new Set(
    content.results
      .filter((result) => result.row === rowNumber || before.get(result.row) !== JSON.stringify(result))
      .map((result) => result.row),
  );
  await compare(act, content, 'stay');
  const record = await saved(act, found.record, content);
  const results = content.results.filter((result) => touched.has(result.row)).map((result) => resultView(content, result, act.texts));
  const reply: Reply<ImportRows> = {
    as: 'ok',
    body: { id, version: record.version, counts: countsOf(content), results, gone: goneView(content) },
  };
  await act.store.saveImport(changeOf(act, guardsOf(act), [], reply), [], async () => ({ record }));
  lastChecksOf(act.kit).keep(id, record.version, { content, rows: checked }, act.now.getTime());
  return reply;
}

/** The failed rows in the user's own columns, with the error in the last column. The corrected file can be uploaded again. */
export async function importErrors(act: Act, id: string, fields: Fields<{ format: FileFormat }>): Promise<RosterFile> {
  const { record, content } = await importOf(act, id, null);
  const { format } = fields();
  if (content === null) throw new DomainError('gone');
  const headings = content.lines[content.heading]!.map(cellText);
  // A column beyond the headings has no name.
  const kept = headings.map((_, column) => column).filter((column) => headings[column] !== ERRORS);
  const failed = content.results.filter(({ row, outcome }) => outcome === 'invalid' && !content.skipped.includes(row));
  const rows = failed.map(({ row, faults }) => {
    const cells = content.lines[row - 1]!;
    const mended = content.mended[row] ?? {};
    const texts = kept.map((column) => {
      const field = content.mapping[column];
      return (field && mended[field]) ?? cellText(cells[column]);
    });
    const ofRow = faults.map((fault) => ({ heading: fault.field ? headingOf(fault.field) : null, fault: faultText(fault, act.texts) }));
    return [...texts, act.texts.imports.faultsOfRow(ofRow)];
  });
  const stem = `${content.fileName?.replace(/\.[^.]*$/, '') ?? act.caller.unit.name}-錯誤-${taipeiDay(record.createdAt)}`;
  return tableFile(format, stem, ERRORS, [...kept.map((column) => headings[column]!), ERRORS], [rows]);
}

const ERRORS = '錯誤說明';

/** What a cell of the template is chosen from; nothing where it is typed. */
function choicesOf(codes: CodeLists, name: TeacherField): string[] {
  const field = teacherField(name);
  switch (field.kind) {
    case 'sex':
      return ['male', 'female'].map((value) => cellOf(codes, field, value));
    case 'code':
      return codes[field.list].filter(isOffered).map(({ code }) => cellOf(codes, field, code));
    case 'subjects':
      return codes.subjects.filter(isOffered).map(({ code }) => cellOf(codes, field, [code]));
    default:
      return [];
  }
}

/** The template: headings and one example row; as .xlsx with drop-downs and instructions. */
export async function importTemplate(act: Act, fields: Fields<{ format: FileFormat }>): Promise<RosterFile> {
  if (!act.may('teacher.register')) throw new DomainError('forbidden');
  const { format } = fields();
  const { codes } = act.kit;
  const headings = TEMPLATE_FIELDS.map(headingOf);
  if (format === 'csv') return tableFile('csv', '教師名單範本', '名單', headings, []);
  const lists = TEMPLATE_FIELDS.map((field, column) => ({ field, column, values: choicesOf(codes, field) })).filter(
    ({ values }) => values.length > 0,
  );
  const longest = Math.max(...lists.map(({ values }) => values.length));
  const bytes = await xlsxOf([
    {
      name: '名單',
      rows: [headings, ...Array.from({ length: 300 }, () => headings.map(() => ''))],
      widths: TEMPLATE_FIELDS.map((field) => fileColumn(field).width),
      dropDowns: lists,
    },
    {
      name: '填寫說明',
      rows: [['欄位', '說明'], ...IMPORT_FIELDS.map((field) => [headingOf(field), fileColumn(field).help])],
      widths: [16, 80],
    },
    {
      name: '清單',
      rows: [
        lists.map(({ field }) => headingOf(field)),
        ...Array.from({ length: longest }, (_, index) => lists.map(({ values }) => values[index] ?? '')),
      ],
      widths: lists.map(({ field }) => Math.ceil(fileColumn(field).width * 1.2)),
    },
  ]);
  return xlsxFile('教師名單範本', bytes);
}
