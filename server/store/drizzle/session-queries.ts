import { and, desc, eq, gt, isNull, lt, ne, or, sql } from 'drizzle-orm';
import { WriteConflict, type AttemptCount, type Store } from '../store.js';
import { accountUpdate, savedAccount } from './account-queries.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toAccount, toUnit } from './mapping.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

type SessionQueries = Pick<
  Store,
  | 'signedIn'
  | 'openSession'
  | 'recordUse'
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
  const { sessions, signInCodes, failures, lookups, accounts, units, answers, identities, mailLinks, invitations, imports } = tables;
  const insert = template(db.insert(sessions).values(placeholders(sessions)), null);
  const recordSignIn = template(
    db
      .update(accounts)
      .set({ lastSignInAt: sql`${param('at')}` })
      .where(and(eq(accounts.id, param('id')), eq(accounts.version, param('version')), eq(accounts.status, 'active')))
      .returning({ id: accounts.id }),
    'account',
  );
  const recordUse = template(
    db
      .update(accounts)
      .set({ lastSignInAt: sql`${param('at')}` })
      .where(and(eq(accounts.id, param('id')), or(isNull(accounts.lastSignInAt), lt(accounts.lastSignInAt, param('at'))))),
    null,
  );
  const sessionGuard = template(
    db
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.id, param('id'))),
    'session',
    { locksRows: true },
  );
  const touch = template(
    db
      .update(sessions)
      .set({ seenAt: sql`${param('at')}` })
      .where(eq(sessions.id, param('id'))),
    null,
  );
  const end = template(db.delete(sessions).where(or(eq(sessions.id, param('id')), eq(sessions.parentId, param('id')))), null);
  const identityOf = sql`exists (select 1 from ${identities} where ${identities.accountId} = ${param('accountId')} and ${identities.issuer} = ${sessions.issuer} and ${identities.subject} = ${sessions.subject})`;
  const endOthers = template(
    db
      .delete(sessions)
      .where(
        and(
          or(eq(sessions.accountId, param('accountId')), identityOf),
          ne(sessions.id, param('keep')),
          or(sql`${sessions.parentId} is null`, ne(sessions.parentId, param('keep'))),
        ),
      ),
    null,
  );
  const updateAccount = accountUpdate(driver);
  const endCodes = template(db.delete(signInCodes).where(eq(signInCodes.sessionId, param('id'))), null);
  const endAllCodes = template(db.delete(signInCodes).where(eq(signInCodes.accountId, param('id'))), null);
  const insertCode = template(db.insert(signInCodes).values(placeholders(signInCodes)), null);
  const deleteCode = template(
    db
      .delete(signInCodes)
      .where(eq(signInCodes.codeHash, param('hash')))
      .returning({ hash: signInCodes.codeHash }),
    'code',
  );
  const addAttempt = template(
    db
      .insert(failures)
      .values({ key: param('key'), count: 1, until: param('until') })
      .onConflictDoUpdate({
        target: failures.key,
        set: {
          count: sql`case when ${failures.until} > ${param('now')} then ${failures.count} + 1 else 1 end`,
          until: sql`case when ${failures.until} > ${param('now')} and ${failures.count} >= ${param('extendBelow')} then ${failures.until} else ${param('until')} end`,
        },
      })
      .returning({ count: failures.count, until: failures.until }),
    null,
  );
  const takeBack = template(
    db
      .update(failures)
      .set({ count: sql`${failures.count} - 1` })
      .where(and(eq(failures.key, param('key')), gt(failures.count, 0))),
    null,
  );
  const deleteAttempts = template(db.delete(failures).where(eq(failures.key, param('key'))), null);
  const expired = [
    template(db.delete(sessions).where(lt(sessions.expiresAt, param('now'))), null),
    template(db.delete(signInCodes).where(lt(signInCodes.expiresAt, param('now'))), null),
    template(db.delete(mailLinks).where(lt(mailLinks.expiresAt, param('now'))), null),
    template(db.delete(invitations).where(lt(invitations.expiresAt, param('now'))), null),
    template(db.delete(failures).where(lt(failures.until, param('now'))), null),
    template(db.delete(lookups).where(lt(lookups.until, param('now'))), null),
    template(db.delete(answers).where(lt(answers.at, param('answersBefore'))), null),
    template(db.delete(imports).where(and(lt(imports.expiresAt, param('now')), eq(imports.state, 'staged'))), null),
    // Of a committed import only the content is erased.
    template(
      db
        .update(imports)
        .set({ payload: '' })
        .where(and(lt(imports.expiresAt, param('now')), ne(imports.payload, ''))),
      null,
    ),
  ];

  const endMailLinks = template(db.delete(mailLinks).where(eq(mailLinks.accountId, param('id'))), null);
  const useMailLink = template(
    db
      .delete(mailLinks)
      .where(eq(mailLinks.tokenHash, param('hash')))
      .returning({ hash: mailLinks.tokenHash }),
    'link',
  );

  const mailLink = reads.prepared('mailLink', () =>
    db
      .select()
      .from(mailLinks)
      .where(eq(mailLinks.tokenHash, param('hash'))),
  );
  const sessionsOf = reads.prepared('sessionsOf', () =>
    db
      .select()
      .from(sessions)
      .where(and(or(eq(sessions.accountId, param('accountId')), identityOf), gt(sessions.expiresAt, param('now'))))
      .orderBy(desc(sessions.createdAt), desc(sessions.id))
      .limit(100),
  );
  // The session of an outside identity belongs to the account that the identity is linked to at the moment.
  const owner = sql`coalesce(${sessions.accountId}, (select ${identities.accountId} from ${identities} where ${identities.issuer} = ${sessions.issuer} and ${identities.subject} = ${sessions.subject}))`;
  const signedIn = reads.prepared('signedIn', () =>
    db
      .select({ session: sessions, account: accounts, unit: units })
      .from(sessions)
      .leftJoin(accounts, eq(accounts.id, owner))
      .leftJoin(units, eq(units.id, accounts.unitId))
      .where(and(eq(sessions.tokenHash, param('hash')), eq(sessions.kind, param('kind')), gt(sessions.expiresAt, param('now')))),
  );
  const sessionById = reads.prepared('session', () =>
    db
      .select()
      .from(sessions)
      .where(eq(sessions.id, param('id'))),
  );
  const codeByHash = reads.prepared('signInCode', () =>
    db
      .select()
      .from(signInCodes)
      .where(eq(signInCodes.codeHash, param('hash'))),
  );

  const commitWithoutTrail = async (...statements: Parameters<Commit>[1][]): Promise<void> =>
    void (await driver.commit({ statements, trail: [] }));

  return {
    async signedIn(hash, kind, now) {
      const [row] = await signedIn({ hash, kind, now });
      if (!row) return null;
      const { session, account, unit } = row;
      return { session: session, account: account && toAccount(account), unit: unit && toUnit(unit) };
    },
    openSession: (session, account, forgotten, change, replaced = null) =>
      commit(
        change,
        ...(session.parentId === null ? [] : [sessionGuard({ id: session.parentId })]),
        insert({ ...session }),
        ...(account === null ? [] : [recordSignIn({ id: account.id, version: account.version, at: session.createdAt })]),
        ...forgotten.map((key) => deleteAttempts({ key })),
        ...(replaced === null ? [] : [end({ id: replaced }), endCodes({ id: replaced })]),
      ),
    recordUse: (id, at) => commitWithoutTrail(recordUse({ id, at })),
    touchSession: (id, at) => commitWithoutTrail(touch({ id, at })),
    endSession: (id, change) => commit(change, end({ id }), endCodes({ id })),
    savePassword: (account, { keep, link, clearAttempts: forgotten = [] }, change) =>
      commit(
        change,
        updateAccount(savedAccount(account)),
        ...(link === undefined ? [] : [useMailLink({ hash: link })]),
        endOthers({ accountId: account.id, keep: keep ?? '' }),
        endAllCodes({ id: account.id }),
        endMailLinks({ id: account.id }),
        ...forgotten.map((key) => deleteAttempts({ key })),
      ),
    async sessionsOf(accountId, now) {
      return sessionsOf({ accountId, now });
    },
    async mailLink(hash) {
      const [row] = await mailLink({ hash });
      return row ?? null;
    },
    followMailLink: (account, hash, change) => commit(change, updateAccount(savedAccount(account)), useMailLink({ hash })),
    saveSignInCode: (record) => commitWithoutTrail(insertCode({ ...record })),
    async takeSignInCode(hash) {
      const [row] = await codeByHash({ hash });
      if (!row) return null;
      return commitWithoutTrail(deleteCode({ hash })).then(
        () => row,
        (error: unknown) => {
          if (error instanceof WriteConflict) return null;
          throw error;
        },
      );
    },
    async session(id) {
      const [row] = await sessionById({ id });
      return row ?? null;
    },
    async countAttempt(key, now, until, extendBelow = 0) {
      const { rows } = await driver.commit({ statements: [addAttempt({ key, now, until, extendBelow })], trail: [] });
      return rows[0] as unknown as AttemptCount;
    },
    takeBackAttempt: (key) => commitWithoutTrail(takeBack({ key })),
    forgetExpired: (now, answersBefore) => commitWithoutTrail(...expired.map((statement) => statement({ now, answersBefore }))),
  };
}
