import { expect, it } from 'vitest';
import { firstOf, passwordLogin, type IdentifyInput } from './identify.js';

const request = new Request('https://kit.example.test/me');
const input = {} as IdentifyInput;

it('firstOf names the caller that the first function to know him names, and asks no other', async () => {
  const asked: unknown[] = [];
  const naming =
    (accountId: string | null) =>
    (...given: unknown[]) => {
      asked.push([accountId, ...given]);
      return accountId === null ? null : { accountId };
    };
  expect(await firstOf(naming(null), async (...given) => naming('a')(...given), naming('b'))(request, input)).toEqual({ accountId: 'a' });
  expect(asked).toEqual([
    [null, request, input],
    ['a', request, input],
  ]);
});

it('firstOf names nobody where no function knows the caller', async () => {
  expect(
    await firstOf(
      () => null,
      async () => null,
    )(request, input),
  ).toBe(null);
  expect(await firstOf()(request, input)).toBe(null);
});

it('passwordLogin asks for the password log-in', () => expect(passwordLogin()).toEqual({ kind: 'password-login' }));
