import { setImmediate as breathe } from 'node:timers/promises';
import { and, asc, desc, eq, gt, gte, lt, lte, sql } from 'drizzle-orm';
import { WriteConflict, type Store, type TrailFilter } from '../store.js';
import { faultOf, EMPTY_CHAIN, segmentMacOf, toTrailRecord, type ChainHead, type Segment, type TrailRow } from '../trail-chain.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import type { Commit } from './work.js';

const given = sql.placeholder;
const PURGE_SLICE = 2_000;
const UNITS_AT_ONCE = 50;

type TrailQueries = Pick<Store, 'record' | 'trail' | 'purgeable' | 'purgeTrail'>;

export function trailQueries(driver: Driver, reads: Reads, commit: Commit, trailKey: Buffer): TrailQueries {
  const { db, tables } = driver;
  const { trail, trailDetails, trailHeads, trailSegments } = tables;
  const ofUnit = eq(trail.unitId, given('unitId'));
  const firstEntry = reads.once('trailFirst', () => db.select({ at: trail.at }).from(trail).where(ofUnit).orderBy(asc(trail.seq)).limit(1));
  const firstDetails = reads.once('trailFirstDetails', () =>
    db
      .select({ at: trail.at })
      .from(trailDetails)
      .innerJoin(trail, and(eq(trail.unitId, trailDetails.unitId), eq(trail.seq, trailDetails.seq)))
      .where(eq(trailDetails.unitId, given('unitId')))
      .orderBy(asc(trailDetails.seq))
      .limit(1),
  );
  const firstFrom = reads.once('trailFirstFrom', () =>
    db
      .select({ seq: trail.seq })
      .from(trail)
      .where(and(ofUnit, gte(trail.at, given('before'))))
      .orderBy(asc(trail.seq))
      .limit(1),
  );
  const entryBefore = reads.once('trailEntryBefore', () =>
    db
      .select()
      .from(trail)
      .where(and(ofUnit, lt(trail.seq, given('end'))))
      .orderBy(desc(trail.seq))
      .limit(1),
  );
  const withDetails = () =>
    db
      .select({ row: trail, details: trailDetails.details })
      .from(trail)
      .leftJoin(trailDetails, and(eq(trailDetails.unitId, trail.unitId), eq(trailDetails.seq, trail.seq)));

  function page(filter: TrailFilter) {
    const has = (key: keyof TrailFilter): boolean => filter[key] !== undefined;
    const shape = ['targetId', 'actorId', 'action', 'from', 'to', 'before'].map((key) => Number(has(key as keyof TrailFilter))).join('');
    return reads.once(`trail:${shape}`, () =>
      withDetails()
        .where(
          and(
            eq(trail.unitId, given('unitId')),
            has('targetId') ? eq(trail.targetId, given('targetId')) : undefined,
            has('actorId') ? eq(trail.actorId, given('actorId')) : undefined,
            has('action') ? eq(trail.action, given('action')) : undefined,
            has('from') ? gte(trail.at, given('from')) : undefined,
            has('to') ? lte(trail.at, given('to')) : undefined,
            has('before') ? lt(trail.seq, given('before')) : undefined,
          ),
        )
        .orderBy(desc(trail.seq))
        .limit(given('limit')),
    );
  }

  const seal = template(
    db
      .insert(trailSegments)
      .values(placeholders(trailSegments) as never)
      .onConflictDoUpdate({
        target: [trailSegments.unitId, trailSegments.kind],
        set: { upTo: sql`excluded.up_to`, mac: sql`excluded.mac`, at: sql`excluded.at`, seal: sql`excluded.seal` },
        setWhere: sql`${trailSegments.upTo} < excluded.up_to`,
      })
      .returning({ upTo: trailSegments.upTo }),
    'segment',
  );
  const remove = (table: typeof trail | typeof trailDetails) =>
    template(db.delete(table).where(and(eq(table.unitId, given('unitId')), lte(table.seq, given('upTo')))), null);
  const removeDetails = remove(trailDetails);
  const removeEntries = remove(trail as never);

  const slice = reads.once('trailToPurge', () =>
    withDetails()
      .where(and(ofUnit, gt(trail.seq, given('after')), lte(trail.seq, given('upTo'))))
      .orderBy(asc(trail.seq))
      .limit(PURGE_SLICE),
  );

  /** What was changed must not be swept away by a purge, or it could never be told. */
  async function refuseBroken({ unitId, upTo, mac }: Segment): Promise<void> {
    const [segment] = await reads.now(
      db
        .select()
        .from(trailSegments)
        .where(and(eq(trailSegments.unitId, unitId), eq(trailSegments.kind, 'entries'))),
    );
    let head: ChainHead = segment ? { seq: segment.upTo, mac: segment.mac } : EMPTY_CHAIN;
    while (head.seq < upTo) {
      const rows = await slice({ unitId, after: head.seq, upTo });
      if (rows.length === 0)
        throw new Error(`the trail of unit ${unitId} is not whole before entry ${upTo}: nothing is purged; see verify`);
      for (const { row, details } of rows) {
        const fault = faultOf(trailKey, head, row as TrailRow, details);
        if (fault !== null) throw new Error(`the trail of unit ${unitId}, entry ${row.seq}: ${fault}; nothing is purged, see verify`);
        head = { seq: row.seq, mac: row.mac };
      }
    }
    if (head.seq === upTo && head.mac !== mac) throw new WriteConflict('trail');
  }

  return {
    record: (change) => commit(change),
    async trail(filter) {
      const rows = await page(filter)({ ...filter });
      return rows.map(({ row, details }) => toTrailRecord(row as TrailRow, details));
    },
    async purgeable(kind, before) {
      const found: Omit<Segment, 'at'>[] = [];
      for (const [index, { unitId }] of (await reads.now(db.select({ unitId: trailHeads.unitId }).from(trailHeads))).entries()) {
        // A reader of the same process gets his turn.
        if (index % UNITS_AT_ONCE === 0) await breathe();
        const [first] = await (kind === 'entries' ? firstEntry : firstDetails)({ unitId });
        if (!first || first.at >= before) continue;
        // Up to the first entry that stays, for a clock that was set back must not tear a hole into the chain.
        const [stays] = await firstFrom({ unitId, before });
        const [last] = await entryBefore({ unitId, end: stays?.seq ?? Number.MAX_SAFE_INTEGER });
        if (last) found.push({ unitId, kind, upTo: last.seq, mac: last.mac });
      }
      return found;
    },
    async purgeTrail(segment, change) {
      await refuseBroken(segment);
      await commit(
        change,
        seal({ ...segment, seal: segmentMacOf(trailKey, segment) }),
        removeDetails({ ...segment }),
        ...(segment.kind === 'entries' ? [removeEntries({ ...segment })] : []),
      );
    },
  };
}
