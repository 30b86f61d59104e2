import { describe, expect, it } from 'vitest';
import { strayMarks } from '../../../components/testing/full-width.js';
import { IDLE_HEAD_DAYS, OLD_APPLICATION_DAYS } from '../../domain/handover.js';
import { serverLocales } from '../../domain/server-texts/server-locales.js';
import { Letters } from './letters.js';

const TO = 'head@example.test';
const LINK = 'https://kit.example.test/recover#reset=abc';
/** 09:30 in Taipei. */
const EXPIRES = '2026-01-15T01:30:00.000Z';
const UNIT = '甲縣立第一國民小學';

const letters = new Letters(serverLocales().letters, 'https://kit.example.test');
const reminder = letters.reminder(TO, { withoutHead: 1, idleHeads: 2, oldApplications: 3, transfers: 4 }, UNIT);
const all = [
  letters.reset(TO, LINK, EXPIRES),
  letters.confirmation(TO, LINK, EXPIRES),
  letters.addressChanged(TO, UNIT),
  letters.passwordChanged(TO),
  letters.handover(TO, 'begun', UNIT),
  reminder,
  letters.decision('account.activate', { email: TO, role: 'head', status: 'active' }, UNIT, null)!,
];

describe('a letter', () => {
  it.each([
    ['of a forgotten password', letters.reset(TO, LINK, EXPIRES)],
    ['that asks to confirm an address', letters.confirmation(TO, LINK, EXPIRES)],
  ])('%s names the moment at which its link ends, in both languages', (_what, { text }) => {
    expect(text.match(/2026-01-15 09:30/g)).toHaveLength(2);
  });

  it('of a reminder names the days after which something has waited too long', () => {
    expect(reminder.text).toContain(`${IDLE_HEAD_DAYS} days: 2`);
    expect(reminder.text).toContain(`${OLD_APPLICATION_DAYS} days: 3`);
  });

  it.each(all)('has no Chinese punctuation in its English part: $subject', ({ subject, text }) => {
    expect([...strayMarks(subject), ...text.split('\n').flatMap(strayMarks)]).toEqual([]);
  });
});
