/** 教師資料登錄: registers a person on the caller's roster. */
import { DomainError } from '../../domain/errors.js';
import {
  changedValues,
  checkRegistration,
  differences,
  maySamePersonBeCorrected,
  mayTransferBeProposed,
  type CheckedRegistration,
} from '../../domain/registration.js';
import type { RegistrationFields } from '../../domain/teacher-fields.js';
import { hasLeft } from '../../domain/teachers.js';
import type { Check, ProposedTransfer, Teacher } from '../../contract/wire.js';
import type { PersonRecord, TeacherRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { unitContextOf } from '../core/unit-contexts.js';
import { readableIdentity, teacherView } from '../roster/teacher-view.js';
import { corrected, entered } from '../roster/entries.js';
import { countLookup, recordLookup } from '../roster/lookups.js';
import { closedTransfers, proposal, transferView } from './transfers.js';

/** The outcome of a registration, decided from the records on file. */
export type Outcome =
  | { kind: 'new'; person: PersonRecord | null }
  | { kind: 'updated' | 'same' | 'returned'; entry: TeacherRecord; person: PersonRecord; differs: string[] }
  | { kind: 'transfer'; entry: TeacherRecord; person: PersonRecord }
  | { kind: 'conflict'; entry: TeacherRecord }
  | { kind: 'elsewhere'; entry: TeacherRecord; person: PersonRecord };

export function check(act: Act, fields: Fields<RegistrationFields>): CheckedRegistration {
  return checkRegistration(fields(), act.kit.codes, act.today);
}

export async function outcomeOf(act: Act, registration: CheckedRegistration): Promise<Outcome> {
  const person = await act.store.personByNumber(act.kit.cipher.indexes(registration.nationalId));
  return outcomeFrom(act, registration, person, person && (await act.store.teacher(person.teacherId)));
}

/** The outcome of a registration, from the person with this identity number and that person's current entry. */
export function outcomeFrom(
  act: Act,
  registration: CheckedRegistration,
  person: PersonRecord | null,
  entry: TeacherRecord | null,
): Outcome {
  if (!person || !entry) return { kind: 'new', person };
  // An entry that cannot be read has no birth date to compare, so it agrees with nobody.
  const birthDate = readableIdentity(act.kit.cipher, entry)?.birthDate ?? '';
  const onFile = { name: entry.name, sex: entry.sex, birthDate };
  const left = hasLeft(entry.departure, act.today);
  if (entry.unitId === act.caller.unit.id) {
    if (!maySamePersonBeCorrected(onFile, registration)) return { kind: 'conflict', entry };
    // An old identity number still finds the person; the renewed number stays.
    const differs = differences({ ...entry, birthDate }, { ...changedValues(registration), birthDate: registration.birthDate });
    if (left) return { kind: 'returned', entry, person, differs };
    return { kind: differs.length > 0 ? 'updated' : 'same', entry, person, differs };
  }
  if (left) return { kind: 'new', person };
  return mayTransferBeProposed(onFile, registration) ? { kind: 'transfer', entry, person } : { kind: 'elsewhere', entry, person };
}

function identityConflict(): DomainError {
  return new DomainError('identity-conflict', {
    errors: [
      { path: 'name', code: 'not-allowed' },
      { path: 'birthDate', code: 'not-allowed' },
    ],
  });
}

export async function mayRegister(act: Act, action: 'teacher.register' | 'transfer.dispute' = 'teacher.register'): Promise<void> {
  const { unit } = act.caller;
  if (!act.may('teacher.register')) throw await denied(act, action, { type: 'roster', id: unit.id, name: unit.name });
}

/** What a registration would do. Lists the names of fields that differ, never stored values. */
export async function checkTeacher(act: Act, fields: Fields<RegistrationFields>): Promise<Check> {
  await mayRegister(act);
  const registration = check(act, fields);
  await countLookup(act, registration);
  const outcome = await outcomeOf(act, registration);
  switch (outcome.kind) {
    case 'new':
    case 'transfer':
      return { outcome: outcome.kind, differs: [] };
    case 'updated':
    case 'same':
    case 'returned':
      return { outcome: outcome.kind, id: outcome.entry.id, differs: outcome.differs };
    case 'elsewhere':
      throw new DomainError('registration-failed');
    case 'conflict':
      throw identityConflict();
  }
}

export async function registerTeacher(act: Act, fields: Fields<RegistrationFields>): Promise<Reply<Teacher | ProposedTransfer>> {
  await mayRegister(act);
  await act.exchange.checkPreconditions();
  const registration = check(act, fields);
  // Numbers that are registered count too: somebody could register the candidates of a mask, and undo it.
  await countLookup(act, registration, 'later');
  const outcome = await outcomeOf(act, registration);
  switch (outcome.kind) {
    case 'new':
      return enter(act, registration, outcome.person);
    case 'same':
      await recordLookup(act, 'done');
      return unchanged(act, outcome.entry, outcome.person);
    case 'updated':
    case 'returned':
      return correct(act, registration, outcome.entry, outcome.person);
    case 'transfer':
      return propose(act, registration, outcome.entry, outcome.person);
    case 'elsewhere':
      await recordLookup(act, 'denied');
      throw new DomainError('registration-failed');
    case 'conflict':
      await recordLookup(act, 'denied');
      throw identityConflict();
  }
}

async function enter(act: Act, registration: CheckedRegistration, known: PersonRecord | null): Promise<Reply<Teacher>> {
  const { teacher, person, numbers, auditEntry } = entered(act, registration, known);
  const reply: Reply<Teacher> = { as: 'created', body: teacherView(act, teacher, await unitContextOf(act, teacher.unitId), person) };
  const closed = known ? await closedTransfers(act, known.id) : [];
  await act.store.register(teacher, person, numbers, closed, changeOf(act, guardsOf(act), [auditEntry], reply));
  return reply;
}

/** Nothing differs, so only the answer is stored. */
async function unchanged(act: Act, teacher: TeacherRecord, person: PersonRecord): Promise<Reply<Teacher>> {
  const reply: Reply<Teacher> = { as: 'ok', body: teacherView(act, teacher, await unitContextOf(act, teacher.unitId), person) };
  await act.store.record(changeOf(act, [], [], reply));
  return reply;
}

async function correct(act: Act, registration: CheckedRegistration, before: TeacherRecord, person: PersonRecord): Promise<Reply<Teacher>> {
  const { teacher, person: taken, numbers, auditEntry } = corrected(act, registration, before, person);
  const reply: Reply<Teacher> = { as: 'ok', body: teacherView(act, teacher, await unitContextOf(act, teacher.unitId), person) };
  await act.store.saveTeacher(teacher, taken, numbers, changeOf(act, guardsOf(act), [auditEntry], reply));
  return reply;
}

async function propose(
  act: Act,
  registration: CheckedRegistration,
  elsewhere: TeacherRecord,
  person: PersonRecord,
): Promise<Reply<ProposedTransfer>> {
  const { unit } = act.caller;
  const all = await act.store.waitingTransfers(person.id);
  const waiting = all.find(({ toUnitId, teacherId, state }) => toUnitId === unit.id && teacherId === elsewhere.id && state === 'proposed');
  if (waiting) {
    const reply: Reply<ProposedTransfer> = { as: 'accepted', body: { transfer: await transferView(act, waiting) } };
    await act.store.record(changeOf(act, [], [], reply));
    return reply;
  }
  // Closes proposals to a school that no longer has the person, because nobody could answer them.
  const closed = await closedTransfers(act, person.id, ({ teacherId }) => teacherId !== elsewhere.id);
  const { transfer, person: asked, trail } = proposal(act, registration, elsewhere, person);
  const reply: Reply<ProposedTransfer> = { as: 'accepted', body: { transfer: await transferView(act, transfer) } };
  await act.store.propose(transfer, asked, closed, changeOf(act, guardsOf(act), trail, reply));
  return reply;
}
