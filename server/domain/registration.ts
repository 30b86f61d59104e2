/** 教師資料登錄: the rules of one registration, the same for a single entry and for a row of an import. */
import { categoryOfTitle, type Category, type CodeLists } from './codes.js';
import { isBirthDateOfAge, type IsoDay } from './dates.js';
import { DomainError, type ErrorCode, type FieldError } from './errors.js';
import { emptyOf } from './fields.js';
import { sameName } from './names.js';
import { readNationalId, type IdKind, type Sex } from './national-id.js';
import { PLAIN_TEACHER_FIELDS, teacherField } from './teacher-fields.js';
import type { PlainTeacherField, RegistrationFields, TeacherValues } from './teacher-fields.js';

/** A registration that was checked, with what follows from its number and its title. */
export type CheckedRegistration = RegistrationFields & { idKind: IdKind; category: Category };

/** What an entry holds but its identity. */
export type PlainValues = Pick<TeacherValues, PlainTeacherField>;
type SomeValues = { readonly [N in PlainTeacherField]?: PlainValues[N] | undefined };

/** Fields of a new entry; `before`: those of the entry at the school before, of somebody who moves. */
export function newValues(registration: RegistrationFields, before?: PlainValues): PlainValues {
  const values = PLAIN_TEACHER_FIELDS.map((name) => {
    const field = teacherField(name);
    return [name, registration[name] ?? (field.movesWithPerson && before?.[name]) ?? emptyOf(field)];
  });
  return Object.fromEntries(values) as PlainValues;
}

/** Fields that a registration sets in an entry on file; those not sent stay. */
export function changedValues(registration: RegistrationFields): Partial<PlainValues> {
  const sent = PLAIN_TEACHER_FIELDS.filter((name) => registration[name] !== undefined);
  return Object.fromEntries(sent.map((name) => [name, registration[name]])) as Partial<PlainValues>;
}

/** Codes that an entry has: they stay allowed to it where a list has retired them, or does not have them any more. */
export function codesOf(entry: PlainValues): string[] {
  return PLAIN_TEACHER_FIELDS.flatMap((name) => {
    const { kind } = teacherField(name);
    return kind === 'code' || kind === 'subjects' ? (entry[name] ?? []) : [];
  });
}

/** Codes that the lists do not know; inactive ones may stay where someone has them (`held`). */
export function codeFaults(codes: CodeLists, fields: SomeValues, held: readonly string[] = []): FieldError[] {
  const knows = (list: keyof CodeLists, code: string): boolean =>
    codes[list].some((item) => item.code === code && (item.active || held.includes(code)));
  return PLAIN_TEACHER_FIELDS.flatMap((name): FieldError[] => {
    const field = teacherField(name);
    const value = fields[name];
    if (field.kind === 'code' && typeof value === 'string' && value !== '')
      return knows(field.list, value) ? [] : [{ path: name, code: 'unknown-code' }];
    if (!Array.isArray(value)) return [];
    return value.flatMap((code, index): FieldError[] => {
      if (!knows('subjects', code)) return [{ path: `${name}.${index}`, code: 'unknown-code' }];
      return value.indexOf(code) === index ? [] : [{ path: `${name}.${index}`, code: 'duplicate' }];
    });
  });
}

type Refusal = Extract<ErrorCode, 'national-id-invalid' | 'sex-mismatch' | 'intern-not-allowed' | 'validation'>;

/**
 * What is wrong with a registration: number, sex against number, title, codes, age; null where nothing is.
 * @param held codes that the person has already
 */
export function registrationFaults(
  registration: RegistrationFields,
  codes: CodeLists,
  today: IsoDay,
  held: readonly string[] = [],
): { code: Refusal; errors: FieldError[] } | null {
  const errors: FieldError[] = codeFaults(codes, registration, held);
  if (!isBirthDateOfAge(registration.birthDate, today)) errors.push({ path: 'birthDate', code: 'age-out-of-range' });
  const id = readNationalId(registration.nationalId);
  if (!id.ok) return { code: 'national-id-invalid', errors: [{ path: 'nationalId', code: id.fault.code }, ...errors] };
  if (id.sex !== registration.sex) {
    const pair: FieldError[] = [
      { path: 'sex', code: 'sex-mismatch' },
      { path: 'nationalId', code: 'sex-mismatch' },
    ];
    return { code: 'sex-mismatch', errors: [...pair, ...errors] };
  }
  if (codes.titles.find(({ code }) => code === registration.title)?.refused) {
    return { code: 'intern-not-allowed', errors: [{ path: 'title', code: 'not-allowed' }] };
  }
  return errors.length > 0 ? { code: 'validation', errors } : null;
}

/** A registration without faults, with what follows from its number and its title. */
export function completed(registration: RegistrationFields, codes: CodeLists): CheckedRegistration {
  const id = readNationalId(registration.nationalId);
  if (!id.ok) throw new DomainError('national-id-invalid');
  return { ...registration, nationalId: id.value, idKind: id.kind, category: categoryOfTitle(codes, registration.title) };
}

/** @throws DomainError `national-id-invalid`, `sex-mismatch`, `intern-not-allowed` or `validation` */
export function checkRegistration(registration: RegistrationFields, codes: CodeLists, today: IsoDay): CheckedRegistration {
  const faults = registrationFaults(registration, codes, today);
  if (faults) throw new DomainError(faults.code, { errors: faults.errors });
  return completed(registration, codes);
}

export interface OnFile {
  name: string;
  sex: Sex;
  birthDate: IsoDay;
}

/** Names of the fields in which a registration differs from the entry on file; never stored values. */
export function differences(onFile: Record<string, unknown>, registration: Record<string, unknown>): string[] {
  return Object.keys(registration).filter(
    (field) => registration[field] !== undefined && JSON.stringify(onFile[field] ?? null) !== JSON.stringify(registration[field] ?? null),
  );
}

/** In the own school a person is corrected by entering again, where name *or* birth date still agrees. */
export function maySamePersonBeCorrected(onFile: OnFile, registration: RegistrationFields): boolean {
  return sameName(onFile.name, registration.name) || onFile.birthDate === registration.birthDate;
}

/** A transfer is proposed only where number, birth date and sex all agree with what is on file elsewhere. */
export function mayTransferBeProposed(onFile: OnFile, registration: RegistrationFields): boolean {
  return onFile.birthDate === registration.birthDate && onFile.sex === registration.sex;
}
