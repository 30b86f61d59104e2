/** The unit of a record with its parent and both heads, as use cases need it. */
import { seesHeadName, type Verdict } from '../../domain/authority.js';
import { DomainError } from '../../domain/errors.js';
import { maskName } from '../../domain/names.js';
import type { Action } from '../../contract/wire.js';
import type { AccountRecord, UnitRecord } from '../../store/records.js';
import { byId } from './by-id.js';
import type { Act } from './act.js';

export interface UnitContext {
  unit: UnitRecord;
  parent: UnitRecord | null;
  head: AccountRecord | null;
  parentHead: AccountRecord | null;
}

/** Units with their parents and the heads of both. */
export async function unitContextsOf(act: Act, unitIds: readonly string[]): Promise<Map<string, UnitContext>> {
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

export async function unitContextOf(act: Act, unitId: string): Promise<UnitContext> {
  const unitContext = (await unitContextsOf(act, [unitId])).get(unitId);
  if (!unitContext) throw new DomainError('not-found');
  return unitContext;
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
export function toAction(act: Act, { name, allowed, roles, why, by }: Verdict, { unit, parent, head, parentHead }: UnitContext): Action {
  if (allowed) return { name, allowed, ...(roles ? { roles } : {}) };
  const byParentHead = by === 'parent-head';
  const responsible = byParentHead ? parent : unit;
  const holder = byParentHead ? parentHead : head;
  const headName = responsible && holder && (knowsHead(act, responsible) ? holder.name : maskName(holder.name));
  return {
    name,
    allowed,
    ...(why ? { why } : {}),
    ...(responsible ? { who: { unitId: responsible.id, unitName: responsible.name, ...(headName ? { headName } : {}) } } : {}),
  };
}
