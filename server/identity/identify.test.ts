import { expect, it } from 'vitest';
import { firstOf, passwordLogin, type IdentifyInput } from './identify.js';

const request = new Request('https://kit.example.test/me');
const input = {} as IdentifyInput;

it('firstOf returns the first result that is not null, and calls no further function', async () => {
  const calls: unknown[] = [];
  const returning =
    (accountId: string | null) =>
    (...args: unknown[]) => {
      calls.push([accountId, ...args]);
      return accountId === null ? null : { accountId };
    };
  const identify = firstOf(returning(null), async (...args) => returning('a')(...args), returning('b'));
  expect(await identify(request, input)).toEqual({ accountId: 'a' });
  expect(calls).toEqual([
    [null, request, input],
    ['a', request, input],
  ]);
});

it('firstOf returns null where all results are null', async () => {
  expect(
    await firstOf(
      () => null,
      async () => null,
    )(request, input),
  ).toBe(null);
  expect(await firstOf()(request, input)).toBe(null);
});

it('passwordLogin selects the password log-in', () => expect(passwordLogin()).toEqual({ kind: 'password-login' }));
