/** The dry run: what each row of a list would do, by the rules of a single registration. It writes nothing. */
import { DomainError, fieldError } from '../../domain/errors.js';
import { REQUIRED_FIELDS, type ImportField } from '../../domain/import-columns.js';
import { cellsByField, cellText, dayOrText, identityOfRow, readRow, type Cell, type RowFault } from '../../domain/import-rows.js';
import { sameName } from '../../domain/names.js';
import { readNationalId } from '../../domain/national-id.js';
import { codesOf, completed, registrationFaults, type CheckedRegistration } from '../../domain/registration.js';
import { cellsOf } from '../../domain/roster-columns.js';
import { areTooSimilar } from '../../domain/similar-numbers.js';
import { teacherField, type RegistrationFields } from '../../domain/teacher-fields.js';
import type { LookupRecord, NumberIndex, PersonRecord, TeacherRecord } from '../../store/records.js';
import { createYielder } from '../../platform/event-loop.js';
import { byId } from '../core/by-id.js';
import type { Act } from '../core/act.js';
import { sealedEntry, type SealedEntry } from '../roster/entries.js';
import type { ImportContent, RowResult } from './import-content.js';
import { countLookups, lookupRecord } from '../roster/lookups.js';
import { readableIdentity } from '../roster/teacher-view.js';
import { outcomeFrom, type Outcome } from '../registration/registration.js';

/** The form of an id. Other texts are not looked up. */
const ID = /^[\w.:-]{1,64}$/;

export interface CheckedRow extends RowResult {
  /** Null if the row is not to be registered. */
  registration: CheckedRegistration | null;
  decided: Outcome | null;
  /** The encrypted values of a new person. */
  sealed?: SealedEntry;
}

interface ListRow {
  row: number;
  cells: Partial<Record<ImportField, Cell>>;
  id: string | null;
  typed: string | null;
  /** The identity number, if it is valid. */
  number: string | null;
  /** Blind indexes under every look-up key. */
  indexes: NumberIndex[];
  /** What the row asks about a person; null if it gives neither a number nor the birth date of an entry. */
  lookup: LookupRecord | null;
}

async function listRowsOf(act: Act, { lines, heading, mapping, mended, calendar }: ImportContent): Promise<ListRow[]> {
  const found: ListRow[] = [];
  const yieldIfDue = createYielder();
  for (const [index, line] of lines.entries()) {
    if (index <= heading) continue;
    await yieldIfDue();
    const row = index + 1;
    const cells = cellsByField(mapping, line);
    for (const [field, text] of Object.entries(mended[row] ?? {}) as [ImportField, string][]) {
      if (text.trim() === '') delete cells[field];
      else cells[field] = text;
    }
    // A row whose only cells are in unmapped columns still counts as a row.
    if (Object.keys(cells).length === 0 && line.every((cell) => cellText(cell).trim() === '')) continue;
    const { id, nationalId: typed } = identityOfRow(cells);
    const read = typed === null ? null : readNationalId(typed);
    const number = read?.ok ? read.value : null;
    const birthDate = dayOrText(cells.birthDate, calendar);
    const lookup =
      number !== null
        ? lookupRecord(act, { nationalId: number, birthDate })
        : id !== null && birthDate !== ''
          ? lookupRecord(act, { entryId: id, birthDate })
          : null;
    found.push({ row, cells, id, typed, number, indexes: number === null ? [] : act.kit.cipher.indexes(number), lookup });
  }
  return found;
}

/** How many duplicate rows an error names. */
const NAMED = 5;

/** Rows about one person, found by identity number, by 編號, or by two numbers of one person. Skipped rows are not counted. */
function twins(
  listRows: readonly ListRow[],
  skipped: readonly number[],
  known: OnFile,
): (listRow: ListRow) => { field: ImportField; rows: number[] } | null {
  const left = new Set(skipped);
  const rowsByKey = new Map<string, number[]>();
  const keysOf = (listRow: ListRow): [ImportField, string][] => {
    const { id, number } = listRow;
    const person = (id === null ? null : known.entryById(id))?.personId ?? known.personOf(listRow)?.id;
    return [
      ...(number === null ? [] : ([['nationalId', `n ${number}`]] as [ImportField, string][])),
      ...(id === null ? [] : ([['id', `i ${id}`]] as [ImportField, string][])),
      ...(person === undefined ? [] : ([[number === null ? 'id' : 'nationalId', `p ${person}`]] as [ImportField, string][])),
    ];
  };
  const keys = new Map(listRows.map((listRow) => [listRow, left.has(listRow.row) ? [] : keysOf(listRow)]));
  for (const [{ row }, all] of keys) {
    for (const [, key] of all) {
      const found = rowsByKey.get(key);
      if (found) found.push(row);
      else rowsByKey.set(key, [row]);
    }
  }
  return (listRow) => {
    for (const [field, key] of keys.get(listRow)!) {
      const others = rowsByKey.get(key)!;
      if (others.length > 1) return { field, rows: others.filter((row) => row !== listRow.row).slice(0, NAMED) };
    }
    return null;
  };
}

/** The people of a list who are on file, read for all rows at once. */
interface OnFile {
  entryById: (id: string) => TeacherRecord | null;
  personOf: (row: ListRow) => PersonRecord | null;
  person: (entry: TeacherRecord) => PersonRecord | null;
}

async function onFile(act: Act, rows: readonly ListRow[]): Promise<OnFile> {
  const people = await act.store.peopleByNumber(rows.flatMap(({ indexes }) => indexes));
  const own = await act.store.teachersById(rows.map(({ id }) => id).filter((id) => id !== null && ID.test(id)) as string[]);
  const current = await act.store.teachersById([...new Set([...people.values()].map(({ teacherId }) => teacherId))]);
  const entries = byId([...own, ...current]);
  const persons = byId(await act.store.peopleById(own.map(({ personId }) => personId)));
  for (const person of people.values()) persons.set(person.id, person);
  return {
    entryById: (id) => entries.get(id) ?? null,
    personOf: ({ indexes }) => people.get(indexes.find((index) => people.has(index)) ?? '') ?? null,
    person: ({ personId }) => persons.get(personId) ?? null,
  };
}

/** A cell that still holds the exported value is no change. */
function newsOf(act: Act, row: ListRow, entry: TeacherRecord): Partial<Record<ImportField, Cell>> {
  const onFile = { ...entry, ...(readableIdentity(act.kit.cipher, entry) ?? { nationalId: null, birthDate: null }) };
  const written = (field: ImportField): readonly string[] =>
    field === 'id' ? [entry.id] : cellsOf(act.kit.codes, teacherField(field), onFile[field]);
  const unchanged = (field: ImportField): boolean => written(field).includes(cellText(row.cells[field]));
  return Object.fromEntries((Object.entries(row.cells) as [ImportField, Cell][]).filter(([field]) => !unchanged(field)));
}

/** @param mayAsk whether the row's look-up was counted */
function checkRow(
  act: Act,
  row: ListRow,
  content: ImportContent,
  known: OnFile,
  twin: ReturnType<typeof twins>,
  mayAsk: boolean,
): CheckedRow {
  const { unit } = act.caller;
  const faults: RowFault[] = [];
  const fault = (field: ImportField | null, code: RowFault['code'], rows?: number[]): void => {
    faults.push({ field, code, value: field === null ? '' : cellText(row.cells[field]), ...(rows ? { rows } : {}) });
  };
  const result = (decided: Outcome | null, registration: CheckedRegistration | null): CheckedRow => {
    const kind = decided?.kind;
    const outcome =
      faults.length > 0 || kind === undefined || kind === 'conflict' || kind === 'elsewhere'
        ? 'invalid'
        : kind === 'returned'
          ? 'updated'
          : kind;
    const differs = decided && 'differs' in decided ? decided.differs : [];
    const name = cellText(row.cells.name) || (byId?.name ?? '');
    return { row: row.row, outcome, name, differs, returns: kind === 'returned', faults, about: about(), registration, decided };
  };

  function about(): string | null {
    if (byId) return byId.id;
    const who = known.personOf(row);
    return who && ownEntry(who.teacherId) ? who.teacherId : null;
  }
  const byId = row.id === null ? null : ownEntry(row.id);
  function ownEntry(id: string): TeacherRecord | null {
    const entry = known.entryById(id);
    return entry?.unitId === unit.id ? entry : null;
  }
  if (!mayAsk) {
    fault(row.number === null ? 'birthDate' : 'nationalId', 'asked-too-often');
    return result(null, null);
  }
  const repeated = twin(row);
  if (repeated) fault(repeated.field, 'duplicate', repeated.rows);
  if (row.id !== null && byId === null) fault('id', 'not-this-person');
  const read = row.typed === null ? null : readNationalId(row.typed);
  if (read && !read.ok) fault('nationalId', read.fault.code);
  const person = byId ? known.person(byId) : known.personOf(row);
  const identity = byId && readableIdentity(act.kit.cipher, byId);
  // A renewed identity number is corrected by its own action, never by an import.
  if (identity && row.number !== null && row.number !== identity.nationalId) fault('nationalId', 'not-this-person');
  const entry = byId ?? (person && ownEntry(person.teacherId));
  if (entry && readableIdentity(act.kit.cipher, entry) === null) fault(byId ? 'id' : 'nationalId', 'unreadable');
  const cells = byId ? newsOf(act, row, byId) : row.cells;
  // A masked number must match the entry: a mismatch means that only some columns of the list were sorted.
  if (byId && row.typed === null && cells.nationalId !== undefined) fault('nationalId', 'not-this-person');
  const currentCodes = entry ? codesOf(entry) : [];
  const { fields, faults: unread } = readRow(cells, act.kit.codes, content.calendar, currentCodes);
  faults.push(...unread);
  // A row that is matched only by 編號 must not change the name.
  const vouched = row.cells.nationalId !== undefined || (row.cells.birthDate !== undefined && cells.birthDate === undefined);
  if (byId && fields.name !== undefined && !vouched && !sameName(fields.name, byId.name)) fault('name', 'not-this-person');
  const nationalId = row.number ?? identity?.nationalId;
  const givenFields = { ...fields, nationalId };
  const onFile = byId && { ...byId, ...identity };
  const base = onFile ? Object.fromEntries(REQUIRED_FIELDS.map((field) => [field, onFile[field]])) : {};
  for (const field of REQUIRED_FIELDS) {
    const wrong = faults.some((each) => each.field === field);
    if (!wrong && givenFields[field] === undefined && !onFile) fault(field, 'required');
  }
  if (faults.length > 0) return result(null, null);

  const registration = {
    ...base,
    ...Object.fromEntries(Object.entries(givenFields).filter(([, value]) => value !== undefined)),
  } as RegistrationFields;
  const wrong = registrationFaults(registration, act.kit.codes, act.today, currentCodes);
  // A row without changes is not validated, because the code lists may have changed since.
  if (wrong && !(byId && Object.keys(fields).length === 0)) {
    if (wrong.code === 'intern-not-allowed') fault('title', 'intern-not-allowed');
    else for (const { path, code } of wrong.errors) fault(path.split('.')[0] as ImportField, code);
    return result(null, null);
  }
  const checked = completed(registration, act.kit.codes);
  if (byId && person?.teacherId !== byId.id) {
    // The person has moved to another school; a row without changes may stay in the list.
    if (Object.keys(fields).length > 0) fault('id', 'wrong-state');
    return result({ kind: 'same', entry: byId, person: person!, differs: [] }, null);
  }
  const decided = outcomeFrom(act, checked, person, person && known.entryById(person.teacherId));
  if (decided.kind === 'conflict') fault('name', 'identity-conflict');
  if (decided.kind === 'elsewhere') fault(null, 'registration-failed');
  if (byId && decided.kind === 'returned') {
    // An exported list of departed people does not return them.
    if (decided.differs.length > 0) fault('id', 'wrong-state');
    return result({ ...decided, kind: 'same' }, null);
  }
  return result(decided, checked);
}

/**
 * Counts the look-ups of a list before any of them is made, and takes the numbers from the rows that must not ask.
 * @returns whether a row may ask
 * @throws DomainError `rate-limited`, `validation`
 */
async function mayLookUp(act: Act, rows: ListRow[]): Promise<(row: ListRow) => boolean> {
  if (areTooSimilar(new Set(rows.flatMap(({ number }) => number ?? [])))) throw fieldError('file', 'file-similar-numbers');
  const refused = await countLookups(
    act,
    rows.flatMap(({ lookup }) => lookup ?? []),
  );
  const mayAsk = ({ lookup }: ListRow): boolean => lookup === null || !refused.has(lookup.asked);
  for (const row of rows) if (!mayAsk(row)) row.indexes = [];
  return mayAsk;
}

/**
 * Checks the rows of a list against the records on file.
 * @throws DomainError `rate-limited`, `validation`
 */
export async function checkRows(act: Act, content: ImportContent): Promise<CheckedRow[]> {
  const rows = await listRowsOf(act, content);
  if (rows.length === 0) throw new DomainError('validation', { errors: [{ path: 'file', code: 'file-empty' }] });
  const mayAsk = await mayLookUp(act, rows);
  const known = await onFile(act, rows);
  const twin = twins(rows, content.skipped, known);
  const checked: CheckedRow[] = [];
  const yieldIfDue = createYielder();
  for (const row of rows) {
    await yieldIfDue();
    const result = checkRow(act, row, content, known, twin, mayAsk(row));
    const { decided, registration } = result;
    if (registration && decided?.kind === 'new') result.sealed = sealedEntry(act, registration, decided.person);
    checked.push(result);
  }
  return checked;
}
