import { and, asc, count, eq, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm';
import { ACCOUNT_STATUSES, type AccountStatus } from '../../domain/authority.js';
import { foldText } from '../../domain/names.js';
import type { AccountRecord } from '../records.js';
import type { AccountFilter, Store } from '../store.js';
import { likePattern, orderedBy, placeholders, template, type Driver, type Reads, type Template } from './driver.js';
import { batchParams, readInBatches } from './read-batches.js';
import { accountRow, toAccount, usernameKey } from './mapping.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

type AccountQueries = Pick<
  Store,
  | 'account'
  | 'accountsById'
  | 'accountByUsername'
  | 'accountByReference'
  | 'accountByIdentity'
  | 'accounts'
  | 'accountCounts'
  | 'identitiesOf'
  | 'identity'
  | 'apply'
  | 'saveAccounts'
  | 'linkIdentity'
  | 'unlinkIdentity'
  | 'takenUsernames'
>;

export function accountInsert({ db, tables: { accounts } }: Driver): Template {
  return template(db.insert(accounts).values(placeholders(accounts)), null);
}

export function identityInsert({ db, tables: { identities } }: Driver): Template {
  return template(db.insert(identities).values(placeholders(identities)), null);
}

/**
 * Saves an account at the version that was read; its values have that version as `read`. A sign-in notes its time without a
 * new version, so the time is not written here: it may be older than what is stored.
 */
export function accountUpdate({ db, tables: { accounts } }: Driver): Template {
  const { id: _id, lastSignInAt: _noted, ...settable } = placeholders(accounts);
  return template(
    db
      .update(accounts)
      .set(settable)
      .where(and(eq(accounts.id, param('id')), eq(accounts.version, param('read'))))
      .returning({ id: accounts.id }),
    'account',
  );
}

export function savedAccount(account: AccountRecord): Record<string, unknown> {
  return { ...accountRow(account), read: account.version - 1 };
}

export function accountQueries(driver: Driver, reads: Reads, commit: Commit): AccountQueries {
  const { db, tables } = driver;
  const { accounts, identities, integrations, sessions, signInCodes, units } = tables;
  const insert = accountInsert(driver);
  const update = accountUpdate(driver);
  // Including the sessions of the account's outside identities.
  const endSessions = template(
    db
      .delete(sessions)
      .where(
        or(
          eq(sessions.accountId, param('id')),
          sql`exists (select 1 from ${identities} where ${identities.accountId} = ${param('id')} and ${identities.issuer} = ${sessions.issuer} and ${identities.subject} = ${sessions.subject})`,
        ),
      ),
    null,
  );
  const endIntegrations = template(
    db
      .update(integrations)
      .set({ endedAt: sql`${param('at')}` })
      .where(and(eq(integrations.makerId, param('id')), isNull(integrations.endedAt))),
    null,
  );
  const endCodes = template(db.delete(signInCodes).where(eq(signInCodes.accountId, param('id'))), null);
  const insertIdentity = identityInsert(driver);
  const deleteIdentity = template(
    db
      .delete(identities)
      .where(eq(identities.id, param('id')))
      .returning({ id: identities.id }),
    'identity',
  );

  const byId = reads.prepared('account', () =>
    db
      .select()
      .from(accounts)
      .where(eq(accounts.id, param('id'))),
  );
  const someById = reads.prepared('accountsById', () => db.select().from(accounts).where(inArray(accounts.id, batchParams)));
  const byUsername = reads.prepared('accountByUsername', () =>
    db
      .select()
      .from(accounts)
      .where(eq(accounts.usernameKey, param('key'))),
  );
  const byReference = reads.prepared('accountByReference', () =>
    db
      .select()
      .from(accounts)
      .where(eq(accounts.referenceHash, param('hash'))),
  );
  const byIdentity = reads.prepared('accountByIdentity', () =>
    db
      .select({ account: accounts })
      .from(identities)
      .innerJoin(accounts, eq(accounts.id, identities.accountId))
      .where(and(eq(identities.issuer, param('issuer')), eq(identities.subject, param('subject')))),
  );
  const identityOf = reads.prepared('identity', () =>
    db
      .select()
      .from(identities)
      .where(and(eq(identities.issuer, param('issuer')), eq(identities.subject, param('subject')))),
  );
  const identitiesOf = reads.prepared('identitiesOf', () =>
    db
      .select()
      .from(identities)
      .where(eq(identities.accountId, param('id'))),
  );

  function where({ scope, status, role, q }: AccountFilter): SQL | undefined {
    const inUnit =
      scope === 'own'
        ? eq(accounts.unitId, param('unitId'))
        : and(
            inArray(
              accounts.unitId,
              db
                .select({ id: units.id })
                .from(units)
                .where(eq(units.parentId, param('unitId'))),
            ),
            or(eq(accounts.role, 'head'), and(sql`${accounts.role} is null`, eq(accounts.requestedRole, 'head'))),
          );
    return and(
      inUnit,
      status === undefined ? ne(accounts.status, 'deleted') : eq(accounts.status, param('status')),
      role === undefined ? undefined : eq(sql`coalesce(${accounts.role}, ${accounts.requestedRole})`, param('role')),
      q === undefined ? undefined : sql`${accounts.search} like ${param('q')} escape '\\'`,
    );
  }

  function valuesOf({ unitId, status, role, q }: AccountFilter): Record<string, unknown> {
    return { unitId, status, role, q: q === undefined ? undefined : likePattern(foldText(q)) };
  }

  function shapeOf({ scope, status, role, q }: AccountFilter): string {
    return `${scope}:${status !== undefined}:${role !== undefined}:${q !== undefined}`;
  }

  const columns = {
    name: accounts.nameOrder,
    username: accounts.usernameKey,
    status: accounts.status,
    role: accounts.role,
    email: accounts.email,
    appliedAt: accounts.appliedAt,
  };

  return {
    async account(id) {
      const [row] = await byId({ id });
      return row ? toAccount(row) : null;
    },
    accountsById: (ids) => readInBatches(ids, async (slice) => (await someById(slice)).map(toAccount)),
    async accountByUsername(username) {
      const [row] = await byUsername({ key: usernameKey(username) });
      return row ? toAccount(row) : null;
    },
    async accountByReference(hash) {
      const [row] = await byReference({ hash });
      return row ? toAccount(row) : null;
    },
    async accountByIdentity(issuer, subject) {
      const [row] = await byIdentity({ issuer, subject });
      return row ? toAccount(row.account) : null;
    },
    async accounts(filter, order, { page, pageSize }) {
      const values = valuesOf(filter);
      const rows = reads.prepared(`accounts:${shapeOf(filter)}:${order.by}:${order.descending}`, () =>
        db
          .select()
          .from(accounts)
          .where(where(filter))
          .orderBy(orderedBy(columns[order.by], order.descending), asc(accounts.nameOrder), asc(accounts.id))
          .limit(param('limit'))
          .offset(param('offset')),
      );
      const total = reads.prepared(`accounts#:${shapeOf(filter)}`, () => db.select({ total: count() }).from(accounts).where(where(filter)));
      const items = await rows({ ...values, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toAccount), total: (await total(values))[0]?.total ?? 0 };
    },
    async accountCounts(filter) {
      const { status: _status, ...others } = filter;
      const read = (part: AccountFilter) =>
        reads.prepared(`accountCounts:${shapeOf(part)}`, () =>
          db.select({ status: accounts.status, count: count() }).from(accounts).where(where(part)).groupBy(accounts.status),
        )(valuesOf(part));
      const counts = Object.fromEntries(ACCOUNT_STATUSES.map((status) => [status, 0])) as Record<AccountStatus, number>;
      // Without a status the filter excludes deleted accounts, so these are counted separately.
      for (const part of [others, { ...others, status: 'deleted' as const }]) {
        for (const row of await read(part)) counts[row.status] = row.count;
      }
      return counts;
    },
    async identitiesOf(id) {
      return identitiesOf({ id });
    },
    apply: (account, identity, replaces, change) =>
      commit(
        change,
        insert(accountRow(account)),
        ...(replaces ? [deleteIdentity({ id: replaces })] : []),
        ...(identity ? [insertIdentity({ ...identity })] : []),
      ),
    async identity(issuer, subject) {
      const [row] = await identityOf({ issuer, subject });
      return row ?? null;
    },
    saveAccounts: (all, signedOut, change) =>
      commit(
        change,
        ...all.map((account) => update(savedAccount(account))),
        // A deletion ends the integrations of the account for good; a restored account creates new ones.
        ...all.filter(({ status }) => status === 'deleted').map(({ id, updatedAt }) => endIntegrations({ id, at: updatedAt })),
        ...signedOut.flatMap((id) => [endSessions({ id }), endCodes({ id })]),
      ),
    linkIdentity: (identity, account, change) => commit(change, update(savedAccount(account)), insertIdentity({ ...identity })),
    unlinkIdentity: (id, account, change) =>
      commit(change, update(savedAccount(account)), endSessions({ id: account.id }), endCodes({ id: account.id }), deleteIdentity({ id })),
    async takenUsernames(usernames) {
      const taken = new Set<string>();
      for (let start = 0; start < usernames.length; start += 500) {
        const keys = usernames.slice(start, start + 500).map(usernameKey);
        const found = await reads.run(db.select({ key: accounts.usernameKey }).from(accounts).where(inArray(accounts.usernameKey, keys)));
        for (const { key } of found) taken.add(key);
      }
      return taken;
    },
  };
}
