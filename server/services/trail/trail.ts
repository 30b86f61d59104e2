/** 異動紀錄: who did what to whom, when and why. */
import { ACCOUNT_FIELDS } from '../../domain/account-fields.js';
import { seesAccount, seesAccountUnmasked, seesRoster, seesRosterUnmasked } from '../../domain/authority.js';
import { DomainError, fieldError } from '../../domain/errors.js';
import { auditedForAbove } from '../../domain/field-views.js';
import { readInstant } from '../../domain/dates.js';
import { maskName } from '../../domain/names.js';
import { TEACHER_FIELDS } from '../../domain/teacher-fields.js';
import type { TrailTargetType } from '../../domain/trail.js';
import type { Relation } from '../../domain/units.js';
import type { TrailEntry, TrailPage } from '../../contract/wire.js';
import type { TrailRecord, UnitRecord } from '../../store/records.js';
import type { Act, Fields } from '../core/act.js';
import { byId } from '../core/by-id.js';
import { unitContextOf } from '../core/unit-contexts.js';

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

/** Details that an audit entry shows to readers above the unit: none that they would not see of the person itself. */
const SHOWN_OF_TEACHERS = new Set<string>([
  ...auditedForAbove(TEACHER_FIELDS),
  'status',
  'departure',
  // That it was corrected, never a day.
  'birthDate',
  'invitedUntil',
  'issuer',
  'decision',
  'code',
  'people',
]);
const SHOWN_OF_ACCOUNTS = new Set<string>([
  ...auditedForAbove(ACCOUNT_FIELDS),
  'status',
  'role',
  'requestedRole',
  'secondFactor',
  'issuer',
  'origin',
  // Of hand-overs.
  'on',
  'code',
  'people',
]);

function shownAbove(target: TrailRecord['target'], values: TrailRecord['after']): Record<string, unknown> | null {
  const shown = target.type === 'teacher' || target.type === 'transfer' ? SHOWN_OF_TEACHERS : SHOWN_OF_ACCOUNTS;
  return values && Object.fromEntries(Object.entries(values).filter(([field]) => shown.has(field)));
}

/** Whether the reader sees the people of an audit entry unmasked. */
interface Sight {
  actor: boolean;
  target: boolean;
}

function view(auditEntry: TrailRecord, whole: Sight): TrailEntry {
  const { id, at, actor, action, target, unitId, outcome, reason, before, after } = auditEntry;
  return {
    id,
    at,
    actor: actor && (whole.actor ? actor : { ...actor, name: maskName(actor.name) }),
    action,
    target: whole.target ? target : { ...target, name: target.name && maskName(target.name) },
    unitId,
    outcome,
    reason: whole.target ? reason : null,
    before: whole.target ? before : shownAbove(target, before),
    after: whole.target ? after : shownAbove(target, after),
  };
}

/** The facts of an account that no longer exists. */
const NOBODY = { unitId: undefined, role: null, requestedRole: null };

/**
 * Decides for each audit entry by the units of its people: a denied act is in the trail of the actor's unit, and its target
 * may be in a unit below. Actors in the trail of the reader's own unit are shown unmasked.
 */
async function sightOf(act: Act, trailUnit: UnitRecord, auditEntries: readonly TrailRecord[]): Promise<(auditEntry: TrailRecord) => Sight> {
  const targetIds = (...types: TrailTargetType[]) =>
    auditEntries.filter(({ target }) => types.includes(target.type)).map(({ target }) => target.id);
  const accounts = byId(await act.store.accountsById(targetIds('account', 'session')));
  const teachers = byId(await act.store.teachersById(targetIds('teacher')));
  const unitIds = [...accounts.values(), ...teachers.values(), ...auditEntries.flatMap(({ actor }) => actor ?? [])].map(
    ({ unitId }) => unitId,
  );
  const units = byId([trailUnit, ...(await act.store.unitsById([...new Set(unitIds)]))]);
  const role = act.caller.role;
  const own = act.relationTo(trailUnit) === 'own';
  const relationTo = (unitId: string | undefined): Relation => {
    const unit = units.get(unitId ?? '');
    return unit ? act.relationTo(unit) : 'none';
  };
  const seesTarget = ({ target: { type, id }, outcome }: TrailRecord): boolean => {
    // A completed act is in the trail of its target's unit, even if the target no longer exists.
    const here = outcome === 'done' ? trailUnit.id : undefined;
    switch (type) {
      case 'account':
      case 'session': {
        const account = accounts.get(id) ?? NOBODY;
        return seesAccountUnmasked(role, relationTo(account.unitId ?? here), account);
      }
      case 'teacher':
        return seesRosterUnmasked(role, relationTo(teachers.get(id)?.unitId ?? here));
      case 'transfer':
        return seesRosterUnmasked(role, relationTo(trailUnit.id));
      case 'handover':
        return seesAccountUnmasked(role, relationTo(trailUnit.id), { role: 'head', requestedRole: null });
      case 'unit':
      case 'roster':
      case 'import':
      case 'integration':
      case 'installation':
        return true;
    }
  };
  return (auditEntry) => ({
    actor:
      own ||
      auditEntry.actor === null ||
      seesAccountUnmasked(role, relationTo(auditEntry.actor.unitId), { ...auditEntry.actor, requestedRole: null }),
    target: seesTarget(auditEntry),
  });
}

/** With `account.manage` the unit's whole trail; with `teacher.manage` that of one entry of the own roster. */
export async function readTrail(act: Act, fields: Fields<TrailQuery>): Promise<TrailPage> {
  const { functions, role, unit: own } = act.caller;
  const { unit, target, actor, action, cursor, ...wanted } = fields();
  const from = wanted.from === undefined ? undefined : readInstant(wanted.from, 'its start');
  const to = wanted.to === undefined ? undefined : readInstant(wanted.to, 'its end');
  if (from === null) throw fieldError('from', 'bad-date');
  if (to === null) throw fieldError('to', 'bad-date');
  const { unit: trailUnit } = await unitContextOf(act, unit ?? own.id);
  const relation = act.relationTo(trailUnit);
  const whole = seesAccount(functions, role, relation);
  if (!whole && relation !== 'own') throw new DomainError('not-found');
  if (!whole) {
    const teacher = target === undefined ? null : await act.store.teacher(target);
    if (!seesRoster(functions, role, relation) || teacher?.unitId !== own.id) throw new DomainError('forbidden');
  }
  const found = await act.store.trail({
    unitId: trailUnit.id,
    targetId: target,
    actorId: actor,
    action,
    from,
    to,
    before: cursor,
    limit: PAGE + 1,
  });
  const items = found.slice(0, PAGE);
  const sight = await sightOf(act, trailUnit, items);
  return {
    items: items.map((auditEntry) => view(auditEntry, sight(auditEntry))),
    nextCursor: found.length > PAGE ? String(items.at(-1)!.seq) : null,
  };
}
