/** Commits a staff list in one transaction, and undoes the commit. */
import { auditedTeacher } from '../../domain/audited-records.js';
import { DomainError } from '../../domain/errors.js';
import type { Import } from '../../contract/wire.js';
import type { ImportRecord, PersonRecord, TeacherRecord, TrailDraft, TransferRecord } from '../../store/records.js';
import type { ImportEnd, RosterWrite } from '../../store/store.js';
import { createYielder } from '../../platform/event-loop.js';
import { byId } from '../core/by-id.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry } from '../core/audit.js';
import { consequencesOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { corrected, entered } from '../roster/entries.js';
import { checkRows, type CheckedRow } from './import-check.js';
import { countsOf, importView, openContent, sealContent, viewOf, type Done, type ImportContent, type Kept } from './import-content.js';
import { importOf, nextOf, oneOf, recordOf, toResult, waiting } from './imports.js';
import { goneFrom } from './import-gone.js';
import { lastChecksOf, type LastCheck } from './last-checks.js';
import { readableIdentity, targetOf } from '../roster/teacher-view.js';
import { departed, departureOf, openIdentity, sealIdentity } from '../roster/teachers.js';
import { hasLeft, type Departure } from '../../domain/teachers.js';
import { lapsed, proposal, withdrawn } from '../registration/transfers.js';

/** Open proposals by person, which a change of the person settles. */
async function proposalsOf(act: Act, personIds: readonly string[]): Promise<Map<string, TransferRecord[]>> {
  const found = new Map<string, TransferRecord[]>();
  for (const transfer of await act.store.transfersOf(personIds))
    found.set(transfer.personId, [...(found.get(transfer.personId) ?? []), transfer]);
  return found;
}

/** What a commit collects while its writes are made: audit entries, and the data for the undo. */
interface Traces {
  trail: TrailDraft[];
  done: Done[];
}

/** The write of a row that is to be registered. */
function* writesOf(
  act: Act,
  { row, registration, decided, sealed }: CheckedRow,
  open: Map<string, TransferRecord[]>,
  { trail, done }: Traces,
): Generator<RosterWrite> {
  if (!registration || !decided) return;
  const { name } = registration;
  switch (decided.kind) {
    case 'new': {
      const { person } = decided;
      const { auditEntry, ...entry } = entered(act, registration, person, { sealed });
      trail.push(auditEntry);
      const earlier = person && { teacherId: person.teacherId, unitId: person.unitId };
      done.push({ row, name, kind: 'entered', teacherId: entry.teacher.id, earlier });
      for (const transfer of (person && open.get(person.id)) ?? []) yield { kind: 'settled', transfer: lapsed(act, transfer) };
      yield { kind: 'entered', ...entry };
      return;
    }
    case 'updated':
    case 'returned': {
      const { auditEntry, ...entry } = corrected(act, registration, decided.entry, decided.person);
      trail.push(auditEntry);
      const before = { ...decided.entry, ...openIdentity(act.kit.cipher, decided.entry) };
      const { id: teacherId, version } = entry.teacher;
      done.push({ row, name, kind: 'corrected', teacherId, version, returned: decided.kind === 'returned', before });
      yield { kind: 'saved', ...entry };
      return;
    }
    case 'transfer': {
      const { entry, person } = decided;
      const waiting = open.get(person.id) ?? [];
      const mine = ({ toUnitId, teacherId, state }: TransferRecord): boolean =>
        toUnitId === act.caller.unit.id && teacherId === entry.id && state === 'proposed';
      if (waiting.some(mine)) return;
      const { trail: auditEntries, ...alreadyProposed } = proposal(act, registration, entry, person);
      trail.push(...auditEntries);
      done.push({ row, name, kind: 'proposed', transferId: alreadyProposed.transfer.id, personId: person.id });
      // Closes proposals to a school that no longer has the person, because nobody could answer them.
      for (const transfer of waiting) if (transfer.teacherId !== entry.id) yield { kind: 'settled', transfer: lapsed(act, transfer) };
      yield { kind: 'proposed', ...alreadyProposed };
      return;
    }
    // These rows write nothing.
    case 'same':
    case 'conflict':
    case 'elsewhere':
      return;
  }
}

/** The entries that a full list does not name, limited to those that were shown to the clerk. */
async function leavingOf(act: Act, content: ImportContent): Promise<{ leaving: TeacherRecord[]; departure: Departure } | null> {
  if (!content.complete) return null;
  const seen = new Set(content.gone.map(({ id }) => id).filter((id) => !content.staying.includes(id)));
  const departure = await departureOf(act, content.departure ?? { kind: 'resigned' }, act.caller.unit.id);
  return { leaving: (await goneFrom(act, content)).filter(({ id }) => seen.has(id)), departure };
}

function leave(act: Act, before: TeacherRecord, departure: Departure, { trail, done }: Traces): RosterWrite {
  const { teacher, auditEntry } = departed(act, before, departure);
  trail.push(auditEntry);
  const plain = { ...before, ...(readableIdentity(act.kit.cipher, before) ?? UNREADABLE) };
  const { id: teacherId, name } = before;
  done.push({ row: 0, name, kind: 'corrected', teacherId, version: teacher.version, returned: true, before: plain });
  return { kind: 'saved', teacher, person: null, numbers: [] };
}

/** In place of an identity that cannot be decrypted: the undo keeps what is stored. */
const UNREADABLE = { nationalId: '', birthDate: '' };

interface Ending {
  trail: TrailDraft[];
  reply: Reply<Import | null>;
}

/** The committed record. Its content is compressed in another thread while this thread makes the answer. */
async function ended(act: Act, record: ImportRecord, content: ImportContent, { trail, reply }: Ending): Promise<ImportEnd> {
  const yieldIfDue = createYielder();
  const consequences = async (): Promise<ReturnType<typeof consequencesOf>> => {
    await yieldIfDue();
    reply.body = viewOf(act, record, content);
    await yieldIfDue();
    return consequencesOf(act, trail, reply);
  };
  const [payload, following] = await Promise.all([sealContent(act, record.id, content), consequences()]);
  return { record: { ...record, payload }, ...following };
}

async function checkedNow(act: Act, record: ImportRecord): Promise<LastCheck> {
  const content = waiting({ record, content: await openContent(act, record) });
  return { content, rows: await checkRows(act, content) };
}

export async function commitImport(act: Act, id: string, fields: Fields<{ mode: 'valid' | 'all-or-nothing' }>): Promise<Reply<Import>> {
  const found = await recordOf(act, id, 'import.commit');
  const yieldIfDue = createYielder();
  await act.exchange.checkPreconditions();
  const { mode } = fields();
  // A second commit gets the same answer as the first.
  if (found.state === 'committed') return { as: 'ok', body: await importView(act, found, await openContent(act, found)) };
  // Uses the last check if there is a recent one: the guards of the writes detect whether the records have changed since.
  const { content, rows } = lastChecksOf(act.kit).take(id, found.version, act.now.getTime()) ?? (await checkedNow(act, found));
  content.results = rows.map(toResult);
  const taken = rows.filter(({ row }) => !content.skipped.includes(row));
  if (mode === 'all-or-nothing' && taken.some(({ outcome }) => outcome === 'invalid')) throw new DomainError('wrong-state');
  const valid = taken.filter(({ outcome }) => outcome !== 'invalid');
  const open = await proposalsOf(
    act,
    valid.map(({ decided }) => (decided && 'person' in decided ? decided.person?.id : undefined)).filter((id) => id !== undefined),
  );
  const left = await leavingOf(act, content);
  const auditEntry = draftAuditEntry(act, 'import.commit', oneOf(id), { unitId: found.unitId, after: { mode, ...countsOf(content) } });
  const traces: Traces = { trail: [auditEntry], done: [] };
  const reply: Reply<Import | null> = { as: 'ok', body: null };

  function* writes(): Generator<RosterWrite> {
    for (const each of valid) yield* writesOf(act, each, open, traces);
    if (left) for (const each of left.leaving) yield leave(act, each, left.departure, traces);
  }

  await yieldIfDue();
  await act.store.saveImport({ guards: guardsOf(act), trail: traces.trail }, writes(), async () => {
    await yieldIfDue();
    content.done = traces.done;
    // Rows that were committed are no longer needed; the error file holds only the others.
    const takenIn = new Set(valid.map(({ row }) => row));
    content.lines = content.lines.map((row, index) => (takenIn.has(index + 1) ? [] : row));
    for (const row of takenIn) delete content.mended[row];
    const expiresAt = act.later(act.kit.limits.importSeconds);
    const record = nextOf(found, content, { state: 'committed', committedAt: act.at, expiresAt });
    return ended(act, record, content, { trail: traces.trail, reply });
  });
  return reply as Reply<Import>;
}

/** Why an entry that the commit made or changed cannot be undone. */
function touched(act: Act, entry: TeacherRecord | undefined, person: PersonRecord | undefined): Kept['why'] {
  if (!entry || person?.teacherId !== entry.id || entry.departure?.kind === 'transferred') return 'transferred';
  if (entry.status !== 'pending') return 'claimed';
  return hasLeft(entry.departure, act.today) ? 'departed' : 'edited';
}

interface Undoing {
  writes: RosterWrite[];
  trail: TrailDraft[];
  kept: Kept[];
}

async function plannedUndo(act: Act, content: ImportContent): Promise<Undoing> {
  const { done } = content;
  const ids = done.flatMap((each) => ('teacherId' in each ? [each.teacherId] : []));
  const earlierIds = done.flatMap((each) => (each.kind === 'entered' && each.earlier ? [each.earlier.teacherId] : []));
  const entries = byId(await act.store.teachersById([...ids, ...earlierIds]));
  const personIds = [
    ...[...entries.values()].map(({ personId }) => personId),
    ...done.flatMap((each) => ('personId' in each ? [each.personId] : [])),
  ];
  const people = byId(await act.store.peopleById(personIds));
  const open = await proposalsOf(act, personIds);
  const writes: RosterWrite[] = [];
  const trail: TrailDraft[] = [];
  const kept: Kept[] = [];
  const undone = (entry: TeacherRecord, after: TeacherRecord | null): void =>
    void trail.push(
      draftAuditEntry(act, 'import.undo', targetOf(entry), {
        unitId: entry.unitId,
        before: auditedTeacher(entry),
        after: after && auditedTeacher(after),
      }),
    );

  const yieldIfDue = createYielder();
  for (const each of done) {
    await yieldIfDue();
    const { row, name } = each;
    if (each.kind === 'proposed') {
      const transfer = open.get(each.personId)?.find(({ id }) => id === each.transferId);
      if (transfer) {
        writes.push({ kind: 'settled', transfer: withdrawn(act, transfer) });
        trail.push(draftAuditEntry(act, 'import.undo', { type: 'transfer', id: transfer.id, name }, { unitId: transfer.toUnitId }));
      } else if ((await act.store.transfer(each.transferId))?.state === 'accepted') kept.push({ row, name, why: 'transferred' });
      // A proposal that was refused meanwhile needs no undo.
      continue;
    }
    const entry = entries.get(each.teacherId);
    const person = entry && people.get(entry.personId);
    const version = each.kind === 'entered' ? 1 : each.version;
    // Another school has proposed a transfer meanwhile, so the entry must stay.
    const alreadyProposed = entry && (open.get(entry.personId) ?? []).some(({ teacherId }) => teacherId === entry.id);
    if (!entry || !person || entry.version !== version || person.teacherId !== entry.id || alreadyProposed) {
      kept.push({ row, name, why: alreadyProposed ? 'transferred' : touched(act, entry, person) });
      continue;
    }
    if (each.kind === 'entered') {
      const { earlier } = each;
      const back = earlier && entries.has(earlier.teacherId) ? { ...person, ...earlier, version: person.version + 1 } : null;
      writes.push({ kind: 'removed', teacher: entry, person, next: back });
      undone(entry, null);
      continue;
    }
    const { nationalId, birthDate, ...before } = each.before;
    const restored: TeacherRecord = {
      ...before,
      ...(nationalId === UNREADABLE.nationalId
        ? { nationalId: entry.nationalId, birthDate: entry.birthDate }
        : sealIdentity(act.kit.cipher, entry.id, { nationalId, birthDate })),
      version: entry.version + 1,
      updatedAt: act.at,
      updatedBy: act.by,
    };
    const taken = each.returned ? { ...person, version: person.version + 1 } : null;
    writes.push({ kind: 'saved', teacher: restored, person: taken, numbers: [] });
    undone(entry, restored);
  }
  return { writes, trail, kept };
}

export async function undoImport(act: Act, id: string): Promise<Reply<Import>> {
  const { record: before, content } = await importOf(act, id, 'import.undo');
  await act.exchange.checkPreconditions();
  if (content === null || before.state !== 'committed' || before.expiresAt <= act.at) throw new DomainError('nothing-to-undo');
  const { writes, trail, kept } = await plannedUndo(act, content);
  const after = { undone: content.done.length - kept.length, kept: kept.length };
  // An undo cannot be repeated, so its data are deleted.
  Object.assign(content, { kept, done: [] });
  const record = nextOf(before, content, { state: 'undone' });
  trail.unshift(draftAuditEntry(act, 'import.undo', oneOf(id), { unitId: record.unitId, after }));
  const reply: Reply<Import | null> = { as: 'ok', body: null };
  await act.store.saveImport({ guards: guardsOf(act), trail }, writes, () => ended(act, record, content, { trail, reply }));
  return reply as Reply<Import>;
}
