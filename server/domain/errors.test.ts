import { expect, it } from 'vitest';
import { DomainError, fieldError } from './errors.js';

it('a fault of one field is a validation error with its path', () => {
  const error = fieldError('subjects.2', 'unknown-code');
  expect(error).toBeInstanceOf(DomainError);
  expect([error.code, error.message, error.details]).toEqual([
    ...['validation', 'validation', { errors: [{ path: 'subjects.2', code: 'unknown-code' }] }],
  ]);
});
