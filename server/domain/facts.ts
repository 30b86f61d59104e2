/** Facts sent to other systems: what happened to whom, by whom, and when, without personal data. */
import type { TrailAction, TrailOutcome, TrailTargetType } from './trail.js';

const FACT_OF = {
  'account.apply': 'account.applied',
  'account.activate': 'account.activated',
  'account.switch-role': 'account.role-switched',
  'account.update': 'account.updated',
  'account.reject': 'account.rejected',
  'account.delete': 'account.deleted',
  'account.restore': 'account.restored',
  'account.link': 'account.linked',
  'teacher.register': 'teacher.registered',
  'teacher.update': 'teacher.updated',
  'teacher.correct-identity': 'teacher.identity-corrected',
  'teacher.depart': 'teacher.departed',
  'teacher.return': 'teacher.returned',
  'teacher.claim': 'teacher.claimed',
  'transfer.propose': 'transfer.proposed',
  'transfer.accept': 'transfer.accepted',
  'transfer.refuse': 'transfer.refused',
  'transfer.withdraw': 'transfer.withdrawn',
  'handover.begin': 'handover.begun',
  'handover.consent': 'handover.consented',
  'handover.approve': 'handover.approved',
  'handover.refuse': 'handover.refused',
  'transfer.dispute': 'transfer.disputed',
  'transfer.decide': 'transfer.decided',
  'import.commit': 'import.committed',
  'import.undo': 'import.undone',
  'unit.create': 'unit.opened',
  'unit.update': 'unit.updated',
  'unit.move': 'unit.moved',
} as const satisfies Partial<Record<TrailAction, string>>;

export type FactType = (typeof FACT_OF)[keyof typeof FACT_OF];

export interface Fact {
  /** The id of the audit entry; the same for repeated deliveries. */
  id: string;
  type: FactType;
  /** ISO 8601 in UTC. */
  at: string;
  unitId: string;
  target: { type: TrailTargetType; id: string };
  actor: { id: string; unitId: string } | null;
  requestId: string | null;
}

interface Line {
  id: string;
  at: string;
  unitId: string;
  action: TrailAction;
  outcome: TrailOutcome;
  target: { type: TrailTargetType; id: string };
  actor: { id: string; unitId: string } | null;
  requestId: string | null;
}

/** The fact that an audit entry causes; null if it causes none. */
export function factOf({ id, at, unitId, action, outcome, target, actor, requestId }: Line): Fact | null {
  const type = (FACT_OF as Partial<Record<TrailAction, FactType>>)[action];
  if (type === undefined || outcome !== 'done') return null;
  // A move has an entry in the trails of both parents too.
  if (action === 'unit.move' && unitId !== target.id) return null;
  return {
    id,
    type,
    at,
    unitId,
    requestId,
    target: { type: target.type, id: target.id },
    actor: actor && { id: actor.id, unitId: actor.unitId },
  };
}
