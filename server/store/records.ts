/** What the store keeps, in the words of the field. Instants are ISO 8601 in UTC, days `YYYY-MM-DD` in Taipei. */
import type { AccountValues } from '../domain/account-fields.js';
import type { AccountStatus, Role } from '../domain/authority.js';
import type { Category } from '../domain/codes.js';
import type { IsoDay } from '../domain/dates.js';
import type { HandoverState } from '../domain/handover.js';
import type { IdKind } from '../domain/national-id.js';
import type { TeacherValues } from '../domain/teacher-fields.js';
import type { Departure, TeacherStatus, TransferState } from '../domain/teachers.js';
import type { TrailAction, TrailOutcome, TrailTargetType } from '../domain/trail.js';
import type { UnitPath } from '../domain/units.js';

declare const hashed: unique symbol;
/** An argon2id hash with its salt and parameters, as `Passwords.hash` makes it; a plain password is not assignable. */
export type PasswordHash = string & { readonly [hashed]: true };

interface Versioned {
  id: string;
  /** From 1, one more with each change. */
  version: number;
  updatedAt: string;
  updatedBy: { id: string; name: string } | null;
}

export interface UnitRecord extends Versioned {
  code: string;
  name: string;
  level: string;
  parentId: string | null;
  path: UnitPath;
}

/** What people enter stands in the table of `account-fields.ts`; here is what the kit itself keeps of an account. */
export interface AccountRecord extends Versioned, AccountValues {
  unitId: string;
  username: string;
  role: Role | null;
  status: AccountStatus;
  requestedRole: Role | null;
  /** argon2id; null where the log-in is an outside identity's. */
  passwordHash: PasswordHash | null;
  /** A first password is changed at the first sign-in. */
  mustChangePassword: boolean;
  /** SHA-256 of the application's reference, a random secret. */
  referenceHash: string | null;
  appliedAt: string;
  activatedAt: string | null;
  lastSignInAt: string | null;
  reason: string | null;
  /** False from a change of the mail address until its owner has answered from it; no reset link is sent there. */
  emailConfirmed: boolean;
  passwordChangedAt: string | null;
  /** JSON array of the hashes of earlier passwords, newest first. */
  passwordHistory: string;
  /** Secret of the second factor (RFC 6238), encrypted; null where there is none. */
  secondFactor: string | null;
  /** Which notice of the Personal Data Protection Act (§8, §9) was shown, and when. */
  noticeVersion: string | null;
  noticeAt: string | null;
}

/** What an account has before its owner has done anything with it. */
export const NEW_SIGN_IN = {
  emailConfirmed: true,
  passwordChangedAt: null,
  passwordHistory: '[]',
  secondFactor: null,
  noticeVersion: null,
  noticeAt: null,
} as const satisfies Partial<AccountRecord>;

export interface IdentityRecord {
  id: string;
  accountId: string;
  issuer: string;
  subject: string;
}

/** What people enter stands in the table of `teacher-fields.ts`; here is what the kit itself keeps of an entry. */
export interface TeacherRecord extends Versioned, TeacherValues {
  unitId: string;
  personId: string;
  username: string | null;
  idKind: IdKind;
  category: Category;
  status: TeacherStatus;
  departure: Departure | null;
  registeredAt: string;
  noticeVersion: string | null;
  noticeAt: string | null;
}

/** How a teacher signs in: by an outside identity, or by user name and password. */
export interface TeacherLoginRecord {
  id: string;
  unitId: string;
  teacherId: string;
  personId: string;
  issuer: string | null;
  subject: string | null;
  usernameKey: string | null;
  passwordHash: PasswordHash | null;
  at: string;
}

export interface InvitationRecord {
  /** SHA-256 of the code. */
  codeHash: string;
  unitId: string;
  teacherId: string;
  createdAt: string;
  expiresAt: string;
}

/** A token by which another system does one thing, within a unit and all below it, for as long as its maker may. */
export interface IntegrationRecord {
  id: string;
  unitId: string;
  makerId: string;
  name: string;
  scope: 'claims';
  tokenHash: string;
  createdAt: string;
  expiresAt: string;
  endedAt: string | null;
}

/** A one-time link sent by mail. */
export interface MailLinkRecord {
  tokenHash: string;
  accountId: string;
  purpose: 'reset' | 'confirm';
  email: string;
  expiresAt: string;
}

/** Something on its way out, written with the change that it tells of. */
export interface OutboxRecord {
  id: string;
  consumer: string;
  /** Encrypted JSON. */
  payload: string;
  attempts: number;
  dueAt: string;
  createdAt: string;
}

/** A person of the installation; at most one entry is current, and it makes a person single. */
export interface PersonRecord {
  id: string;
  /** The current entry; it may have departed, and is then replaced by the next registration. */
  teacherId: string;
  unitId: string;
  version: number;
}

/** Keyed hash of an identity number, by which a person is found. */
export type NumberIndex = string;

/** A number of a person, under one look-up key. */
export interface IdentityNumber {
  index: NumberIndex;
  /** The number, encrypted. */
  sealed: string;
}

export interface TransferRecord extends Versioned {
  /** The school that gives, and decides. */
  unitId: string;
  /** The school that asks. */
  toUnitId: string;
  personId: string;
  /** The entry on the giving school's roster. */
  teacherId: string;
  state: TransferState;
  /** The registration as it was sent, encrypted. */
  registration: string;
  requestedAt: string;
  reason: string | null;
}

export const IMPORT_STATES = ['staged', 'committed', 'undone'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** A staff list on its way into a roster. */
export interface ImportRecord {
  id: string;
  unitId: string;
  makerId: string;
  makerName: string;
  state: ImportState;
  /** Encrypted; empty once its time is over. */
  payload: string;
  /** Keyed hash of the lines, by which the same list is recognised. */
  digest: string;
  /** JSON: how many lines came to what. */
  counts: string;
  createdAt: string;
  committedAt: string | null;
  /** When what is in it is erased. */
  expiresAt: string;
  version: number;
}

/** A unit on its way to a new head. */
export interface HandoverRecord extends Versioned {
  unitId: string;
  /** The head who hands over; null where the unit has none. */
  fromId: string | null;
  toId: string;
  state: HandoverState;
  /** The first day on which the successor is head. */
  effectiveOn: IsoDay;
  reason: string | null;
  begunAt: string;
  consentedAt: string | null;
  approvedAt: string | null;
}

export interface SessionRecord {
  id: string;
  /** Null in the session of an outside identity: whose account that is, is asked at each request. */
  accountId: string | null;
  issuer: string | null;
  subject: string | null;
  /** SHA-256 of the token; the token itself is never stored. */
  tokenHash: string;
  /** `cookie`: of the same site's pages; `bearer`: in the memory of a page on another origin. */
  kind: 'cookie' | 'bearer';
  /** A bearer token ends with the session that it was drawn from. */
  parentId: string | null;
  /** Network address that it was opened from. */
  address: string | null;
  createdAt: string;
  seenAt: string;
  expiresAt: string;
}

export interface SignInCode {
  codeHash: string;
  accountId: string;
  sessionId: string | null;
  origin: string;
  /** PKCE S256 (RFC 7636). */
  challenge: string;
  expiresAt: string;
}

export interface TrailActor {
  id: string;
  name: string;
  role: Role | null;
  unitId: string;
}

/** An entry before it has its place in the chain. Personal data in `before` and `after` are masked. */
export interface TrailDraft {
  id: string;
  /** The unit of the target; without one, of the actor. */
  unitId: string;
  at: string;
  actor: TrailActor | null;
  action: TrailAction;
  target: { type: TrailTargetType; id: string; name: string | null };
  outcome: TrailOutcome;
  reason: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** Network address of the caller and the request's id. */
  from: string | null;
  requestId: string | null;
}

export interface TrailRecord extends TrailDraft {
  seq: number;
}

/** The first answer to a write, kept with it for whoever asks again with the same key. */
export interface StoredResponse {
  caller: string;
  key: string;
  /** Hash of method, path and body. */
  fingerprint: string;
  status: number;
  etag: string | null;
  location: string | null;
  body: string;
  at: string;
}
