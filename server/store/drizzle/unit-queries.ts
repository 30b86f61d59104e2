import { and, asc, count, eq, gte, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm';
import { foldText } from '../../domain/names.js';
import type { AccountRecord, UnitRecord } from '../records.js';
import type { Store } from '../store.js';
import { containing, numbered, placeholders, template, valuesOf, type Driver, type Reads, type Template } from './driver.js';
import { toAccount, toUnit, unitRow } from './mapping.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type UnitQueries = Pick<
  Store,
  'unit' | 'roots' | 'unitByCode' | 'units' | 'directory' | 'unitsById' | 'headsOf' | 'openUnit' | 'saveUnit' | 'moveUnit'
>;

/** The first path after all those below `path`: '0' follows '/'. */
export function pathEnd(path: string): string {
  return `${path.slice(0, -1)}0`;
}

export function unitInsert({ db, tables: { units } }: Driver): Template {
  return template(db.insert(units).values(placeholders(units) as never), null);
}

export function unitQueries(driver: Driver, reads: Reads, commit: Commit): UnitQueries {
  const { db, tables } = driver;
  const { units, accounts, teachers } = tables;
  const insert = unitInsert(driver);
  const { id: _id, ...settable } = placeholders(units);
  const update = template(
    db
      .update(units)
      .set(settable as never)
      .where(and(eq(units.id, given('id')), eq(units.version, given('read'))))
      .returning({ id: units.id }),
    'unit',
  );
  const belowFrom = (column: typeof units.path | typeof teachers.unitPath): SQL =>
    sql`${given('to')} || substr(${column}, ${given('length')})`;
  const below = (column: typeof units.path | typeof teachers.unitPath): SQL | undefined =>
    and(gte(column, given('from')), lt(column, given('end')));
  const moveUnits = template(
    db
      .update(units)
      .set({ path: belowFrom(units.path) })
      .where(below(units.path)),
    null,
  );
  const moveTeachers = template(
    db
      .update(teachers)
      .set({ unitPath: belowFrom(teachers.unitPath) })
      .where(below(teachers.unitPath)),
    null,
  );

  const byId = reads.once('unit', () =>
    db
      .select()
      .from(units)
      .where(eq(units.id, given('id'))),
  );
  const roots = reads.once('roots', () => db.select().from(units).where(isNull(units.parentId)).orderBy(asc(units.code)));
  const byCode = reads.once('unitByCode', () =>
    db
      .select()
      .from(units)
      .where(eq(units.code, given('code'))),
  );
  const directory = reads.once('directory', () =>
    db
      .select()
      .from(units)
      .where(sql`${units.search} like ${given('q')} escape '\\'`)
      .orderBy(asc(units.code))
      .limit(given('limit')),
  );

  return {
    async unit(id) {
      const [row] = await byId({ id });
      return row ? toUnit(row) : null;
    },
    async roots() {
      return (await roots()).map(toUnit);
    },
    async unitByCode(code) {
      const [row] = await byCode({ code });
      return row ? toUnit(row) : null;
    },
    async units({ within, parentId, q }, { page, pageSize }) {
      const where = and(
        gte(units.path, given('from')),
        lt(units.path, given('end')),
        parentId === undefined ? undefined : eq(units.parentId, given('parentId')),
        q === undefined ? undefined : sql`${units.search} like ${given('q')} escape '\\'`,
      );
      const shape = `${parentId !== undefined}:${q !== undefined}`;
      const values = { from: within, end: pathEnd(within), parentId, q: q === undefined ? undefined : containing(foldText(q)) };
      const rows = reads.once(`units:${shape}`, () =>
        db.select().from(units).where(where).orderBy(asc(units.code)).limit(given('limit')).offset(given('offset')),
      );
      const total = reads.once(`units#:${shape}`, () => db.select({ total: count() }).from(units).where(where));
      const items = await rows({ ...values, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toUnit), total: (await total(values))[0]?.total ?? 0 };
    },
    async directory(q, limit) {
      return (await directory({ q: containing(foldText(q)), limit })).map(toUnit);
    },
    async unitsById(ids) {
      if (ids.length === 0) return [];
      const read = reads.once(`unitsById:${ids.length}`, () =>
        db
          .select()
          .from(units)
          .where(inArray(units.id, numbered('unit', ids.length))),
      );
      return (await read(valuesOf('unit', ids))).map(toUnit);
    },
    async headsOf(unitIds) {
      const read = reads.once(`heads:${unitIds.length}`, () =>
        db
          .select()
          .from(accounts)
          .where(and(inArray(accounts.unitId, numbered('unit', unitIds.length)), eq(accounts.role, 'head'), eq(accounts.status, 'active'))),
      );
      if (unitIds.length === 0) return new Map<string, AccountRecord>();
      const rows = await read(valuesOf('unit', unitIds));
      return new Map(rows.map((row) => [row.unitId, toAccount(row)]));
    },
    openUnit: (unit, change) => commit(change, insert(unitRow(unit))),
    saveUnit: (unit, change) => commit(change, update(saved(unit))),
    moveUnit(unit, from, change) {
      const move = { from, end: pathEnd(from), to: unit.path, length: from.length + 1 };
      return commit({ ...change, movesTree: true }, update({ ...saved(unit), path: from }), moveUnits(move), moveTeachers(move));
    },
  };
}

function saved(unit: UnitRecord): Record<string, unknown> {
  return { ...unitRow(unit), read: unit.version - 1 };
}
