/** Reads, opens, renames and moves units. */
import { auditedUnit } from '../../domain/audited-records.js';
import { movesUnits, namesUnits, readsSubtree, seesUnit } from '../../domain/authority.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { foldText, maskName } from '../../domain/names.js';
import { idsOnPath, isWithin, moveRule, pathBelow } from '../../domain/units.js';
import type { Directory, Unit, UnitPage } from '../../contract/wire.js';
import type { AccountRecord, UnitRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { draftAuditEntry, changed, denied } from '../core/audit.js';
import { changeOf, guardsOf } from '../core/change.js';
import type { Reply } from '../core/exchange.js';
import { pageOf } from '../core/page.js';
import { definedFields, type Patch } from '../core/patch.js';
import { knowsHead, maskBy } from '../core/unit-contexts.js';

/** A unit as the caller may see it: further below than directly, its people are masked. */
function unitView(act: Act, unit: UnitRecord, head: AccountRecord | null | undefined): Unit {
  const { id, code, name, level, parentId, releasedTo, version, updatedAt, updatedBy } = unit;
  const whole = knowsHead(act, unit);
  return {
    id,
    code,
    name,
    level,
    parentId,
    releasedTo,
    head: head ? { id: head.id, name: whole ? head.name : maskName(head.name) } : null,
    version,
    updatedAt,
    updatedBy: whole ? updatedBy : maskBy(updatedBy),
  };
}

async function visibleUnit(act: Act, id: string, action: 'unit.create' | 'unit.update' | null): Promise<UnitRecord> {
  const unit = await act.store.unit(id);
  if (unit && seesUnit(act.caller.role, act.relationTo(unit))) return unit;
  throw action ? await denied(act, action, { type: 'unit', id, name: null }, 'not-found') : new DomainError('not-found');
}

export async function listUnits(
  act: Act,
  fields: Fields<{ parent?: string | undefined; q?: string | undefined; page: number; pageSize: number }>,
): Promise<UnitPage> {
  const { unit: own } = act.caller;
  const wanted = fields();
  if (!readsSubtree(act.caller.role)) {
    const q = foldText(wanted.q ?? '');
    const found = wanted.parent === undefined && foldText(`${own.name}\n${own.code}`).includes(q) ? [own] : [];
    const head = (await act.store.headsOf([own.id])).get(own.id);
    return pageOf(
      found.map((unit) => unitView(act, unit, head)),
      found.length,
      wanted,
    );
  }
  const { items, total } = await act.store.units({ within: own.path, parentId: wanted.parent, q: wanted.q || undefined }, wanted);
  const heads = await act.store.headsOf(items.map(({ id }) => id));
  return pageOf(
    items.map((unit) => unitView(act, unit, heads.get(unit.id))),
    total,
    wanted,
  );
}

/** The units one may apply to, with the names of the units above, and without their heads. */
export async function searchDirectory(act: Act, fields: Fields<{ q: string }>): Promise<Directory> {
  const found = await act.store.directory(fields().q, 20);
  const above = await act.store.unitsById([...new Set(found.flatMap(({ path }) => idsOnPath(path)))]);
  const names = new Map(above.map(({ id, name }) => [id, name]));
  return {
    items: found.map(({ id, code, name, level, path }) => ({
      id,
      code,
      name,
      level,
      path: idsOnPath(path)
        .slice(0, -1)
        .map((each) => names.get(each) ?? ''),
    })),
  };
}

export async function readUnit(act: Act, id: string): Promise<Unit> {
  const unit = await visibleUnit(act, id, null);
  return unitView(act, unit, (await act.store.headsOf([id])).get(id));
}

export async function createUnit(
  act: Act,
  fields: Fields<{ code: string; name: string; level: string; parentId: string }>,
): Promise<Reply<Unit>> {
  const { unit: parent, role } = act.caller;
  // The parent of a new unit is always the caller's own unit.
  if (!namesUnits(role, 'parent')) throw await denied(act, 'unit.create', { type: 'unit', id: parent.id, name: parent.name });
  await act.exchange.checkPreconditions();
  const { code, name, level, parentId } = fields();
  if (parentId !== parent.id) throw await denied(act, 'unit.create', { type: 'unit', id: parentId, name: null });
  if (await act.store.unitByCode(code)) throw fieldError('code', 'code-taken');
  const id = act.newId();
  const unit: UnitRecord = {
    id,
    code,
    name,
    level,
    parentId,
    path: pathBelow(parent.path, id),
    releasedTo: null,
    version: 1,
    updatedAt: act.at,
    updatedBy: act.by,
  };
  const reply: Reply<Unit> = { as: 'created', body: unitView(act, unit, null) };
  const auditEntry = draftAuditEntry(act, 'unit.create', { type: 'unit', id, name }, { unitId: parent.id, after: auditedUnit(unit) });
  await act.store.openUnit(unit, changeOf(act, guardsOf(act, parent), [auditEntry], reply));
  return reply;
}

/** The head of the parent renames a unit, and releases it to the topmost unit. Who moves it: `moveRule`. */
export async function updateUnit(
  act: Act,
  id: string,
  fields: Fields<Patch<{ code: string; name: string; level: string; parentId: string; releasedTo: string | null }>>,
): Promise<Reply<Unit>> {
  const unit = await visibleUnit(act, id, 'unit.update');
  const relation = act.relationTo(unit);
  const target = { type: 'unit' as const, id, name: unit.name };
  if (!movesUnits(act.caller.role, relation)) throw await denied(act, 'unit.update', target);
  const head = (await act.store.headsOf([id])).get(id);
  await act.exchange.checkPreconditions(unit, () => unitView(act, unit, head));
  const { parentId, ...edit } = definedFields(fields());
  const moves = parentId !== undefined && parentId !== unit.parentId;
  if (Object.keys(edit).length > 0 && !namesUnits(act.caller.role, relation)) throw await denied(act, 'unit.update', target);
  if (edit.code !== undefined && edit.code !== unit.code && (await act.store.unitByCode(edit.code))) throw fieldError('code', 'code-taken');
  const { releasedTo } = edit;
  const canRelease = releasedTo == null || (releasedTo === idsOnPath(unit.path)[0] && releasedTo !== unit.parentId);
  if (!canRelease) throw fieldError('releasedTo', 'not-your-unit');
  const after: UnitRecord = { ...unit, ...edit, version: unit.version + 1, updatedAt: act.at, updatedBy: act.by };
  if (!moves) {
    const reply: Reply<Unit> = { as: 'ok', body: unitView(act, after, head) };
    const auditEntry = draftAuditEntry(act, 'unit.update', target, { unitId: id, ...changed({ ...unit }, { ...edit }) });
    await act.store.saveUnit(after, changeOf(act, guardsOf(act, unit), [auditEntry], reply));
    return reply;
  }
  const oldParent = await act.store.unit(unit.parentId ?? '');
  const newParent = await act.store.unit(parentId);
  if (!newParent || !oldParent) throw fieldError('parentId', 'not-your-unit');
  if (isWithin(newParent.path, unit.path)) throw fieldError('parentId', 'own-subtree');
  const rule = moveRule(oldParent.path, newParent.path);
  if (rule?.unitId !== act.caller.unit.id) throw await denied(act, 'unit.move', target);
  if (rule.needsRelease && unit.releasedTo !== newParent.id) throw new DomainError('wrong-state');
  const moved = { ...after, parentId, releasedTo: null, path: pathBelow(newParent.path, id) };
  const reply: Reply<Unit> = { as: 'ok', body: unitView(act, moved, head) };
  const details = changed({ ...unit }, { ...edit, parentId, releasedTo: null });
  // Each parent reads of the move in its own trail, because the old one no longer reads that of the unit.
  const trail = [unit, oldParent, newParent].map(({ id: unitId }) => draftAuditEntry(act, 'unit.move', target, { unitId, ...details }));
  const heads = await act.store.headsOf([id, oldParent.id, newParent.id]);
  const letters = [...heads.values()]
    .filter(({ id: headId }) => headId !== act.caller.account.id)
    .map(({ email }) => act.kit.letters.unitMoved(email, unit.name, oldParent.name, newParent.name));
  const change = changeOf(act, guardsOf(act, unit, oldParent, newParent), trail, reply, { letters });
  await act.store.moveUnit(moved, unit.path, change);
  return reply;
}
