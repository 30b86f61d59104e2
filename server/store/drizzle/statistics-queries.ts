import { and, count, eq, gt, gte, isNotNull, isNull, lt, or, sql, type Column } from 'drizzle-orm';
import type { Store } from '../store.js';
import type { Driver, Reads } from './driver.js';
import { pathEnd } from './unit-queries.js';

const given = sql.placeholder;
const MONTH = 7;

export function statisticsQueries({ db, tables: { teachers } }: Driver, reads: Reads): Pick<Store, 'rosterFigures'> {
  const month = (column: Column) => sql<string>`substr(${column}, 1, ${sql.raw(String(MONTH))})`;
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
        db
          .select({ month: month(teachers.registeredAt), count: count() })
          .from(teachers)
          .where(place)
          .groupBy(month(teachers.registeredAt)),
      )(values);
      await new Promise((resolve) => setImmediate(resolve));
      const left = await reads.once(`figures-left:${within}`, () =>
        db
          .select({ month: month(teachers.departureOn), kind: teachers.departureKind, count: count() })
          .from(teachers)
          .where(and(place, isNotNull(teachers.departureOn)))
          .groupBy(month(teachers.departureOn), teachers.departureKind),
      )(values);
      return {
        people: people.map(({ subjects, ...row }) => ({ ...row, subjects: JSON.parse(subjects) as string[] })) as never,
        registered,
        left: left as never,
      };
    },
  };
}
