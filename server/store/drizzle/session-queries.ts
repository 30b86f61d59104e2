import { and, eq, gt, lt, ne, or, sql } from 'drizzle-orm';
import type { SessionRecord } from '../records.js';
import { WriteConflict, type Failures, type Store } from '../store.js';
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
  | 'saveSignInCode'
  | 'takeSignInCode'
  | 'countFailure'
  | 'uncountFailure'
  | 'session'
  | 'forgetExpired'
>;

export function sessionQueries(driver: Driver, reads: Reads, commit: Commit): SessionQueries {
  const { db, tables } = driver;
  const { sessions, signInCodes, failures, accounts, units, answers } = tables;
  const insert = template(db.insert(sessions).values(placeholders(sessions) as never), null);
  const noteSignIn = template(
    db
      .update(accounts)
      .set({ lastSignInAt: sql`${given('at')}` })
      .where(eq(accounts.id, given('id'))),
    null,
  );
  const touch = template(
    db
      .update(sessions)
      .set({ seenAt: sql`${given('at')}` })
      .where(eq(sessions.id, given('id'))),
    null,
  );
  const end = template(db.delete(sessions).where(or(eq(sessions.id, given('id')), eq(sessions.parentId, given('id')))), null);
  const endOthers = template(
    db
      .delete(sessions)
      .where(
        and(
          eq(sessions.accountId, given('accountId')),
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
    template(db.delete(failures).where(lt(failures.until, given('now'))), null),
    template(db.delete(answers).where(lt(answers.at, given('answersBefore'))), null),
  ];

  const signedIn = reads.once('signedIn', () =>
    db
      .select({ session: sessions, account: accounts, unit: units })
      .from(sessions)
      .innerJoin(accounts, eq(accounts.id, sessions.accountId))
      .innerJoin(units, eq(units.id, accounts.unitId))
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
      return row ? { session: row.session as SessionRecord, account: toAccount(row.account), unit: toUnit(row.unit) } : null;
    },
    openSession: (session, forgotten, change) =>
      commit(
        change,
        insert({ ...session }),
        noteSignIn({ id: session.accountId, at: session.createdAt }),
        ...forgotten.map((key) => forget({ key })),
      ),
    touchSession: (id, at) => quietly(touch({ id, at })),
    endSession: (id, change) => commit(change, end({ id }), endCodes({ id })),
    savePassword: (account, keep, change) =>
      commit(
        change,
        updateAccount(savedAccount(account)),
        endOthers({ accountId: account.id, keep: keep ?? '' }),
        endAllCodes({ id: account.id }),
      ),
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
    async countFailure(key, now, until, extendBelow = 0) {
      const { rows } = await driver.commit({ statements: [addFailure({ key, now, until, extendBelow })], trail: [] });
      return rows[0] as unknown as Failures;
    },
    uncountFailure: (key) => quietly(takeBack({ key })),
    forgetExpired: (now, answersBefore) => quietly(...expired.map((statement) => statement({ now, answersBefore }))),
  };
}
