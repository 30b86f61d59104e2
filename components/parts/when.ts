import { taipeiDay, taipeiTime } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';

/** An instant by the day and the time in Taipei, wherever the reader's clock stands. */
export function when(t: Messages, instant: string): string {
  return `${t.common.day(taipeiDay(instant))} ${taipeiTime(instant)}`;
}
