/**
 * Days as `YYYY-MM-DD` in Taipei; read in ROC and western years.
 * ROC year = western − 1911. Years 1–130 are ROC and 1900–2100 western: no overlap, so no switch.
 */

export type IsoDay = string;

export const ROC_OFFSET = 1911;
const TAIPEI_HOURS = 8; // no daylight saving since 1979

export interface DayParts {
  year: number;
  month: number;
  day: number;
}

/** The western year of a typed year; null if it is in neither range. */
export function westernYear(typed: number): number | null {
  if (!Number.isInteger(typed)) return null;
  if (typed >= 1 && typed <= 130) return typed + ROC_OFFSET;
  if (typed >= 1900 && typed <= 2100) return typed;
  return null;
}

export function rocYear(western: number): number {
  return western - ROC_OFFSET;
}

/** The ISO day of a typed year (either calendar), month and day; null if there is no such day. */
export function isoDay({ year, month, day }: DayParts): IsoDay | null {
  const western = westernYear(year);
  if (western === null) return null;
  // A month or a day too many is carried over, so one of the two comes back changed.
  const date = new Date(Date.UTC(western, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}

const SEPARATED = /^(?:民國|西元)?\s*(\d{1,4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?$/u;
const COMPACT = /^(\d{2,4})(\d{2})(\d{2})$/;

/** Year, month and day as written: 115/1/5, 1150105, 0991231, 115年7月15日, 115.07.15, 民國47年3月9日, 1985-05-06. */
export function splitDay(typed: string): DayParts | null {
  const text = typed.normalize('NFKC').trim();
  const match = SEPARATED.exec(text) ?? COMPACT.exec(text);
  if (!match) return null;
  const [, year, month, day] = match;
  if (text.startsWith('民國') && Number(year) > 130) return null;
  if (text.startsWith('西元') && Number(year) < 1900) return null;
  return { year: Number(year), month: Number(month), day: Number(day) };
}

/** Reads a day in any of the forms above; null if it is none of them. */
export function readDay(typed: string): IsoDay | null {
  const parts = splitDay(typed);
  return parts && isoDay(parts);
}

/** Whether a text is an existing day in the one form of the wire, `YYYY-MM-DD`. */
export function isIsoDay(text: string): boolean {
  return readDay(text) === text;
}

function taipei(instant: Date | string): string {
  return new Date(new Date(instant).getTime() + TAIPEI_HOURS * 3_600_000).toISOString();
}

/** The day in Taipei of an instant (ISO 8601 or Date). */
export function taipeiDay(instant: Date | string): IsoDay {
  return taipei(instant).slice(0, 10);
}

/** The month in Taipei of an instant, `YYYY-MM`. */
export function taipeiMonth(instant: Date | string): string {
  return taipei(instant).slice(0, 7);
}

/** The time in Taipei of an instant, `HH:MM`. */
export function taipeiTime(instant: Date | string): string {
  return taipei(instant).slice(11, 16);
}

/** Full years of age on a day. */
export function ageOn(birth: IsoDay, day: IsoDay): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** Whether a birth date gives an age of 16 to 100 years. */
export function isBirthDateOfAge(birth: IsoDay, today: IsoDay): boolean {
  const age = ageOn(birth, today);
  return age >= 16 && age <= 100;
}

export function partsOf(day: IsoDay): DayParts {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return { year, month, day: date };
}

/** `74/5/6`, the short ROC form; years before 1912 stay western. */
export function rocShort(day: IsoDay): string {
  const { year, month, day: date } = partsOf(day);
  return year > ROC_OFFSET ? `${rocYear(year)}/${month}/${date}` : `${year}/${month}/${date}`;
}

/**
 * The instant that a text of a query means, in UTC; null if it means none. A day is its first or last millisecond in Taipei, and
 * a time without an offset is Taipei's.
 */
export function readInstant(text: string, dayMeans: 'its start' | 'its end'): string | null {
  const time = dayMeans === 'its start' ? 'T00:00:00.000' : 'T23:59:59.999';
  const full = text.includes('T') ? text : `${text}${time}`;
  const instant = new Date(/(Z|[+-]\d{2}:\d{2})$/.test(full) ? full : `${full}+08:00`);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

export function daysAfter(day: IsoDay, days: number): IsoDay {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whole days from one day to another. */
export function daysBetween(from: IsoDay, to: IsoDay): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
