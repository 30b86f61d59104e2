/** The view of a roster entry, derived from the field table. */
import { seesRosterUnmasked, teacherVerdicts, writesRoster } from '../../domain/authority.js';
import { viewer } from '../../domain/field-views.js';
import { maskUsername } from '../../domain/names.js';
import { TEACHER_FIELDS, type TeacherField } from '../../domain/teacher-fields.js';
import { hasLeft } from '../../domain/teachers.js';
import type { Teacher } from '../../contract/wire.js';
import type { PersonRecord, TeacherRecord } from '../../store/records.js';
import type { Act } from '../core/act.js';
import type { Cipher } from '../core/cipher.js';
import { maskBy, toAction, type UnitContext } from '../core/unit-contexts.js';
import { sealBinding } from '../core/seal-binding.js';

/** Fields that the kit sets itself; the view lists them by name. All other fields must be in the table, or this does not compile. */
type KeptByKit =
  | 'id'
  | 'unitId'
  | 'personId'
  | 'username'
  | 'idKind'
  | 'category'
  | 'status'
  | 'departure'
  | 'registeredAt'
  | 'noticeVersion'
  | 'noticeAt'
  | 'version'
  | 'updatedAt'
  | 'updatedBy';
({}) satisfies Record<Exclude<keyof TeacherRecord, TeacherField | KeptByKit>, never>;

const viewed = { unit: viewer(TEACHER_FIELDS, 'unit'), above: viewer(TEACHER_FIELDS, 'above') };

export const targetOf = ({ id, name }: TeacherRecord) => ({ type: 'teacher' as const, id, name });

/** Whether a departure can be undone: no other school and no later entry has the person. */
export function returnable(teacher: TeacherRecord, person: PersonRecord | null): boolean {
  return teacher.departure !== null && person?.teacherId === teacher.id;
}

/** Null where it cannot be decrypted, so that one such entry does not make a whole list fail. */
export function readableIdentity(
  cipher: Cipher,
  { id, nationalId, birthDate }: TeacherRecord,
): { nationalId: string; birthDate: string } | null {
  const number = cipher.openOrNull(nationalId, sealBinding('teachers.nationalId', id));
  const day = cipher.openOrNull(birthDate, sealBinding('teachers.birthDate', id));
  return number === null || day === null ? null : { nationalId: number, birthDate: day };
}

/** The view of an entry: unmasked in the own unit, masked for readers above. */
export function teacherView(act: Act, teacher: TeacherRecord, unitContext: UnitContext, person: PersonRecord | null): Teacher {
  const relation = act.relationTo(unitContext.unit);
  const { functions, role } = act.caller;
  const own = seesRosterUnmasked(role, relation);
  const { id, unitId, username, idKind, category, status, departure, registeredAt, version, updatedAt, updatedBy } = teacher;
  const verdicts = teacherVerdicts(writesRoster(functions, role, relation), {
    departed: hasLeft(departure, act.today),
    leaving: departure !== null,
    returnable: returnable(teacher, person),
  });
  const identity = readableIdentity(act.kit.cipher, teacher);
  return {
    id,
    unitId,
    unitName: unitContext.unit.name,
    username: own || username === null ? username : maskUsername(username),
    ...viewed[own ? 'unit' : 'above'](teacher, { nationalId: identity?.nationalId ?? null }),
    unreadable: identity === null,
    idKind,
    category,
    status,
    departure: departure && (own ? departure : { ...departure, note: null, toUnitId: null }),
    registeredAt,
    actions: verdicts.map((verdict) => toAction(act, verdict, unitContext)),
    version,
    updatedAt,
    updatedBy: own ? updatedBy : maskBy(updatedBy),
  };
}
