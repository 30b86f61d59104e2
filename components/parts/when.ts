import { taipeiDay, taipeiTime } from '../../server/domain/dates.js';
import type { Messages } from '../i18n/locale.js';

/** An instant as day and time in Taipei, whatever the reader's time zone. */
export function when(t: Messages, instant: string): string {
  return `${t.common.day(taipeiDay(instant))} ${taipeiTime(instant)}`;
}
