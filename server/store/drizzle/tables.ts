/**
 * The tables, defined once for both dialects. The indexes of rosters, accounts, transfers and the trail begin with the unit, so
 * that an engine can distribute these tables by unit.
 */
import { sql } from 'drizzle-orm';
import type { AccountStatus, Role } from '../../domain/authority.js';
import type { Category } from '../../domain/codes.js';
import type { Sealed } from '../../domain/fields.js';
import type { IdKind } from '../../domain/national-id.js';
import type { DepartureKind, TeacherStatus, TransferState } from '../../domain/teachers.js';
import type { PasswordHash, StoredResponse } from '../records.js';
import { defineImportTables } from './import-tables.js';
import type { ColumnKit } from './kit.js';
import { defineSignInTables } from './sign-in-tables.js';
import { defineTrailTables } from './trail-tables.js';

export function defineTables(kit: ColumnKit) {
  const { table, text, int, bool, index, unique, primaryKey } = kit;
  const versioned = {
    version: int('version').notNull(),
    updatedAt: text('updated_at').notNull(),
    updatedById: text('updated_by_id'),
    updatedByName: text('updated_by_name'),
  };

  const units = table(
    'units',
    {
      id: text('id').primaryKey(),
      code: text('code').notNull(),
      name: text('name').notNull(),
      level: text('level').notNull(),
      parentId: text('parent_id'),
      path: text('path').notNull(),
      releasedTo: text('released_to'),
      /** Folded name and code, for searches. */
      search: text('search').notNull(),
      ...versioned,
    },
    (t) => [unique('units_code').on(t.code), unique('units_path').on(t.path), index('units_parent').on(t.parentId, t.code)],
  );

  const accounts = table(
    'accounts',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      username: text('username').notNull(),
      /** In lower case; stays taken after a deletion. */
      usernameKey: text('username_key').notNull(),
      name: text('name').notNull(),
      nameOrder: text('name_order').notNull(),
      /** Folded name, user name and mail address, for searches. */
      search: text('search').notNull(),
      sex: text('sex').notNull(),
      title: text('title').notNull(),
      email: text('email').notNull(),
      phone: text('phone').notNull(),
      fax: text('fax'),
      role: text('role').$type<Role>(),
      status: text('status').$type<AccountStatus>().notNull(),
      requestedRole: text('requested_role').$type<Role>(),
      passwordHash: text('password_hash').$type<PasswordHash>(),
      mustChangePassword: bool('must_change_password').notNull(),
      referenceHash: text('reference_hash'),
      appliedAt: text('applied_at').notNull(),
      activatedAt: text('activated_at'),
      lastSignInAt: text('last_sign_in_at'),
      reason: text('reason'),
      /** Whether the mail address was confirmed since it last changed. */
      emailConfirmed: bool('email_confirmed').notNull().default(true),
      passwordChangedAt: text('password_changed_at'),
      /** JSON array of hashes of earlier passwords, newest first. */
      passwordHistory: text('password_history').notNull().default('[]'),
      /** The secret of the second factor, encrypted. */
      secondFactor: text('second_factor').$type<Sealed>(),
      noticeVersion: text('notice_version'),
      noticeAt: text('notice_at'),
      ...versioned,
    },
    (t) => [
      unique('accounts_username').on(t.usernameKey),
      unique('accounts_reference').on(t.referenceHash),
      unique('accounts_head')
        .on(t.unitId)
        .where(sql`role = 'head' and status = 'active'`),
      index('accounts_unit').on(t.unitId, t.status, t.nameOrder),
    ],
  );

  const teachers = table(
    'teachers',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      /** The path of the unit, for reads over a subtree; a move of the unit updates it. */
      unitPath: text('unit_path').notNull(),
      personId: text('person_id').notNull(),
      username: text('username'),
      name: text('name').notNull(),
      nameOrder: text('name_order').notNull(),
      search: text('search').notNull(),
      sex: text('sex').notNull(),
      nationalId: text('national_id').$type<Sealed>().notNull(),
      birthDate: text('birth_date').$type<Sealed>().notNull(),
      idKind: text('id_kind').$type<IdKind>().notNull(),
      title: text('title').notNull(),
      category: text('category').$type<Category>().notNull(),
      email: text('email'),
      stage: text('stage'),
      /** JSON array of codes, in order. */
      subjects: text('subjects').notNull(),
      status: text('status').$type<TeacherStatus>().notNull(),
      unitNote: text('unit_note'),
      remark: text('remark'),
      departureKind: text('departure_kind').$type<DepartureKind>(),
      departureOn: text('departure_on'),
      departureTo: text('departure_to'),
      departureNote: text('departure_note'),
      departureAt: text('departure_at'),
      registeredAt: text('registered_at').notNull(),
      noticeVersion: text('notice_version'),
      noticeAt: text('notice_at'),
      ...versioned,
    },
    (t) => [
      index('teachers_unit').on(t.unitId, t.nameOrder, t.id),
      index('teachers_path').on(t.unitPath),
      index('teachers_person').on(t.personId),
    ],
  );

  const persons = table('persons', {
    id: text('id').primaryKey(),
    teacherId: text('teacher_id').notNull(),
    unitId: text('unit_id').notNull(),
    version: int('version').notNull(),
  });

  const personNumbers = table(
    'person_numbers',
    {
      /** The blind index of the identity number. */
      number: text('number').primaryKey(),
      personId: text('person_id').notNull(),
      /** The number, encrypted, so that it can be indexed under a new look-up key, also after it was replaced by another number. */
      sealed: text('sealed').$type<Sealed>(),
    },
    (t) => [index('person_numbers_person').on(t.personId)],
  );

  const transfers = table(
    'transfers',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      toUnitId: text('to_unit_id').notNull(),
      personId: text('person_id').notNull(),
      teacherId: text('teacher_id').notNull(),
      state: text('state').$type<TransferState>().notNull(),
      registration: text('registration').$type<Sealed>().notNull(),
      requestedAt: text('requested_at').notNull(),
      reason: text('reason'),
      ...versioned,
    },
    (t) => [
      unique('transfers_waiting')
        .on(t.personId, t.toUnitId)
        .where(sql`state = 'proposed'`),
      unique('transfers_disputed')
        .on(t.personId, t.toUnitId)
        .where(sql`state = 'disputed'`),
      index('transfers_out').on(t.unitId, t.state),
      index('transfers_in').on(t.toUnitId, t.state),
    ],
  );

  const answers = table(
    'answers',
    {
      caller: text('caller').notNull(),
      key: text('key').notNull(),
      fingerprint: text('fingerprint').notNull(),
      status: int('status').notNull(),
      etag: text('etag'),
      location: text('location'),
      body: text('body').$type<StoredResponse['body']>().notNull(),
      at: text('at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.caller, t.key] }), index('answers_at').on(t.at)],
  );

  /** Facts and letters that wait for their delivery. */
  const outbox = table(
    'outbox',
    {
      id: text('id').primaryKey(),
      /** `mail`, `listeners`, or the id of a webhook. */
      consumer: text('consumer').notNull(),
      /** Encrypted JSON. */
      payload: text('payload').$type<Sealed>().notNull(),
      attempts: int('attempts').notNull(),
      /** When delivery is tried next; an instance that takes the record postpones it. */
      dueAt: text('due_at').notNull(),
      createdAt: text('created_at').notNull(),
    },
    (t) => [index('outbox_due').on(t.consumer, t.dueAt)],
  );

  /** Values of the installation by name, such as the check value of its key. */
  const installation = table('installation', { name: text('name').primaryKey(), value: text('value').notNull() });

  return {
    units,
    accounts,
    ...defineSignInTables(kit),
    teachers,
    persons,
    personNumbers,
    transfers,
    answers,
    ...defineTrailTables(kit),
    outbox,
    installation,
    ...defineImportTables(kit),
  };
}

export type Tables = ReturnType<typeof defineTables>;
