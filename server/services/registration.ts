/** 教師資料登錄: entering a person into the own roster. */
import { DomainError } from '../domain/errors.js';
import {
  checkRegistration,
  differences,
  maySamePersonBeCorrected,
  mayTransferBeProposed,
  type Registration,
} from '../domain/registration.js';
import { hasLeft } from '../domain/teachers.js';
import type { Check, ProposedTransfer, Teacher } from '../contract/wire.js';
import type { PersonRecord, TeacherRecord } from '../store/records.js';
import { changed, type Act, type Fields, type Reply } from './act.js';
import { placeOf } from './places.js';
import { openIdentity, sealIdentity, targetOf, teacherView, trailed } from './teachers.js';
import { newEntry, type Checked, type RegistrationFields } from './entries.js';
import { noteLookup } from './lookups.js';
import { closedTransfers, sealRegistration, transferView } from './transfers.js';

/** What a registration comes to, decided from what is on file. */
type Outcome =
  | { kind: 'new'; person: PersonRecord | null }
  | { kind: 'updated' | 'same' | 'returned'; entry: TeacherRecord; person: PersonRecord; differs: string[] }
  | { kind: 'transfer'; entry: TeacherRecord; person: PersonRecord }
  | { kind: 'conflict'; entry: TeacherRecord }
  | { kind: 'elsewhere'; entry: TeacherRecord };

function check(act: Act, fields: Fields<RegistrationFields>): Checked {
  const sent = fields();
  const registration: RegistrationFields & Registration = { ...sent, stage: sent.stage ?? null, subjects: sent.subjects ?? [] };
  const { stage: _stage, subjects: _subjects, ...checked } = checkRegistration(registration, act.kit.codes, act.today);
  return { ...checked, stage: sent.stage as never, subjects: sent.subjects as never };
}

/** The fields of the entry that a registration sets; those not sent stay. */
function settable(registration: Checked): Record<string, unknown> {
  const { name, sex, title, email, stage, subjects, unitNote, remark } = registration;
  return Object.fromEntries(
    Object.entries({ name, sex, title, email, stage, subjects, unitNote, remark }).filter(([, value]) => value !== undefined),
  );
}

async function outcomeOf(act: Act, registration: Checked): Promise<Outcome> {
  const person = await act.store.personByNumber(act.kit.cipher.indexes(registration.nationalId));
  const entry = person && (await act.store.teacher(person.teacherId));
  if (!person || !entry) return { kind: 'new', person };
  const { birthDate, nationalId } = openIdentity(act.kit.cipher, entry);
  const onFile = { name: entry.name, sex: entry.sex, birthDate };
  const left = hasLeft(entry.departure, act.today);
  if (entry.unitId === act.caller.unit.id) {
    if (!maySamePersonBeCorrected(onFile, registration)) return { kind: 'conflict', entry };
    const differs = differences(
      { ...entry, birthDate, nationalId },
      { ...settable(registration), birthDate: registration.birthDate, nationalId: registration.nationalId },
    );
    if (left) return { kind: 'returned', entry, person, differs };
    return { kind: differs.length > 0 ? 'updated' : 'same', entry, person, differs };
  }
  if (left) return { kind: 'new', person };
  return mayTransferBeProposed(onFile, registration) ? { kind: 'transfer', entry, person } : { kind: 'elsewhere', entry };
}

function identityConflict(): DomainError {
  return new DomainError('identity-conflict', {
    errors: [
      { path: 'name', code: 'not-allowed' },
      { path: 'birthDate', code: 'not-allowed' },
    ],
  });
}

async function mayRegister(act: Act): Promise<void> {
  const { unit } = act.caller;
  if (!act.may('teacher.register')) throw await act.denied('teacher.register', { type: 'roster', id: unit.id, name: unit.name });
}

/** What a registration would do; names of fields that differ, never stored values. */
export async function checkTeacher(act: Act, fields: Fields<RegistrationFields>): Promise<Check> {
  await mayRegister(act);
  const registration = check(act, fields);
  const outcome = await outcomeOf(act, registration);
  switch (outcome.kind) {
    case 'new':
      return { outcome: 'new', differs: [] };
    case 'updated':
    case 'same':
    case 'returned':
      return { outcome: outcome.kind, id: outcome.entry.id, differs: outcome.differs };
    case 'transfer':
      await noteLookup(act, true);
      return { outcome: 'transfer', differs: [] };
    case 'elsewhere':
      await noteLookup(act, false);
      throw new DomainError('registration-failed');
    case 'conflict':
      throw identityConflict();
  }
}

export async function registerTeacher(act: Act, fields: Fields<RegistrationFields>): Promise<Reply<Teacher | ProposedTransfer>> {
  await mayRegister(act);
  await act.proceed();
  const registration = check(act, fields);
  const outcome = await outcomeOf(act, registration);
  switch (outcome.kind) {
    case 'new':
      return enter(act, registration, outcome.person);
    case 'same':
      return unchanged(act, outcome.entry, outcome.person);
    case 'updated':
    case 'returned':
      return correct(act, registration, outcome.entry, outcome.person);
    case 'transfer':
      await noteLookup(act, true);
      return propose(act, registration, outcome.entry, outcome.person);
    case 'elsewhere':
      await noteLookup(act, false);
      throw new DomainError('registration-failed');
    case 'conflict':
      throw identityConflict();
  }
}

async function enter(act: Act, registration: Checked, known: PersonRecord | null): Promise<Reply<Teacher>> {
  const { unit } = act.caller;
  const id = act.newId();
  const person: PersonRecord = known
    ? { ...known, teacherId: id, unitId: unit.id, version: known.version + 1 }
    : { id: act.newId(), teacherId: id, unitId: unit.id, version: 1 };
  const teacher = newEntry(act, id, unit.id, person.id, registration);
  const reply: Reply<Teacher> = { as: 'created', body: teacherView(act, teacher, await placeOf(act, unit.id), person) };
  const entry = act.entry('teacher.register', targetOf(teacher), { unitId: unit.id, after: trailed(teacher) });
  const closed = known ? await closedTransfers(act, known.id) : [];
  await act.store.register(
    teacher,
    person,
    act.kit.cipher.numbers(registration.nationalId, person.id),
    closed,
    act.change(act.guards(), [entry], reply),
  );
  return reply;
}

/** Nothing differs, so nothing is written but the answer. */
async function unchanged(act: Act, teacher: TeacherRecord, person: PersonRecord): Promise<Reply<Teacher>> {
  const reply: Reply<Teacher> = { as: 'ok', body: teacherView(act, teacher, await placeOf(act, teacher.unitId), person) };
  await act.store.record(act.change([], [], reply));
  return reply;
}

/** The manual's 5 b: a field that was wrong is mended by entering the person again; someone who left is taken in again. */
async function correct(act: Act, registration: Checked, before: TeacherRecord, person: PersonRecord): Promise<Reply<Teacher>> {
  const { unit } = act.caller;
  const after: TeacherRecord = {
    ...before,
    ...settable(registration),
    ...sealIdentity(act.kit.cipher, before.id, registration),
    idKind: registration.idKind,
    category: registration.category,
    departure: hasLeft(before.departure, act.today) ? null : before.departure,
    version: before.version + 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  const reply: Reply<Teacher> = { as: 'ok', body: teacherView(act, after, await placeOf(act, unit.id), person) };
  const returns = hasLeft(before.departure, act.today);
  // Another school may be taking the person in at this moment: the person's version decides which of the two does.
  const taken = returns ? { ...person, version: person.version + 1 } : null;
  const action = returns ? 'teacher.return' : 'teacher.update';
  const difference = changed(trailed(before), trailed(after));
  const corrected = openIdentity(act.kit.cipher, before).birthDate !== registration.birthDate ? { birthDate: 'corrected' } : {};
  const entry = act.entry(action, targetOf(after), {
    unitId: unit.id,
    before: difference.before,
    after: { ...difference.after, ...corrected },
  });
  await act.store.saveTeacher(
    after,
    taken,
    act.kit.cipher.numbers(registration.nationalId, person.id),
    act.change(act.guards(), [entry], reply),
  );
  return reply;
}

async function propose(act: Act, registration: Checked, elsewhere: TeacherRecord, person: PersonRecord): Promise<Reply<ProposedTransfer>> {
  const { unit } = act.caller;
  const all = await act.store.waitingTransfers(person.id);
  const waiting = all.find(({ toUnitId, teacherId }) => toUnitId === unit.id && teacherId === elsewhere.id);
  if (waiting) {
    const reply: Reply<ProposedTransfer> = { as: 'accepted', body: { transfer: await transferView(act, waiting) } };
    await act.store.record(act.change([], [], reply));
    return reply;
  }
  // Proposals to a school that no longer has the person can be answered by nobody.
  const closed = await closedTransfers(act, person.id, ({ teacherId }) => teacherId !== elsewhere.id);
  const id = act.newId();
  const transfer = {
    ...{ id, unitId: elsewhere.unitId, toUnitId: unit.id, personId: person.id, teacherId: elsewhere.id, state: 'proposed' as const },
    registration: sealRegistration(act.kit.cipher, id, registration),
    requestedAt: act.at,
    reason: null,
    version: 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  const reply: Reply<ProposedTransfer> = { as: 'accepted', body: { transfer: await transferView(act, transfer) } };
  const target = { type: 'transfer' as const, id, name: registration.name };
  // Each school's chain tells its own side; the giving one learns who asks, the asking one not of whom.
  const trail = [
    act.entry('transfer.propose', target, { unitId: unit.id }),
    act.entry('transfer.propose', target, { unitId: elsewhere.unitId }),
  ];
  await act.store.propose(transfer, closed, act.change(act.guards(), trail, reply));
  return reply;
}
