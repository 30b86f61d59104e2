/** The store over Drizzle: the queries are written once for both dialects. */
import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../domain/errors.js';
import type { KnownHeads, HeadsFile } from '../heads.js';
import type { ContentSlice, LoadBatch, Store, StoreSecrets } from '../store.js';
import { accountInsert, accountQueries, accountUpdate, identityInsert, savedAccount } from './account-queries.js';
import { Reads, template, type Committed, type Driver, type Row, type Statement, type TableName } from './driver.js';
import { claimQueries } from './claim-queries.js';
import { importQueries } from './import-queries.js';
import { handoverQueries } from './handover-queries.js';
import { keyQueries } from './key-queries.js';
import { accountRow, unitRow } from './mapping.js';
import { lookupQueries } from './lookup-queries.js';
import { outboxQueries } from './outbox-queries.js';
import { retentionQueries } from './retention-queries.js';
import { TABLE_NAMES } from './rows.js';
import { sessionQueries } from './session-queries.js';
import { statisticsQueries } from './statistics-queries.js';
import { entryStatements, teacherQueries } from './teacher-queries.js';
import { trailQueries } from './trail-queries.js';
import { transferQueries } from './transfer-queries.js';
import { unitInsert, unitQueries } from './unit-queries.js';
import { brokenInvariants } from './invariants.js';
import { verifySnapshot } from './verify.js';
import { changes } from './work.js';

const param = sql.placeholder;

export interface Heads {
  readKnownHeads: () => KnownHeads;
  /** Whether heads files are kept at all. */
  kept: boolean;
  /** Where this process notes what it commits; null without heads files. */
  file: HeadsFile | null;
}

export function drizzleStore(baseDriver: Driver, { trailKey, sealReader }: StoreSecrets, heads: Heads): Store {
  /** Why writing has stopped: a chain lost entries while this process was running. */
  let stopped: string | null = null;
  let closing: Promise<void> | null = null;
  const withNote = async (commit: () => Promise<Committed>): Promise<Committed> => {
    if (stopped !== null) throw Object.assign(new DomainError('unavailable', { retryAfter: 60 }), { cause: stopped });
    const committed = await commit();
    try {
      // Before the write is acknowledged.
      heads.file?.note(committed.heads, new Date().toISOString());
    } catch (error) {
      stopped = (error as Error).message;
      throw error;
    }
    return committed;
  };
  const driver: Driver = {
    ...baseDriver,
    commit: (work) => withNote(() => baseDriver.commit(work)),
    commitInOneTransaction: (works) => withNote(() => baseDriver.commitInOneTransaction(works)),
  };
  const { db, tables } = driver;
  const { answers, failures } = tables;
  const reads = new Reads(driver);
  const writing = changes(driver);
  const { commit, commitInOneTransaction, insertResponse } = writing;
  const entry = entryStatements(driver);
  const insertUnit = unitInsert(driver);
  const insertAccount = accountInsert(driver);
  const updateAccount = accountUpdate(driver);
  const insertIdentity = identityInsert(driver);

  function* loadStatements({
    units = [],
    savedAccounts = [],
    accounts = [],
    identities = [],
    entries = [],
  }: LoadBatch): Generator<Statement> {
    for (const unit of units) yield insertUnit(unitRow(unit));
    for (const account of savedAccounts) yield updateAccount(savedAccount(account));
    for (const account of accounts) yield insertAccount(accountRow(account));
    for (const identity of identities) yield insertIdentity({ ...identity });
    yield* entry.insertNew(entries);
  }

  const responseByKey = reads.prepared('answer', () =>
    db
      .select()
      .from(answers)
      .where(and(eq(answers.caller, param('caller')), eq(answers.key, param('key')))),
  );

  const writePing = template(
    db
      .insert(failures)
      .values({ key: 'ping', count: 0, until: param('at') })
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
    ...lookupQueries(driver, reads, writing),
    ...handoverQueries(driver, reads, commit),
    ...statisticsQueries(driver, reads),
    ...outboxQueries(driver),
    ...keyQueries(driver, reads),
    ...retentionQueries(driver, reads, commit),
    ...trailQueries(driver, reads, commit, trailKey),
    async storedResponse(caller, key) {
      const [row] = await responseByKey({ caller, key });
      return row ?? null;
    },
    async storeResponse(record) {
      await driver.commit({ statements: [insertResponse(record)], trail: [] });
    },
    load: (batches) => commitInOneTransaction(batches, loadStatements),
    // Writes a row, because an empty transaction succeeds also on a full or read-only disk.
    async ping() {
      await driver.commit({ statements: [writePing({ at: new Date().toISOString() })], trail: [] });
    },
    async verify() {
      const known = heads.readKnownHeads();
      // Known heads detect a loss, so that a mere suspicion is not reported.
      const suspectedLoss = driver.suspectedLoss === null || known.size > 0 ? [] : [driver.suspectedLoss];
      const database = [...suspectedLoss, ...(await driver.checkIntegrity())];
      const { chain, records } = await verifySnapshot(driver, { trailKey, sealReader }, { known, kept: heads.kept });
      return { database: [...database, ...(await brokenInvariants(driver, reads))], chain, records };
    },
    acknowledgedAt: () =>
      [...heads.readKnownHeads().values()]
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
    async syncHeads() {
      heads.file?.sync();
      await driver.recordHeartbeat();
    },
    async *contents() {
      const snapshot = await driver.snapshot();
      try {
        for (const table of TABLE_NAMES) for await (const rows of snapshot.rows(table)) yield { table, rows };
      } finally {
        await snapshot.close();
      }
    },
    fill: (contents) => driver.fill(knownTables(contents)),
    close() {
      closing ??= driver.close().then(() => heads.file?.close());
      return closing;
    },
  };
}

/** @throws Error for a table that this version does not have */
async function* knownTables(contents: AsyncIterable<ContentSlice>): AsyncIterable<{ table: TableName; rows: Row[] }> {
  for await (const { table, rows } of contents) {
    const name = TABLE_NAMES.find((each) => each === table);
    if (!name) throw new Error(`the backup holds a table "${table}" that this version does not have`);
    yield { table: name, rows };
  }
}
