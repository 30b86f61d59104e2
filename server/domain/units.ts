/** The hierarchy: a tree of units of any depth, whose levels are data. */

/** Ids from the root down to the unit itself, as `/root/…/unit/`. */
export type UnitPath = string;

export type Relation = 'own' | 'parent' | 'above' | 'below' | 'none';

/** The path of a child of `parent`, or of a root if there is no parent. */
export function pathBelow(parent: UnitPath | null, id: string): UnitPath {
  return `${parent ?? '/'}${id}/`;
}

export function idsOnPath(path: UnitPath): string[] {
  return path.split('/').filter(Boolean);
}

/** Whether `path` is `ancestor` or lies below it. */
export function isWithin(path: UnitPath, ancestor: UnitPath): boolean {
  return path.startsWith(ancestor);
}

/** Where the actor's unit lies, seen from the target's unit: its own, its direct parent, further above, below, or none of these. */
export function relationOf(actor: UnitPath, target: UnitPath): Relation {
  if (actor === target) return 'own';
  if (isWithin(target, actor)) return idsOnPath(target).length === idsOnPath(actor).length + 1 ? 'parent' : 'above';
  return isWithin(actor, target) ? 'below' : 'none';
}

/** The units that are, or lie above, both; from the root down. */
function sharedAbove(a: UnitPath, b: UnitPath): string[] {
  const others = idsOnPath(b);
  return idsOnPath(a).filter((id, depth) => others[depth] === id);
}

/** The id of the nearest unit that is, or lies above, both; null in different trees. */
export function nearestAbove(a: UnitPath, b: UnitPath): string | null {
  return sharedAbove(a, b).at(-1) ?? null;
}

/** Who decides that a unit moves from one parent to another. */
export interface MoveRule {
  /** The unit whose head moves it. */
  unitId: string;
  /** Whether the head of the old parent must have released the unit to the new parent before. */
  needsRelease: boolean;
}

/**
 * The head of the nearest unit strictly above both parents moves a unit, so that nobody brings accounts under themselves or
 * gives them away alone. Where no unit is above both, because one parent is the root, the root's head moves it; the head of the
 * old parent must have released it. Null in different trees.
 */
export function moveRule(oldParent: UnitPath, newParent: UnitPath): MoveRule | null {
  const shared = sharedAbove(oldParent, newParent);
  const nearest = shared.at(-1);
  if (nearest === undefined) return null;
  const isParent = [oldParent, newParent].some((path) => idsOnPath(path).at(-1) === nearest);
  if (!isParent) return { unitId: nearest, needsRelease: false };
  const above = shared.at(-2);
  if (above !== undefined) return { unitId: above, needsRelease: false };
  return { unitId: nearest, needsRelease: idsOnPath(oldParent).at(-1) !== nearest };
}
