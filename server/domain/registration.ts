/** 教師資料登錄: the rules of one registration, the same for a single entry and for a row of an import. */
import { categoryOfTitle, type Category, type CodeLists } from './codes.js';
import { isBirthDateOfAge, type IsoDay } from './dates.js';
import { DomainError, type ErrorCode, type FieldError } from './errors.js';
import { emptyOf } from './fields.js';
import { sameName } from './names.js';
import { readNationalId, type IdKind, type Sex } from './national-id.js';
import { PLAIN_TEACHER_FIELDS, teacherField } from './teacher-fields.js';
import type { PlainTeacherField, RegistrationFields, TeacherValues } from './teacher-fields.js';

/** A registration without faults, with the values derived from its identity number and title. */
export type CheckedRegistration = RegistrationFields & { idKind: IdKind; category: Category };

/** The fields of an entry without its identity. */
export type PlainValues = Pick<TeacherValues, PlainTeacherField>;
type SomeValues = { readonly [N in PlainTeacherField]?: PlainValues[N] | undefined };

/** The fields of a new entry. `before` are those of the person's entry at the earlier school. */
export function newValues(registration: RegistrationFields, before?: PlainValues): PlainValues {
  const values = PLAIN_TEACHER_FIELDS.map((name) => {
    const field = teacherField(name);
    return [name, registration[name] ?? (field.movesWithPerson && before?.[name]) ?? emptyOf(field)];
  });
  return Object.fromEntries(values) as PlainValues;
}

/** The fields that a registration changes in an entry on file. Fields that were not sent stay unchanged. */
export function changedValues(registration: RegistrationFields): Partial<PlainValues> {
  const sent = PLAIN_TEACHER_FIELDS.filter((name) => registration[name] !== undefined);
  return Object.fromEntries(sent.map((name) => [name, registration[name]])) as Partial<PlainValues>;
}

/** The codes of an entry. They stay valid for it even if a list has retired or removed them. */
export function codesOf(entry: PlainValues): string[] {
  return PLAIN_TEACHER_FIELDS.flatMap((name) => {
    const { kind } = teacherField(name);
    return kind === 'code' || kind === 'subjects' ? (entry[name] ?? []) : [];
  });
}

/** Faults for codes that the lists do not have. Inactive codes may stay in an entry that has them (`held`). */
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
 * The faults of a registration: identity number, sex, title, codes, age; null if there are none.
 * @param held codes that the entry has already
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

/** Adds the values derived from the identity number and the title to a registration without faults. */
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

/** Names of the fields in which a registration differs from the entry on file, never stored values. */
export function differences(onFile: Record<string, unknown>, registration: Record<string, unknown>): string[] {
  return Object.keys(registration).filter(
    (field) => registration[field] !== undefined && JSON.stringify(onFile[field] ?? null) !== JSON.stringify(registration[field] ?? null),
  );
}

/** In the own school a new registration corrects an entry if the name *or* the birth date still agrees. */
export function maySamePersonBeCorrected(onFile: OnFile, registration: RegistrationFields): boolean {
  return sameName(onFile.name, registration.name) || onFile.birthDate === registration.birthDate;
}

/** A transfer is proposed only where number, birth date and sex all agree with what is on file elsewhere. */
export function mayTransferBeProposed(onFile: OnFile, registration: RegistrationFields): boolean {
  return onFile.birthDate === registration.birthDate && onFile.sex === registration.sex;
}
