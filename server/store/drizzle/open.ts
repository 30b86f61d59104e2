/** Opening a store: the database is held against what was acknowledged before anyone writes to it. */
import { randomUUID } from 'node:crypto';
import { and, asc, desc, eq, gt, gte } from 'drizzle-orm';
import { HeadsFile, readKnownHeads, type KnownHead, type KnownHeads } from '../heads.js';
import type { OpenOptions, Store } from '../store.js';
import { faultOf, EMPTY_CHAIN, keyCheckOf, type ChainHead, type TrailRow } from '../trail-chain.js';
import type { Driver } from './driver.js';
import { drizzleStore } from './drizzle-store.js';

const GO_ON =
  'Nothing was written. Restore a backup (inservice-kit restore DIR), or go on with what is left (inservice-kit adopt; it leaves a line in the trail).';

export interface DriverOptions extends OpenOptions {
  /** It is known that there was a database: where there is none, none is made. */
  expected: boolean;
}

/** @throws Error in words that help, where the newest writes are missing and `adopt` is not said */
export async function openDrizzleStore(
  openDriver: (options: DriverOptions) => Promise<Driver>,
  trailKey: Buffer,
  folder: string | null,
  options: OpenOptions = { purpose: 'serve' },
): Promise<Store> {
  // Read first: what is committed from here on makes the database only longer.
  const bounds: KnownHeads = folder === null ? new Map() : readKnownHeads(folder);
  const driver = await openDriver({ ...options, expected: bounds.size > 0 && !options.adopt });
  try {
    await refuseWrongKey(driver, trailKey);
    if (options.purpose === 'inspect') return drizzleStore(driver, trailKey, { bounds: () => bounds, heads: null });
    const { since, lost } = await lostTail(driver, bounds, trailKey);
    if (!options.adopt) {
      if (lost !== null) throw new Error(`${lost} ${GO_ON}`);
      // What the bounds vouch for is not missing.
      if (driver.doubt !== null && bounds.size === 0) throw new Error(driver.doubt);
    }
    await driver.begin();
    await holdKey(driver, trailKey);
    const heads = folder === null ? null : new HeadsFile(folder, randomUUID());
    // While it is being adopted nothing is dropped: a restoration that is broken off must be noticed at the next start.
    if (!options.adopt) heads?.takeOver(since);
    return drizzleStore(driver, trailKey, { bounds: () => (folder === null ? bounds : readKnownHeads(folder)), heads });
  } catch (error) {
    await driver.close();
    throw error;
  }
}

const WRONG_KEY =
  'The key file does not belong to this database, or the trail was changed. Nothing was written; put the key file of this installation in its place (INSERVICE_KEYS).';
const KEY_CHECK = 'trail-key';
/** `restored` entries that are looked at for one that is signed. */
const CANDIDATES = 100;

/** The check value of the key with which a database was begun; undefined where none is kept yet. */
async function keyCheck({ db, tables: { installation } }: Driver): Promise<string | undefined> {
  const [row] = await db.select().from(installation).where(eq(installation.name, KEY_CHECK));
  return row?.value;
}

/** The first server writes a check value of its key; whoever comes with another key file is refused. */
async function holdKey(driver: Driver, key: Buffer): Promise<void> {
  const { db, tables, commit, failure } = driver;
  try {
    if ((await keyCheck(driver)) === undefined) {
      const value = { name: KEY_CHECK, value: keyCheckOf(key) };
      const { sql: text, params } = db.insert(tables.installation).values(value).onConflictDoNothing().toSQL();
      await commit({ statements: [{ sql: text, params, about: null, rows: 0, holds: false }], trail: [] });
    }
    if ((await keyCheck(driver)) !== keyCheckOf(key)) throw new Error(WRONG_KEY);
  } catch (error) {
    throw failure(error);
  }
}

/**
 * Before anything is written. A schema from before the check value has its trail looked at instead.
 * @throws Error where another key was in use
 */
async function refuseWrongKey(driver: Driver, key: Buffer): Promise<void> {
  if (driver.fresh) return;
  const held = await keyCheck(driver).catch(() => undefined);
  const fits = held === undefined ? await signedTheNewest(driver, key) : held === keyCheckOf(key);
  if (!fits) throw new Error(WRONG_KEY);
}

/** Whether the newest entry of a chain was signed with this key; where nothing can be compared, `verify` tells. */
async function signedTheNewest({ db, tables, failure }: Driver, key: Buffer): Promise<boolean> {
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
    throw failure(error);
  }
}

/** The newest `restored` entry that was signed with the key; anybody can write one that was not. */
async function restoredAt(db: Driver['db'], { trail }: Driver['tables'], key: Buffer): Promise<string | null> {
  const found = await db.select().from(trail).where(eq(trail.action, 'restored')).orderBy(desc(trail.at)).limit(CANDIDATES);
  for (const row of found as TrailRow[]) {
    const [before] = await db
      .select()
      .from(trail)
      .where(and(eq(trail.unitId, row.unitId), eq(trail.seq, row.seq - 1)));
    if (faultOf(key, before ?? EMPTY_CHAIN, row, null) === null) return row.at;
  }
  return null;
}

/** Whether another entry, or none that retention took, stands in the place of one that was acknowledged. */
async function isReplaced(
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

/** `since`: the restoration that explains why some bounds no longer hold. */
async function lostTail(
  { db, tables, failure, fresh }: Driver,
  bounds: KnownHeads,
  key: Buffer,
): Promise<{ since: string | null; lost: string | null }> {
  if (bounds.size === 0) return { since: null, lost: null };
  const { trailHeads } = tables;
  try {
    const ends = new Map<string, ChainHead>();
    if (!fresh) for (const row of await db.select().from(trailHeads)) ends.set(row.unitId, row);
    const behind: [string, KnownHead][] = [];
    for (const [unitId, bound] of bounds) {
      const end = ends.get(unitId);
      const fits =
        end && (end.seq === bound.seq ? end.mac === bound.mac : end.seq > bound.seq && !(await isReplaced(db, tables, unitId, bound)));
      if (!fits) behind.push([unitId, bound]);
    }
    if (behind.length === 0) return { since: null, lost: null };
    const since = fresh ? null : await restoredAt(db, tables, key);
    const unexplained = behind.filter(([, { at }]) => since === null || at > since);
    const [first] = unexplained;
    if (!first) return { since, lost: null };
    if (ends.size === 0) {
      const known = `The database is empty, but ${bounds.size} units are known to have been in it`;
      return { since, lost: `${known}: it was emptied or lost, or another one is meant. To begin anew, remove the folder of the heads.` };
    }
    const [unitId, { seq, at }] = first;
    const has = ends.get(unitId)?.seq ?? 0;
    const where =
      has < seq
        ? `the trail of unit ${unitId} ends at entry ${has}, but entry ${seq} was acknowledged at ${at}`
        : `in the trail of unit ${unitId}, entry ${seq} is not the one that was acknowledged at ${at}`;
    return { since, lost: `The database has lost its newest writes: ${where} (${unexplained.length} units in all).` };
  } catch (error) {
    throw failure(error);
  }
}
