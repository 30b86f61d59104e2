import { and, count, eq, gt, gte, isNotNull, isNull, lt, or, sql, type Column } from 'drizzle-orm';
import { taipeiMonth } from '../../domain/dates.js';
import type { Store } from '../store.js';
import type { Driver, Reads } from './driver.js';
import { pathEnd } from './unit-queries.js';

const given = sql.placeholder;
/** Of `2026-07-31` and `2026-07-31T16:30:00.000Z` the month, of the latter the hour. */
const MONTH = 7;
const HOUR = 13;

/** Counts by hour in UTC as counts by month in Taipei: each hour there lies in one month. */
function byMonth(hours: readonly { hour: string; count: number }[]): { month: string; count: number }[] {
  const months = new Map<string, number>();
  for (const { hour, count } of hours) {
    const month = taipeiMonth(`${hour}:00:00Z`);
    months.set(month, (months.get(month) ?? 0) + count);
  }
  return [...months].map(([month, count]) => ({ month, count }));
}

export function statisticsQueries({ db, tables: { teachers } }: Driver, reads: Reads): Pick<Store, 'rosterFigures'> {
  const beginning = (column: Column, length: number) => sql<string>`substr(${column}, 1, ${sql.raw(String(length))})`;
  const month = beginning(teachers.departureOn, MONTH);
  const hour = beginning(teachers.registeredAt, HOUR);
  const onRoster = or(isNull(teachers.departureOn), gt(teachers.departureOn, given('today')));
  return {
    async rosterFigures(where, today) {
      const within = 'within' in where;
      const place = within
        ? and(gte(teachers.unitPath, given('from')), lt(teachers.unitPath, given('end')))
        : eq(teachers.unitId, given('unitId'));
      const values = within ? { from: where.within, end: pathEnd(where.within), today } : { unitId: where.unitId, today };
      // One after the other: each is a slice in which others wait.
      const people = await reads.once(`figures:${within}`, () =>
        db
          .select({
            ...{ status: teachers.status, category: teachers.category, title: teachers.title, stage: teachers.stage },
            ...{ subjects: teachers.subjects, count: count() },
          })
          .from(teachers)
          .where(and(place, onRoster))
          .groupBy(teachers.status, teachers.category, teachers.title, teachers.stage, teachers.subjects),
      )(values);
      await new Promise((resolve) => setImmediate(resolve));
      const registered = await reads.once(`figures-registered:${within}`, () =>
        db.select({ hour, count: count() }).from(teachers).where(place).groupBy(hour),
      )(values);
      await new Promise((resolve) => setImmediate(resolve));
      const left = await reads.once(`figures-left:${within}`, () =>
        db
          .select({ month, kind: teachers.departureKind, count: count() })
          .from(teachers)
          .where(and(place, isNotNull(teachers.departureOn)))
          .groupBy(month, teachers.departureKind),
      )(values);
      return {
        people: people.map(({ subjects, ...row }) => ({ ...row, subjects: JSON.parse(subjects) as string[] })) as never,
        registered: byMonth(registered),
        left: left as never,
      };
    },
  };
}
