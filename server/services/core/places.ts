/** The unit of a record with its parent and both heads, as use cases need it. */
import { seesHeadName, type Verdict } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import { maskName } from '../../domain/names.js';
import type { Action } from '../../contract/wire.js';
import type { AccountRecord, UnitRecord } from '../../store/records.js';
import { byId } from './by-id.js';
import type { Act } from './act.js';

export interface Place {
  unit: UnitRecord;
  parent: UnitRecord | null;
  head: AccountRecord | null;
  parentHead: AccountRecord | null;
}

/** Units with their parents and the heads of both. */
export async function placesOf(act: Act, unitIds: readonly string[]): Promise<Map<string, Place>> {
  const { unit: own } = act.caller;
  const wanted = [...new Set(unitIds)];
  const units = byId(await act.store.unitsById(wanted.filter((id) => id !== own.id)));
  if (wanted.includes(own.id)) units.set(own.id, own);
  const parentIds = [...new Set([...units.values()].map(({ parentId }) => parentId).filter((id) => id !== null))];
  const known = (id: string): UnitRecord | undefined => units.get(id) ?? (id === own.id ? own : undefined);
  const loaded = await act.store.unitsById(parentIds.filter((id) => !known(id)));
  const parents = byId(loaded);
  const heads = await act.store.headsOf([...new Set([...units.keys(), ...parentIds])]);
  return new Map(
    [...units.values()].map((unit) => [
      unit.id,
      {
        unit,
        parent: unit.parentId === null ? null : (known(unit.parentId) ?? parents.get(unit.parentId) ?? null),
        head: heads.get(unit.id) ?? null,
        parentHead: unit.parentId === null ? null : (heads.get(unit.parentId) ?? null),
      },
    ]),
  );
}

export async function placeOf(act: Act, unitId: string): Promise<Place> {
  const place = (await placesOf(act, [unitId])).get(unitId);
  if (!place) throw new DomainError('not-found');
  return place;
}

/** The last editor of a record, for a reader who sees people masked. */
export function maskBy(by: { id: string; name: string } | null): { id: string; name: string } | null {
  return by && { ...by, name: maskName(by.name) };
}

/** Whether the caller sees the name of a unit's head. */
export function knowsHead(act: Act, unit: UnitRecord): boolean {
  return seesHeadName(act.caller.role, act.relationTo(unit));
}

/** The action in a view; a refused one names who may act instead. */
export function toAction(act: Act, { name, allowed, roles, why, by }: Verdict, { unit, parent, head, parentHead }: Place): Action {
  if (allowed) return { name, allowed, ...(roles ? { roles } : {}) };
  const higher = by === 'parent-head';
  const at = higher ? parent : unit;
  const holder = higher ? parentHead : head;
  const headName = at && holder && (knowsHead(act, at) ? holder.name : maskName(holder.name));
  return {
    name,
    allowed,
    ...(why ? { why } : {}),
    ...(at ? { who: { unitId: at.id, unitName: at.name, ...(headName ? { headName } : {}) } } : {}),
  };
}
