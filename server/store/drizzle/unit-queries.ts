import { and, asc, count, eq, gte, inArray, isNull, lt, sql, type SQL } from 'drizzle-orm';
import { foldText } from '../../domain/names.js';
import type { AccountRecord, UnitRecord } from '../records.js';
import type { Store } from '../store.js';
import { likePattern, numberedParams, placeholders, template, numberedValues, type Driver, type Reads, type Template } from './driver.js';
import { toAccount, toUnit, unitRow } from './mapping.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

type UnitQueries = Pick<
  Store,
  'unit' | 'roots' | 'unitByCode' | 'units' | 'directory' | 'unitsById' | 'headsOf' | 'openUnit' | 'saveUnit' | 'moveUnit'
>;

/** The exclusive end of the range of paths in a subtree: '0' follows '/' in ASCII. */
export function pathEnd(path: string): string {
  return `${path.slice(0, -1)}0`;
}

export function unitInsert({ db, tables: { units } }: Driver): Template {
  return template(db.insert(units).values(placeholders(units)), null);
}

export function unitQueries(driver: Driver, reads: Reads, commit: Commit): UnitQueries {
  const { db, tables } = driver;
  const { units, accounts, teachers } = tables;
  const insert = unitInsert(driver);
  const { id: _id, ...settable } = placeholders(units);
  const update = template(
    db
      .update(units)
      .set(settable)
      .where(and(eq(units.id, param('id')), eq(units.version, param('read'))))
      .returning({ id: units.id }),
    'unit',
  );
  const movedPath = (column: typeof units.path | typeof teachers.unitPath): SQL =>
    sql`${param('to')} || substr(${column}, ${param('length')})`;
  const inSubtree = (column: typeof units.path | typeof teachers.unitPath): SQL | undefined =>
    and(gte(column, param('from')), lt(column, param('end')));
  const moveUnits = template(
    db
      .update(units)
      .set({ path: movedPath(units.path) })
      .where(inSubtree(units.path)),
    null,
  );
  const moveTeachers = template(
    db
      .update(teachers)
      .set({ unitPath: movedPath(teachers.unitPath) })
      .where(inSubtree(teachers.unitPath)),
    null,
  );

  const byId = reads.prepared('unit', () =>
    db
      .select()
      .from(units)
      .where(eq(units.id, param('id'))),
  );
  const roots = reads.prepared('roots', () => db.select().from(units).where(isNull(units.parentId)).orderBy(asc(units.code)));
  const byCode = reads.prepared('unitByCode', () =>
    db
      .select()
      .from(units)
      .where(eq(units.code, param('code'))),
  );
  const directory = reads.prepared('directory', () =>
    db
      .select()
      .from(units)
      .where(sql`${units.search} like ${param('q')} escape '\\'`)
      .orderBy(asc(units.code))
      .limit(param('limit')),
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
        gte(units.path, param('from')),
        lt(units.path, param('end')),
        parentId === undefined ? undefined : eq(units.parentId, param('parentId')),
        q === undefined ? undefined : sql`${units.search} like ${param('q')} escape '\\'`,
      );
      const shape = `${parentId !== undefined}:${q !== undefined}`;
      const values = { from: within, end: pathEnd(within), parentId, q: q === undefined ? undefined : likePattern(foldText(q)) };
      const rows = reads.prepared(`units:${shape}`, () =>
        db.select().from(units).where(where).orderBy(asc(units.code)).limit(param('limit')).offset(param('offset')),
      );
      const total = reads.prepared(`units#:${shape}`, () => db.select({ total: count() }).from(units).where(where));
      const items = await rows({ ...values, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toUnit), total: (await total(values))[0]?.total ?? 0 };
    },
    async directory(q, limit) {
      return (await directory({ q: likePattern(foldText(q)), limit })).map(toUnit);
    },
    async unitsById(ids) {
      if (ids.length === 0) return [];
      const read = reads.prepared(`unitsById:${ids.length}`, () =>
        db
          .select()
          .from(units)
          .where(inArray(units.id, numberedParams('unit', ids.length))),
      );
      return (await read(numberedValues('unit', ids))).map(toUnit);
    },
    async headsOf(unitIds) {
      const read = reads.prepared(`heads:${unitIds.length}`, () =>
        db
          .select()
          .from(accounts)
          .where(
            and(inArray(accounts.unitId, numberedParams('unit', unitIds.length)), eq(accounts.role, 'head'), eq(accounts.status, 'active')),
          ),
      );
      if (unitIds.length === 0) return new Map<string, AccountRecord>();
      const rows = await read(numberedValues('unit', unitIds));
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
