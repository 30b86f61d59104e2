/** States of a roster entry. */
import type { IsoDay } from './dates.js';

/** 待申請 · 啟用中 · 帳號漫遊申請 已啟用 */
export const TEACHER_STATUSES = ['pending', 'active', 'roaming'] as const;
export type TeacherStatus = (typeof TEACHER_STATUSES)[number];

/** 離職 · 轉校 · 退休 · 其他 */
export const DEPARTURE_KINDS = ['resigned', 'transferred', 'retired', 'other'] as const;
export type DepartureKind = (typeof DEPARTURE_KINDS)[number];

export interface Departure {
  kind: DepartureKind;
  /** The first day in Taipei on which the person is no longer on the roster. It may be in the future. */
  on: IsoDay;
  toUnitId: string | null;
  note: string | null;
  /** The instant at which the departure was entered. */
  at: string;
}

/** Whether a person has left, by the day of the departure and today's date in Taipei. All lists and counts use this rule. */
export function hasLeft(departure: Pick<Departure, 'on'> | null, today: IsoDay): boolean {
  return departure !== null && departure.on <= today;
}

export interface RosterSummary {
  total: number;
  applied: number;
  pending: number;
  teachers: number;
  staff: number;
  roaming: number;
}

/** The counts of the manual: total = applied + pending, applied = teachers + staff. Roaming entries count as applied. */
export function summarise(rows: readonly { status: TeacherStatus; category: 'teacher' | 'staff'; count: number }[]): RosterSummary {
  const sum = { total: 0, applied: 0, pending: 0, teachers: 0, staff: 0, roaming: 0 };
  for (const { status, category, count } of rows) {
    sum.total += count;
    if (status === 'pending') {
      sum.pending += count;
      continue;
    }
    sum.applied += count;
    if (category === 'staff') sum.staff += count;
    else sum.teachers += count;
    if (status === 'roaming') sum.roaming += count;
  }
  return sum;
}

export const TRANSFER_STATES = ['proposed', 'accepted', 'refused', 'disputed'] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];
