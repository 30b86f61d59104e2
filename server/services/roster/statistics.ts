/** 統計圖表: counts of a roster, of one unit or of a unit and all units below it. */
import { readsSubtree, seesRoster } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import { schoolYear } from '../../domain/school-year.js';
import { summarise, type DepartureKind } from '../../domain/teachers.js';
import type { Statistics } from '../../contract/wire.js';
import type { UnitRecord } from '../../store/records.js';
import type { RosterFigures } from '../../store/store.js';
import type { Act, Fields } from '../core/act.js';
import { unitContextOf } from '../core/unit-contexts.js';

const UNITS = 200;

function tally<T>(
  rows: readonly T[],
  keysOf: (row: T) => readonly string[],
  countOf: (row: T) => number,
): { key: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const row of rows) for (const key of keysOf(row)) sums.set(key, (sums.get(key) ?? 0) + countOf(row));
  return [...sums].map(([key, count]) => ({ key, count })).sort((a, b) => b.count - a.count || a.key.localeCompare(b.key));
}

const byCount = ({ count }: { count: number }): number => count;

function leavers(left: RosterFigures['left']): Statistics['left'] {
  const rows = tally(left, ({ month, kind }) => [`${schoolYear(month)} ${kind}`], byCount);
  return rows
    .map(({ key, count }) => ({ schoolYear: Number(key.split(' ')[0]), kind: key.split(' ')[1] as DepartureKind, count }))
    .sort((a, b) => a.schoolYear - b.schoolYear || a.kind.localeCompare(b.kind));
}

async function unitsBelow(act: Act, unit: UnitRecord): Promise<UnitRecord[]> {
  const found: UnitRecord[] = [];
  for (let page = 1; ; page++) {
    const { items } = await act.store.units({ within: unit.path, parentId: unit.id }, { page, pageSize: UNITS });
    found.push(...items);
    if (items.length < UNITS) return found;
  }
}

export async function readStatistics(
  act: Act,
  fields: Fields<{ unit?: string | undefined; scope: 'own' | 'subtree' }>,
): Promise<Statistics> {
  const { role, unit: own } = act.caller;
  if (!act.may('statistics.read')) throw new DomainError('forbidden');
  const wanted = fields();
  const { unit } = await unitContextOf(act, wanted.unit ?? own.id);
  const relation = act.relationTo(unit);
  // A caller who may not read a roster may not read its counts either.
  if (!seesRoster(['teacher.manage'], role, relation)) throw new DomainError('not-found');
  if (wanted.scope === 'subtree' && !readsSubtree(role)) throw new DomainError('forbidden');
  const figures: RosterFigures = await act.store.rosterFigures({ unitId: unit.id }, act.today);
  const below: Statistics['below'] = [];
  if (wanted.scope === 'subtree') {
    for (const each of await unitsBelow(act, unit)) {
      const found = await act.store.rosterFigures({ within: each.path }, act.today);
      for (const name of ['people', 'registered', 'left'] as const) (figures[name] as unknown[]).push(...found[name]);
      below.push({ unit: { id: each.id, name: each.name }, summary: summarise(found.people) });
    }
  }
  const { people, registered, left } = figures;
  return {
    unit: { id: unit.id, name: unit.name },
    scope: wanted.scope,
    on: act.today,
    summary: summarise(people),
    status: tally(people, ({ status }) => [status], byCount),
    category: tally(people, ({ category }) => [category], byCount),
    title: tally(people, ({ title }) => [title], byCount),
    stage: tally(people, ({ stage }) => (stage === null ? [] : [stage]), byCount),
    subject: tally(people, ({ subjects }) => subjects, byCount),
    registered: tally(registered, ({ month }) => [month], byCount).sort((a, b) => a.key.localeCompare(b.key)),
    left: leavers(left),
    below,
  };
}
