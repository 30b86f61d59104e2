/**
 * What one head can reach by several acts. Each single act is tried over HTTP by the authority cases; here every sequence of up to
 * four acts is played on a small tree, and nobody may have lost or gained more than the head was allowed to decide at the beginning.
 */
import { describe, expect, it } from 'vitest';
import {
  accountActionsIn,
  grantableRoles,
  judgeAccountAct,
  movesUnits,
  namesUnits,
  seesAccountUnmasked,
  seesAccount,
  seesRoster,
  seesRosterUnmasked,
  seesUnit,
  writesRoster,
  FUNCTIONS,
  type AccountTarget,
  type Role,
} from './authority.js';
import { isWithin, moveRule, pathBelow, relationOf, type UnitPath } from './units.js';

const MOST_ACTS = 4;

/** Unit → parent. M is the root. */
type Tree = Readonly<Record<string, string | null>>;
const TREE: Tree = { M: null, A: 'M', B: 'M', A1: 'A', A2: 'A', A1D: 'A1' };
const UNITS = Object.keys(TREE);

type Person = AccountTarget & { unit: string };
const PEOPLE: readonly Person[] = UNITS.flatMap((unit): Person[] => [
  { id: `${unit}-head`, unit, status: 'active', role: 'head', requestedRole: 'head' },
  { id: `${unit}-operator`, unit, status: 'active', role: 'operator', requestedRole: 'operator' },
  { id: `${unit}-waits`, unit, status: 'pending', role: null, requestedRole: 'operator' },
]);

interface State {
  tree: Tree;
  people: readonly Person[];
}

const paths = new WeakMap<Tree, Map<string, UnitPath>>();

function pathIn(tree: Tree, unit: string): UnitPath {
  const known = paths.get(tree) ?? new Map<string, UnitPath>();
  paths.set(tree, known);
  const parent = tree[unit] ?? null;
  const path = known.get(unit) ?? pathBelow(parent === null ? null : pathIn(tree, parent), unit);
  known.set(unit, path);
  return path;
}

/** What the head of `by` may do to a unit and its people, one text for each right. */
function rightsOver(tree: Tree, by: string, unit: string): string[] {
  const relation = relationOf(pathIn(tree, by), pathIn(tree, unit));
  const actor = { accountId: `${by}-head`, role: 'head' as Role };
  const targets = PEOPLE.filter((person) => person.unit === unit);
  return [
    ...targets.flatMap((target) =>
      accountActionsIn(target.status)
        .filter((action) => judgeAccountAct(actor, relation, target, action).allowed)
        .map((action) => `${action} ${target.id}`),
    ),
    ...targets.filter((target) => seesAccountUnmasked('head', relation, target)).map(({ id }) => `sees ${id} unmasked`),
    ...(seesAccount(FUNCTIONS, 'head', relation) ? ['sees the accounts'] : []),
    ...(seesRoster(FUNCTIONS, 'head', relation) ? ['sees the roster'] : []),
    ...(seesRosterUnmasked('head', relation) ? ['sees the roster unmasked'] : []),
    ...(writesRoster(FUNCTIONS, 'head', relation) ? ['writes the roster'] : []),
    ...(seesUnit('head', relation) ? ['sees the unit'] : []),
    ...(namesUnits('head', relation) ? ['renames the unit'] : []),
  ];
}

/** Every state that one act of the head of `by` leads to. */
function* actsOf({ tree, people }: State, by: string): Generator<State> {
  const own = pathIn(tree, by);
  for (const unit of Object.keys(tree)) {
    const [path, parent] = [pathIn(tree, unit), tree[unit] ?? null];
    if (parent === null || !movesUnits('head', relationOf(own, path))) continue;
    for (const to of Object.keys(tree)) {
      if (to === parent || isWithin(pathIn(tree, to), path)) continue;
      const rule = moveRule(pathIn(tree, parent), pathIn(tree, to));
      // The head alone: nobody else releases a unit to the root.
      if (rule?.unitId === by && !rule.needsRelease) yield { tree: { ...tree, [unit]: to }, people };
    }
  }
  if (namesUnits('head', 'parent') && !('new' in tree)) yield { tree: { ...tree, new: by }, people };
  const actor = { accountId: `${by}-head`, role: 'head' as Role };
  for (const [index, person] of people.entries()) {
    const relation = relationOf(own, pathIn(tree, person.unit));
    const after = (change: Partial<Person>): State => ({ tree, people: people.with(index, { ...person, ...change }) });
    const hasHead = people.some(({ unit, role, status }) => unit === person.unit && role === 'head' && status === 'active');
    for (const role of grantableRoles(actor, relation, person)) if (role !== 'head' || !hasHead) yield after({ status: 'active', role });
    for (const [action, status] of [
      ['account.delete', 'deleted'],
      ['account.reject', 'rejected'],
      ['account.restore', 'pending'],
    ] as const) {
      if (!accountActionsIn(person.status).includes(action)) continue;
      if (judgeAccountAct(actor, relation, person, action).allowed) yield after({ status });
    }
  }
}

const keyOf = ({ tree, people }: State): string => JSON.stringify([tree, people.map(({ status, role }) => `${status} ${role}`)]);

/** What is wrong with a tree that the head of `by` has made. */
function faultsOf(tree: Tree, by: string): string[] {
  const own = pathIn(TREE, by);
  return UNITS.flatMap((unit) =>
    UNITS.flatMap((other) => {
      const [before, now] = [rightsOver(TREE, other, unit), rightsOver(tree, other, unit)];
      const gained = now.filter((right) => !before.includes(right));
      const lost = before.filter((right) => !now.includes(right));
      // The head decides where the units further below stand, so that the heads below gain and lose among each other.
      const decided = other !== by && isWithin(pathIn(TREE, other), own) && isWithin(pathIn(TREE, unit), own);
      // A head may give away a unit of its own.
      const changes = decided ? [] : other === by ? gained : [...gained, ...lost];
      return changes.map((right) => `after ${JSON.stringify(tree)} the head of ${other} over ${unit}: ${right}`);
    }),
  );
}

describe('a sequence of up to four acts by one head', () => {
  it('gives nobody rights that a single act would not have given, and takes none outside the own units', () => {
    let sequences = 0;
    for (const by of UNITS) {
      let states = [{ tree: TREE, people: PEOPLE }] as State[];
      const seen = new Set(states.map(keyOf));
      const trees = new Set<string>();
      const actsOn = new Set(UNITS.flatMap((unit) => rightsOver(TREE, by, unit)).map((right) => right.split(' ')[1]));
      for (let acts = 0; acts < MOST_ACTS; acts++) {
        const next: State[] = [];
        for (const state of states) {
          for (const reached of actsOf(state, by)) {
            sequences++;
            const key = keyOf(reached);
            if (seen.has(key)) continue;
            seen.add(key);
            next.push(reached);
            const tree = JSON.stringify(reached.tree);
            if (!trees.has(tree)) expect(faultsOf(reached.tree, by), by).toEqual([]);
            trees.add(tree);
            const touched = reached.people.filter((person, index) => person !== PEOPLE[index]).map(({ id }) => id);
            if (touched.some((id) => !actsOn.has(id))) expect.fail(`${by} has changed ${touched.join(', ')}`);
          }
        }
        states = next;
      }
    }
    expect(sequences).toBeGreaterThan(10_000);
    console.log(`authority: ${sequences} sequences of up to ${MOST_ACTS} acts`);
  });
});
