/**
 * The port between the use cases and a database, in the words of the field.
 *
 * Guarantees that every store gives (and `store-contract.ts` tests):
 * - A write is one unit of work: its guards, its records, its lines in the trail and the answer kept for a repeated
 *   request are on disk together when the promise resolves, or none of them is.
 * - A guard that no longer holds, a record whose version is not the one read, and a value that must be unique and is
 *   taken, reject with `WriteConflict`; nothing is written. The use case then decides once more from fresh data.
 * - `unavailable` (DomainError) means that nothing was written and that the same call may succeed later. One case is open:
 *   a database on another machine that vanishes in the commit and stays away. A repetition with the same key then tells.
 * - Readers never wait for writers. A read sees every write that was answered before it began.
 */
import type { AccountStatus, Role } from '../domain/authority.js';
import type { IsoDay } from '../domain/dates.js';
import type { DepartureKind, TeacherStatus, TransferState } from '../domain/teachers.js';
import type { UnitPath } from '../domain/units.js';
import type { Segment } from './trail-chain.js';
import type {
  AccountRecord,
  AnswerRecord,
  HandoverRecord,
  IdentityNumber,
  IdentityRecord,
  ImportRecord,
  IntegrationRecord,
  InvitationRecord,
  MailLinkRecord,
  NumberIndex,
  OutboxRecord,
  PersonRecord,
  SessionRecord,
  SignInCode,
  TeacherLoginRecord,
  TeacherRecord,
  TrailDraft,
  TrailRecord,
  TransferRecord,
  UnitRecord,
} from './records.js';

/** What was decided on changed between the reading and the writing. */
export class WriteConflict extends Error {
  constructor(readonly about: string) {
    super(`changed in the meantime: ${about}`);
    this.name = 'WriteConflict';
  }
}

/** What must still hold when a decision is written: the actor in office, and the place of the units whose relation was used. */
export type Guard =
  | { kind: 'actor'; accountId: string; unitId: string; role: Role | null }
  | { kind: 'place'; unitId: string; path: UnitPath }
  | { kind: 'head'; unitId: string; accountId: string | null };

export interface Change {
  guards: Guard[];
  trail: TrailDraft[];
  /** One-time links of its letters; each takes the place of an earlier one of the same account and purpose. */
  links?: MailLinkRecord[] | undefined;
  /** What goes out once the change is there: facts, letters. Gone through once. */
  outbox?: Iterable<OutboxRecord> | undefined;
  answer?: AnswerRecord | undefined;
}

export interface Page {
  page: number;
  pageSize: number;
}
export interface Slice<T> {
  items: T[];
  total: number;
}

export type AccountSort = 'name' | 'username' | 'status' | 'role' | 'email' | 'appliedAt';
export type TeacherSort = 'name' | 'username' | 'status' | 'title' | 'stage' | 'email' | 'registeredAt';
export interface Order<Field extends string> {
  by: Field;
  descending: boolean;
}

export interface AccountFilter {
  unitId: string;
  /** `children`: in the units directly below, the heads and those who ask to be one. */
  scope: 'own' | 'children';
  status?: AccountStatus | undefined;
  role?: Role | undefined;
  q?: string | undefined;
}

export interface TeacherFilter {
  unitId: string;
  /** With a path: of the unit and all below it. */
  within?: UnitPath | undefined;
  today: IsoDay;
  /** Of these alone. */
  ids?: readonly string[] | undefined;
  departed: boolean;
  q?: string | undefined;
  subject?: string | undefined;
  stage?: string | undefined;
  status?: TeacherStatus | undefined;
  category?: 'teacher' | 'staff' | undefined;
}

export interface TrailFilter {
  unitId: string;
  targetId?: string | undefined;
  actorId?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Entries before this place in the chain. */
  before?: number | undefined;
  limit: number;
}

export interface SignedIn {
  session: SessionRecord;
  /** Null in the session of an outside identity that no account is linked to. */
  account: AccountRecord | null;
  unit: UnitRecord | null;
}

export interface Failures {
  count: number;
  /** Instant after which they are forgotten. */
  until: string;
}

export interface LoadedEntry {
  teacher: TeacherRecord;
  person: PersonRecord;
  numbers: IdentityNumber[];
}

/** One of the things that a list does to a roster, each about another person; they are made in any order. */
export type RosterWrite =
  | ({ kind: 'entered' } & LoadedEntry)
  /** As `saveTeacher`. */
  | { kind: 'saved'; teacher: TeacherRecord; person: PersonRecord | null; numbers: IdentityNumber[] }
  /** As `propose`. */
  | { kind: 'proposed'; transfer: TransferRecord; person: PersonRecord }
  | { kind: 'settled'; transfer: TransferRecord }
  /** An entry taken away, and its person, at the versions read; `next` is the person of somebody who had an entry before. */
  | { kind: 'removed'; teacher: TeacherRecord; person: PersonRecord; next: PersonRecord | null };

/** What is known of a list's commit once all its writes have been made. */
export type ImportEnd = { record: ImportRecord } & Pick<Change, 'outbox' | 'answer'>;

/** How many, by what a roster is counted by; months `YYYY-MM`. */
export interface RosterFigures {
  people: {
    status: TeacherStatus;
    category: 'teacher' | 'staff';
    title: string;
    stage: string | null;
    subjects: string[];
    count: number;
  }[];
  registered: { month: string; count: number }[];
  left: { month: string; kind: DepartureKind; count: number }[];
}

export interface ChainReport {
  entries: number;
  units: number;
  /** The first entry whose place, digest or MAC does not fit. */
  fault: { unitId: string; seq: number; what: string } | null;
  /** When a backup was restored, or what was left adopted, the last time. */
  restoredAt: string | null;
  /** Of how many units it was known outside the database how far they had come. */
  bounds: number;
}

export interface OpenOptions {
  /** `inspect` reads alone: no migration, no line, no writer. */
  purpose: 'serve' | 'inspect';
  /** Goes on with a database that has lost its newest writes; the caller then records it. */
  adopt?: boolean;
}

/** Opens a store with the key of the trail's chain. */
export type OpenStore = (secrets: { trailKey: Buffer }, options?: OpenOptions) => Promise<Store>;

/** Every place in the database where something is encrypted. */
export const SEALED_COLUMNS = [
  'teachers.nationalId',
  'teachers.birthDate',
  'personNumbers.sealed',
  'transfers.registration',
  'accounts.secondFactor',
  'answers.body',
  'outbox.payload',
  'imports.payload',
] as const;
export type SealedColumn = (typeof SEALED_COLUMNS)[number];

/** Ids of the keys that an instance knows, the one that it writes with first. */
export interface ToldKeys {
  fields: string[];
  lookup: string[];
  at: string;
}

export interface SealedValue {
  row: string;
  /** What its encryption is bound to, beside its column. */
  bound: string;
  value: string;
}

/** A slice of the whole database, opaque to all but a store: what `contents` gives, `fill` takes, also of another engine. */
export interface ContentSlice {
  table: string;
  rows: Record<string, unknown>[];
}

export interface Store {
  // Units
  unit(id: string): Promise<UnitRecord | null>;
  unitByCode(code: string): Promise<UnitRecord | null>;
  /** Children of a unit, or units of a subtree whose name or code contains `q`; by code. */
  units(filter: { within: UnitPath; parentId?: string | undefined; q?: string | undefined }, page: Page): Promise<Slice<UnitRecord>>;
  /** Units of the whole installation whose name or code contains `q`; at most `limit`. */
  directory(q: string, limit: number): Promise<UnitRecord[]>;
  unitsById(ids: readonly string[]): Promise<UnitRecord[]>;
  /** The active head of each unit, where there is one. */
  headsOf(unitIds: readonly string[]): Promise<Map<string, AccountRecord>>;
  openUnit(unit: UnitRecord, change: Change): Promise<void>;
  saveUnit(unit: UnitRecord, change: Change): Promise<void>;
  /** Saves the unit under its new parent and rewrites the paths of all below it. */
  moveUnit(unit: UnitRecord, from: UnitPath, change: Change): Promise<void>;

  // Accounts
  account(id: string): Promise<AccountRecord | null>;
  accountByUsername(username: string): Promise<AccountRecord | null>;
  accountByReference(referenceHash: string): Promise<AccountRecord | null>;
  accountByIdentity(issuer: string, subject: string): Promise<AccountRecord | null>;
  accounts(filter: AccountFilter, order: Order<AccountSort>, page: Page): Promise<Slice<AccountRecord>>;
  /** Over the filter without its status. */
  accountCounts(filter: AccountFilter): Promise<Record<AccountStatus, number>>;
  identitiesOf(accountId: string): Promise<IdentityRecord[]>;
  /** `replaces`: the identity's link to an account that was rejected or deleted. */
  apply(account: AccountRecord, identity: IdentityRecord | null, replaces: IdentityRecord['id'] | null, change: Change): Promise<void>;
  identity(issuer: string, subject: string): Promise<IdentityRecord | null>;
  /** Saves accounts in the order given, each only at the version read, and ends the sessions of `signedOut`. */
  saveAccounts(accounts: AccountRecord[], signedOut: string[], change: Change): Promise<void>;
  linkIdentity(identity: IdentityRecord, account: AccountRecord, change: Change): Promise<void>;
  unlinkIdentity(identityId: string, account: AccountRecord, change: Change): Promise<void>;

  // Signing in
  signedIn(tokenHash: string, kind: SessionRecord['kind'], now: string): Promise<SignedIn | null>;
  /**
   * Opens a session, notes the sign-in on the account, where there is one, and forgets failures. The account is still active
   * and at the version that was decided on, and the session that a token is drawn from is still there.
   */
  openSession(
    session: SessionRecord,
    account: Pick<AccountRecord, 'id' | 'version'> | null,
    forget: string[],
    change: Change,
  ): Promise<void>;
  touchSession(id: string, seenAt: string): Promise<void>;
  /** Ends a session and the tokens drawn from it. */
  endSession(id: string, change: Change): Promise<void>;
  /**
   * Saves the account with its new password and ends its sessions but `keep`; uses up the mailed `link` it was set by and
   * forgets the failures of `forget`.
   */
  savePassword(account: AccountRecord, by: { keep?: string | null; link?: string; forget?: string[] }, change: Change): Promise<void>;
  /** Sessions and tokens of an account and of the outside identities linked to it that are not over; newest first. */
  sessionsOf(accountId: string, now: string): Promise<SessionRecord[]>;
  mailLink(tokenHash: string): Promise<MailLinkRecord | null>;
  /** Saves the account and uses the link up. */
  followMailLink(account: AccountRecord, tokenHash: string, change: Change): Promise<void>;
  saveSignInCode(code: SignInCode): Promise<void>;
  /** The code, once: a second call for the same code answers null. */
  takeSignInCode(codeHash: string): Promise<SignInCode | null>;
  /**
   * One more failure under a key, counted before it is answered; the count begins anew once its time has passed. `until` is
   * that of the first, or moves with each failure while there are fewer than `extendBelow`.
   */
  countFailure(key: string, now: string, until: string, extendBelow?: number): Promise<Failures>;
  /** Takes one back: what was counted did not fail. */
  uncountFailure(key: string): Promise<void>;
  session(id: string): Promise<SessionRecord | null>;

  // Roster
  teacher(id: string): Promise<TeacherRecord | null>;
  teachers(filter: TeacherFilter, order: Order<TeacherSort>, page: Page): Promise<Slice<TeacherRecord>>;
  /** Ids of all of them, as they are at one moment. */
  teacherIds(filter: TeacherFilter, order: Order<TeacherSort>): Promise<string[]>;
  /** How many entries of a unit there are, by status and category; the departed not counted. */
  rosterCounts(unitId: string, today: IsoDay): Promise<{ status: TeacherStatus; category: 'teacher' | 'staff'; count: number }[]>;
  person(id: string): Promise<PersonRecord | null>;
  personByNumber(indexes: readonly NumberIndex[]): Promise<PersonRecord | null>;
  /** A new entry for a new person, or for one without a current entry (`person` then carries its next version). */
  register(
    teacher: TeacherRecord,
    person: PersonRecord,
    numbers: IdentityNumber[],
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;
  /**
   * Saves an entry at the version read; `numbers` become further numbers of the same person. Where the entry becomes the
   * person's current one again, `person` carries its next version: another school may be taking the person in.
   */
  saveTeacher(teacher: TeacherRecord, person: PersonRecord | null, numbers: IdentityNumber[], change: Change): Promise<void>;

  // Claims
  /** Takes the place of an earlier invitation of the same entry. */
  invite(invitation: InvitationRecord, change: Change): Promise<void>;
  invitation(codeHash: string): Promise<InvitationRecord | null>;
  /** The entry becomes its owner's: saved at the version read, with the log-in, and the invitation is used up. */
  claimTeacher(teacher: TeacherRecord, login: TeacherLoginRecord, codeHash: string | null, change: Change): Promise<void>;
  teacherLogin(by: { issuer: string; subject: string } | { username: string }): Promise<TeacherLoginRecord | null>;
  integration(tokenHash: string): Promise<IntegrationRecord | null>;
  /** Those bound to a unit or below it, newest first. */
  integrations(within: UnitPath): Promise<IntegrationRecord[]>;
  openIntegration(integration: IntegrationRecord, change: Change): Promise<void>;
  endIntegration(id: string, at: string, change: Change): Promise<void>;

  // Outbox
  /** Takes what is due for these consumers and moves it on to `until`, so that nobody else takes it meanwhile. */
  takeOutbox(consumers: readonly string[], now: string, until: string, limit: number): Promise<OutboxRecord[]>;
  /** It arrived. */
  settleOutbox(id: string): Promise<void>;
  postponeOutbox(id: string, dueAt: string): Promise<void>;

  // Transfers
  transfer(id: string): Promise<TransferRecord | null>;
  transfers(
    filter: { unitId: string; direction: 'in' | 'out'; state?: TransferState | undefined },
    page: Page,
  ): Promise<Slice<TransferRecord>>;
  /** Proposals for a person that wait for an answer, and disputes; of each at most one of a school. */
  waitingTransfers(personId: string): Promise<TransferRecord[]>;
  /**
   * `person` carries its next version: nobody takes the entry away, or gives the number to another, at the same moment. `closed`
   * are proposals that this one, or what happened meanwhile, has settled.
   */
  propose(transfer: TransferRecord, person: PersonRecord, closed: TransferRecord[], change: Change): Promise<void>;
  saveTransfer(transfer: TransferRecord, change: Change): Promise<void>;
  /** The old entry departs, the new one begins and the person's current entry moves. */
  acceptTransfer(
    transfer: TransferRecord,
    leaving: TeacherRecord,
    arriving: TeacherRecord,
    person: PersonRecord,
    /** Those of the person; a number that is somebody else's by now is a conflict. */
    numbers: IdentityNumber[],
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;

  // Imports
  import(id: string): Promise<ImportRecord | null>;
  /** Of a unit, newest first. */
  imports(unitId: string, limit: number): Promise<ImportRecord[]>;
  /** A list of the same lines that a unit has committed before. */
  importLike(unitId: string, digest: string): Promise<ImportRecord | null>;
  stageImport(record: ImportRecord, change: Change): Promise<void>;
  /**
   * Saves a list at the version read, and what it does to the roster. The writes are made as they are asked for, while the first
   * of them are on their way to the disk; then the end is asked for. Until then the change's trail may grow.
   */
  saveImport(change: Change, writes: Iterable<RosterWrite>, end: () => Promise<ImportEnd>): Promise<void>;
  /** What a unit has said about columns, as JSON. */
  columnMemory(unitId: string): Promise<string | null>;
  rememberColumns(memory: { unitId: string; columns: string; updatedAt: string }): Promise<void>;
  /** The people behind these indexes, for a whole list at once. */
  peopleByNumber(indexes: readonly NumberIndex[]): Promise<Map<NumberIndex, PersonRecord>>;
  teachersById(ids: readonly string[]): Promise<TeacherRecord[]>;
  peopleById(ids: readonly string[]): Promise<PersonRecord[]>;
  /** `waitingTransfers` of many. */
  transfersOf(personIds: readonly string[]): Promise<TransferRecord[]>;

  /** Disputes whose schools both lie in a subtree. */
  disputes(within: UnitPath): Promise<TransferRecord[]>;
  /**
   * The number is taken from the person who has it and given to another, with the entry of that one; the transfer is saved at
   * the version read.
   */
  reassignNumber(
    transfer: TransferRecord,
    /** `person`: whose it was, with the next version. */
    taken: { indexes: NumberIndex[]; person: PersonRecord },
    entry: LoadedEntry,
    closed: TransferRecord[],
    change: Change,
  ): Promise<void>;

  // Hand-overs
  handover(id: string): Promise<HandoverRecord | null>;
  /** The one of a unit that waits. */
  openHandover(unitId: string): Promise<HandoverRecord | null>;
  /** Of a unit, of those directly below it, and to an account; those that wait first, then the newest. */
  handovers(unitId: string, accountId: string, limit: number): Promise<HandoverRecord[]>;
  dueHandovers(today: IsoDay): Promise<HandoverRecord[]>;
  /** At most one of a unit waits. */
  beginHandover(handover: HandoverRecord, change: Change): Promise<void>;
  /** Saves it at the version read, and the accounts that change with it, in the order given. */
  saveHandover(handover: HandoverRecord, accounts: AccountRecord[], change: Change): Promise<void>;

  // Statistics
  rosterFigures(where: { unitId: string } | { within: UnitPath }, today: IsoDay): Promise<RosterFigures>;

  // Trail
  record(change: Change): Promise<void>;
  trail(filter: TrailFilter): Promise<TrailRecord[]>;
  /** What retention may take: of each unit all entries before an instant that are still there whole. */
  purgeable(kind: Segment['kind'], before: string): Promise<Omit<Segment, 'at'>[]>;
  /**
   * Takes the details, or the entries, of the beginning of a chain. The database deletes what a sealed segment covers and
   * nothing else, and the rest still verifies.
   */
  purgeTrail(segment: Segment, change: Change): Promise<void>;
  /** The outermost units, in whose trails stands what concerns the installation. */
  roots(): Promise<UnitRecord[]>;

  // Retention
  /** Accounts rejected or deleted before an instant that still tell who they were. */
  oldAccounts(before: string, limit: number): Promise<AccountRecord[]>;
  /** Entries of people who left before a day. */
  oldEntries(before: IsoDay, limit: number): Promise<TeacherRecord[]>;
  /** Saves accounts without their people; with their outside identities, sessions and links, and their names beside what they changed. */
  purgeAccounts(accounts: AccountRecord[], change: Change): Promise<void>;
  /** Removes entries at the version read, and their people where it was the last. */
  purgeEntries(entries: TeacherRecord[], change: Change): Promise<void>;
  /** All entries of a person, the first first. */
  entriesOf(personId: string): Promise<TeacherRecord[]>;

  // Keys
  /** Says which keys an instance knows, the current ones first; null where it ends. */
  tellKeys(instance: string, told: ToldKeys | null): Promise<void>;
  /** What the instances have said since an instant. */
  keysTold(since: string): Promise<ToldKeys[]>;
  /** Values of a column that are not encrypted with `key`, in the order of their rows, after one of them. */
  sealedOtherwise(column: SealedColumn, key: string, after: string, limit: number): Promise<SealedValue[]>;
  /** Replaces each value that is still what was read; a row that changed meanwhile keeps what it has. */
  reseal(column: SealedColumn, values: { row: string; from: string; to: string }[]): Promise<void>;
  /** Numbers as they are indexed under a look-up key, in their order, after one of them. */
  numbersUnder(key: string, after: string, limit: number): Promise<{ index: NumberIndex; personId: string; sealed: string | null }[]>;
  addNumbers(numbers: (IdentityNumber & { personId: string })[]): Promise<void>;
  /** Takes the indexes of a look-up key away, some at a time. Answers how many. */
  dropNumbers(key: string, limit: number): Promise<number>;

  // Sent twice
  answer(caller: string, key: string): Promise<AnswerRecord | null>;
  keepAnswer(answer: AnswerRecord): Promise<void>;

  // The installation
  /** Fills it in one unit of work: units, accounts and entries that are not there yet. */
  load(batch: { units: UnitRecord[]; accounts: AccountRecord[]; entries: LoadedEntry[] }, change: Change): Promise<void>;
  /** Which of these user names are taken. */
  takenUsernames(usernames: readonly string[]): Promise<Set<string>>;
  /** Which of these indexes belong to someone already. */
  takenNumbers(indexes: readonly NumberIndex[]): Promise<Set<NumberIndex>>;
  /** Forgets what has had its time: sessions, codes, failures, kept answers. */
  forgetExpired(now: string, answersBefore: string): Promise<void>;
  /** Resolves where it can be written to. */
  ping(): Promise<void>;
  /** As the database is at one moment; writers go on. */
  verify(): Promise<{ database: string[]; chain: ChainReport }>;
  /** The newest instant that is known outside the database; null where none is. */
  acknowledgedAt(): string | null;
  /** Makes the bounds outside the database durable, and says that this process is alive; every minute. */
  seal(): Promise<void>;
  /** All of it, as it is at one moment; writers go on. */
  contents(): AsyncIterable<ContentSlice>;
  /**
   * Fills an empty database: all or nothing.
   * @throws Error where it is not empty
   */
  fill(contents: AsyncIterable<ContentSlice>): Promise<void>;
  close(): Promise<void>;
}
