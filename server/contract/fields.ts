/** The fields of requests. The message of a fault is its code (`FieldFault`), never a sentence. */
import { z } from 'zod';
import { ROLES } from '../domain/authority.js';
import { isIsoDay } from '../domain/dates.js';
import type { FieldError, FieldFault } from '../domain/errors.js';
import { graphemeCount } from '../domain/names.js';
import { isCleanText, isEmail, isPhone, isUsername, LIMITS, textFault } from '../domain/texts.js';

const fault = (code: FieldFault): string => code;

/** A text of 1 to `max` graphemes. It is trimmed and otherwise not changed. */
export function text(max: number, lines = false) {
  return z
    .string()
    .trim()
    .superRefine((value, context) => {
      const wrong = textFault(value, max, graphemeCount, lines);
      if (wrong) context.addIssue({ code: 'custom', message: fault(wrong) });
    })
    .meta({ minLength: 1, maxLength: max });
}

/** An optional text. Empty and null both mean that there is no value. */
export function optional<T extends z.ZodType>(inner: T) {
  return z.union([z.literal('').transform(() => null), z.null(), inner]).optional();
}

export const name = text(LIMITS.name);
export const reason = text(LIMITS.reason, true);
export const note = text(LIMITS.note, true);
const short = () =>
  z
    .string()
    .min(1, fault('required'))
    .max(64, fault('too-long'))
    .refine((value) => isCleanText(value), fault('bad-characters'));
export const code = short();
export const sex = z.enum(['male', 'female']);
export const role = z.enum(ROLES);
export const email = z.string().trim().min(1, fault('required')).refine(isEmail, fault('bad-email'));
export const phone = z.string().trim().min(1, fault('required')).refine(isPhone, fault('wrong-type'));
export const username = z.string().refine(isUsername, fault('bad-username'));
export const day = z.string().refine(isIsoDay, fault('bad-date')).meta({ format: 'date' });
export const nationalId = z.string().min(1, fault('required')).max(40, fault('too-long'));
export const newPassword = z
  .string()
  .min(1, fault('required'))
  .refine((value) => [...value].length >= LIMITS.passwordMin, fault('too-short'))
  .refine((value) => [...value].length <= LIMITS.passwordMax, fault('too-long'))
  .meta({ minLength: LIMITS.passwordMin, maxLength: LIMITS.passwordMax });
export const givenPassword = z.string().min(1, fault('required')).max(1024, fault('too-long'));
export const subjects = z.array(code).max(LIMITS.subjects, fault('too-many'));
export const optionalNote = optional(note);
export const id = short();
/** Ids in a query, separated by commas, at most 200. */
export const ids = z
  .string()
  .regex(/^[\w.:-]{1,64}(,[\w.:-]{1,64}){0,199}$/, fault('wrong-type'))
  .transform((value) => value.split(','));
/** An identifier from outside: issuer, subject, origin. */
export const outside = (max: number) =>
  z
    .string()
    .min(1, fault('required'))
    .max(max, fault('too-long'))
    .refine((value) => value.trim() !== '', fault('required'))
    .refine((value) => isCleanText(value), fault('bad-characters'));
export const token = outside(512);
/** Six digits (RFC 6238). Spaces are ignored, because authenticator apps show them. */
export const totp = z
  .string()
  .transform((value) => value.replace(/\s/g, ''))
  .refine((value) => /^\d{6}$/.test(value), fault('wrong-type'));
/** ISO 8601, as it is sent in a query: a day in Taipei, or an instant. Without an offset it is Taipei's time. */
export const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/, fault('bad-date'));
export const unitCode = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9-]{1,20}$/, fault('wrong-type'));
export const q = z
  .string()
  .trim()
  .max(100, fault('too-long'))
  .refine((value) => isCleanText(value), fault('bad-characters'));

/** A whole number in a query string. */
export function number(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, fault('wrong-type'))
    .transform(Number)
    .refine((value) => value >= min && value <= max, fault('not-allowed'))
    .meta({ type: 'integer', minimum: min, maximum: max });
}

export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** `field` or `-field`, of the given fields. */
export function sort<const F extends string>(fields: readonly [F, ...F[]]) {
  const values = fields.flatMap((field) => [field, `-${field}`]) as [string, ...string[]];
  return z.enum(values).transform((value) => ({ by: value.replace(/^-/, '') as F, descending: value.startsWith('-') }));
}

const FAULTS_OF_ZOD: Record<string, FieldFault> = {
  too_small: 'too-short',
  too_big: 'too-long',
  invalid_value: 'not-allowed',
  invalid_format: 'wrong-type',
  not_multiple_of: 'not-allowed',
};

const KNOWN_FAULT = /^[a-z]+(-[a-z]+)+$|^(required|duplicate)$/;

/** A request with more faults is not one that a form made, so the first ones are enough. */
const MAX_FAULTS = 20;

/** The faults by field, at most 20; the first of several faults in one field. */
export function faultsOf(error: z.ZodError): FieldError[] {
  const first = new Map<string, FieldError>();
  for (const fault of allFaultsOf(error)) if (!first.has(fault.path)) first.set(fault.path, fault);
  return [...first.values()].slice(0, MAX_FAULTS);
}

/** The longest name of a field is shorter; a path names an unknown field as the caller wrote it. */
const MAX_PATH = 100;

function allFaultsOf(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const path = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      // One fault for all unknown fields of an object, by the name of the first.
      const path = [...issue.path.map(String), issue.keys[0] ?? ''].join('.');
      return [{ path: path.slice(0, MAX_PATH).toWellFormed(), code: 'unknown-field' }];
    }
    if (KNOWN_FAULT.test(issue.message)) return [{ path, code: issue.message as FieldFault }];
    if (issue.code === 'invalid_union') {
      const inner = issue.errors.flat().find(({ message }) => KNOWN_FAULT.test(message));
      return [{ path, code: (inner?.message as FieldFault | undefined) ?? 'wrong-type' }];
    }
    if (issue.code === 'invalid_type' && issue.input === undefined) return [{ path, code: 'required' }];
    return [{ path, code: FAULTS_OF_ZOD[issue.code] ?? 'wrong-type' }];
  });
}

export const paging = { page: number(1, 1_000_000).default(1), pageSize: number(1, 200).default(10) };
export const reasonBody = z.strictObject({ reason });
