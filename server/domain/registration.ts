/** 教師資料登錄: the rules of one registration, the same for a single entry and for a row of an import. */
import { categoryOfTitle, type Category, type CodeLists } from './codes.js';
import { isBirthDateOfAge, type IsoDay } from './dates.js';
import { DomainError, type ErrorCode, type FieldError } from './errors.js';
import { sameName } from './names.js';
import { readNationalId, type IdKind, type Sex } from './national-id.js';

export interface Registration {
  name: string;
  sex: Sex;
  nationalId: string;
  birthDate: IsoDay;
  title: string;
  stage: string | null;
  subjects: string[];
}

export interface CheckedRegistration extends Registration {
  idKind: IdKind;
  category: Category;
}

/** Codes that the lists do not know; inactive ones may stay where someone has them (`held`). */
export function codeFaults(
  codes: CodeLists,
  fields: { title?: string | undefined; stage?: string | null | undefined; subjects?: readonly string[] | undefined },
  held: readonly string[] = [],
): FieldError[] {
  const knows = (list: readonly { code: string; active: boolean }[], code: string): boolean =>
    list.some((item) => item.code === code && (item.active || held.includes(code)));
  const errors: FieldError[] = [];
  if (fields.title !== undefined && !knows(codes.titles, fields.title)) errors.push({ path: 'title', code: 'unknown-code' });
  if (fields.stage && !knows(codes.stages, fields.stage)) errors.push({ path: 'stage', code: 'unknown-code' });
  fields.subjects?.forEach((subject, index) => {
    if (!knows(codes.subjects, subject)) errors.push({ path: `subjects.${index}`, code: 'unknown-code' });
    else if (fields.subjects!.indexOf(subject) !== index) errors.push({ path: `subjects.${index}`, code: 'duplicate' });
  });
  return errors;
}

type Refusal = Extract<ErrorCode, 'national-id-invalid' | 'sex-mismatch' | 'intern-not-allowed' | 'validation'>;

/**
 * What is wrong with a registration: number, sex against number, title, codes, age; null where nothing is.
 * @param held codes that the person has already
 */
export function registrationFaults(
  registration: Registration,
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
export function completed<R extends Registration>(registration: R, codes: CodeLists): R & CheckedRegistration {
  const id = readNationalId(registration.nationalId);
  if (!id.ok) throw new DomainError('national-id-invalid');
  return { ...registration, nationalId: id.value, idKind: id.kind, category: categoryOfTitle(codes, registration.title) };
}

/** @throws DomainError `national-id-invalid`, `sex-mismatch`, `intern-not-allowed` or `validation` */
export function checkRegistration<R extends Registration>(registration: R, codes: CodeLists, today: IsoDay): R & CheckedRegistration {
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
export function maySamePersonBeCorrected(onFile: OnFile, registration: Registration): boolean {
  return sameName(onFile.name, registration.name) || onFile.birthDate === registration.birthDate;
}

/** A transfer is proposed only where number, birth date and sex all agree with what is on file elsewhere. */
export function mayTransferBeProposed(onFile: OnFile, registration: Registration): boolean {
  return onFile.birthDate === registration.birthDate && onFile.sex === registration.sex;
}
