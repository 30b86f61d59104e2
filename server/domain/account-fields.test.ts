import { describe, expect, it } from 'vitest';
import { ACCOUNT_FIELD_NAMES, ACCOUNT_FIELDS, purgedProfile } from './account-fields.js';
import { filled } from './fields.js';

const PROFILE = {
  name: '王小明',
  sex: 'male' as const,
  title: '組長',
  email: 'wang@example.test',
  phone: '07-1234567',
  fax: '07-7654321',
};

describe('the fields of an account', () => {
  it('are required, except the fax number', () => {
    expect(ACCOUNT_FIELD_NAMES.filter((name) => !ACCOUNT_FIELDS[name].required)).toEqual(['fax']);
  });

  it('are shown and audited as the contract requires', () => {
    expect(Object.entries(ACCOUNT_FIELDS).map(([name, { privacy }]) => `${name}: ${Object.values(privacy).join(' ')}`)).toEqual([
      'name: whole masked whole',
      'sex: whole whole whole',
      'title: whole whole whole',
      'email: whole masked masked',
      'phone: whole masked masked',
      'fax: whole masked masked',
    ]);
  });

  it('of a new account have the values that were sent, and are empty otherwise', () => {
    const { fax: _fax, ...sent } = PROFILE;
    expect(filled(ACCOUNT_FIELDS, sent)).toStrictEqual({ ...sent, fax: null });
    expect(filled(ACCOUNT_FIELDS, PROFILE)).toStrictEqual(PROFILE);
  });

  it('identify nobody after the retention period', () => {
    expect(purgedProfile(PROFILE)).toStrictEqual({ name: '—', sex: 'male', title: '—', email: '', phone: '', fax: null });
  });
});
