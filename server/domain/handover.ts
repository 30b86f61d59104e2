/**
 * 移交總負責人: the head or the level above begins it, the successor consents, and the level above approves. The topmost unit has
 * no level above: there the consent of both is enough, and a waiting time that the unit's other officers are told of.
 */
import { daysAfter, type IsoDay } from './dates.js';
import { AUTHORITY, type Role } from './authority-matrix.js';
import type { TrailAction } from './trail.js';
import type { Relation } from './units.js';

/** `approved` waits for its day; `done`: the successor is head. */
export const HANDOVER_STATES = ['begun', 'consented', 'approved', 'done', 'refused'] as const;
export type HandoverState = (typeof HANDOVER_STATES)[number];

const ANNOUNCED: readonly HandoverState[] = ['approved', 'done'];
/**
 * The states in which an entry of the audit trail leaves a hand-over; null for other entries. One that waits for its day is
 * completed without an entry of its own. The consent to one of the topmost unit, which names the day, approves it.
 */
export function handoverStatesAfter(action: TrailAction, after: Readonly<Record<string, unknown>> | null): readonly HandoverState[] | null {
  switch (action) {
    case 'handover.begin':
      return ['begun'];
    case 'handover.consent':
      return after?.['on'] === undefined ? ['consented'] : ANNOUNCED;
    case 'handover.approve':
      return ANNOUNCED;
    case 'handover.refuse':
      return ['refused'];
    default:
      return null;
  }
}

export const HANDOVER_ACTS = ['consent', 'approve', 'refuse'] as const;
export type HandoverAct = (typeof HANDOVER_ACTS)[number];

/** After so many days without a sign-in, a head is listed as idle for the level above. */
export const IDLE_HEAD_DAYS = 160;
/** So many days pass between the consent to a hand-over of the topmost unit and its day, in which either party may refuse it. */
export const TOPMOST_WAITING_DAYS = 7;
/** After so many days, a pending application is listed as old for the level above. */
export const OLD_APPLICATION_DAYS = 7;

export function isOpen(state: HandoverState): boolean {
  return state === 'begun' || state === 'consented' || state === 'approved';
}

/** Whether a caller may begin the hand-over of a unit. */
export function mayBeginHandover(role: Role, relation: Relation): boolean {
  return AUTHORITY.beginsHandover[role][relation];
}

interface Party {
  accountId: string;
  role: Role;
  relation: Relation;
}

/** The actions a party may take now. The successor consents, and never approves the own hand-over. */
export function handoverActs(
  { accountId, role, relation }: Party,
  { toId, fromId, state }: { toId: string; fromId: string | null; state: HandoverState },
): HandoverAct[] {
  if (!isOpen(state)) return [];
  const successor = accountId === toId;
  const above = AUTHORITY.approvesHandover[role][relation];
  const acts: HandoverAct[] = [];
  if (successor && state === 'begun') acts.push('consent');
  if (above && !successor && state === 'consented') acts.push('approve');
  if (successor || accountId === fromId || mayBeginHandover(role, relation)) acts.push('refuse');
  return acts;
}

/** Whether a caller may see a hand-over. */
export function seesHandover({ accountId, role, relation }: Party, { toId, fromId }: { toId: string; fromId: string | null }): boolean {
  return accountId === toId || accountId === fromId || mayBeginHandover(role, relation);
}

/** The day of a hand-over of the topmost unit, which is approved by the consent alone. */
export function topmostDay(wanted: IsoDay, consentedOn: IsoDay): IsoDay {
  const earliest = daysAfter(consentedOn, TOPMOST_WAITING_DAYS);
  return wanted < earliest ? earliest : wanted;
}

/** A hand-over takes effect on its day in Taipei, or with the approval if that comes later. */
export function isDue(effectiveOn: IsoDay, today: IsoDay): boolean {
  return effectiveOn <= today;
}
