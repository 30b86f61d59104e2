/** The dry run: what each row of a list would do, by the rules of a single registration. It writes nothing. */
import { DomainError } from '../../domain/errors.js';
import { REQUIRED_FIELDS, type ImportField } from '../../domain/import-columns.js';
import { cellsByField, cellText, identityOfRow, readRow, type Cell, type RowFault } from '../../domain/import-rows.js';
import { sameName } from '../../domain/names.js';
import { readNationalId } from '../../domain/national-id.js';
import { codesOf, completed, registrationFaults, type CheckedRegistration } from '../../domain/registration.js';
import { cellsOf } from '../../domain/roster-columns.js';
import { teacherField, type RegistrationFields } from '../../domain/teacher-fields.js';
import type { NumberIndex, PersonRecord, TeacherRecord } from '../../store/records.js';
import { createYielder } from '../../platform/event-loop.js';
import { byId } from '../core/by-id.js';
import type { Act } from '../core/act.js';
import { sealedEntry, type SealedEntry } from '../roster/entries.js';
import type { ImportContent, LineResult } from './import-content.js';
import { countLookups, mustHaveLookups } from '../roster/lookups.js';
import { outcomeFrom, type Outcome } from '../registration/registration.js';
import { openIdentity } from '../roster/teachers.js';

/** The form of an id. Other texts are not looked up. */
const ID = /^[\w.:-]{1,64}$/;

export interface CheckedLine extends LineResult {
  /** Null if the row is not to be registered. */
  registration: CheckedRegistration | null;
  decided: Outcome | null;
  /** The encrypted values of a new person. */
  sealed?: SealedEntry;
}

interface Line {
  row: number;
  cells: Partial<Record<ImportField, Cell>>;
  id: string | null;
  typed: string | null;
  /** The identity number, if it is valid. */
  number: string | null;
  /** Blind indexes under every look-up key. */
  indexes: NumberIndex[];
}

async function linesOf(act: Act, { lines, heading, mapping, mended }: ImportContent): Promise<Line[]> {
  const found: Line[] = [];
  const yieldIfDue = createYielder();
  for (const [at, line] of lines.entries()) {
    if (at <= heading) continue;
    await yieldIfDue();
    const row = at + 1;
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
    found.push({ row, cells, id, typed, number, indexes: number === null ? [] : act.kit.cipher.indexes(number) });
  }
  return found;
}

/** How many duplicate rows an error names. */
const NAMED = 5;

/** Rows about one person, found by identity number, by 編號, or by two numbers of one person. Skipped rows are not counted. */
function twins(
  lines: readonly Line[],
  skipped: readonly number[],
  known: OnFile,
): (line: Line) => { field: ImportField; rows: number[] } | null {
  const left = new Set(skipped);
  const rows = new Map<string, number[]>();
  const keysOf = (line: Line): [ImportField, string][] => {
    const { id, number } = line;
    const person = (id === null ? null : known.entryById(id))?.personId ?? known.personOf(line)?.id;
    return [
      ...(number === null ? [] : ([['nationalId', `n ${number}`]] as [ImportField, string][])),
      ...(id === null ? [] : ([['id', `i ${id}`]] as [ImportField, string][])),
      ...(person === undefined ? [] : ([[number === null ? 'id' : 'nationalId', `p ${person}`]] as [ImportField, string][])),
    ];
  };
  const keys = new Map(lines.map((line) => [line, left.has(line.row) ? [] : keysOf(line)]));
  for (const [{ row }, all] of keys) {
    for (const [, key] of all) {
      const found = rows.get(key);
      if (found) found.push(row);
      else rows.set(key, [row]);
    }
  }
  return (line) => {
    for (const [field, key] of keys.get(line)!) {
      const others = rows.get(key)!;
      if (others.length > 1) return { field, rows: others.filter((row) => row !== line.row).slice(0, NAMED) };
    }
    return null;
  };
}

/** The people of a list who are on file, read for all rows at once. */
interface OnFile {
  entryById: (id: string) => TeacherRecord | null;
  personOf: (line: Line) => PersonRecord | null;
  person: (entry: TeacherRecord) => PersonRecord | null;
}

async function onFile(act: Act, lines: readonly Line[]): Promise<OnFile> {
  const people = await act.store.peopleByNumber(lines.flatMap(({ indexes }) => indexes));
  const own = await act.store.teachersById(lines.map(({ id }) => id).filter((id) => id !== null && ID.test(id)) as string[]);
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
function newsOf(act: Act, line: Line, entry: TeacherRecord): Partial<Record<ImportField, Cell>> {
  const onFile = { ...entry, ...openIdentity(act.kit.cipher, entry) };
  const written = (field: ImportField): readonly string[] =>
    field === 'id' ? [entry.id] : cellsOf(act.kit.codes, teacherField(field), onFile[field]);
  const unchanged = (field: ImportField): boolean => written(field).includes(cellText(line.cells[field]));
  return Object.fromEntries((Object.entries(line.cells) as [ImportField, Cell][]).filter(([field]) => !unchanged(field)));
}

function checkLine(act: Act, line: Line, content: ImportContent, known: OnFile, twin: ReturnType<typeof twins>): CheckedLine {
  const { unit } = act.caller;
  const faults: RowFault[] = [];
  const fault = (field: ImportField | null, code: RowFault['code'], rows?: number[]): void => {
    faults.push({ field, code, value: field === null ? '' : cellText(line.cells[field]), ...(rows ? { rows } : {}) });
  };
  const result = (decided: Outcome | null, registration: CheckedRegistration | null): CheckedLine => {
    const kind = decided?.kind;
    const outcome =
      faults.length > 0 || kind === undefined || kind === 'conflict' || kind === 'elsewhere'
        ? 'invalid'
        : kind === 'returned'
          ? 'updated'
          : kind;
    const differs = decided && 'differs' in decided ? decided.differs : [];
    const name = cellText(line.cells.name) || (byId?.name ?? '');
    return { row: line.row, outcome, name, differs, returns: kind === 'returned', faults, about: about(), registration, decided };
  };

  function about(): string | null {
    if (byId) return byId.id;
    const who = known.personOf(line);
    return who && ownEntry(who.teacherId) ? who.teacherId : null;
  }
  const byId = line.id === null ? null : ownEntry(line.id);
  function ownEntry(id: string): TeacherRecord | null {
    const entry = known.entryById(id);
    return entry?.unitId === unit.id ? entry : null;
  }
  const repeated = twin(line);
  if (repeated) fault(repeated.field, 'duplicate', repeated.rows);
  if (line.id !== null && byId === null) fault('id', 'not-this-person');
  const read = line.typed === null ? null : readNationalId(line.typed);
  if (read && !read.ok) fault('nationalId', read.fault.code);
  const person = byId ? known.person(byId) : known.personOf(line);
  const identity = byId && openIdentity(act.kit.cipher, byId);
  // A renewed identity number is corrected by its own action, never by an import.
  if (identity && line.number !== null && line.number !== identity.nationalId) fault('nationalId', 'not-this-person');
  const entry = byId ?? (person && ownEntry(person.teacherId));
  const cells = byId ? newsOf(act, line, byId) : line.cells;
  // A masked number must match the entry: a mismatch means that only some columns of the list were sorted.
  if (byId && line.typed === null && cells.nationalId !== undefined) fault('nationalId', 'not-this-person');
  const held = entry ? codesOf(entry) : [];
  const { fields, faults: unread } = readRow(cells, act.kit.codes, content.calendar, held);
  faults.push(...unread);
  // A row that is matched only by 編號 must not change the name.
  const vouched = line.cells.nationalId !== undefined || (line.cells.birthDate !== undefined && cells.birthDate === undefined);
  if (byId && fields.name !== undefined && !vouched && !sameName(fields.name, byId.name)) fault('name', 'not-this-person');
  const nationalId = line.number ?? identity?.nationalId;
  const told = { ...fields, nationalId };
  const onFile = byId && { ...byId, ...identity };
  const base = onFile ? Object.fromEntries(REQUIRED_FIELDS.map((field) => [field, onFile[field]])) : {};
  for (const field of REQUIRED_FIELDS) {
    const wrong = faults.some((each) => each.field === field);
    if (!wrong && told[field] === undefined && !onFile) fault(field, 'required');
  }
  if (faults.length > 0) return result(null, null);

  const registration = {
    ...base,
    ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
  } as RegistrationFields;
  const wrong = registrationFaults(registration, act.kit.codes, act.today, held);
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
 * Checks the rows of a list against the records on file.
 * @throws DomainError `rate-limited` if too many rows name people of other rosters and do not match them
 */
export async function checkLines(act: Act, content: ImportContent): Promise<CheckedLine[]> {
  await mustHaveLookups(act);
  const lines = await linesOf(act, content);
  if (lines.length === 0) throw new DomainError('validation', { errors: [{ path: 'file', code: 'file-empty' }] });
  const known = await onFile(act, lines);
  const twin = twins(lines, content.skipped, known);
  const checked: CheckedLine[] = [];
  const seen = new Set(content.lookedUp);
  const yieldIfDue = createYielder();
  for (const line of lines) {
    await yieldIfDue();
    const result = checkLine(act, line, content, known, twin);
    const { decided, registration } = result;
    if (registration && decided?.kind === 'new') result.sealed = sealedEntry(act, registration, decided.person);
    checked.push(result);
    // Each birth date tried with a number counts as a separate look-up.
    if (result.decided?.kind === 'elsewhere') seen.add(`${line.indexes[0]} ${result.registration!.birthDate} ${result.registration!.sex}`);
  }
  await countLookups(act, seen.size - content.lookedUp.length);
  content.lookedUp = [...seen];
  return checked;
}
