/** 移交總負責人: begun by the head or by the level above, agreed to by the successor, always approved by the level above. */
import type { IsoDay } from './dates.js';
import { AUTHORITY, type Role } from './authority-matrix.js';
import type { Relation } from './units.js';

/** `approved` waits for its day; `done`: the successor is head. */
export const HANDOVER_STATES = ['begun', 'consented', 'approved', 'done', 'refused'] as const;
export type HandoverState = (typeof HANDOVER_STATES)[number];

export const HANDOVER_ACTS = ['consent', 'approve', 'refuse'] as const;
export type HandoverAct = (typeof HANDOVER_ACTS)[number];

/** A head who has not signed in for so long is pointed out to the level above. */
export const IDLE_HEAD_DAYS = 160;
/** An application that waits longer is, too. */
export const OLD_APPLICATION_DAYS = 7;

export function isOpen(state: HandoverState): boolean {
  return state === 'begun' || state === 'consented' || state === 'approved';
}

/** Whether somebody may begin one for a unit: its head, and the head of its parent. */
export function mayBeginHandover(role: Role, relation: Relation): boolean {
  return AUTHORITY.beginsHandover[role][relation];
}

interface Party {
  accountId: string;
  role: Role;
  relation: Relation;
}

/** What somebody may do about one now; the successor agrees in his own name, and never approves what concerns himself. */
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

/** Whether somebody learns of it at all. */
export function seesHandover({ accountId, role, relation }: Party, { toId, fromId }: { toId: string; fromId: string | null }): boolean {
  return accountId === toId || accountId === fromId || mayBeginHandover(role, relation);
}

/** It takes effect on its day in Taipei, or with the approval where that comes later. */
export function isDue(effectiveOn: IsoDay, today: IsoDay): boolean {
  return effectiveOn <= today;
}
