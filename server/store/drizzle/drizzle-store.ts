/** The store over Drizzle: queries once, for every dialect that a driver speaks. */
import { and, eq, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { accountInsert, accountQueries } from './account-queries.js';
import { Reads, template, type Driver } from './driver.js';
import { accountRow, unitRow } from './mapping.js';
import { sessionQueries } from './session-queries.js';
import { entryStatements, teacherQueries } from './teacher-queries.js';
import { trailQueries } from './trail-queries.js';
import { transferQueries } from './transfer-queries.js';
import { unitInsert, unitQueries } from './unit-queries.js';
import { changes } from './work.js';

const given = sql.placeholder;

export function drizzleStore(driver: Driver, trailKey: Buffer): Store {
  const { db, tables } = driver;
  const { answers, teachers, persons, accounts, units, failures } = tables;
  const reads = new Reads();
  const { commit, keepAnswer } = changes(driver);
  const { verifyChains, ...trail } = trailQueries(driver, reads, commit, trailKey);
  const entry = entryStatements(driver);
  const insertUnit = unitInsert(driver);
  const insertAccount = accountInsert(driver);

  const answer = reads.once('answer', () =>
    db
      .select()
      .from(answers)
      .where(and(eq(answers.caller, given('caller')), eq(answers.key, given('key')))),
  );

  const beat = template(
    db
      .insert(failures)
      .values({ key: 'ping', count: 0, until: given('at') } as never)
      .onConflictDoUpdate({ target: failures.key, set: { until: sql`excluded.until` } }),
    null,
  );

  /** Invariants that no single row shows. */
  async function invariants(): Promise<string[]> {
    const found: string[] = [];
    const lost = async (what: string, query: Promise<{ id: string }[]>) => {
      for (const { id } of await query) found.push(`${what}: ${id}`);
    };
    await lost(
      'a person whose entry is missing',
      db
        .select({ id: persons.id })
        .from(persons)
        .leftJoin(teachers, eq(teachers.id, persons.teacherId))
        .where(sql`${teachers.id} is null`)
        .limit(5),
    );
    await lost(
      'an entry without a person',
      db
        .select({ id: teachers.id })
        .from(teachers)
        .leftJoin(persons, eq(persons.id, teachers.personId))
        .where(sql`${persons.id} is null`)
        .limit(5),
    );
    await lost(
      'a person on two rosters, here by the entry',
      db
        .select({ id: teachers.id })
        .from(teachers)
        .innerJoin(persons, eq(persons.id, teachers.personId))
        .where(and(sql`${teachers.departureOn} is null`, sql`${persons.teacherId} <> ${teachers.id}`))
        .limit(5),
    );
    await lost(
      'an account without a unit',
      db
        .select({ id: accounts.id })
        .from(accounts)
        .leftJoin(units, eq(units.id, accounts.unitId))
        .where(sql`${units.id} is null`)
        .limit(5),
    );
    await lost(
      'an entry without its unit’s path',
      db
        .select({ id: teachers.id })
        .from(teachers)
        .leftJoin(units, and(eq(units.id, teachers.unitId), eq(units.path, teachers.unitPath)))
        .where(sql`${units.id} is null`)
        .limit(5),
    );
    return found;
  }

  return {
    ...unitQueries(driver, reads, commit),
    ...accountQueries(driver, reads, commit),
    ...sessionQueries(driver, reads, commit),
    ...teacherQueries(driver, reads, commit),
    ...transferQueries(driver, reads, commit),
    ...trail,
    async answer(caller, key) {
      const [row] = await answer({ caller, key });
      return row ?? null;
    },
    async keepAnswer(record) {
      await driver.commit({ statements: [keepAnswer(record)], trail: [] });
    },
    load: (batch, change) =>
      commit(
        change,
        ...batch.units.map((unit) => insertUnit(unitRow(unit))),
        ...batch.accounts.map((account) => insertAccount(accountRow(account))),
        ...batch.entries.flatMap(({ teacher, person, numbers }) => [
          entry.savePerson(person),
          ...entry.insertNumbers(person.id, numbers),
          entry.insertTeacher(teacher),
        ]),
      ),
    // Writes a row, for a full or read-only disk lets an empty transaction pass.
    async ping() {
      await driver.commit({ statements: [beat({ at: new Date().toISOString() })], trail: [] });
    },
    async verify() {
      const chain = await verifyChains();
      return { database: [...(await driver.check()), ...(await invariants())], chain };
    },
    close: () => driver.close(),
  };
}
