import type { IsoDay } from './dates.js';
import { rocYear } from './dates.js';

/** The school year (學年度, ROC) of a day or month; it begins on 1 August. */
export function schoolYear(day: IsoDay): number {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return rocYear(month >= 8 ? year : year - 1);
}
