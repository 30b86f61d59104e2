/**
 * The tables, defined once for both dialects. All but `persons` and `person_numbers` lead with the unit, so that an
 * engine can distribute them by it.
 */
import { sql } from 'drizzle-orm';
import type { PasswordHash } from '../records.js';
import { defineImportTables } from './import-tables.js';
import type { ColumnKit } from './kit.js';

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
      /** Folded name and code. */
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
      /** Compared without case; stays taken after deletion. */
      usernameKey: text('username_key').notNull(),
      name: text('name').notNull(),
      nameOrder: text('name_order').notNull(),
      /** Folded name, user name and mail address. */
      search: text('search').notNull(),
      sex: text('sex').notNull(),
      title: text('title').notNull(),
      email: text('email').notNull(),
      phone: text('phone').notNull(),
      fax: text('fax'),
      role: text('role'),
      status: text('status').notNull(),
      requestedRole: text('requested_role'),
      passwordHash: text('password_hash').$type<PasswordHash>(),
      mustChangePassword: bool('must_change_password').notNull(),
      referenceHash: text('reference_hash'),
      appliedAt: text('applied_at').notNull(),
      activatedAt: text('activated_at'),
      lastSignInAt: text('last_sign_in_at'),
      reason: text('reason'),
      /** Whether its owner has answered from the mail address since it was last changed. */
      emailConfirmed: bool('email_confirmed').notNull().default(true),
      passwordChangedAt: text('password_changed_at'),
      /** JSON array of the hashes of earlier passwords, newest first. */
      passwordHistory: text('password_history').notNull().default('[]'),
      /** Secret of the second factor, encrypted. */
      secondFactor: text('second_factor'),
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

  const identities = table(
    'identities',
    {
      id: text('id').primaryKey(),
      accountId: text('account_id').notNull(),
      issuer: text('issuer').notNull(),
      subject: text('subject').notNull(),
    },
    (t) => [unique('identities_subject').on(t.issuer, t.subject), index('identities_account').on(t.accountId)],
  );

  const sessions = table(
    'sessions',
    {
      id: text('id').primaryKey(),
      /** Null in the session of an outside identity: whose account that is, is asked at each request. */
      accountId: text('account_id'),
      issuer: text('issuer'),
      subject: text('subject'),
      tokenHash: text('token_hash').notNull(),
      kind: text('kind').notNull(),
      parentId: text('parent_id'),
      address: text('address'),
      createdAt: text('created_at').notNull(),
      seenAt: text('seen_at').notNull(),
      expiresAt: text('expires_at').notNull(),
    },
    (t) => [
      unique('sessions_token').on(t.tokenHash),
      index('sessions_account').on(t.accountId),
      index('sessions_identity').on(t.issuer, t.subject),
      index('sessions_parent').on(t.parentId),
      index('sessions_expiry').on(t.expiresAt),
    ],
  );

  const signInCodes = table('sign_in_codes', {
    codeHash: text('code_hash').primaryKey(),
    accountId: text('account_id').notNull(),
    sessionId: text('session_id'),
    origin: text('origin').notNull(),
    challenge: text('challenge').notNull(),
    expiresAt: text('expires_at').notNull(),
  });

  /** Failures in a row, by account or address. */
  const failures = table('failures', {
    key: text('key').primaryKey(),
    count: int('count').notNull(),
    until: text('until').notNull(),
  });

  const teachers = table(
    'teachers',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      /** The unit's path when the entry was written, for reads over a subtree; rewritten with it in a move. */
      unitPath: text('unit_path').notNull(),
      personId: text('person_id').notNull(),
      username: text('username'),
      name: text('name').notNull(),
      nameOrder: text('name_order').notNull(),
      search: text('search').notNull(),
      sex: text('sex').notNull(),
      nationalId: text('national_id').notNull(),
      birthDate: text('birth_date').notNull(),
      idKind: text('id_kind').notNull(),
      title: text('title').notNull(),
      category: text('category').notNull(),
      email: text('email'),
      stage: text('stage'),
      /** JSON array of codes, in order. */
      subjects: text('subjects').notNull(),
      status: text('status').notNull(),
      unitNote: text('unit_note'),
      remark: text('remark'),
      departureKind: text('departure_kind'),
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
      /** Keyed hash of an identity number. */
      number: text('number').primaryKey(),
      personId: text('person_id').notNull(),
      /** The number itself, encrypted: the next look-up key needs it, also of a number that was renewed. */
      sealed: text('sealed'),
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
      state: text('state').notNull(),
      registration: text('registration').notNull(),
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
      body: text('body').notNull(),
      at: text('at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.caller, t.key] }), index('answers_at').on(t.at)],
  );

  /** One chain a unit; the MAC covers the digest of the details, which retention may purge. */
  const trail = table(
    'trail',
    {
      unitId: text('unit_id').notNull(),
      seq: int('seq').notNull(),
      id: text('id').notNull(),
      at: text('at').notNull(),
      actorId: text('actor_id'),
      actorRole: text('actor_role'),
      actorUnitId: text('actor_unit_id'),
      action: text('action').notNull(),
      targetType: text('target_type').notNull(),
      targetId: text('target_id').notNull(),
      outcome: text('outcome').notNull(),
      digest: text('digest').notNull(),
      mac: text('mac').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.unitId, t.seq] }),
      index('trail_target').on(t.unitId, t.targetId, t.seq),
      index('trail_actor').on(t.unitId, t.actorId, t.seq),
    ],
  );

  const trailDetails = table(
    'trail_details',
    {
      unitId: text('unit_id').notNull(),
      seq: int('seq').notNull(),
      /** JSON: names, reason, before, after, address, request id. */
      details: text('details').notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitId, t.seq] })],
  );

  const trailHeads = table('trail_heads', {
    unitId: text('unit_id').primaryKey(),
    seq: int('seq').notNull(),
    mac: text('mac').notNull(),
  });

  /** The beginning of a chain that retention took: its details, or whole entries. What is not in here cannot be deleted. */
  const trailSegments = table(
    'trail_segments',
    {
      unitId: text('unit_id').notNull(),
      /** `details` or `entries`. */
      kind: text('kind').notNull(),
      upTo: int('up_to').notNull(),
      /** MAC of the entry `upTo`, from which the rest of the chain is verified. */
      mac: text('mac').notNull(),
      at: text('at').notNull(),
      /** HMAC over the row. */
      seal: text('seal').notNull(),
    },
    (t) => [primaryKey({ columns: [t.unitId, t.kind] })],
  );

  /** The log-in of a teacher: an outside identity, or a user name and password. */
  const teacherLogins = table(
    'teacher_logins',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      teacherId: text('teacher_id').notNull(),
      personId: text('person_id').notNull(),
      issuer: text('issuer'),
      subject: text('subject'),
      usernameKey: text('username_key'),
      passwordHash: text('password_hash').$type<PasswordHash>(),
      at: text('at').notNull(),
    },
    (t) => [
      unique('teacher_logins_subject').on(t.issuer, t.subject),
      unique('teacher_logins_username').on(t.usernameKey),
      index('teacher_logins_person').on(t.personId),
    ],
  );

  /** A pending teacher's invitation to claim the entry; one an entry. */
  const invitations = table(
    'invitations',
    {
      codeHash: text('code_hash').primaryKey(),
      unitId: text('unit_id').notNull(),
      teacherId: text('teacher_id').notNull(),
      createdAt: text('created_at').notNull(),
      expiresAt: text('expires_at').notNull(),
    },
    (t) => [unique('invitations_teacher').on(t.teacherId), index('invitations_expiry').on(t.expiresAt)],
  );

  /** Tokens by which another system does one thing, within a unit and all below it, while its maker may. */
  const integrations = table(
    'integrations',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      makerId: text('maker_id').notNull(),
      name: text('name').notNull(),
      scope: text('scope').notNull(),
      tokenHash: text('token_hash').notNull(),
      createdAt: text('created_at').notNull(),
      expiresAt: text('expires_at').notNull(),
      endedAt: text('ended_at'),
    },
    (t) => [unique('integrations_token').on(t.tokenHash), index('integrations_unit').on(t.unitId)],
  );

  /** One-time links sent by mail. */
  const mailLinks = table(
    'mail_links',
    {
      tokenHash: text('token_hash').primaryKey(),
      accountId: text('account_id').notNull(),
      purpose: text('purpose').notNull(),
      /** The address it was sent to; after a change it is worth nothing. */
      email: text('email').notNull(),
      expiresAt: text('expires_at').notNull(),
    },
    (t) => [unique('mail_links_account').on(t.accountId, t.purpose)],
  );

  /** Facts and mails on their way out, written with the change that they tell of. */
  const outbox = table(
    'outbox',
    {
      id: text('id').primaryKey(),
      /** `mail`, `handlers`, or a webhook's id. */
      consumer: text('consumer').notNull(),
      /** Encrypted JSON. */
      payload: text('payload').notNull(),
      attempts: int('attempts').notNull(),
      /** When it is tried next; whoever takes it moves it on. */
      dueAt: text('due_at').notNull(),
      createdAt: text('created_at').notNull(),
    },
    (t) => [index('outbox_due').on(t.consumer, t.dueAt)],
  );

  /** Facts of the installation by name. */
  const installation = table('installation', { name: text('name').primaryKey(), value: text('value').notNull() });

  return {
    units,
    accounts,
    identities,
    sessions,
    signInCodes,
    failures,
    teachers,
    persons,
    personNumbers,
    transfers,
    answers,
    trail,
    trailDetails,
    trailHeads,
    trailSegments,
    teacherLogins,
    invitations,
    integrations,
    mailLinks,
    outbox,
    installation,
    ...defineImportTables(kit),
  };
}

export type Tables = ReturnType<typeof defineTables>;
