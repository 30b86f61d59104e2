/** Opens a store, and compares the database with the known heads before anything is written to it. */
import { randomUUID } from 'node:crypto';
import { and, asc, desc, eq, gt, gte } from 'drizzle-orm';
import { HeadsFile, readKnownHeads, type KnownHead, type KnownHeads } from '../heads.js';
import { WrongKeyFile, type OpenOptions, type Store, type StoreSecrets } from '../store.js';
import { faultOf, EMPTY_CHAIN, keyCheckOf, type ChainHead, type TrailRow } from '../trail-chain.js';
import type { Driver } from './driver.js';
import { drizzleStore } from './drizzle-store.js';

const RESTORE_OR_ADOPT =
  'Nothing was written. Restore a backup (inservice-kit restore DIR), or continue with the remaining data (inservice-kit adopt; it adds an audit entry).';

export interface DriverOptions extends OpenOptions {
  /** The database must exist already, because heads of it are known. */
  expected: boolean;
}

/** @throws Error with what to do, where the newest writes are missing and `adopt` is not set */
export async function openDrizzleStore(
  openDriver: (options: DriverOptions) => Promise<Driver>,
  secrets: StoreSecrets,
  folder: string | null,
  options: OpenOptions = { purpose: 'serve' },
): Promise<Store> {
  const { trailKey } = secrets;
  // Read before the database: later commits only make the chains longer.
  const knownHeads: KnownHeads = folder === null ? new Map() : readKnownHeads(folder);
  const driver = await openDriver({ ...options, expected: knownHeads.size > 0 && !options.adopt });
  try {
    await refuseWrongKey(driver, trailKey);
    if (options.purpose === 'inspect')
      return drizzleStore(driver, secrets, { readKnownHeads: () => knownHeads, kept: folder !== null, file: null });
    const { restoredAt, loss } = await findLoss(driver, knownHeads, trailKey);
    if (!options.adopt) {
      if (loss !== null) throw new Error(`${loss} ${RESTORE_OR_ADOPT}`);
      // Known heads detect a loss, so that a mere suspicion is not reported.
      if (driver.suspectedLoss !== null && knownHeads.size === 0) throw new Error(driver.suspectedLoss);
    }
    await driver.migrateAndOpenWriter();
    await storeKeyCheck(driver, trailKey);
    const file = folder === null ? null : new HeadsFile(folder, randomUUID());
    // During an adoption no known head is dropped, so that an interrupted restore is detected at the next start.
    if (!options.adopt) file?.takeOver(restoredAt);
    return drizzleStore(driver, secrets, {
      readKnownHeads: () => (folder === null ? knownHeads : readKnownHeads(folder)),
      kept: folder !== null,
      file,
    });
  } catch (error) {
    await driver.close();
    throw error;
  }
}

const WRONG_KEY =
  'The key file does not belong to this database, or the trail was changed. Nothing was written; put the key file of this installation in its place (INSERVICE_KEYS).';
const KEY_CHECK = 'trail-key';
/** The most `restored` entries that are searched for one with a valid MAC. */
const MAX_RESTORED_ENTRIES = 100;

/** The stored check value of the key; undefined where there is none yet. */
async function keyCheck({ db, tables: { installation } }: Driver): Promise<string | undefined> {
  const [row] = await db.select().from(installation).where(eq(installation.name, KEY_CHECK));
  return row?.value;
}

/**
 * Stores the check value of the key at the first start.
 * @throws Error where it was stored for another key
 */
async function storeKeyCheck(driver: Driver, key: Buffer): Promise<void> {
  const { db, tables, commit, toPortError } = driver;
  try {
    if ((await keyCheck(driver)) === undefined) {
      const value = { name: KEY_CHECK, value: keyCheckOf(key) };
      const { sql: text, params } = db.insert(tables.installation).values(value).onConflictDoNothing().toSQL();
      await commit({ statements: [{ sql: text, params, conflictName: null, requiredRows: 0, locksRows: false }], trail: [] });
    }
    if ((await keyCheck(driver)) !== keyCheckOf(key)) throw new WrongKeyFile(WRONG_KEY);
  } catch (error) {
    throw toPortError(error);
  }
}

/**
 * Compares the key with the check value, or, in a database of an earlier version without one, with the trail.
 * @throws Error where another key was used
 */
async function refuseWrongKey(driver: Driver, key: Buffer): Promise<void> {
  if (driver.isEmpty) return;
  const stored = await keyCheck(driver).catch(() => undefined);
  const matches = stored === undefined ? await isNewestEntrySignedWith(driver, key) : stored === keyCheckOf(key);
  if (!matches) throw new WrongKeyFile(WRONG_KEY);
}

/** Whether the newest entry of a chain has a valid MAC; true where there are too few entries to tell. */
async function isNewestEntrySignedWith({ db, tables, toPortError }: Driver, key: Buffer): Promise<boolean> {
  const { trail, trailHeads } = tables;
  try {
    const [head] = await db.select().from(trailHeads).where(gt(trailHeads.seq, 1)).limit(1);
    if (!head) return true;
    const { unitId, seq } = head;
    const rows = await db
      .select()
      .from(trail)
      .where(and(eq(trail.unitId, unitId), gte(trail.seq, seq - 1)))
      .orderBy(asc(trail.seq))
      .limit(2);
    const [before, newest] = rows as TrailRow[];
    return !before || !newest || before.seq !== seq - 1 || faultOf(key, before, newest, null) === null;
  } catch (error) {
    throw toPortError(error);
  }
}

/** The instant of the newest `restored` entry with a valid MAC; without the key anybody could write an entry. */
async function newestRestoreOf(db: Driver['db'], { trail }: Driver['tables'], key: Buffer): Promise<string | null> {
  const rows = await db.select().from(trail).where(eq(trail.action, 'restored')).orderBy(desc(trail.at)).limit(MAX_RESTORED_ENTRIES);
  for (const row of rows as TrailRow[]) {
    const [before] = await db
      .select()
      .from(trail)
      .where(and(eq(trail.unitId, row.unitId), eq(trail.seq, row.seq - 1)));
    if (faultOf(key, before ?? EMPTY_CHAIN, row, null) === null) return row.at;
  }
  return null;
}

/** Whether the entry of a known head was replaced by another one, or is missing without having been purged. */
async function isReplacedOrMissing(
  db: Driver['db'],
  { trail, trailSegments }: Driver['tables'],
  unitId: string,
  { seq, mac }: KnownHead,
): Promise<boolean> {
  const [row] = await db
    .select({ mac: trail.mac })
    .from(trail)
    .where(and(eq(trail.unitId, unitId), eq(trail.seq, seq)));
  if (row) return row.mac !== mac;
  const [segment] = await db
    .select({ upTo: trailSegments.upTo })
    .from(trailSegments)
    .where(and(eq(trailSegments.unitId, unitId), eq(trailSegments.kind, 'entries'), gte(trailSegments.upTo, seq)));
  return segment === undefined;
}

/** `loss`: a message about missing writes. `restoredAt`: the restore that explains why known heads are no longer in the database. */
async function findLoss(
  { db, tables, toPortError, isEmpty }: Driver,
  knownHeads: KnownHeads,
  key: Buffer,
): Promise<{ restoredAt: string | null; loss: string | null }> {
  if (knownHeads.size === 0) return { restoredAt: null, loss: null };
  const { trailHeads } = tables;
  try {
    const heads = new Map<string, ChainHead>();
    if (!isEmpty) for (const row of await db.select().from(trailHeads)) heads.set(row.unitId, row);
    const missing: [string, KnownHead][] = [];
    for (const [unitId, known] of knownHeads) {
      const head = heads.get(unitId);
      const isPresent =
        head &&
        (head.seq === known.seq ? head.mac === known.mac : head.seq > known.seq && !(await isReplacedOrMissing(db, tables, unitId, known)));
      if (!isPresent) missing.push([unitId, known]);
    }
    if (missing.length === 0) return { restoredAt: null, loss: null };
    const restoredAt = isEmpty ? null : await newestRestoreOf(db, tables, key);
    const unexplained = missing.filter(([, { at }]) => restoredAt === null || at > restoredAt);
    const [first] = unexplained;
    if (!first) return { restoredAt, loss: null };
    if (heads.size === 0) {
      const known = `The database is empty, but ${knownHeads.size} units are known to have been in it`;
      const advice = 'To start with an empty database, remove the folder of the heads files.';
      return { restoredAt, loss: `${known}: it was emptied or lost, or DATABASE_URL names another database. ${advice}` };
    }
    const [unitId, { seq, at }] = first;
    const newestSeq = heads.get(unitId)?.seq ?? 0;
    const where =
      newestSeq < seq
        ? `the trail of unit ${unitId} ends at entry ${newestSeq}, but entry ${seq} was acknowledged at ${at}`
        : `in the trail of unit ${unitId}, entry ${seq} is not the one that was acknowledged at ${at}`;
    return { restoredAt, loss: `The database has lost its newest writes: ${where} (${unexplained.length} units in all).` };
  } catch (error) {
    throw toPortError(error);
  }
}
