import { describe, expect, it } from 'vitest';
import type { PasswordHash } from '../store/records.js';
import { Passwords } from './passwords.js';

const passwords = new Passwords();
const FOR = { account: 'a', network: null };
const hash = (password: string) => passwords.inTurn(FOR, (hasher) => hasher.hash(password));
const verify = (stored: PasswordHash | null, password: string) => passwords.inTurn(FOR, (hasher) => hasher.verify(stored, password));
const refusalOf = (password: string, username = 'lin-contact') =>
  passwords.requireUncommon(password, 'newPassword', username).then(
    () => null,
    (error: { code: string; details: object }) => [error.code, error.details],
  );

describe('a stored password', () => {
  it('is an argon2id hash with 46 MiB and one pass', async () => {
    expect(await hash('a long one indeed')).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  });

  it('matches only the same password, in any compatibility form of Unicode', async () => {
    const stored = await hash('ｐａｓｓ １２３');
    const matches = await Promise.all(['pass 123', 'ｐａｓｓ １２３', 'Pass 123', ''].map((each) => verify(stored, each)));
    expect(matches).toEqual([true, true, false, false]);
  });

  it('is required for a match', async () => {
    expect(await verify(null, 'nobody')).toBe(false);
    expect(await verify(null, '')).toBe(false);
  });

  it('is verified in a queue, which continues after errors', async () => {
    const stored = await hash('a long one indeed');
    const all = await Promise.allSettled([
      ...Array.from({ length: 5 }, () => verify('no hash' as PasswordHash, 'x')),
      ...Array.from({ length: 5 }, () => verify(stored, 'a long one indeed')),
    ]);
    const results = all.map((each) => (each.status === 'fulfilled' ? each.value : 'failed'));
    expect(results).toEqual([...Array<string>(5).fill('failed'), ...Array<boolean>(5).fill(true)]);
    expect(await verify(stored, 'a long one indeed')).toBe(true);
  });
});

describe('a new password', () => {
  it('is refused where it equals the user name, or contains one of at least four characters', async () => {
    const fault = ['validation', { errors: [{ path: 'newPassword', code: 'common-password' }] }];
    expect(await refusalOf('Lin-Contact')).toEqual(fault);
    expect(await refusalOf('my LIN-contact 7')).toEqual(fault);
    expect(await refusalOf('x7q lin! 9df', 'LIN!')).toEqual(fault);
    expect(await refusalOf('lin', 'lin')).toEqual(fault);
    expect(await refusalOf('x7q lin 9dfk', 'lin')).toBe(null);
    expect(await refusalOf('x7q 9dfk wub')).toBe(null);
  });

  it('is refused where it repeats one character', async () => {
    for (const password of ['aaaaaaaaaaaa', '王王王王王王王王', '𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷', 'AaAaAaAaAaAa'])
      expect(await refusalOf(password)).not.toBe(null);
    for (const password of ['aaaaaaaaaaab', 'baaaaaaaaaaa']) expect(await refusalOf(password)).toBe(null);
  });

  it('is refused where it is common, in any case', async () => {
    for (const password of ['password123', 'PassWord123', 'ji32k7au4a83', 'Taiwan123', 'teacher123', 'educloud123'])
      expect([password, await refusalOf(password)]).not.toEqual([password, null]);
  });
});

describe('a first password', () => {
  it('has four groups of four unambiguous characters, and differs each time', () => {
    const generated = Array.from({ length: 300 }, () => passwords.first());
    expect(generated.filter((password) => !/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/.test(password))).toEqual([]);
    expect(new Set(generated).size).toBe(300);
    expect([...new Set(generated.join('').replaceAll('-', ''))].sort().join('')).toBe('23456789abcdefghjkmnpqrstuvwxyz');
  });
});
