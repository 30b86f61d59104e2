/** Writes changes: the statements of the guards, then those of the records, then mail links, outbox and stored response. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { StoredResponse } from '../records.js';
import type { Change, Guard } from '../store.js';
import { placeholders, template, type Driver, type Statement, type UnitOfWork } from './driver.js';

const param = sql.placeholder;

export type Commit = (change: Change & { movesTree?: boolean }, ...statements: Statement[]) => Promise<void>;

export interface Changes {
  commit: Commit;
  /** Like `commit`, for so many statements that they are prepared while the first ones are executed. */
  commitMany: (change: Parameters<Commit>[0], statements: Iterable<Statement>, end?: UnitOfWork['end']) => Promise<void>;
  /** Commits several changes in one transaction, each with its statements. */
  commitInOneTransaction: <T extends Change>(changes: Iterable<T>, statementsOf: (change: T) => Iterable<Statement>) => Promise<void>;
  /** The statements after those of the records. */
  closingStatements: (change: Omit<Change, 'guards' | 'trail'>) => Iterable<Statement>;
  insertResponse: (response: StoredResponse) => Statement;
}

export function changes(driver: Driver): Changes {
  const { db, tables } = driver;
  const { accounts, units, answers, outbox, mailLinks } = tables;

  const actorGuard = template(
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.id, param('accountId')),
          eq(accounts.unitId, param('unitId')),
          eq(accounts.role, param('role')),
          eq(accounts.status, 'active'),
        ),
      ),
    'actor',
    { locksRows: true },
  );
  const actorWithoutRoleGuard = template(
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(eq(accounts.id, param('accountId')), isNull(accounts.role))),
    'actor',
    { locksRows: true },
  );
  const pathGuard = template(
    db
      .select({ id: units.id })
      .from(units)
      .where(and(eq(units.id, param('unitId')), eq(units.path, param('path')))),
    'path',
    { locksRows: true },
  );
  const headGuard = template(
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.id, param('accountId')),
          eq(accounts.unitId, param('unitId')),
          eq(accounts.role, 'head'),
          eq(accounts.status, 'active'),
        ),
      ),
    'head',
    { locksRows: true },
  );
  const noHeadGuard = template(
    db
      .select({ id: units.id })
      .from(units)
      .where(
        and(
          eq(units.id, param('unitId')),
          sql`not exists (select 1 from ${accounts} where ${accounts.unitId} = ${units.id} and ${accounts.role} = 'head' and ${accounts.status} = 'active')`,
        ),
      ),
    'head',
    { locksRows: true },
  );
  const deleteLink = template(
    db.delete(mailLinks).where(and(eq(mailLinks.accountId, param('accountId')), eq(mailLinks.purpose, param('purpose')))),
    null,
  );
  const insertLink = template(db.insert(mailLinks).values(placeholders(mailLinks)), null);
  const insertOutbox = template(db.insert(outbox).values(placeholders(outbox)), null);
  const insertResponse = template(db.insert(answers).values(placeholders(answers)), null);

  function guardStatement(guard: Guard): Statement {
    switch (guard.kind) {
      case 'actor':
        return guard.role === null ? actorWithoutRoleGuard({ ...guard }) : actorGuard({ ...guard });
      case 'path':
        return pathGuard({ ...guard });
      case 'head':
        return guard.accountId === null ? noHeadGuard({ ...guard }) : headGuard({ ...guard });
    }
  }

  function* closingStatements({ response, links = [], outbox: records = [] }: Omit<Change, 'guards' | 'trail'>): Generator<Statement> {
    for (const link of links) yield* [deleteLink({ ...link }), insertLink({ ...link })];
    for (const record of records) yield insertOutbox({ ...record });
    if (response) yield insertResponse({ ...response });
  }

  function* statementsOfChange(change: Change, statements: Iterable<Statement>): Generator<Statement> {
    yield* change.guards.map(guardStatement);
    yield* statements;
    yield* closingStatements(change);
  }

  const commitMany: Changes['commitMany'] = async (change, statements, end) => {
    const { trail, movesTree = false } = change;
    await driver.commit({ statements: statementsOfChange(change, statements), end, trail, movesTree });
  };

  const commitInOneTransaction: Changes['commitInOneTransaction'] = async (changes, recordStatements) => {
    function* works(): Generator<UnitOfWork> {
      for (const change of changes) yield { statements: statementsOfChange(change, recordStatements(change)), trail: change.trail };
    }
    await driver.commitInOneTransaction(works());
  };

  return {
    insertResponse: (response) => insertResponse({ ...response }),
    closingStatements,
    commitMany,
    commitInOneTransaction,
    commit: (change, ...statements) => commitMany(change, statements),
  };
}
