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

/** The id of the nearest unit that is, or lies above, both; null in different trees. */
export function nearestAbove(a: UnitPath, b: UnitPath): string | null {
  const others = idsOnPath(b);
  const shared = idsOnPath(a).filter((id, depth) => others[depth] === id);
  return shared.at(-1) ?? null;
}
