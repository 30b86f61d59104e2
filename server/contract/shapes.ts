/** Schemas of the answers. */
import { z } from 'zod';
import { ACCOUNT_FIELDS } from '../domain/account-fields.js';
import { ACCOUNT_ACTIONS, ACCOUNT_STATUSES, FUNCTIONS, ROLES, TEACHER_ACTIONS } from '../domain/authority.js';
import { CODE_LISTS, type CodeLists } from '../domain/codes.js';
import { IMPORT_FIELDS } from '../domain/import-columns.js';
import { HANDOVER_ACTS, HANDOVER_STATES } from '../domain/handover.js';
import { ERROR_CODES } from '../domain/errors.js';
import type { BuiltInLocale } from '../domain/locales.js';
import { TEACHER_FIELDS } from '../domain/teacher-fields.js';
import { DEPARTURE_KINDS, TEACHER_STATUSES, TRANSFER_STATES } from '../domain/teachers.js';
import { seenFields } from './field-schemas.js';

const instant = z.string().meta({ format: 'date-time' });
const day = z.string().meta({ format: 'date' });
const nullable = <T extends z.ZodType>(inner: T) => inner.nullable();
const text = z.string();
const role = z.enum(ROLES);
const sex = z.enum(['male', 'female']);
const category = z.enum(['teacher', 'staff']);

const versioned = {
  version: z.int(),
  updatedAt: instant,
  updatedBy: nullable(z.strictObject({ id: text, name: text })),
};

/** An action on an account or entry: whether the caller may, which roles it may grant, and who may instead. */
export const Action = z.strictObject({
  name: z.enum([...ACCOUNT_ACTIONS, ...TEACHER_ACTIONS]),
  allowed: z.boolean(),
  roles: z.array(role).optional(),
  why: z.enum(['level-above', 'own-account', 'own-head', 'read-only', 'no-head']).optional(),
  who: z.strictObject({ unitId: text, unitName: text, headName: text.optional() }).optional(),
});

export const Unit = z.strictObject({
  id: text,
  code: text,
  name: text,
  level: text,
  parentId: nullable(text),
  /** The topmost unit, if the head of the parent has released this unit to it. */
  releasedTo: nullable(text),
  head: nullable(z.strictObject({ id: text, name: text })),
  ...versioned,
});

export const Account = z.strictObject({
  id: text,
  unitId: text,
  unitName: text,
  username: text,
  ...seenFields(ACCOUNT_FIELDS),
  role: nullable(role),
  status: z.enum(ACCOUNT_STATUSES),
  requestedRole: nullable(role),
  appliedAt: instant,
  activatedAt: nullable(instant),
  lastSignInAt: nullable(instant),
  reason: nullable(text),
  actions: z.array(Action),
  ...versioned,
});

export const Me = z.strictObject({
  account: nullable(
    z.strictObject({
      id: text,
      username: text.meta({ description: 'masked: half of its characters, at most five, then *****' }),
      ...seenFields(ACCOUNT_FIELDS),
      lastSignInAt: nullable(instant),
      mustChangePassword: z.boolean(),
      ownLogin: z.boolean(),
      secondFactor: z.boolean(),
      mustSetSecondFactor: z.boolean(),
      emailConfirmed: z.boolean(),
      version: z.int(),
    }),
  ),
  unit: nullable(
    z.strictObject({ id: text, code: text, name: text, level: text, parent: nullable(z.strictObject({ id: text, name: text })) }),
  ),
  role: nullable(role),
  functions: z.array(z.enum(FUNCTIONS)),
  /** Who enables and changes accounts, for callers who may not. */
  head: nullable(z.strictObject({ name: text, phone: text, email: text })),
  application: nullable(z.strictObject({ status: z.enum(ACCOUNT_STATUSES), reason: nullable(text), unitName: text })),
  waiting: nullable(z.strictObject({ accounts: z.int(), teachers: z.int(), transfers: z.int() })),
});

export const Departure = z.strictObject({
  kind: z.enum(DEPARTURE_KINDS),
  on: day,
  toUnitId: nullable(text),
  note: nullable(text),
  at: instant,
});

export const Teacher = z.strictObject({
  id: text,
  unitId: text,
  unitName: text,
  username: nullable(text),
  ...seenFields(TEACHER_FIELDS),
  unreadable: z
    .boolean()
    .meta({ description: 'identity number and birth date cannot be decrypted; a correction of the identity replaces them' }),
  idKind: z.enum(['national', 'resident', 'resident-old']),
  category,
  status: z.enum(TEACHER_STATUSES),
  departure: nullable(Departure),
  registeredAt: instant,
  actions: z.array(Action),
  ...versioned,
});

export const Summary = z.strictObject({
  total: z.int(),
  applied: z.int(),
  pending: z.int(),
  teachers: z.int(),
  staff: z.int(),
  roaming: z.int(),
});

const side = z.strictObject({
  unit: z.strictObject({ id: text, name: text }),
  name: text,
  sex,
  nationalId: text,
  birthDate: day,
  title: text,
});

export const Transfer = z.strictObject({
  id: text,
  version: z.int(),
  state: z.enum(TRANSFER_STATES),
  direction: z.enum(['in', 'out', 'decide']),
  name: text,
  /** Null, and the name —, where what the asking school sent cannot be decrypted. */
  nationalId: nullable(text),
  unreadable: z.boolean(),
  requestedAt: instant,
  reason: nullable(text),
  /** The asking school; only the giving school sees it. */
  toUnit: nullable(z.strictObject({ id: text, name: text })),
  teacherId: nullable(text),
  /** Both sides of a dispute; only the head of the nearest unit above both schools sees them. */
  sides: nullable(z.strictObject({ asking: nullable(side), giving: nullable(side) })),
});

export const TrailEntry = z.strictObject({
  id: text,
  at: instant,
  actor: nullable(z.strictObject({ id: text, name: text, role: nullable(role), unitId: text })),
  action: text,
  target: z.strictObject({ type: text, id: text, name: nullable(text) }),
  unitId: text,
  outcome: z.enum(['done', 'denied']),
  reason: nullable(text),
  before: nullable(z.record(text, z.unknown())),
  after: nullable(z.record(text, z.unknown())),
});

/** A text by locale; beside the built-in locales those that a portal has added. Readers choose by `textIn`, hence the narrower type. */
const localized: z.ZodType<Record<BuiltInLocale, string>> = z.object({ 'zh-Hant': text, en: text }).catchall(text);
const codeItem = { code: text, names: localized, active: z.boolean() };
const plainList = z.array(z.strictObject(codeItem));
/** The lists whose codes say more than their name. */
const RICH_LISTS = {
  titles: z.array(z.strictObject({ ...codeItem, category, refused: z.boolean().optional() })),
  subjects: z.array(z.strictObject({ ...codeItem, stage: text, curriculum: text })),
};
type ListSchemas = Record<Exclude<keyof CodeLists, keyof typeof RICH_LISTS>, typeof plainList> & typeof RICH_LISTS;
const lists = Object.fromEntries(
  CODE_LISTS.map((list) => [list, list in RICH_LISTS ? RICH_LISTS[list as keyof typeof RICH_LISTS] : plainList]),
);
export const Codes = z.strictObject(lists as ListSchemas);

export function pageOf<T extends z.ZodType, M extends z.core.$ZodLooseShape>(item: T, more: M) {
  return z.strictObject({ items: z.array(item), page: z.int(), pageSize: z.int(), pageCount: z.int(), total: z.int(), ...more });
}

export const Counts = z.strictObject({ pending: z.int(), active: z.int(), rejected: z.int(), deleted: z.int() });
export const UnitPage = pageOf(Unit, {});
export const AccountPage = pageOf(Account, { counts: Counts });
export const TeacherPage = pageOf(Teacher, { summary: nullable(Summary) });
export const TransferPage = pageOf(Transfer, {});
export const TrailPage = z.strictObject({ items: z.array(TrailEntry), nextCursor: nullable(text) });
export const Directory = z.strictObject({
  items: z.array(z.strictObject({ id: text, code: text, name: text, level: text, path: z.array(text) })),
});
export const ApplicationReceipt = z.strictObject({ reference: text });
export const ApplicationStatus = z.strictObject({
  status: z.enum(ACCOUNT_STATUSES),
  reason: nullable(text),
  unitName: text,
  appliedAt: instant,
  role: nullable(role),
});
export const Identity = z.strictObject({ id: text, issuer: text, subject: text });
export const IdentityList = z.strictObject({ items: z.array(Identity) });
export const Identities = z.strictObject({ items: z.array(Identity), account: Account });
export const Revealed = z.strictObject({ nationalId: text, birthDate: day });
export const Check = z.strictObject({
  outcome: z.enum(['new', 'updated', 'same', 'transfer', 'returned']),
  id: text.optional(),
  differs: z.array(text),
});
export const ProposedTransfer = z.strictObject({ transfer: Transfer });
export const SessionToken = z.strictObject({ token: text, expiresAt: instant });
export const SignInCodeAnswer = z.strictObject({ code: text });
export const Providers = z.strictObject({
  /** Whether the password log-in is offered. */
  password: z.boolean(),
  /** Whether a forgotten password can be reset by mail. */
  reset: z.boolean(),
  providers: z.array(z.strictObject({ id: text, names: localized })),
});
export const Sessions = z.strictObject({
  items: z.array(
    z.strictObject({
      id: text,
      kind: z.enum(['cookie', 'bearer']),
      address: nullable(text),
      createdAt: instant,
      seenAt: instant,
      expiresAt: instant,
      current: z.boolean(),
    }),
  ),
});
export const SecondFactorSetup = z.strictObject({ setup: text, secret: text, uri: text });
export const Invitation = z.strictObject({ invitation: text, expiresAt: instant });
export const Claimed = z.strictObject({ status: z.enum(TEACHER_STATUSES), username: nullable(text), unitName: text });
const integration = {
  id: text,
  unitId: text,
  makerId: text,
  name: text,
  scope: z.enum(['claims']),
  createdAt: instant,
  expiresAt: instant,
  endedAt: nullable(instant),
};
export const IntegrationList = z.strictObject({ items: z.array(z.strictObject(integration)) });
export const NewIntegration = z.strictObject({ ...integration, token: text });
export const IMPORT_OUTCOMES = ['new', 'updated', 'same', 'transfer', 'invalid'] as const;
const field = z.enum(IMPORT_FIELDS);
const outcomes = { new: z.int(), updated: z.int(), same: z.int(), transfer: z.int(), invalid: z.int(), skipped: z.int() };
export const ImportCounts = z.strictObject(outcomes);
export const ImportResult = z.strictObject({
  row: z.int().meta({ description: 'the line of the file, the first being 1' }),
  outcome: z.enum(IMPORT_OUTCOMES),
  skipped: z.boolean(),
  name: text,
  /** For a person on file: the names of the fields that differ, never the stored values. */
  differs: z.array(text),
  /** The person had left and returns. */
  returns: z.boolean(),
  errors: z.array(z.strictObject({ column: nullable(field), code: text, message: text, value: text, rows: z.array(z.int()).optional() })),
});
const importHead = {
  id: text,
  version: z.int(),
  state: z.enum(['staged', 'committed', 'undone']),
  fileName: nullable(text),
  createdAt: instant,
  createdBy: z.strictObject({ id: text, name: text }),
  committedAt: nullable(instant),
  undoUntil: nullable(instant),
  counts: ImportCounts,
};
export const ImportList = z.strictObject({ items: z.array(z.strictObject(importHead)) });
const GoneEntry = z.strictObject({
  id: text,
  name: text,
  title: text,
  status: z.enum(TEACHER_STATUSES),
  leaves: z.boolean(),
  doubtful: z.boolean(),
});
export const Import = z.strictObject({
  ...importHead,
  kind: z.enum(['xlsx', 'csv', 'cells']),
  encoding: nullable(text),
  /** The headings of the file, and their line number. */
  columns: z.array(text),
  headingRow: z.int(),
  mapping: z.array(nullable(field)),
  /** The first rows below the headings. */
  samples: z.array(z.array(text)),
  /** Dates that Excel may have read as western years although they are ROC years: the chosen calendar, and three examples. */
  dates: nullable(
    z.strictObject({
      calendar: nullable(z.enum(['roc', 'western'])),
      examples: z.array(z.strictObject({ row: z.int(), name: text, roc: nullable(day), western: day })),
    }),
  ),
  /** An earlier commit of the same rows. */
  repeats: nullable(z.strictObject({ id: text, at: instant, by: text })),
  /** The list names the whole staff of the unit: entries that are not in it depart. */
  complete: z.boolean(),
  departure: nullable(z.strictObject({ kind: z.enum(DEPARTURE_KINDS), on: day, note: nullable(text) })),
  gone: z.array(GoneEntry),
  rows: z.int(),
  results: z.array(ImportResult),
  /** Rows that an undo left unchanged, because their entries were changed since the commit. */
  kept: z.array(z.strictObject({ row: z.int(), name: text, why: z.enum(['edited', 'claimed', 'departed', 'transferred']) })),
});
export const ImportRows = z.strictObject({
  id: text,
  version: z.int(),
  counts: ImportCounts,
  results: z.array(ImportResult),
  gone: z.array(GoneEntry),
});
const party = z.strictObject({ id: text, name: text });
export const Handover = z.strictObject({
  id: text,
  version: z.int(),
  state: z.enum(HANDOVER_STATES),
  unit: party,
  from: nullable(party),
  to: party,
  on: day.meta({ description: 'the first day on which the successor is head' }),
  reason: nullable(text),
  begunAt: instant,
  consentedAt: nullable(instant),
  approvedAt: nullable(instant),
  /** The actions that the caller may take now. */
  acts: z.array(z.enum(HANDOVER_ACTS)),
  /** Open tasks of the unit, which the successor takes over. */
  waiting: z.strictObject({ accounts: z.int(), teachers: z.int(), transfers: z.int() }),
});
export const HandoverList = z.strictObject({ items: z.array(Handover) });
export const Attention = z.strictObject({
  withoutHead: z.array(party),
  /** `days` since the last sign-in; for a head who never signed in, since the account was enabled. */
  idleHeads: z.array(z.strictObject({ unit: party, head: party, lastSignInAt: nullable(instant), days: z.int() })),
  oldApplications: z.array(z.strictObject({ id: text, name: text, unit: party, appliedAt: instant, days: z.int() })),
});
const counted = z.array(z.strictObject({ key: text, count: z.int() }));
export const Statistics = z.strictObject({
  unit: party,
  scope: z.enum(['own', 'subtree']),
  /** The day in Taipei that the numbers are of. */
  on: day,
  summary: Summary,
  status: counted,
  category: counted,
  title: counted,
  stage: counted,
  subject: counted,
  /** Registrations by month (`YYYY-MM`). */
  registered: counted,
  /** Departures by school year (ROC, from 1 August) and kind. */
  left: z.array(z.strictObject({ schoolYear: z.int(), kind: z.enum(DEPARTURE_KINDS), count: z.int() })),
  /** The units directly below, each including the units below it. */
  below: z.array(z.strictObject({ unit: party, summary: Summary })),
});
export const Notice = z.strictObject({ version: text, text: localized });
export const Health = z.strictObject({ status: z.enum(['ok', 'unavailable']) });

/** RFC 9457. */
export const Problem = z.strictObject({
  type: text,
  title: text,
  status: z.int(),
  detail: text,
  code: z.enum(ERROR_CODES),
  errors: z.array(z.strictObject({ path: text, code: text, message: text })).optional(),
  current: z.unknown().optional(),
  requestId: text,
});
