import type { Teacher } from '../../server/contract/wire.js';
import { taipeiDay } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';

/** When and why somebody leaves the roster, or left it. */
export function departureWords(t: Messages, { on, kind }: NonNullable<Teacher['departure']>): string {
  const words = on > taipeiDay(new Date()) ? t.roster.leavesOn : t.roster.left;
  return words(t.common.day(on), t.departure[kind]);
}
