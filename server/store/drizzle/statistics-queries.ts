import { and, count, eq, gt, gte, isNull, lt, lte, or, sql, type Column } from 'drizzle-orm';
import { taipeiMonth } from '../../domain/dates.js';
import type { RosterFigures, Store } from '../store.js';
import type { Driver, Reads } from './driver.js';
import { pathEnd } from './unit-queries.js';

const param = sql.placeholder;
/** The lengths of the month in `2026-07-31`, and of the hour in `2026-07-31T16:30:00.000Z`. */
const MONTH = 7;
const HOUR = 13;

/** Adds counts by hour in UTC up to counts by month in Taipei: an hour lies within one month there. */
function byMonth(hours: readonly { hour: string; count: number }[]): { month: string; count: number }[] {
  const months = new Map<string, number>();
  for (const { hour, count } of hours) {
    const month = taipeiMonth(`${hour}:00:00Z`);
    months.set(month, (months.get(month) ?? 0) + count);
  }
  return [...months].map(([month, count]) => ({ month, count }));
}

export function statisticsQueries({ db, tables: { teachers } }: Driver, reads: Reads): Pick<Store, 'rosterFigures'> {
  const prefixOf = (column: Column, length: number) => sql<string>`substr(${column}, 1, ${sql.raw(String(length))})`;
  const month = prefixOf(teachers.departureOn, MONTH);
  const hour = prefixOf(teachers.registeredAt, HOUR);
  const onRoster = or(isNull(teachers.departureOn), gt(teachers.departureOn, param('today')));
  return {
    async rosterFigures(where, today) {
      const within = 'within' in where;
      const inUnits = within
        ? and(gte(teachers.unitPath, param('from')), lt(teachers.unitPath, param('end')))
        : eq(teachers.unitId, param('unitId'));
      const values = within ? { from: where.within, end: pathEnd(where.within), today } : { unitId: where.unitId, today };
      // The reads yield to the event loop between them, because each of them blocks it on SQLite.
      const people = await reads.prepared(`figures:${within}`, () =>
        db
          .select({
            status: teachers.status,
            category: teachers.category,
            title: teachers.title,
            stage: teachers.stage,
            subjects: teachers.subjects,
            count: count(),
          })
          .from(teachers)
          .where(and(inUnits, onRoster))
          .groupBy(teachers.status, teachers.category, teachers.title, teachers.stage, teachers.subjects),
      )(values);
      await new Promise((resolve) => setImmediate(resolve));
      const registered = await reads.prepared(`figures-registered:${within}`, () =>
        db.select({ hour, count: count() }).from(teachers).where(inUnits).groupBy(hour),
      )(values);
      await new Promise((resolve) => setImmediate(resolve));
      const left = await reads.prepared(`figures-left:${within}`, () =>
        db
          .select({ month, kind: teachers.departureKind, count: count() })
          .from(teachers)
          .where(and(inUnits, lte(teachers.departureOn, param('today'))))
          .groupBy(month, teachers.departureKind),
      )(values);
      return {
        people: people.map(({ subjects, ...row }) => ({ ...row, subjects: JSON.parse(subjects) as string[] })),
        registered: byMonth(registered),
        left: left as RosterFigures['left'],
      };
    },
  };
}
