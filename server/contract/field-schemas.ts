/** Zod schemas derived from a field table: for request bodies and for answers. */
import { z } from 'zod';
import type { Field, FieldTable, NameOf, StoredOf, ValueOf, ViewedName, ViewOf } from '../domain/fields.js';
import { namesOf } from '../domain/fields.js';
import * as f from './fields.js';

function valueOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'name':
      return f.name;
    case 'text':
      return f.text(field.max);
    case 'note':
      return f.note;
    case 'email':
      return f.email;
    case 'phone':
      return f.phone;
    case 'identity-number':
      return f.nationalId;
    case 'sex':
      return f.sex;
    case 'day':
      return f.day;
    case 'code':
      return f.code;
    case 'subjects':
      return f.subjects;
  }
}

function sentOf(field: Field): z.ZodType {
  const value = valueOf(field);
  if (field.required) return value;
  return field.kind === 'subjects' ? value.optional() : f.optional(value);
}

type SentSchema<F extends Field> = F extends { required: true }
  ? z.ZodType<ValueOf<F>, ValueOf<F>>
  : z.ZodOptional<z.ZodType<StoredOf<F>, StoredOf<F>>>;

/** Fields in the body of a call. An optional one may be left out; an empty text or null means that there is no value. */
export function sentFields<T extends FieldTable, N extends NameOf<T>>(fields: T, names: readonly N[]): { [S in N]: SentSchema<T[S]> } {
  return Object.fromEntries(names.map((name) => [name, sentOf(fields[name]!)])) as { [S in N]: SentSchema<T[S]> };
}

const SEEN: Partial<Record<Field['kind'], z.ZodType>> = {
  sex: f.sex,
  subjects: z.array(z.string()),
  'identity-number': z
    .string()
    .meta({ description: 'masked: A12****789; to a reader above the unit A*********; null where it cannot be read' }),
  day: z.string().meta({ format: 'date' }),
};

function seenOf(field: Field): z.ZodType {
  const value = SEEN[field.kind] ?? z.string();
  const always = field.required && field.privacy.above !== 'nothing' && !field.sealed;
  return field.kind === 'subjects' || always ? value : value.nullable();
}

type SeenSchemas<T extends FieldTable> = { [V in ViewedName<T>]: z.ZodType<ViewOf<T>[V], ViewOf<T>[V]> };

/** Fields in an answer: those that at least one reader sees. */
export function seenFields<T extends FieldTable>(fields: T): SeenSchemas<T> {
  const seen = namesOf(fields).filter((name) => fields[name]!.privacy.unit !== 'nothing');
  return Object.fromEntries(seen.map((name) => [name, seenOf(fields[name]!)])) as SeenSchemas<T>;
}
