/** The encrypted content of an import, and its view. */
import { promisify } from 'node:util';
import { constants, deflate as deflating, inflate as inflating, type ZlibOptions } from 'node:zlib';
import type { Calendar, Cell, RowFault } from '../../domain/import-rows.js';
import { cellText, dayIn, isDoubtful } from '../../domain/import-rows.js';
import type { ColumnMapping, ImportField } from '../../domain/import-columns.js';
import type { Sealed } from '../../domain/fields.js';
import { DomainError, ERROR_CODES, type ErrorCode, type FieldFault } from '../../domain/errors.js';
import type { ServerTexts } from '../../domain/server-texts/server-texts.js';
import { teacherField } from '../../domain/teacher-fields.js';
import type { TeacherStatus } from '../../domain/teachers.js';
import type { Import, ImportCounts, ImportList, ImportResult } from '../../contract/wire.js';
import type { ImportRecord, TeacherRecord } from '../../store/records.js';
import { createYielder } from '../../platform/event-loop.js';
import type { Act } from '../core/act.js';
import { sealBinding } from '../core/seal-binding.js';
import type { DepartureFields } from '../roster/teachers.js';

const deflate = promisify<string, ZlibOptions, Buffer>(deflating);
const inflate = promisify<Buffer, Buffer>(inflating);

/** The result of a row in the last check. */
export interface RowResult {
  row: number;
  outcome: ImportResult['outcome'];
  name: string;
  differs: string[];
  returns: boolean;
  faults: RowFault[];
  /** The entry of the caller's roster that the row is about. */
  about: string | null;
}

type PlainEntry = Omit<TeacherRecord, 'nationalId' | 'birthDate'> & { nationalId: string; birthDate: string };

/** What a row changed, for the undo. */
export type Done = { row: number; name: string } & (
  | { kind: 'entered'; teacherId: string; earlier: { teacherId: string; unitId: string } | null }
  | { kind: 'corrected'; teacherId: string; version: number; returned: boolean; before: PlainEntry }
  | { kind: 'proposed'; transferId: string; personId: string }
);

export type Kept = Import['kept'][number];

export interface ImportContent {
  kind: Import['kind'];
  encoding: string | null;
  fileName: string | null;
  lines: Cell[][];
  /** The row of the headings, from 0. */
  heading: number;
  mapping: ColumnMapping;
  calendar: Calendar | null;
  /** Corrected cells, by row (from 1). */
  mended: Record<number, Partial<Record<ImportField, string>>>;
  skipped: number[];
  results: RowResult[];
  /** The list names the whole staff: entries that are not in it depart, except those in `staying`. */
  complete: boolean;
  departure: DepartureFields | null;
  staying: string[];
  gone: { id: string; name: string; title: string; status: TeacherStatus; doubtful: boolean }[];
  done: Done[];
  kept: Kept[];
}

/** The format in which contents are stored. */
const FORMAT = 1;
/** The format of contents without a number: they were stored before formats had one. */
const UNNUMBERED = 1;

/** 5,000 rows are more than a megabyte of JSON, so another thread compresses it before this one encrypts it. */
export async function sealContent(act: Act, id: string, content: ImportContent): Promise<Sealed> {
  const packed = await deflate(JSON.stringify({ format: FORMAT, ...content }), { level: constants.Z_BEST_SPEED });
  return act.kit.cipher.seal(packed.toString('base64'), sealBinding('imports.payload', id));
}

/**
 * Null once it has expired.
 * @throws DomainError `newer-format`
 */
export async function openContent(act: Act, { id, payload }: ImportRecord): Promise<ImportContent | null> {
  if (payload === '') return null;
  const yieldIfDue = createYielder();
  const packed = Buffer.from(act.kit.cipher.open(payload, sealBinding('imports.payload', id)), 'base64');
  const text = (await inflate(packed)).toString();
  await yieldIfDue();
  const { format = UNNUMBERED, ...content } = JSON.parse(text) as ImportContent & { format?: unknown };
  if (format !== FORMAT) throw new DomainError('newer-format');
  return content;
}

export function countsOf({ results, skipped }: ImportContent): ImportCounts {
  const counts = { new: 0, updated: 0, same: 0, transfer: 0, invalid: 0, skipped: 0 };
  for (const { row, outcome } of results) counts[skipped.includes(row) ? 'skipped' : outcome]++;
  return counts;
}

const isErrorCode = (code: string): code is ErrorCode => (ERROR_CODES as readonly string[]).includes(code);

/** The error message of a row. */
export function faultText({ code, rows }: RowFault, { errors, fields, imports }: ServerTexts): string {
  const text = isErrorCode(code) && code !== 'sex-mismatch' ? errors[code].detail : fields[code as FieldFault];
  return rows && rows.length > 0 ? imports.alsoInRows(text, rows) : text;
}

export function resultView({ skipped }: ImportContent, result: RowResult, texts: ServerTexts): ImportResult {
  const { row, outcome, name, differs, returns, faults } = result;
  const errors = faults.map((fault) => {
    const { field, code, value, rows } = fault;
    return { column: field, code, message: faultText(fault, texts), value, ...(rows ? { rows } : {}) };
  });
  return { row, outcome, skipped: skipped.includes(row), name, differs, returns, errors };
}

const isDoubtfulDay = (field: ImportField | null | undefined, cell: Cell): boolean =>
  field != null && field !== 'id' && teacherField(field).kind === 'day' && typeof cell !== 'string' && isDoubtful(cell);

/** Three people whose dates may be meant in either calendar, as examples. */
function datesOf(content: ImportContent): Import['dates'] {
  const nameColumn = content.mapping.indexOf('name');
  const examples: NonNullable<Import['dates']>['examples'] = [];
  content.lines.slice(content.heading + 1).forEach((cells, index) => {
    const cell = cells.find((each, column) => isDoubtfulDay(content.mapping[column], each));
    if (cell === undefined || typeof cell === 'string' || examples.length === 3) return;
    const row = content.heading + index + 2;
    examples.push({ row, name: cellText(cells[nameColumn]), roc: dayIn('roc', cell.day), western: cell.day });
  });
  return examples.length > 0 ? { calendar: content.calendar, examples } : null;
}

export function goneView({ gone, staying }: ImportContent): Import['gone'] {
  return gone.map((each) => ({ ...each, leaves: !staying.includes(each.id) }));
}

function departureView(act: Act, { complete, departure }: ImportContent): Import['departure'] {
  if (!complete) return null;
  const { kind = 'resigned', on = act.today, note = null } = departure ?? {};
  return { kind, on, note };
}

function headView(act: Act, record: ImportRecord, content: ImportContent | null): ImportList['items'][number] {
  const { id, version, state, createdAt, makerId, makerName, committedAt, expiresAt } = record;
  const open = state === 'committed' && content !== null && expiresAt > act.at;
  return {
    id,
    version,
    state,
    createdAt,
    committedAt,
    fileName: content?.fileName ?? null,
    createdBy: { id: makerId, name: makerName },
    undoUntil: open ? expiresAt : null,
    counts: JSON.parse(record.counts) as ImportCounts,
  };
}

export async function listItem(act: Act, record: ImportRecord): Promise<ImportList['items'][number]> {
  // The list is shown even if a newer version has stored the content of one import.
  const content = await openContent(act, record).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'newer-format') return null;
    throw error;
  });
  return headView(act, record, content);
}

/** @param like an earlier commit of the same list */
export function viewOf(act: Act, record: ImportRecord, content: ImportContent | null, like: ImportRecord | null = null): Import {
  const head = headView(act, record, content);
  if (content === null) {
    const nothing = { columns: [], mapping: [], samples: [], results: [], kept: [], dates: null, repeats: null };
    const compared = { complete: false, departure: null, gone: [] };
    return { ...head, kind: 'cells', encoding: null, headingRow: 1, rows: 0, ...nothing, ...compared };
  }
  const { kind, encoding, lines: rows, heading, mapping, results, kept, complete } = content;
  return {
    ...head,
    kind,
    encoding,
    headingRow: heading + 1,
    mapping,
    kept,
    columns: (rows[heading] ?? []).map(cellText),
    samples: rows.slice(heading + 1, heading + 4).map((cells) => cells.map(cellText)),
    complete,
    departure: departureView(act, content),
    gone: goneView(content),
    dates: datesOf(content),
    repeats: like && { id: like.id, at: like.committedAt ?? like.createdAt, by: like.makerName },
    rows: results.length,
    results: results.map((result) => resultView(content, result, act.texts)),
  };
}

export async function importView(act: Act, record: ImportRecord, content: ImportContent | null): Promise<Import> {
  const waits = content !== null && record.state === 'staged';
  return viewOf(act, record, content, waits ? await act.store.importLike(record.unitId, record.digest) : null);
}
