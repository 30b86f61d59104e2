/** Inputs generated from the schemas that the routes validate with: valid, nearly valid, and hostile. */
import fc, { type Arbitrary } from 'fast-check';
import { z } from 'zod';

type Json = Record<string, unknown>;

/** Values by field name, for fields with checks that JSON Schema cannot express. */
const BY_NAME: Record<string, readonly unknown[]> = {
  email: ['a@example.test', 'b.c@d.example'],
  phone: ['02-2345-6789', '0912-345-678 #12'],
  fax: ['02-2345-6789', null],
  username: ['wang-head', 'somebody.new'],
  birthDate: ['1980-02-29', '1966-12-31'],
  on: ['2026-08-01', '2026-11-25'],
  from: ['2026-01-01', '2026-01-01T00:00:00Z'],
  to: ['2030-01-01'],
  title: ['teacher', 'staff', 'director'],
  stage: ['elementary', 'junior-high'],
  level: ['school', 'department'],
  password: ['demo-Password-88', 'a long one indeed'],
  totp: ['123456'],
};

/** Values that are known to break programs. */
const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u200b',
  '%',
  '_',
  "'",
  '"; drop table units; --',
  '=1+1',
  '<script>',
  '../../etc/passwd',
  '𠮷'.repeat(120),
  'é'.normalize('NFD').repeat(99),
  '0'.repeat(5_000),
  '１２３',
  'null',
  '__proto__',
  'constructor',
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  2 ** 60,
  [],
  {},
  [[]],
  { toString: 1 },
];

const hostile = fc.constantFrom(...HOSTILE);
const json = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Json;

function stringOf(schema: Json, name: string): Arbitrary<unknown> {
  const named = BY_NAME[name];
  if (named) return fc.constantFrom(...named);
  if (schema['format'] === 'date')
    return fc
      .date({ min: new Date('1930-01-01'), max: new Date('2010-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern']), { maxLength: 130 });
  const maxLength = Math.min(Number(schema['maxLength'] ?? 60), 60);
  return fc.string({ unit: 'grapheme', minLength: Math.max(1, Number(schema['minLength'] ?? 1)), maxLength });
}

function valueOf(schema: Json, name: string): Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if ('const' in schema) return fc.constant(schema['const']);
  const options = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (options) return fc.oneof(...options.map((option) => valueOf(option, name)));
  switch (schema['type']) {
    case 'string':
      return stringOf(schema, name);
    case 'integer':
    case 'number':
      return fc.integer({ min: Number(schema['minimum'] ?? 0), max: Number(schema['maximum'] ?? 1000) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueOf((schema['items'] ?? {}) as Json, name), { maxLength: 7 });
    case 'object':
      return objectOf(schema);
    default:
      return fc.oneof(fc.string({ maxLength: 40 }), hostile);
  }
}

function objectOf(schema: Json): Arbitrary<Json> {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] };
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(field, name)]));
  return fc.record(fields, { requiredKeys: required }) as Arbitrary<Json>;
}

export function validValueOf(schema: z.ZodType): Arbitrary<Json> {
  return valueOf(json(schema), '') as Arbitrary<Json>;
}

/** A valid value with one fault: a hostile, missing or unknown field; or a hostile value in its place. */
export function invalidValueOf(schema: z.ZodType): Arbitrary<unknown> {
  const names = Object.keys((json(schema) as { properties?: Json }).properties ?? {});
  const fieldName = names.length > 0 ? fc.constantFrom(...names) : fc.constant('field');
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(validValueOf(schema), fieldName, hostile).map(([body, name, value]) => ({ ...body, [name]: value })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(validValueOf(schema), fieldName)
        .map(([body, name]) => Object.fromEntries(Object.entries(body).filter(([key]) => key !== name))),
    },
    { weight: 1, arbitrary: fc.tuple(validValueOf(schema), hostile).map(([body, value]) => ({ ...body, surprise: value })) },
    { weight: 1, arbitrary: hostile },
  );
}

/** A query string, with its question mark. */
export function queryOf(schema: z.ZodType | undefined, kind: 'valid' | 'invalid'): Arbitrary<string> {
  if (!schema) return kind === 'valid' ? fc.constant('') : fc.oneof(fc.constant(''), fc.constant('?surprise=1'));
  const value = kind === 'valid' ? validValueOf(schema) : invalidValueOf(schema);
  return value.map((values) => {
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return '?x';
    const pairs = Object.entries(values).map(
      ([name, value]) =>
        `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(typeof value === 'string' ? value : JSON.stringify(value)))}`,
    );
    return pairs.length > 0 ? `?${pairs.join('&')}` : '';
  });
}

/** Replaces lone surrogates, which encodeURIComponent rejects. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

export const pathSegment = fc.oneof(
  fc.constantFrom('nothing', '..', '%2e%2e', '%00', "'", '0'.repeat(300), '{}', '%f0%a0%ae%b7', '-1'),
  fc.uuid(),
);
