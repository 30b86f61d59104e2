/** 異動紀錄: who did what to whom, when and why. */
import { seesAccount, seesRoster } from '../../domain/authority.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { maskName } from '../../domain/names.js';
import type { TrailEntry, TrailPage } from '../../contract/wire.js';
import type { TrailRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { placeOf } from '../core/places.js';

const PAGE = 50;

export interface TrailQuery {
  unit?: string | undefined;
  target?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  cursor?: number | undefined;
}

/** Personal data that a reader above the unit does not see, as on the roster. */
const HIDDEN = ['name', 'unitNote', 'remark', 'note'];

function hide(values: Record<string, unknown> | null): Record<string, unknown> | null {
  return values && Object.fromEntries(Object.entries(values).filter(([field]) => !HIDDEN.includes(field)));
}

function view(entry: TrailRecord, own: boolean): TrailEntry {
  const { id, at, actor, action, target, unitId, outcome, reason, before, after } = entry;
  const whole = { id, at, actor, action, target, unitId, outcome, reason, before, after };
  if (own || (target.type !== 'teacher' && target.type !== 'transfer')) return whole;
  return {
    ...whole,
    target: { ...target, name: target.name && maskName(target.name) },
    reason: null,
    before: hide(before),
    after: hide(after),
  };
}

/** Callers with `account.manage` read the unit's whole audit trail; callers with `teacher.manage` that of one entry of their own roster. */
export async function readTrail(act: Act, fields: Fields<TrailQuery>): Promise<TrailPage> {
  const { functions, role, unit: own } = act.caller;
  const { unit, target, actor, action, from, to, cursor } = fields();
  for (const [path, value] of Object.entries({ from, to })) {
    if (value !== undefined && Number.isNaN(Date.parse(value))) throw fieldError(path, 'bad-date');
  }
  const { unit: at } = await placeOf(act, unit ?? own.id);
  const relation = act.relationTo(at);
  const whole = seesAccount(functions, role, relation);
  if (!whole && relation !== 'own') throw new DomainError('not-found');
  if (!whole) {
    const teacher = target === undefined ? null : await act.store.teacher(target);
    if (!seesRoster(functions, role, relation) || teacher?.unitId !== own.id) throw new DomainError('forbidden');
  }
  const found = await act.store.trail({
    ...{ unitId: at.id, targetId: target, actorId: actor, action },
    from: from && new Date(from).toISOString(),
    to: to && new Date(to).toISOString(),
    before: cursor,
    limit: PAGE + 1,
  });
  const items = found.slice(0, PAGE);
  return {
    items: items.map((entry) => view(entry, relation === 'own')),
    nextCursor: found.length > PAGE ? String(items.at(-1)!.seq) : null,
  };
}
