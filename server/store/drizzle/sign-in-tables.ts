import type { IntegrationRecord, MailLinkRecord, PasswordHash, SessionRecord } from '../records.js';
import type { ColumnKit } from './kit.js';

/** The tables of outside identities, sessions, codes and links, log-ins of teachers, integrations, attempts, and look-ups. */
export function defineSignInTables({ table, text, int, index, unique, primaryKey }: ColumnKit) {
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
      /** Null in the session of an outside identity; its account is looked up at each request. */
      accountId: text('account_id'),
      issuer: text('issuer'),
      subject: text('subject'),
      tokenHash: text('token_hash').notNull(),
      kind: text('kind').$type<SessionRecord['kind']>().notNull(),
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

  /** Attempts that rate limits count, for example by account or address. */
  const failures = table('failures', {
    key: text('key').primaryKey(),
    count: int('count').notNull(),
    until: text('until').notNull(),
  });

  /** Look-ups of people, which a rate limit counts; the hashes are keyed. */
  const lookups = table(
    'lookups',
    {
      /** The hash of what all similar identity numbers have in common. */
      similar: text('similar').notNull(),
      /** The hash of the number. */
      number: text('number').notNull(),
      /** The hash of the number and the birth date that were asked about. */
      asked: text('asked').notNull(),
      unitId: text('unit_id').notNull(),
      accountId: text('account_id').notNull(),
      until: text('until').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.unitId, t.similar, t.asked] }),
      index('lookups_account').on(t.accountId, t.similar),
      index('lookups_expiry').on(t.until),
    ],
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

  /** Invitations to claim an entry; at most one per entry. */
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

  /** The access of other systems to some calls, within a unit and below it. */
  const integrations = table(
    'integrations',
    {
      id: text('id').primaryKey(),
      unitId: text('unit_id').notNull(),
      makerId: text('maker_id').notNull(),
      name: text('name').notNull(),
      scope: text('scope').$type<IntegrationRecord['scope']>().notNull(),
      tokenHash: text('token_hash').notNull(),
      createdAt: text('created_at').notNull(),
      expiresAt: text('expires_at').notNull(),
      endedAt: text('ended_at'),
    },
    (t) => [unique('integrations_token').on(t.tokenHash), index('integrations_unit').on(t.unitId)],
  );

  /** One-time links in letters. */
  const mailLinks = table(
    'mail_links',
    {
      tokenHash: text('token_hash').primaryKey(),
      accountId: text('account_id').notNull(),
      purpose: text('purpose').$type<MailLinkRecord['purpose']>().notNull(),
      /** The address that the link was sent to; the link is not valid for another one. */
      email: text('email').notNull(),
      expiresAt: text('expires_at').notNull(),
    },
    (t) => [unique('mail_links_account').on(t.accountId, t.purpose)],
  );

  return { identities, sessions, signInCodes, failures, lookups, teacherLogins, invitations, integrations, mailLinks };
}
