/** 本單位教師帳號管理: the roster of a unit. */
import { auditedTeacher } from '../../domain/audited-records.js';
import { readsSubtree, seesRoster, writesRoster, type TeacherAction } from '../../domain/authority.js';
import { categoryOfTitle } from '../../domain/codes.js';
import { isBirthDateOfAge } from '../../domain/dates.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { readNationalId, type Sex } from '../../domain/national-id.js';
import { codeFaults, codesOf } from '../../domain/registration.js';
import type { TeacherUpdate } from '../../domain/teacher-fields.js';
import { hasLeft, summarise, type Departure, type DepartureKind, type TeacherStatus } from '../../domain/teachers.js';
import type { Invitation, Revealed, Teacher, TeacherPage } from '../../contract/wire.js';
import type { IdentityNumber, PersonRecord, TeacherRecord, TrailDraft, UnitRecord } from '../../store/records.js';
import type { Order, TeacherFilter, TeacherSort } from '../../store/store.js';
import { byId } from '../core/by-id.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, changed, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { pageOf } from '../core/page.js';
import { definedFields } from '../core/patch.js';
import { enforceLimit } from '../core/rate-limit.js';
import { sealBinding } from '../core/seal-binding.js';
import { hashOf, secret } from '../core/secrets.js';
import type { Cipher } from '../core/cipher.js';
import { unitContextOf, unitContextsOf, type UnitContext } from '../core/unit-contexts.js';
import { countLookup } from './lookups.js';
import { returnable, targetOf, teacherView } from './teacher-view.js';

export interface RosterQuery {
  unit?: string | undefined;
  scope: 'own' | 'subtree';
  ids?: string[] | undefined;
  q?: string | undefined;
  subject?: string | undefined;
  stage?: string | undefined;
  status?: TeacherStatus | undefined;
  category?: 'teacher' | 'staff' | undefined;
  departed: boolean;
  sort: Order<TeacherSort>;
}

interface Identity {
  nationalId: string;
  birthDate: string;
}

export type SealedIdentity = Pick<TeacherRecord, 'nationalId' | 'birthDate'>;

export function sealIdentity(cipher: Cipher, id: string, identity: { nationalId: string; birthDate: string }): SealedIdentity {
  return {
    nationalId: cipher.seal(identity.nationalId, sealBinding('teachers.nationalId', id)),
    birthDate: cipher.seal(identity.birthDate, sealBinding('teachers.birthDate', id)),
  };
}

/** @throws DomainError `unreadable` */
export function openIdentity(cipher: Cipher, { id, nationalId, birthDate }: TeacherRecord): Identity {
  return {
    nationalId: cipher.open(nationalId, sealBinding('teachers.nationalId', id)),
    birthDate: cipher.open(birthDate, sealBinding('teachers.birthDate', id)),
  };
}

/** @throws DomainError `not-found` or `forbidden`, with an audit entry */
async function visibleTeacher(act: Act, id: string, action: TeacherAction | null): Promise<{ teacher: TeacherRecord; at: UnitContext }> {
  const teacher = await act.store.teacher(id);
  const target = { type: 'teacher' as const, id, name: null };
  // The route records denied reads.
  const refuse = async (code: 'not-found' | 'forbidden') => (action ? denied(act, action, target, code) : new DomainError(code));
  if (!teacher) throw await refuse('not-found');
  const unitContext = await unitContextOf(act, teacher!.unitId);
  const { functions, role } = act.caller;
  const relation = act.relationTo(unitContext.unit);
  if (seesRoster(functions, role, relation)) return { teacher: teacher!, at: unitContext };
  throw await refuse(relation === 'own' ? 'forbidden' : 'not-found');
}

/** The entry, if the caller may change it. Only the own unit may. */
async function actOn(
  act: Act,
  id: string,
  action: TeacherAction,
): Promise<{ teacher: TeacherRecord; at: UnitContext; person: PersonRecord | null }> {
  const { teacher, at: unitContext } = await visibleTeacher(act, id, action);
  const { functions, role } = act.caller;
  if (!writesRoster(functions, role, act.relationTo(unitContext.unit))) throw await denied(act, action, targetOf(teacher));
  const person = await act.store.person(teacher.personId);
  if (action !== 'teacher.reveal') await act.exchange.checkPreconditions(teacher, () => teacherView(act, teacher, unitContext, person));
  return { teacher, at: unitContext, person };
}

function next(act: Act, teacher: TeacherRecord, fields: Partial<TeacherRecord>): TeacherRecord {
  return { ...teacher, ...fields, version: teacher.version + 1, updatedAt: act.at, updatedBy: act.by };
}

async function save(
  act: Act,
  action: TeacherAction,
  before: TeacherRecord,
  after: TeacherRecord,
  unitContext: UnitContext,
  person: PersonRecord | null,
  more: { reason?: string | null; numbers?: IdentityNumber[]; units?: UnitRecord[] } = {},
): Promise<Reply<Teacher>> {
  const reply: Reply<Teacher> = { as: 'ok', body: teacherView(act, after, unitContext, person) };
  const auditEntry = draftAuditEntry(act, action, targetOf(after), {
    unitId: unitContext.unit.id,
    reason: more.reason ?? null,
    ...changed(auditedTeacher(before), auditedTeacher(after)),
  });
  // A return makes this the person's current entry again, unless another school registers the person at the same time.
  const taken = action === 'teacher.return' && person ? { ...person, version: person.version + 1 } : null;
  await act.store.saveTeacher(
    after,
    taken,
    more.numbers ?? [],
    changeOf(act, guardsOf(act, unitContext.unit, ...(more.units ?? [])), [auditEntry], reply),
  );
  return reply;
}

/** The filter of a list, with its unit. A search below the own unit is recorded in the audit trail. */
export async function rosterFilter(act: Act, wanted: RosterQuery): Promise<{ filter: TeacherFilter; at: UnitContext }> {
  const { functions, role, unit: own } = act.caller;
  const unitContext = await unitContextOf(act, wanted.unit ?? own.id);
  const relation = act.relationTo(unitContext.unit);
  if (!seesRoster(functions, role, relation)) throw new DomainError(relation === 'own' ? 'forbidden' : 'not-found');
  if (wanted.scope === 'subtree' && !readsSubtree(role)) throw new DomainError('forbidden');
  const { subject, stage, status, category, departed } = wanted;
  const filter: TeacherFilter = {
    unitId: unitContext.unit.id,
    today: act.today,
    ids: wanted.ids,
    departed,
    q: wanted.q || undefined,
    subject,
    stage,
    status,
    category,
  };
  if (wanted.scope === 'subtree') filter.within = unitContext.unit.path;
  if ((relation !== 'own' || wanted.scope === 'subtree') && filter.q) {
    await act.store.record({
      guards: [],
      trail: [
        draftAuditEntry(
          act,
          'teacher.read',
          { type: 'roster', id: unitContext.unit.id, name: unitContext.unit.name },
          { unitId: unitContext.unit.id, after: { scope: wanted.scope, search: true } },
        ),
      ],
    });
  }
  return { filter, at: unitContext };
}

export async function listTeachers(act: Act, fields: Fields<RosterQuery & { page: number; pageSize: number }>): Promise<TeacherPage> {
  const wanted = fields();
  const { filter, at: unitContext } = await rosterFilter(act, wanted);
  const { items, total } = await act.store.teachers(filter, wanted.sort, wanted);
  const places =
    filter.within === undefined
      ? new Map([[unitContext.unit.id, unitContext]])
      : await unitContextsOf(
          act,
          items.map(({ unitId }) => unitId),
        );
  const departedItems = items.filter(({ departure }) => departure !== null);
  const persons = byId(await act.store.peopleById(departedItems.map(({ personId }) => personId)));
  const views = items.map((item) => teacherView(act, item, places.get(item.unitId) ?? unitContext, persons.get(item.personId) ?? null));
  const summary = summarise(await act.store.rosterCounts(unitContext.unit.id, act.today));
  return { ...pageOf(views, total, wanted), summary };
}

/** One entry in full. The read is recorded in the audit trail. */
export async function readTeacher(act: Act, id: string): Promise<Teacher> {
  const { teacher, at: unitContext } = await visibleTeacher(act, id, null);
  await act.store.record({ guards: [], trail: [draftAuditEntry(act, 'teacher.read', targetOf(teacher), { unitId: unitContext.unit.id })] });
  return teacherView(act, teacher, unitContext, await act.store.person(teacher.personId));
}

export async function updateTeacher(act: Act, id: string, fields: Fields<TeacherUpdate>): Promise<Reply<Teacher>> {
  const { teacher, at: unitContext, person } = await actOn(act, id, 'teacher.update');
  const patch: Partial<TeacherRecord> = definedFields(fields());
  const errors = codeFaults(act.kit.codes, patch, codesOf(teacher));
  if (errors.length > 0) throw new DomainError('validation', { errors });
  if (patch.title !== undefined) {
    if (act.kit.codes.titles.find(({ code }) => code === patch.title)?.refused)
      throw new DomainError('intern-not-allowed', { errors: [{ path: 'title', code: 'not-allowed' }] });
    patch.category = categoryOfTitle(act.kit.codes, patch.title);
  }
  mustBeHere(act, teacher);
  return save(act, 'teacher.update', teacher, next(act, teacher, patch), unitContext, person);
}

function mustBeHere(act: Act, { departure }: TeacherRecord): void {
  if (hasLeft(departure, act.today)) throw new DomainError('wrong-state');
}

/** Corrects or renews the identity number of the same person. A number of somebody else is refused; the old number still finds the person. */
export async function correctIdentity(
  act: Act,
  id: string,
  fields: Fields<{ nationalId: string; sex: Sex; birthDate: string; reason: string }>,
): Promise<Reply<Teacher>> {
  const { teacher, at: unitContext, person } = await actOn(act, id, 'teacher.correct-identity');
  const { nationalId: typed, sex, birthDate, reason } = fields();
  const number = readNationalId(typed);
  if (!number.ok) throw new DomainError('national-id-invalid', { errors: [{ path: 'nationalId', code: number.fault.code }] });
  if (number.sex !== sex)
    throw new DomainError('sex-mismatch', {
      errors: [
        { path: 'sex', code: 'sex-mismatch' },
        { path: 'nationalId', code: 'sex-mismatch' },
      ],
    });
  if (!isBirthDateOfAge(birthDate, act.today)) throw fieldError('birthDate', 'age-out-of-range');
  mustBeHere(act, teacher);
  await countLookup(act, { nationalId: number.value, birthDate });
  const holder = await act.store.personByNumber(act.kit.cipher.indexes(number.value));
  if (holder && holder.id !== teacher.personId) throw new DomainError('registration-failed');
  const after = next(act, teacher, {
    sex,
    idKind: number.kind,
    ...sealIdentity(act.kit.cipher, id, { nationalId: number.value, birthDate }),
  });
  const numbers = act.kit.cipher.numbers(number.value, teacher.personId);
  return save(act, 'teacher.correct-identity', teacher, after, unitContext, person, { reason, numbers });
}

export interface DepartureFields {
  kind: DepartureKind;
  on?: string | undefined;
  toUnitId?: string | undefined;
  note?: string | null | undefined;
}

/** @throws DomainError `validation` */
export async function departureOf(act: Act, fields: DepartureFields, unitId: string): Promise<Departure> {
  const { kind, on = act.today, toUnitId = null, note = null } = fields;
  if (kind === 'other' && note === null) throw fieldError('note', 'required');
  // A day far in the past or future is a typing error.
  const years = Number(on.slice(0, 4)) - Number(act.today.slice(0, 4));
  if (Math.abs(years) > 2) throw fieldError('on', 'bad-date');
  if (toUnitId !== null && (toUnitId === unitId || !(await act.store.unit(toUnitId)))) throw fieldError('toUnitId', 'not-allowed');
  return { kind, on, toUnitId, note, at: act.at };
}

/** A departure to be written, with its audit entry. */
export function departed(act: Act, before: TeacherRecord, departure: Departure): { teacher: TeacherRecord; auditEntry: TrailDraft } {
  const teacher = next(act, before, { departure });
  const auditEntry = draftAuditEntry(act, 'teacher.depart', targetOf(teacher), {
    unitId: before.unitId,
    reason: departure.note,
    ...changed(auditedTeacher(before), auditedTeacher(teacher)),
  });
  return { teacher, auditEntry };
}

export async function departTeacher(act: Act, id: string, fields: Fields<DepartureFields>): Promise<Reply<Teacher>> {
  const { teacher, at: unitContext, person } = await actOn(act, id, 'teacher.depart');
  const departure = await departureOf(act, fields(), unitContext.unit.id);
  mustBeHere(act, teacher);
  return save(act, 'teacher.depart', teacher, next(act, teacher, { departure }), unitContext, person, { reason: departure.note });
}

export async function returnTeacher(act: Act, id: string): Promise<Reply<Teacher>> {
  const { teacher, at: unitContext, person } = await actOn(act, id, 'teacher.return');
  if (!returnable(teacher, person)) throw new DomainError('nothing-to-undo');
  return save(act, 'teacher.return', teacher, next(act, teacher, { departure: null }), unitContext, person);
}

export async function revealTeacher(act: Act, id: string, fields: Fields<{ reason: string }>): Promise<Revealed> {
  const { teacher, at: unitContext } = await actOn(act, id, 'teacher.reveal');
  const { reason } = fields();
  await enforceLimit(act, `reveal:${act.caller.account.id}`, act.kit.limits.reveals, act.kit.limits.revealSeconds);
  await act.store.record(
    changeOf(act, guardsOf(act, unitContext.unit), [
      draftAuditEntry(act, 'teacher.reveal', targetOf(teacher), { unitId: unitContext.unit.id, reason }),
    ]),
  );
  return openIdentity(act.kit.cipher, teacher);
}

/** An invitation to claim the entry. It is single-use and ends with a newer one, a claim or a departure. The code is shown only in this answer. */
export async function inviteTeacher(act: Act, id: string): Promise<Invitation> {
  const { teacher, at: unitContext } = await actOn(act, id, 'teacher.update');
  if (teacher.status !== 'pending' || hasLeft(teacher.departure, act.today)) throw new DomainError('wrong-state');
  const code = secret();
  const expiresAt = act.later(act.kit.limits.invitationSeconds);
  const auditEntry = draftAuditEntry(act, 'teacher.update', targetOf(teacher), {
    unitId: unitContext.unit.id,
    after: { invitedUntil: expiresAt },
  });
  await act.store.invite(
    { codeHash: hashOf(code), unitId: unitContext.unit.id, teacherId: id, createdAt: act.at, expiresAt },
    changeOf(act, guardsOf(act, unitContext.unit), [auditEntry]),
  );
  return { invitation: code, expiresAt };
}
