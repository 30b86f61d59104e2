/** Creates and corrects roster entries, for registrations, imports and transfers. */
import { auditedTeacher } from '../../domain/audited-records.js';
import { changedValues, newValues, type CheckedRegistration } from '../../domain/registration.js';
import { hasLeft } from '../../domain/teachers.js';
import type { IdentityNumber, PersonRecord, TeacherRecord, TrailDraft } from '../../store/records.js';
import type { Act } from '../core/act.js';
import { draftAuditEntry, changed } from '../core/audit.js';
import { targetOf } from './teacher-view.js';
import { openIdentity, sealIdentity, type SealedIdentity } from './teachers.js';

/** The record of a new entry. */
export function newEntry(
  act: Act,
  id: string,
  unitId: string,
  personId: string,
  registration: CheckedRegistration,
  { sealed = sealIdentity(act.kit.cipher, id, registration), before }: { sealed?: SealedEntry['identity']; before?: TeacherRecord } = {},
): TeacherRecord {
  const { idKind, category } = registration;
  return {
    ...newValues(registration, before),
    id,
    unitId,
    personId,
    username: null,
    idKind,
    nationalId: sealed.nationalId,
    birthDate: sealed.birthDate,
    category,
    status: 'pending',
    departure: null,
    registeredAt: act.at,
    noticeVersion: act.kit.notice.version,
    noticeAt: act.at,
    version: 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
}

/** An entry to be written, with its audit entry. */
export interface EntryWrite<Person> {
  teacher: TeacherRecord;
  person: Person;
  numbers: IdentityNumber[];
  auditEntry: TrailDraft;
}

/** The encrypted values of a new person. For an import the dry run makes them, so that the commit is faster. */
export interface SealedEntry {
  id: string;
  personId: string;
  identity: SealedIdentity;
  numbers: IdentityNumber[];
}

export function sealedEntry(act: Act, registration: CheckedRegistration, known: PersonRecord | null): SealedEntry {
  const id = act.newId();
  const personId = known?.id ?? act.newId();
  const { cipher } = act.kit;
  return { id, personId, identity: sealIdentity(cipher, id, registration), numbers: cipher.numbers(registration.nationalId, personId) };
}

/** The new entry of somebody who is on no roster. `known` is the person if there was an entry before. */
export function entered(
  act: Act,
  registration: CheckedRegistration,
  known: PersonRecord | null,
  {
    unitId = act.caller.unit.id,
    sealed = sealedEntry(act, registration, known),
  }: { unitId?: string; sealed?: SealedEntry | undefined } = {},
): EntryWrite<PersonRecord> {
  const { id, personId, identity, numbers } = sealed;
  const person: PersonRecord = { id: personId, teacherId: id, unitId, version: (known?.version ?? 0) + 1 };
  const teacher = newEntry(act, id, unitId, personId, registration, { sealed: identity });
  const auditEntry = draftAuditEntry(act, 'teacher.register', targetOf(teacher), { unitId, after: auditedTeacher(teacher) });
  return { teacher, person, numbers, auditEntry };
}

/** Corrects an entry by a new registration (manual, step 5 b). A person who left returns to the roster. */
export function corrected(
  act: Act,
  registration: CheckedRegistration,
  before: TeacherRecord,
  person: PersonRecord,
): EntryWrite<PersonRecord | null> {
  const returns = hasLeft(before.departure, act.today);
  const { nationalId, birthDate: onFile } = openIdentity(act.kit.cipher, before);
  const teacher: TeacherRecord = {
    ...before,
    ...changedValues(registration),
    // An identity number is corrected only by its own action, because the number sent may be an old one of the person.
    ...sealIdentity(act.kit.cipher, before.id, { nationalId, birthDate: registration.birthDate }),
    category: registration.category,
    departure: returns ? null : before.departure,
    version: before.version + 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  const difference = changed(auditedTeacher(before), auditedTeacher(teacher));
  const birthDate = onFile !== registration.birthDate ? { birthDate: 'corrected' } : {};
  const auditEntry = draftAuditEntry(act, returns ? 'teacher.return' : 'teacher.update', targetOf(teacher), {
    unitId: before.unitId,
    before: difference.before,
    after: { ...difference.after, ...birthDate },
  });
  return {
    teacher,
    // Another school may register the person at the same time; the person's version decides which write succeeds.
    person: returns ? { ...person, version: person.version + 1 } : null,
    numbers: [],
    auditEntry,
  };
}
