/** The records of the store. Instants are ISO 8601 in UTC, days `YYYY-MM-DD` in Taipei. */
import type { AccountValues } from '../domain/account-fields.js';
import type { AccountStatus, Role } from '../domain/authority.js';
import type { Category } from '../domain/codes.js';
import type { IsoDay } from '../domain/dates.js';
import type { Sealed } from '../domain/fields.js';
import type { HandoverState } from '../domain/handover.js';
import type { IdKind } from '../domain/national-id.js';
import type { TeacherValues } from '../domain/teacher-fields.js';
import type { Departure, TeacherStatus, TransferState } from '../domain/teachers.js';
import type { TrailAction, TrailOutcome, TrailTargetType } from '../domain/trail.js';
import type { UnitPath } from '../domain/units.js';

declare const hashed: unique symbol;
/** An argon2id hash with salt and parameters, from `Passwords.hash`; a plain password is not assignable. */
export type PasswordHash = string & { readonly [hashed]: true };

interface Versioned {
  id: string;
  /** Starts at 1 and grows by one with each change. */
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
  /** The topmost unit, if the head of the parent has released this unit to it. A move ends the release. */
  releasedTo: string | null;
}

/** The fields that people enter are in `account-fields.ts`; these are the fields that the kit maintains. */
export interface AccountRecord extends Versioned, AccountValues {
  unitId: string;
  username: string;
  role: Role | null;
  status: AccountStatus;
  requestedRole: Role | null;
  /** Null where the account signs in by an outside identity only. */
  passwordHash: PasswordHash | null;
  /** The password is a first password, which must be changed at the first sign-in. */
  mustChangePassword: boolean;
  /** SHA-256 of the application's reference, a random secret. */
  referenceHash: string | null;
  appliedAt: string;
  activatedAt: string | null;
  lastSignInAt: string | null;
  reason: string | null;
  /** False from a change of the mail address until it is confirmed; meanwhile no reset link is sent there. */
  emailConfirmed: boolean;
  passwordChangedAt: string | null;
  /** JSON array of hashes of earlier passwords, newest first. */
  passwordHistory: string;
  /** The secret of the second factor (RFC 6238), encrypted; null where there is none. */
  secondFactor: Sealed | null;
  /** The version of the notice (Personal Data Protection Act, §8 and §9) that was shown. */
  noticeVersion: string | null;
  noticeAt: string | null;
}

/** The sign-in fields of a new account. */
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

/** The fields that people enter are in `teacher-fields.ts`; these are the fields that the kit maintains. */
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

/** The access of another system to some calls, within a unit and below it. It ends when its maker loses the permission. */
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

/** A one-time link in a letter. */
export interface MailLinkRecord {
  tokenHash: string;
  accountId: string;
  purpose: 'reset' | 'confirm';
  email: string;
  expiresAt: string;
}

/** A fact or letter that waits for its delivery. */
export interface OutboxRecord {
  id: string;
  consumer: string;
  /** JSON, encrypted. */
  payload: Sealed;
  attempts: number;
  dueAt: string;
  createdAt: string;
}

/** A person. At most one of the person's entries is current. */
export interface PersonRecord {
  id: string;
  /** The current entry. If it has departed, the next registration replaces it. */
  teacherId: string;
  unitId: string;
  version: number;
}

/** A blind index: the keyed hash of an identity number, by which a person is found. */
export type NumberIndex = string;

/** An identity number of a person, under one look-up key. */
export interface IdentityNumber {
  index: NumberIndex;
  /** The number, encrypted. */
  sealed: Sealed;
}

/** A look-up of a person, as a rate limit counts it. The hashes are keyed. */
export interface LookupRecord {
  /** The hash of what all similar identity numbers have in common. */
  similar: string;
  /** The hash of the number; in a look-up by an entry's id, of the id. */
  number: string;
  /** The hash of the number and the birth date that were asked about. */
  asked: string;
  unitId: string;
  accountId: string;
  /** Until when it counts. */
  until: string;
}

export interface TransferRecord extends Versioned {
  /** The giving school, which decides. */
  unitId: string;
  /** The asking school. */
  toUnitId: string;
  personId: string;
  /** The entry on the giving school's roster. */
  teacherId: string;
  state: TransferState;
  /** The registration that the asking school sent, encrypted. */
  registration: Sealed;
  requestedAt: string;
  reason: string | null;
}

export const IMPORT_STATES = ['staged', 'committed', 'undone'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** An import of a staff list. */
export interface ImportRecord {
  id: string;
  unitId: string;
  makerId: string;
  makerName: string;
  state: ImportState;
  /** The content, encrypted; empty after it has expired. */
  payload: Sealed | '';
  /** Keyed hash of the rows, by which the same list is recognised. */
  digest: string;
  /** JSON: the number of rows by outcome. */
  counts: string;
  createdAt: string;
  committedAt: string | null;
  /** When the content is erased. */
  expiresAt: string;
  version: number;
}

/** A hand-over of a unit to a new head. */
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
  /** Null in the session of an outside identity; its account is looked up at each request. */
  accountId: string | null;
  issuer: string | null;
  subject: string | null;
  /** SHA-256 of the token; the token itself is never stored. */
  tokenHash: string;
  /** `cookie`: for pages of the same site; `bearer`: a token in the memory of a page on another origin. */
  kind: 'cookie' | 'bearer';
  /** The session that a bearer token comes from and ends with. */
  parentId: string | null;
  /** The network address of the sign-in. */
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
  /** PKCE code challenge, S256 (RFC 7636). */
  challenge: string;
  expiresAt: string;
}

export interface TrailActor {
  id: string;
  name: string;
  role: Role | null;
  unitId: string;
}

/** An audit entry without a sequence number. Personal data in `before` and `after` are masked. */
export interface TrailDraft {
  id: string;
  /** The unit of the target; if it has none, of the actor. */
  unitId: string;
  at: string;
  actor: TrailActor | null;
  action: TrailAction;
  target: { type: TrailTargetType; id: string; name: string | null };
  outcome: TrailOutcome;
  reason: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  /** The network address of the caller. */
  from: string | null;
  requestId: string | null;
}

export interface TrailRecord extends TrailDraft {
  seq: number;
}

/** The first response to a write, stored with the change and sent again for the same idempotency key. */
export interface StoredResponse {
  caller: string;
  key: string;
  /** Hash of method, path and body. */
  fingerprint: string;
  status: number;
  etag: string | null;
  location: string | null;
  /** Encrypted; empty where the response has no body. */
  body: Sealed | '';
  at: string;
}
