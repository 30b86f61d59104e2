import { randomBytes } from 'node:crypto';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Sealed } from '../../domain/fields.js';
import type { StoredResponse, TeacherRecord, TransferRecord } from '../../store/records.js';
import { Cipher, type Keys } from './cipher.js';

const keys = (): Keys => ({
  fields: { current: 'k1', keys: { k1: randomBytes(32) } },
  lookup: { current: 'l1', keys: { l1: randomBytes(32) } },
  trail: randomBytes(32),
});
const cipher = new Cipher(keys());

describe('an encrypted value', () => {
  it('names its key, and is decrypted at its own place only', () => {
    const sealed = cipher.seal('A123456789', 'here');
    expect(sealed).toMatch(/^k1\.[\w-]+$/);
    expect(cipher.open(sealed, 'here')).toBe('A123456789');
    expect(() => cipher.open(sealed, 'there')).toThrow();
    expect(() => new Cipher(keys()).open(sealed, 'here')).toThrow();
  });

  it('cannot be confused with plain text when the code compiles', () => {
    // @ts-expect-error plain text is not encrypted
    expect(() => cipher.open('A123456789', 'here')).toThrow();
    expectTypeOf<string>().not.toExtend<Sealed>();
    expectTypeOf<TeacherRecord['nationalId']>().toEqualTypeOf<Sealed>();
    expectTypeOf<TeacherRecord['birthDate']>().toEqualTypeOf<Sealed>();
    expectTypeOf<TeacherRecord['name']>().toEqualTypeOf<string>();
    expectTypeOf<TransferRecord['registration']>().toEqualTypeOf<Sealed>();
    expectTypeOf<StoredResponse['body']>().toEqualTypeOf<Sealed | ''>();
  });
});

describe('a value that a browser sends back', () => {
  it('is null unless it was encrypted here, for the same place', () => {
    const text: string = cipher.seal('state', 'flow');
    expect(cipher.openOrNull(text, 'flow')).toBe('state');
    expect(cipher.openOrNull(text, 'another')).toBeNull();
    expect(cipher.openOrNull(`${text.slice(0, -4)}AAAA`, 'flow')).toBeNull();
    expect(cipher.openOrNull('nonsense', 'flow')).toBeNull();
    expect(cipher.openOrNull('', 'flow')).toBeNull();
  });
});
