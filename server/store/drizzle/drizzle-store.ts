/** The store over Drizzle: queries once, for every dialect that a driver speaks. */
import { and, eq, sql } from 'drizzle-orm';
import type { Bounds, HeadsFile } from '../heads.js';
import type { ContentSlice, Store } from '../store.js';
import { accountInsert, accountQueries } from './account-queries.js';
import { Reads, template, type Driver, type Row, type TableName } from './driver.js';
import { accountRow, unitRow } from './mapping.js';
import { TABLE_NAMES } from './rows.js';
import { sessionQueries } from './session-queries.js';
import { entryStatements, teacherQueries } from './teacher-queries.js';
import { trailQueries } from './trail-queries.js';
import { transferQueries } from './transfer-queries.js';
import { unitInsert, unitQueries } from './unit-queries.js';
import { brokenInvariants, verifyChains } from './verify.js';
import { changes } from './work.js';

const given = sql.placeholder;

export interface Outside {
  /** What was acknowledged, as it is known outside the database. */
  bounds: () => Bounds;
  /** Where this process notes what it commits; null where nobody keeps bounds. */
  heads: HeadsFile | null;
}

export function drizzleStore(bare: Driver, trailKey: Buffer, { bounds, heads }: Outside): Store {
  const driver: Driver = {
    ...bare,
    async commit(work) {
      const committed = await bare.commit(work);
      // Before anyone hears of it.
      heads?.note(committed.heads, new Date().toISOString());
      return committed;
    },
  };
  const { db, tables } = driver;
  const { answers, failures } = tables;
  const reads = new Reads(driver);
  const { commit, keepAnswer } = changes(driver);
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

  return {
    ...unitQueries(driver, reads, commit),
    ...accountQueries(driver, reads, commit),
    ...sessionQueries(driver, reads, commit),
    ...teacherQueries(driver, reads, commit),
    ...transferQueries(driver, reads, commit),
    ...trailQueries(driver, reads, commit, trailKey),
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
      const database = [...(driver.doubt === null ? [] : [driver.doubt]), ...(await driver.check())];
      const chain = await verifyChains(driver, trailKey, bounds());
      return { database: [...database, ...(await brokenInvariants(driver, reads))], chain };
    },
    async seal() {
      heads?.seal();
      await driver.beat();
    },
    async *contents() {
      const snapshot = await driver.snapshot();
      try {
        for (const table of TABLE_NAMES) for await (const rows of snapshot.rows(table)) yield { table, rows };
      } finally {
        await snapshot.close();
      }
    },
    fill: (contents) => driver.fill(known(contents)),
    async close() {
      await driver.close();
      heads?.close();
    },
  };
}

/** @throws Error at a table that this version does not have */
async function* known(contents: AsyncIterable<ContentSlice>): AsyncIterable<{ table: TableName; rows: Row[] }> {
  for await (const { table, rows } of contents) {
    const name = TABLE_NAMES.find((each) => each === table);
    if (!name) throw new Error(`the backup holds a table "${table}" that this version does not have`);
    yield { table: name, rows };
  }
}
