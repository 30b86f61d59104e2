import { describe, expect, it } from 'vitest';
import { auditedForAbove, auditor, viewer } from './field-views.js';
import type { FieldTable, Sealed } from './fields.js';

const whole = { unit: 'whole', above: 'whole', audit: 'whole' } as const;
const FIELDS = {
  name: { kind: 'name', required: true, privacy: { unit: 'whole', above: 'masked', audit: 'masked' } },
  email: { kind: 'email', required: false, privacy: { unit: 'whole', above: 'masked', audit: 'whole' } },
  phone: { kind: 'phone', required: false, privacy: { unit: 'masked', above: 'nothing', audit: 'masked' } },
  number: { kind: 'identity-number', required: true, sealed: true, privacy: { unit: 'masked', above: 'masked', audit: 'nothing' } },
  born: { kind: 'day', required: true, sealed: true, privacy: { unit: 'nothing', above: 'nothing', audit: 'nothing' } },
  sex: { kind: 'sex', required: true, privacy: whole },
  note: { kind: 'note', required: false, privacy: { unit: 'whole', above: 'nothing', audit: 'nothing' } },
  subjects: { kind: 'subjects', required: false, privacy: { unit: 'whole', above: 'nothing', audit: 'whole' } },
  code: { kind: 'text', max: 10, required: false, privacy: { unit: 'whole', above: 'whole', audit: 'nothing' } },
} as const satisfies FieldTable;

const RECORD = {
  name: '王小明',
  email: 'slowman@example.test',
  phone: '02-77123456',
  number: 'sealed:1' as Sealed,
  born: 'sealed:2' as Sealed,
  sex: 'male' as const,
  note: '註記',
  subjects: ['a', 'b'],
  code: 'C1',
};
const OPENED = { number: 'A123456789' };

describe('a view of a record', () => {
  it('shows readers of the unit the fields by their privacy rule, without hidden fields', () => {
    expect(viewer(FIELDS, 'unit')(RECORD, OPENED)).toEqual({
      name: '王小明',
      email: 'slowman@example.test',
      phone: '02-****56',
      number: 'A12****789',
      sex: 'male',
      note: '註記',
      subjects: ['a', 'b'],
      code: 'C1',
    });
  });

  it('shows readers above masked values, no notes, and no digit of an identity number', () => {
    const view = viewer(FIELDS, 'above')(RECORD, OPENED);
    expect(view).toEqual({
      name: '王○○',
      email: 'slow***@example.test',
      phone: null,
      number: expect.not.stringMatching(/\d/),
      sex: 'male',
      note: null,
      subjects: [],
      code: 'C1',
    });
    expect(view.number).not.toBe('');
  });

  it('has no value where the record has none', () => {
    const view = viewer(FIELDS, 'above')({ ...RECORD, email: null }, OPENED);
    expect(view.email).toBe(null);
  });
});

describe('the audit trail', () => {
  it('keeps the fields of a record by their privacy rule', () => {
    expect(auditor(FIELDS)(RECORD)).toEqual({
      name: '王○○',
      email: 'slowman@example.test',
      phone: '02-****56',
      sex: 'male',
      subjects: ['a', 'b'],
    });
  });

  it('shows readers above only fields whose audited form they may see', () => {
    expect(auditedForAbove(FIELDS)).toEqual(['name', 'sex']);
  });
});
