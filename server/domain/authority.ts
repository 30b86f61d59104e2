/**
 * Who may do what to whom: ★ 業務帳號開通、變更、刪除，都需要由上一階層才有權限管理 (the manual).
 * Functions over the matrix in `authority-matrix.ts`. The services use them to decide, and the elements to show what is possible.
 */
import { AUTHORITY, type Role, type Sight, type Standing } from './authority-matrix.js';
import type { Relation } from './units.js';

export { ROLES, type Role } from './authority-matrix.js';

const STANDINGS: readonly Standing[] = ['head', 'member'];

export const FUNCTIONS = [
  'course.create',
  'course.manage',
  'account.manage',
  'teacher.manage',
  'teacher.register',
  'statistics.read',
] as const;
export type Function = (typeof FUNCTIONS)[number];

/** The functions of each role; a portal may pass its own table. */
export type Policy = Record<Role, readonly Function[]>;

export const DEFAULT_POLICY: Policy = {
  head: FUNCTIONS,
  contact: ['course.create', 'course.manage', 'teacher.manage', 'teacher.register', 'statistics.read'],
  operator: ['course.create', 'course.manage'],
};

export const ACCOUNT_STATUSES = ['pending', 'active', 'rejected', 'deleted'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

export const ACCOUNT_ACTIONS = [
  'account.activate',
  'account.switch-role',
  'account.update',
  'account.reject',
  'account.delete',
  'account.restore',
  'account.link',
] as const;
export type AccountAction = (typeof ACCOUNT_ACTIONS)[number];

export const TEACHER_ACTIONS = [
  'teacher.update',
  'teacher.correct-identity',
  'teacher.reveal',
  'teacher.depart',
  'teacher.return',
] as const;
export type TeacherAction = (typeof TEACHER_ACTIONS)[number];

/** Why the caller may not take an action that is shown: `level-above` names who may instead, the others name the obstacle. */
export type Refusal = 'level-above' | 'own-account' | 'own-head' | 'read-only' | 'no-head';

export interface Actor {
  accountId: string;
  role: Role;
}

export interface AccountTarget {
  id: string;
  status: AccountStatus;
  /** The present or last role; null if the account was never enabled. */
  role: Role | null;
  requestedRole: Role | null;
}

export interface Verdict<Name extends string = AccountAction | TeacherAction> {
  name: Name;
  allowed: boolean;
  /** The roles that the caller may grant by this action. */
  roles?: Role[];
  why?: Refusal;
  /** Who may instead: the head of the account's own unit, or of its unit's parent. */
  by?: 'own-head' | 'parent-head';
}

const BY_STATE: Record<AccountStatus, readonly AccountAction[]> = {
  pending: ['account.activate', 'account.reject', 'account.update', 'account.link'],
  active: ['account.switch-role', 'account.update', 'account.delete', 'account.link'],
  rejected: ['account.restore'],
  deleted: ['account.restore'],
};

/** A head, or an applicant for that role, is managed one level higher than the other accounts of the unit. */
export function isOfHeadLevel(target: Pick<AccountTarget, 'role' | 'requestedRole'>): boolean {
  return (target.role ?? target.requestedRole) === 'head';
}

const standingOf = (target: Pick<AccountTarget, 'role' | 'requestedRole'>): Standing => (isOfHeadLevel(target) ? 'head' : 'member');

/** The roles that `actor` may grant to `target` by activation or switch. Nobody may grant a role to their own account. */
export function grantableRoles(actor: Actor, relation: Relation, target: AccountTarget): Role[] {
  if (actor.accountId === target.id) return [];
  if (target.status !== 'pending' && target.status !== 'active') return [];
  return AUTHORITY.grants[actor.role][target.status][relation][standingOf(target)].filter(
    (role) => target.status === 'pending' || role !== target.role,
  );
}

/** Whether the actor is the level above of this account, for actions that grant no role. */
export function isLevelAbove(actor: Actor, relation: Relation, target: AccountTarget): boolean {
  if (actor.accountId === target.id) return false;
  return AUTHORITY.decides[actor.role][relation][standingOf(target)];
}

function grants(action: AccountAction): boolean {
  return action === 'account.activate' || action === 'account.switch-role';
}

function whoInstead(target: AccountTarget): 'own-head' | 'parent-head' {
  return isOfHeadLevel(target) ? 'parent-head' : 'own-head';
}

/** The verdict on one action. The caller must check first that the status allows it (`accountActionsIn`). */
export function judgeAccountAct(actor: Actor, relation: Relation, target: AccountTarget, action: AccountAction): Verdict<AccountAction> {
  if (grants(action)) {
    const roles = grantableRoles(actor, relation, target);
    if (roles.length > 0) return { name: action, allowed: true, roles };
  } else if (isLevelAbove(actor, relation, target)) {
    return { name: action, allowed: true };
  }
  const why = actor.accountId === target.id ? 'own-account' : 'level-above';
  return { name: action, allowed: false, why, by: whoInstead(target) };
}

export function accountActionsIn(status: AccountStatus): readonly AccountAction[] {
  return BY_STATE[status];
}

/** Verdicts on all actions that the account's status allows, for callers with `account.manage`. */
export function accountVerdicts(actor: Actor, relation: Relation, target: AccountTarget): Verdict<AccountAction>[] {
  return accountActionsIn(target.status).map((action) => judgeAccountAct(actor, relation, target, action));
}

/** How a caller with `account.manage` sees an account of this standing. */
function sightOfAccount(functions: readonly Function[], role: Role, relation: Relation, standing: Standing): Sight {
  return functions.includes('account.manage') ? AUTHORITY.seesAccounts[role][relation][standing] : 'nothing';
}

/** Whether a caller sees the accounts of a unit at all. */
export function seesAccount(functions: readonly Function[], role: Role, relation: Relation): boolean {
  return STANDINGS.some((standing) => sightOfAccount(functions, role, relation, standing) !== 'nothing');
}

/** Whether a caller sees the holder of an account unmasked: in the own unit, and as the level above of the account. */
export function seesAccountUnmasked(role: Role, relation: Relation, target: Pick<AccountTarget, 'role' | 'requestedRole'>): boolean {
  return AUTHORITY.seesAccounts[role][relation][standingOf(target)] === 'whole';
}

/**
 * Whether a caller sees the name of a unit's head. Everybody sees the heads of the units above, because these are the
 * people who may act instead.
 */
export function seesHeadName(role: Role, relation: Relation): boolean {
  return AUTHORITY.seesAccounts[role][relation].head !== 'masked';
}

/** Whether a caller reads a roster, whole or masked. */
export function seesRoster(functions: readonly Function[], role: Role, relation: Relation): boolean {
  return functions.includes('teacher.manage') && AUTHORITY.seesRoster[role][relation] !== 'nothing';
}

/** Whether names, notes and mail addresses of a roster are shown unmasked. */
export function seesRosterUnmasked(role: Role, relation: Relation): boolean {
  return AUTHORITY.seesRoster[role][relation] === 'whole';
}

/** Whether a caller who sees an entry may write on it. */
export function writesRoster(functions: readonly Function[], role: Role, relation: Relation): boolean {
  return functions.includes('teacher.manage') && AUTHORITY.writesRoster[role][relation];
}

/** Verdicts on all actions that the state of a roster entry allows. */
export function teacherVerdicts(
  allowed: boolean,
  entry: { departed: boolean; returnable: boolean; leaving: boolean },
): Verdict<TeacherAction>[] {
  const possible: TeacherAction[] = entry.departed
    ? entry.returnable
      ? ['teacher.return', 'teacher.reveal']
      : ['teacher.reveal']
    : ['teacher.update', 'teacher.correct-identity', 'teacher.reveal', entry.leaving ? 'teacher.return' : 'teacher.depart'];
  return possible.map((name) => (allowed ? { name, allowed } : { name, allowed, why: 'read-only', by: 'own-head' }));
}

/** Whether a caller may create integration tokens for the teachers of a unit. */
export function vouches(functions: readonly Function[], role: Role, relation: Relation): boolean {
  return functions.includes('teacher.manage') && AUTHORITY.vouches[role][relation];
}

/** Whether a caller reads a unit: the own unit, the units above it (by name), and for heads all units below. */
export function seesUnit(role: Role, relation: Relation): boolean {
  return AUTHORITY.seesUnits[role][relation];
}

/** Whether a caller opens and renames units of this relation. */
export function namesUnits(role: Role, relation: Relation): boolean {
  return AUTHORITY.namesUnits[role][relation];
}

/** Whether a caller moves a unit, seen from the nearest unit above both positions. */
export function movesUnits(role: Role, relation: Relation): boolean {
  return AUTHORITY.movesUnits[role][relation];
}

/** Whether a caller reads lists and sums over its own unit and all units below it. */
export function readsSubtree(role: Role): boolean {
  return AUTHORITY.readsSubtree[role];
}

/** Whether a caller decides disputes between two schools below its own unit. */
export function decidesDisputes(role: Role): boolean {
  return AUTHORITY.decidesDisputes[role];
}
