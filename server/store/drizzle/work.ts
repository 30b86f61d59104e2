/** A change as statements: guards first, then the records, then the answer to keep. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Change, Guard } from '../store.js';
import { placeholders, template, type Driver, type Statement, type UnitOfWork } from './driver.js';

const given = sql.placeholder;

export type Commit = (change: Change & { movesTree?: boolean }, ...statements: Statement[]) => Promise<void>;

export interface Changes {
  commit: Commit;
  /** The same of so many statements that they are made while the first are run. */
  commitMany: (change: Parameters<Commit>[0], statements: Iterable<Statement>, end?: UnitOfWork['end']) => Promise<void>;
  /** The changes one after the other in one transaction, each with its statements. */
  commitInOne: <T extends Change>(changes: Iterable<T>, statementsOf: (change: T) => Iterable<Statement>) => Promise<void>;
  /** What a change ends with. */
  ending: (change: Omit<Change, 'guards' | 'trail'>) => Iterable<Statement>;
  keepAnswer: (answer: NonNullable<Change['response']>) => Statement;
}

export function changes(driver: Driver): Changes {
  const { db, tables } = driver;
  const { accounts, units, answers, outbox, mailLinks } = tables;

  const actorInOffice = template(
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.id, given('accountId')),
          eq(accounts.unitId, given('unitId')),
          eq(accounts.role, given('role')),
          eq(accounts.status, 'active'),
        ),
      ),
    'actor',
    { holds: true },
  );
  const actorWithoutRole = template(
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(and(eq(accounts.id, given('accountId')), isNull(accounts.role))),
    'actor',
    { holds: true },
  );
  const unitInPlace = template(
    db
      .select({ id: units.id })
      .from(units)
      .where(and(eq(units.id, given('unitId')), eq(units.path, given('path')))),
    'path',
    { holds: true },
  );
  const headInOffice = template(
    db
      .select({ id: accounts.id })
      .from(accounts)
      .where(
        and(
          eq(accounts.id, given('accountId')),
          eq(accounts.unitId, given('unitId')),
          eq(accounts.role, 'head'),
          eq(accounts.status, 'active'),
        ),
      ),
    'head',
    { holds: true },
  );
  const noHead = template(
    db
      .select({ id: units.id })
      .from(units)
      .where(
        and(
          eq(units.id, given('unitId')),
          sql`not exists (select 1 from ${accounts} where ${accounts.unitId} = ${units.id} and ${accounts.role} = 'head' and ${accounts.status} = 'active')`,
        ),
      ),
    'head',
    { holds: true },
  );
  const endLink = template(
    db.delete(mailLinks).where(and(eq(mailLinks.accountId, given('accountId')), eq(mailLinks.purpose, given('purpose')))),
    null,
  );
  const insertLink = template(db.insert(mailLinks).values(placeholders(mailLinks) as never), null);
  const post = template(db.insert(outbox).values(placeholders(outbox) as never), null);
  const keepAnswer = template(db.insert(answers).values(placeholders(answers) as never), null);

  function guard(held: Guard): Statement {
    switch (held.kind) {
      case 'actor':
        return held.role === null ? actorWithoutRole({ ...held }) : actorInOffice({ ...held });
      case 'path':
        return unitInPlace({ ...held });
      case 'head':
        return held.accountId === null ? noHead({ ...held }) : headInOffice({ ...held });
    }
  }

  function* ending({ response, links = [], outbox: posted = [] }: Omit<Change, 'guards' | 'trail'>): Generator<Statement> {
    for (const link of links) yield* [endLink({ ...link }), insertLink({ ...link })];
    for (const record of posted) yield post({ ...record });
    if (response) yield keepAnswer({ ...response });
  }

  function* written(change: Change, statements: Iterable<Statement>): Generator<Statement> {
    yield* change.guards.map(guard);
    yield* statements;
    yield* ending(change);
  }

  const commitMany: Changes['commitMany'] = async (change, statements, end) => {
    const { trail, movesTree = false } = change;
    await driver.commit({ statements: written(change, statements), end, trail, movesTree });
  };

  const commitInOne: Changes['commitInOne'] = async (all, statementsOf) => {
    function* works(): Generator<UnitOfWork> {
      for (const change of all) yield { statements: written(change, statementsOf(change)), trail: change.trail };
    }
    await driver.commitInOne(works());
  };

  return {
    keepAnswer: (answer) => keepAnswer({ ...answer }),
    ending,
    commitMany,
    commitInOne,
    commit: (change, ...statements) => commitMany(change, statements),
  };
}
