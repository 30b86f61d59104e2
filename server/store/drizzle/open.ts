/** Opening a store: the database is held against what was acknowledged before anyone writes to it. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { HeadsFile, readBounds, type Bounds } from '../heads.js';
import type { OpenOptions, Store } from '../store.js';
import type { ChainHead } from '../trail-chain.js';
import type { Driver } from './driver.js';
import { drizzleStore } from './drizzle-store.js';

const GO_ON =
  'Nothing was written. Restore a backup (inservice-kit restore DIR), or go on with what is left (inservice-kit adopt; it leaves a line in the trail).';

/** @throws Error in words that help, where the newest writes are missing and `adopt` is not said */
export async function openDrizzleStore(
  openDriver: (options: OpenOptions) => Promise<Driver>,
  trailKey: Buffer,
  folder: string | null,
  options: OpenOptions = { purpose: 'serve' },
): Promise<Store> {
  // Read first: what is committed from here on makes the database only longer.
  const bounds: Bounds = folder === null ? new Map() : readBounds(folder);
  const driver = await openDriver(options);
  try {
    if (options.purpose === 'inspect') return drizzleStore(driver, trailKey, { bounds: () => bounds, heads: null });
    const { since, lost } = await lostTail(driver, bounds);
    if (!options.adopt) {
      if (lost !== null) throw new Error(`${lost} ${GO_ON}`);
      // What the bounds vouch for is not missing.
      if (driver.doubt !== null && bounds.size === 0) throw new Error(driver.doubt);
    }
    const heads = folder === null ? null : new HeadsFile(folder, randomUUID());
    heads?.takeOver(options.adopt ? new Date().toISOString() : since);
    return drizzleStore(driver, trailKey, { bounds: () => (folder === null ? bounds : readBounds(folder)), heads });
  } catch (error) {
    await driver.close();
    throw error;
  }
}

/** `since`: the restoration that explains why some bounds no longer hold. */
async function lostTail({ db, tables, failure }: Driver, bounds: Bounds): Promise<{ since: string | null; lost: string | null }> {
  if (bounds.size === 0) return { since: null, lost: null };
  const { trail, trailHeads } = tables;
  try {
    const ends = new Map<string, ChainHead>((await db.select().from(trailHeads)).map((row) => [row.unitId, row]));
    const behind = [...bounds].filter(([unitId, { seq, mac }]) => {
      const end = ends.get(unitId);
      return !end || end.seq < seq || (end.seq === seq && end.mac !== mac);
    });
    if (behind.length === 0) return { since: null, lost: null };
    const [restored] = await db
      .select({ at: sql<string | null>`max(${trail.at})` })
      .from(trail)
      .where(sql`${trail.action} = 'restored'`);
    const since = restored?.at ?? null;
    const unexplained = behind.filter(([, { at }]) => since === null || at > since);
    const [first] = unexplained;
    if (!first) return { since, lost: null };
    const [unitId, { seq, at }] = first;
    const has = ends.get(unitId)?.seq ?? 0;
    const where = `the trail of unit ${unitId} ends at entry ${has}, but entry ${seq} was acknowledged at ${at}`;
    return { since, lost: `The database has lost its newest writes: ${where} (${unexplained.length} units in all).` };
  } catch (error) {
    throw failure(error);
  }
}
