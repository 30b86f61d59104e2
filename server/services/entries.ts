/** An entry of a roster as it comes into being, by registration or by transfer. */
import type { CheckedRegistration } from '../domain/registration.js';
import type { TeacherRecord } from '../store/records.js';
import type { Act } from './act.js';
import { sealIdentity } from './teachers.js';

/** A registration as it is sent; undefined leaves a field of an entry on file as it is. */
export interface RegistrationFields {
  name: string;
  sex: 'male' | 'female';
  nationalId: string;
  birthDate: string;
  title: string;
  email?: string | null | undefined;
  stage?: string | null | undefined;
  subjects?: string[] | undefined;
  unitNote?: string | null | undefined;
  remark?: string | null | undefined;
}

/** A registration that was checked. */
export type Checked = RegistrationFields & CheckedRegistration;

/** The entry of someone new to the roster, as a record. */
export function newEntry(act: Act, id: string, unitId: string, personId: string, registration: Checked): TeacherRecord {
  const { name, sex, idKind, title, category, email, stage, subjects, unitNote, remark } = registration;
  return {
    ...{ id, unitId, personId, username: null, name, sex, idKind, title, category },
    ...sealIdentity(act.kit.cipher, id, registration),
    email: email ?? null,
    stage: stage ?? null,
    subjects: subjects ?? [],
    status: 'pending',
    unitNote: unitNote ?? null,
    remark: remark ?? null,
    departure: null,
    registeredAt: act.at,
    ...{ noticeVersion: act.kit.notice.version, noticeAt: act.at },
    version: 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
}
