import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm';
import type { MailLinkRecord, SessionRecord } from '../records.js';
import { WriteConflict, type AttemptCount, type Store } from '../store.js';
import { accountUpdate, savedAccount } from './account-queries.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toAccount, toUnit } from './mapping.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type SessionQueries = Pick<
  Store,
  | 'signedIn'
  | 'openSession'
  | 'touchSession'
  | 'endSession'
  | 'savePassword'
  | 'sessionsOf'
  | 'mailLink'
  | 'followMailLink'
  | 'saveSignInCode'
  | 'takeSignInCode'
  | 'countAttempt'
  | 'takeBackAttempt'
  | 'session'
  | 'forgetExpired'
>;

export function sessionQueries(driver: Driver, reads: Reads, commit: Commit): SessionQueries {
  const { db, tables } = driver;
  const { sessions, signInCodes, failures, accounts, units, answers, identities, mailLinks, invitations, imports } = tables;
  const insert = template(db.insert(sessions).values(placeholders(sessions) as never), null);
  const noteSignIn = template(
    db
      .update(accounts)
      .set({ lastSignInAt: sql`${given('at')}` })
      .where(and(eq(accounts.id, given('id')), eq(accounts.version, given('version')), eq(accounts.status, 'active')))
      .returning({ id: accounts.id }),
    'account',
  );
  const sessionThere = template(
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.id, given('id'))),
    'session',
    { holds: true },
  );
  const touch = template(
    db
      .update(sessions)
      .set({ seenAt: sql`${given('at')}` })
      .where(eq(sessions.id, given('id'))),
    null,
  );
  const end = template(db.delete(sessions).where(or(eq(sessions.id, given('id')), eq(sessions.parentId, given('id')))), null);
  const identityOf = sql`exists (select 1 from ${identities} where ${identities.accountId} = ${given('accountId')} and ${identities.issuer} = ${sessions.issuer} and ${identities.subject} = ${sessions.subject})`;
  const endOthers = template(
    db
      .delete(sessions)
      .where(
        and(
          or(eq(sessions.accountId, given('accountId')), identityOf),
          ne(sessions.id, given('keep')),
          or(sql`${sessions.parentId} is null`, ne(sessions.parentId, given('keep'))),
        ),
      ),
    null,
  );
  const updateAccount = accountUpdate(driver);
  const endCodes = template(db.delete(signInCodes).where(eq(signInCodes.sessionId, given('id'))), null);
  const endAllCodes = template(db.delete(signInCodes).where(eq(signInCodes.accountId, given('id'))), null);
  const insertCode = template(db.insert(signInCodes).values(placeholders(signInCodes) as never), null);
  const deleteCode = template(
    db
      .delete(signInCodes)
      .where(eq(signInCodes.codeHash, given('hash')))
      .returning({ hash: signInCodes.codeHash }),
    'code',
  );
  const addFailure = template(
    db
      .insert(failures)
      .values({ key: given('key'), count: 1, until: given('until') } as never)
      .onConflictDoUpdate({
        target: failures.key,
        set: {
          count: sql`case when ${failures.until} > ${given('now')} then ${failures.count} + 1 else 1 end`,
          until: sql`case when ${failures.until} > ${given('now')} and ${failures.count} >= ${given('extendBelow')} then ${failures.until} else ${given('until')} end`,
        },
      })
      .returning({ count: failures.count, until: failures.until }),
    null,
  );
  const takeBack = template(
    db
      .update(failures)
      .set({ count: sql`${failures.count} - 1` })
      .where(and(eq(failures.key, given('key')), gt(failures.count, 0))),
    null,
  );
  const forget = template(db.delete(failures).where(eq(failures.key, given('key'))), null);
  const expired = [
    template(db.delete(sessions).where(lt(sessions.expiresAt, given('now'))), null),
    template(db.delete(signInCodes).where(lt(signInCodes.expiresAt, given('now'))), null),
    template(db.delete(mailLinks).where(lt(mailLinks.expiresAt, given('now'))), null),
    template(db.delete(invitations).where(lt(invitations.expiresAt, given('now'))), null),
    template(db.delete(failures).where(lt(failures.until, given('now'))), null),
    template(db.delete(answers).where(lt(answers.at, given('answersBefore'))), null),
    template(db.delete(imports).where(and(lt(imports.expiresAt, given('now')), eq(imports.state, 'staged'))), null),
    // What was committed stays known, without anybody's data.
    template(
      db
        .update(imports)
        .set({ payload: '' })
        .where(and(lt(imports.expiresAt, given('now')), ne(imports.payload, ''))),
      null,
    ),
  ];

  const endMailLinks = template(db.delete(mailLinks).where(eq(mailLinks.accountId, given('id'))), null);
  const useMailLink = template(
    db
      .delete(mailLinks)
      .where(eq(mailLinks.tokenHash, given('hash')))
      .returning({ hash: mailLinks.tokenHash }),
    'link',
  );

  const mailLink = reads.once('mailLink', () =>
    db
      .select()
      .from(mailLinks)
      .where(eq(mailLinks.tokenHash, given('hash'))),
  );
  const sessionsOf = reads.once('sessionsOf', () =>
    db
      .select()
      .from(sessions)
      .where(and(or(eq(sessions.accountId, given('accountId')), identityOf), gt(sessions.expiresAt, given('now'))))
      .orderBy(desc(sessions.createdAt), desc(sessions.id))
      .limit(100),
  );
  // An outside identity's session is whoever's account the identity is linked to now.
  const owner = sql`coalesce(${sessions.accountId}, (select ${identities.accountId} from ${identities} where ${identities.issuer} = ${sessions.issuer} and ${identities.subject} = ${sessions.subject}))`;
  const signedIn = reads.once('signedIn', () =>
    db
      .select({ session: sessions, account: accounts, unit: units })
      .from(sessions)
      .leftJoin(accounts, eq(accounts.id, owner))
      .leftJoin(units, eq(units.id, accounts.unitId))
      .where(and(eq(sessions.tokenHash, given('hash')), eq(sessions.kind, given('kind')), gt(sessions.expiresAt, given('now')))),
  );
  const sessionById = reads.once('session', () =>
    db
      .select()
      .from(sessions)
      .where(eq(sessions.id, given('id'))),
  );
  const code = reads.once('signInCode', () =>
    db
      .select()
      .from(signInCodes)
      .where(eq(signInCodes.codeHash, given('hash'))),
  );

  const quietly = async (...statements: Parameters<Commit>[1][]): Promise<void> => void (await driver.commit({ statements, trail: [] }));

  return {
    async signedIn(hash, kind, now) {
      const [row] = await signedIn({ hash, kind, now });
      if (!row) return null;
      const { session, account, unit } = row;
      return { session: session as SessionRecord, account: account && toAccount(account), unit: unit && toUnit(unit) };
    },
    openSession: (session, account, forgotten, change) =>
      commit(
        change,
        ...(session.parentId === null ? [] : [sessionThere({ id: session.parentId })]),
        insert({ ...session }),
        ...(account === null ? [] : [noteSignIn({ id: account.id, version: account.version, at: session.createdAt })]),
        ...forgotten.map((key) => forget({ key })),
      ),
    touchSession: (id, at) => quietly(touch({ id, at })),
    endSession: (id, change) => commit(change, end({ id }), endCodes({ id })),
    savePassword: (account, { keep, link, clearAttempts: forgotten = [] }, change) =>
      commit(
        change,
        updateAccount(savedAccount(account)),
        ...(link === undefined ? [] : [useMailLink({ hash: link })]),
        endOthers({ accountId: account.id, keep: keep ?? '' }),
        endAllCodes({ id: account.id }),
        endMailLinks({ id: account.id }),
        ...forgotten.map((key) => forget({ key })),
      ),
    async sessionsOf(accountId, now) {
      return (await sessionsOf({ accountId, now })) as SessionRecord[];
    },
    async mailLink(hash) {
      const [row] = await mailLink({ hash });
      return (row as MailLinkRecord | undefined) ?? null;
    },
    followMailLink: (account, hash, change) => commit(change, updateAccount(savedAccount(account)), useMailLink({ hash })),
    saveSignInCode: (record) => quietly(insertCode({ ...record })),
    async takeSignInCode(hash) {
      const [row] = await code({ hash });
      if (!row) return null;
      return quietly(deleteCode({ hash })).then(
        () => row,
        (error: unknown) => {
          if (error instanceof WriteConflict) return null;
          throw error;
        },
      );
    },
    async session(id) {
      const [row] = await sessionById({ id });
      return (row as SessionRecord | undefined) ?? null;
    },
    async countAttempt(key, now, until, extendBelow = 0) {
      const { rows } = await driver.commit({ statements: [addFailure({ key, now, until, extendBelow })], trail: [] });
      return rows[0] as unknown as AttemptCount;
    },
    takeBackAttempt: (key) => quietly(takeBack({ key })),
    forgetExpired: (now, answersBefore) => quietly(...expired.map((statement) => statement({ now, answersBefore }))),
  };
}
