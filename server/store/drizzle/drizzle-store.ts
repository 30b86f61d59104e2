/** The store over Drizzle: queries once, for every dialect that a driver speaks. */
import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../domain/errors.js';
import type { KnownHeads, HeadsFile } from '../heads.js';
import type { ContentSlice, LoadBatch, Store } from '../store.js';
import { accountInsert, accountQueries, identityInsert } from './account-queries.js';
import { Reads, template, type Committed, type Driver, type Row, type Statement, type TableName } from './driver.js';
import { claimQueries } from './claim-queries.js';
import { importQueries } from './import-queries.js';
import { handoverQueries } from './handover-queries.js';
import { keyQueries } from './key-queries.js';
import { accountRow, unitRow } from './mapping.js';
import { outboxQueries } from './outbox-queries.js';
import { retentionQueries } from './retention-queries.js';
import { TABLE_NAMES } from './rows.js';
import { sessionQueries } from './session-queries.js';
import { statisticsQueries } from './statistics-queries.js';
import { entryStatements, teacherQueries } from './teacher-queries.js';
import { trailQueries } from './trail-queries.js';
import { transferQueries } from './transfer-queries.js';
import { unitInsert, unitQueries } from './unit-queries.js';
import { brokenInvariants, verifyChains } from './verify.js';
import { changes } from './work.js';

const given = sql.placeholder;

export interface Outside {
  /** What was acknowledged, as it is known outside the database. */
  bounds: () => KnownHeads;
  /** Where this process notes what it commits; null where nobody keeps bounds. */
  heads: HeadsFile | null;
}

export function drizzleStore(bare: Driver, trailKey: Buffer, { bounds, heads }: Outside): Store {
  /** Somebody has cut a chain off under this process: nothing more is written on top of it. */
  let cut: string | null = null;
  let closing: Promise<void> | null = null;
  const noted = async (commit: () => Promise<Committed>): Promise<Committed> => {
    if (cut !== null) throw Object.assign(new DomainError('unavailable', { retryAfter: 60 }), { cause: cut });
    const committed = await commit();
    try {
      // Before anyone hears of it.
      heads?.note(committed.heads, new Date().toISOString());
    } catch (error) {
      cut = (error as Error).message;
      throw error;
    }
    return committed;
  };
  const driver: Driver = {
    ...bare,
    commit: (work) => noted(() => bare.commit(work)),
    commitInOne: (works) => noted(() => bare.commitInOne(works)),
  };
  const { db, tables } = driver;
  const { answers, failures } = tables;
  const reads = new Reads(driver);
  const writing = changes(driver);
  const { commit, commitInOne, keepAnswer } = writing;
  const entry = entryStatements(driver);
  const insertUnit = unitInsert(driver);
  const insertAccount = accountInsert(driver);
  const insertIdentity = identityInsert(driver);

  function* loaded({ units = [], accounts = [], identities = [], entries = [] }: LoadBatch): Generator<Statement> {
    for (const unit of units) yield insertUnit(unitRow(unit));
    for (const account of accounts) yield insertAccount(accountRow(account));
    for (const identity of identities) yield insertIdentity({ ...identity });
    yield* entry.insertNew(entries);
  }

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
    ...claimQueries(driver, reads, commit),
    ...transferQueries(driver, reads, commit),
    ...importQueries(driver, reads, writing),
    ...handoverQueries(driver, reads, commit),
    ...statisticsQueries(driver, reads),
    ...outboxQueries(driver),
    ...keyQueries(driver, reads),
    ...retentionQueries(driver, reads, commit),
    ...trailQueries(driver, reads, commit, trailKey),
    async storedResponse(caller, key) {
      const [row] = await answer({ caller, key });
      return row ?? null;
    },
    async storeResponse(record) {
      await driver.commit({ statements: [keepAnswer(record)], trail: [] });
    },
    load: (batches) => commitInOne(batches, loaded),
    // Writes a row, for a full or read-only disk lets an empty transaction pass.
    async ping() {
      await driver.commit({ statements: [beat({ at: new Date().toISOString() })], trail: [] });
    },
    async verify() {
      const known = bounds();
      // What the bounds vouch for is not missing.
      const doubt = driver.doubt === null || known.size > 0 ? [] : [driver.doubt];
      const database = [...doubt, ...(await driver.check())];
      const chain = await verifyChains(driver, trailKey, known);
      return { database: [...database, ...(await brokenInvariants(driver, reads))], chain };
    },
    acknowledgedAt: () =>
      [...bounds().values()]
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
    async syncHeads() {
      heads?.sync();
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
    fill: (contents) => driver.fill(ours(contents)),
    close() {
      closing ??= driver.close().then(() => heads?.close());
      return closing;
    },
  };
}

/** @throws Error at a table that this version does not have */
async function* ours(contents: AsyncIterable<ContentSlice>): AsyncIterable<{ table: TableName; rows: Row[] }> {
  for await (const { table, rows } of contents) {
    const name = TABLE_NAMES.find((each) => each === table);
    if (!name) throw new Error(`the backup holds a table "${table}" that this version does not have`);
    yield { table: name, rows };
  }
}
