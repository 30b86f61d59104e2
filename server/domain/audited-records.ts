/** What the audit trail keeps of accounts, roster entries and units, and what its entries say about each of them. `verify` compares. */
import { ACCOUNT_FIELDS, type AccountValues } from './account-fields.js';
import type { AccountStatus } from './authority.js';
import type { Role } from './authority-matrix.js';
import { auditor } from './field-views.js';
import { TEACHER_FIELDS, type TeacherValues } from './teacher-fields.js';
import type { Departure, TeacherStatus } from './teachers.js';
import type { TrailAction, TrailOutcome } from './trail.js';

type Values = Readonly<Record<string, unknown>>;

interface AccountFacts extends AccountValues {
  status: AccountStatus;
  role: Role | null;
  requestedRole: Role | null;
  reason: string | null;
  /** Encrypted; only whether there is one is kept. */
  secondFactor: unknown;
}

interface TeacherFacts extends TeacherValues {
  status: TeacherStatus;
  departure: Pick<Departure, 'kind' | 'on'> | null;
}

interface UnitFacts {
  code: string;
  name: string;
  level: string;
  parentId: string | null;
  releasedTo: string | null;
}

const accountFields = auditor(ACCOUNT_FIELDS);
const teacherFields = auditor(TEACHER_FIELDS);

export function auditedAccount(account: AccountFacts): Record<string, unknown> {
  const { status, role, requestedRole, reason, secondFactor } = account;
  return { status, role, requestedRole, reason, secondFactor: secondFactor !== null, ...accountFields(account) };
}

export function auditedTeacher(teacher: TeacherFacts): Record<string, unknown> {
  const { status, departure } = teacher;
  return { ...teacherFields(teacher), status, departure: departure && { kind: departure.kind, on: departure.on } };
}

export function auditedUnit({ code, name, level, parentId, releasedTo }: UnitFacts): Record<string, unknown> {
  return { code, name, level, parentId, releasedTo };
}

/** What the entries about one record say, up to some entry. */
export interface Told {
  /** Whether the record is there; null where the entry that says so has no details any more. */
  exists: boolean | null;
  /** The newest values that an entry gives. */
  values: Values;
  /** The issuers of the outside identities that were linked to an account; null for one whose issuer is not known any more. */
  issuers: readonly (string | null)[];
}

/** The part of an audit entry that tells about its target; `details` is null where retention has purged them. */
export interface TellingEntry {
  action: TrailAction;
  outcome: TrailOutcome;
  details: { targetName: string | null; before: Values | null; after: Values | null } | null;
}

const UNTOLD: Told = { exists: true, values: {}, issuers: [] };
/** The first entries about a record. In those of earlier versions only the target's name tells its name. */
const BEGINNINGS: ReadonlySet<TrailAction> = new Set(['load', 'account.apply', 'account.activate', 'teacher.register', 'unit.create']);

function without(issuers: Told['issuers'], issuer: unknown): Told['issuers'] {
  const index = issuers.findIndex((each) => each === issuer || each === null);
  return issuers.filter((_, each) => each !== index);
}

function issuersAfter(issuers: Told['issuers'], { action, details }: TellingEntry): Told['issuers'] {
  const [before, after] = [details?.before?.['issuer'], details?.after?.['issuer']];
  if (typeof after === 'string') return [...issuers, after];
  if (typeof before === 'string') return without(issuers, before);
  // Entries of earlier versions do not name the issuer that an application came with.
  const unnamed = action === 'account.link' || (action === 'account.apply' && details?.after?.['status'] === undefined);
  return unnamed ? [...issuers, null] : issuers;
}

/** What is told after an entry. Entries of denied acts tell nothing; an entry gives the values that its act changed. */
export function toldBy(told: Told | undefined, entry: TellingEntry): Told | undefined {
  const { action, outcome, details } = entry;
  if (outcome === 'denied') return told;
  const { exists, values, issuers } = told ?? UNTOLD;
  const after = details?.after ?? {};
  // The purge of a person; that of a trail, which names its unit, changes no record.
  if (action === 'purge' && (details === null || after['kind'] === 'person')) return { exists: null, values: after, issuers: [] };
  if (action === 'import.undo') {
    if (details === null) return { exists: null, values: {}, issuers: [] };
    return { exists: details.after !== null, values: { ...values, ...after }, issuers };
  }
  const name = told === undefined && BEGINNINGS.has(action) && details?.targetName != null ? { name: details.targetName } : {};
  const links = action === 'account.link' || action === 'account.apply' ? issuersAfter(issuers, entry) : issuers;
  return { exists, values: { ...values, ...name, ...after }, issuers: links };
}

/** The fields in which a record differs from what is told of it. Fields that no entry gives are not compared. */
export function differingFields(told: Told, audited: Values): string[] {
  const given = Object.keys(audited).filter((field) => Object.hasOwn(told.values, field));
  return given.filter((field) => JSON.stringify(told.values[field]) !== JSON.stringify(audited[field]));
}

/** How many of these outside identities no entry tells of. */
export function untoldIdentities(told: Told | undefined, issuers: readonly string[]): number {
  const left = issuers.reduce((open, issuer) => without(open, issuer), told?.issuers ?? []);
  return Math.max(0, issuers.length - ((told?.issuers.length ?? 0) - left.length));
}
