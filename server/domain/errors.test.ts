import { expect, it } from 'vitest';
import { DomainError, fieldError } from './errors.js';

it('a fault in one field is a validation error with the path of the field', () => {
  const error = fieldError('subjects.2', 'unknown-code');
  expect(error).toBeInstanceOf(DomainError);
  expect([error.code, error.message, error.details]).toEqual([
    ...['validation', 'validation', { errors: [{ path: 'subjects.2', code: 'unknown-code' }] }],
  ]);
});
