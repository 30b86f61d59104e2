import { describe, expect, it } from 'vitest';
import { strayMarks } from '../../../components/testing/full-width.js';
import { IDLE_HEAD_DAYS, OLD_APPLICATION_DAYS } from '../../domain/handover.js';
import { confirmationLetter, decisionLetter, handoverLetter, movedLetter, passwordLetter, reminderLetter, resetLetter } from './letters.js';
import type { Letter } from '../core/outbox.js';

const TO = 'head@example.test';
const LINK = 'https://kit.example.test/recover#reset=abc';
/** 09:30 in Taipei. */
const EXPIRES = '2026-01-15T01:30:00.000Z';
const where = { unitName: '甲縣立第一國民小學', site: 'https://kit.example.test' };

const reminder = reminderLetter(TO, { withoutHead: 1, idleHeads: 2, oldApplications: 3, transfers: 4 }, where);
const letters: Letter[] = [
  resetLetter(TO, LINK, EXPIRES),
  confirmationLetter(TO, LINK, EXPIRES),
  movedLetter(TO, where.unitName),
  passwordLetter(TO),
  handoverLetter(TO, 'begun', where),
  reminder,
  decisionLetter('account.activate', { email: TO, role: 'head', status: 'active' }, { ...where, reason: null })!,
];

describe('a letter', () => {
  it.each([
    ['of a forgotten password', resetLetter],
    ['that asks to confirm an address', confirmationLetter],
  ])('%s names the moment at which its link ends, in both languages', (_what, letter) => {
    const { text } = letter(TO, LINK, EXPIRES);
    expect(text.match(/2026-01-15 09:30/g)).toHaveLength(2);
  });

  it('that reminds of what waits names the days after which something waits too long', () => {
    expect(reminder.text).toContain(`${IDLE_HEAD_DAYS} days: 2`);
    expect(reminder.text).toContain(`${OLD_APPLICATION_DAYS} days: 3`);
  });

  it.each(letters)('has no Chinese punctuation beside its English: $subject', ({ subject, text }) => {
    expect([...strayMarks(subject), ...text.split('\n').flatMap(strayMarks)]).toEqual([]);
  });
});
