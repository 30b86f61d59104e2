import { describe, expect, it } from 'vitest';
import { isIdCardNumber } from 'taiwan-id-validator';
import { madeUpId, seeded } from '../reference/made-up.js';
import { hideNationalId, maskNationalId, nationalIdChecksum, normaliseNationalId, readNationalId } from './national-id.js';

const VALID = {
  national: ['A123456789', 'M115187864', 'F131104093', 'O158238845', 'Y123456788', 'W123456789'],
  resident: ['A800000014', 'A900207177', 'A870000015', 'A990000013'],
  'resident-old': ['AB23456789', 'AA00000009', 'HD12345678'],
};

describe('reading an identity number', () => {
  it.each(Object.entries(VALID).flatMap(([kind, ids]) => ids.map((id) => [id, kind])))('%s is valid, of the kind %s', (id, kind) => {
    expect(readNationalId(id)).toMatchObject({ ok: true, value: id, kind });
  });

  it.each([
    ['A123456788', 'national-id-check'],
    ['A12345678', 'national-id-length'],
    ['A323456789', 'national-id-second'],
    ['AE23456785', 'national-id-second'],
    ['FG31104091', 'national-id-second'],
    ['AC12345678', 'national-id-check'],
    ['A8923456', 'national-id-length'],
    ['1123456789', 'national-id-letter'],
    ['A,23456789', 'national-id-second'],
    ['A12345678X', 'national-id-digits'],
    ['123456789012', 'national-id-permit-number'],
    ['', 'national-id-length'],
  ])('%s is refused with %s', (id, code) => {
    expect(readNationalId(id)).toMatchObject({ ok: false, fault: { code } });
  });

  it('normalises lower case, full width, spaces and hyphens', () => {
    for (const typed of ['a123456789', 'Ａ１２３４５６７８９', ' A123 456-789 ', 'ａ１２３　４５６７８９'])
      expect(normaliseNationalId(typed)).toBe('A123456789');
  });

  it('derives the sex from the second character', () => {
    for (const [id, sex] of [
      ['A123456789', 'male'],
      ['A800000014', 'male'],
      ['A900207177', 'female'],
      ['AA00000009', 'male'],
      ['AC00000003', 'male'],
      ['AD00000005', 'female'],
      ['AB23456789', 'female'],
      ['HD12345678', 'female'],
    ]) {
      expect(readNationalId(id!)).toMatchObject({ sex });
    }
  });

  it('agrees with another implementation on 20,000 random strings', () => {
    const random = seeded(1);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    let agreed = 0;
    for (let time = 0; time < 20_000; time++) {
      const second = '1289ABCD37E'.charAt(Math.floor(random() * 11));
      const id = letters.charAt(Math.floor(random() * 26)) + second + String(Math.floor(random() * 1e8)).padStart(8, '0');
      expect(readNationalId(id).ok, id).toBe(isIdCardNumber(id));
      agreed++;
    }
    expect(agreed).toBe(20_000);
  });

  it('detects every single wrong digit', () => {
    const id = madeUpId('national', 'female', 1_234_567);
    for (let position = 2; position < 10; position++) {
      for (let step = 1; step < 10; step++) {
        const wrong = id.slice(0, position) + ((Number(id[position]) + step) % 10) + id.slice(position + 1);
        // Weights 8, 6, 5, 4 and 2 share a factor with ten, so some slips pass the rule itself.
        if ([8, 6, 5, 4, 2].includes([8, 7, 6, 5, 4, 3, 2, 1, 1][position - 1]!)) continue;
        expect(readNationalId(wrong).ok, wrong).toBe(false);
      }
    }
  });
});

describe('an invalid number', () => {
  it('is reported with its length and the position of its first wrong character', () => {
    expect(readNationalId('A1234')).toEqual({ ok: false, value: 'A1234', fault: { code: 'national-id-length', length: 5 } });
    expect(readNationalId('A1234567890')).toMatchObject({ fault: { code: 'national-id-length', length: 11 } });
    expect(readNationalId('A')).toMatchObject({ fault: { code: 'national-id-length', length: 1 } });
    expect(readNationalId('A12X4567Y9')).toMatchObject({ fault: { code: 'national-id-digits', position: 4 } });
    expect(readNationalId('A1X3456789')).toMatchObject({ fault: { code: 'national-id-digits', position: 3 } });
  });

  it('of twelve digits is reported as an entry permit', () => {
    for (const typed of ['12345678901', '1234567890123', 'A12345678901'])
      expect(readNationalId(typed)).not.toMatchObject({ fault: { code: 'national-id-permit-number' } });
  });

  it('has a checksum that is not divisible by ten, even if the first character is not a letter', () => {
    expect([nationalIdChecksum('A123456789') % 10, nationalIdChecksum('A123456788') % 10]).toEqual([0, 9]);
    expect(nationalIdChecksum('?000000000')).toBe(0);
  });
});

describe('an identity number for a reader', () => {
  it('shows three characters at both ends in the unit', () => expect(maskNationalId('A123456789')).toBe('A12****789'));
  it('shows only its letter above the unit', () => expect(hideNationalId('A123456789')).toBe('A*********'));
});
