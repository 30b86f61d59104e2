import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { and, asc, desc, eq, gt, gte, lt, lte, sql } from 'drizzle-orm';
import { WriteConflict, type Store, type TrailFilter } from '../store.js';
import { faultOf, EMPTY_CHAIN, segmentMacOf, toTrailRecord, type ChainHead, type Segment } from '../trail-chain.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import type { Commit } from './work.js';

const param = sql.placeholder;
/** How many entries are read at a time before a purge. */
const PURGE_BATCH_SIZE = 2_000;
/** How many units are read between two yields to the event loop. */
const UNITS_PER_YIELD = 50;

type TrailQueries = Pick<Store, 'record' | 'trail' | 'purgeable' | 'purgeTrail'>;

export function trailQueries(driver: Driver, reads: Reads, commit: Commit, trailKey: Buffer): TrailQueries {
  const { db, tables } = driver;
  const { trail, trailDetails, trailHeads, trailSegments } = tables;
  const ofUnit = eq(trail.unitId, param('unitId'));
  const firstEntry = reads.prepared('trailFirst', () =>
    db.select({ at: trail.at }).from(trail).where(ofUnit).orderBy(asc(trail.seq)).limit(1),
  );
  const firstDetails = reads.prepared('trailFirstDetails', () =>
    db
      .select({ at: trail.at })
      .from(trailDetails)
      .innerJoin(trail, and(eq(trail.unitId, trailDetails.unitId), eq(trail.seq, trailDetails.seq)))
      .where(eq(trailDetails.unitId, param('unitId')))
      .orderBy(asc(trailDetails.seq))
      .limit(1),
  );
  const firstFrom = reads.prepared('trailFirstFrom', () =>
    db
      .select({ seq: trail.seq })
      .from(trail)
      .where(and(ofUnit, gte(trail.at, param('before'))))
      .orderBy(asc(trail.seq))
      .limit(1),
  );
  const entryBefore = reads.prepared('trailEntryBefore', () =>
    db
      .select()
      .from(trail)
      .where(and(ofUnit, lt(trail.seq, param('end'))))
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
    return reads.prepared(`trail:${shape}`, () =>
      withDetails()
        .where(
          and(
            eq(trail.unitId, param('unitId')),
            has('targetId') ? eq(trail.targetId, param('targetId')) : undefined,
            has('actorId') ? eq(trail.actorId, param('actorId')) : undefined,
            has('action') ? eq(trail.action, param('action')) : undefined,
            has('from') ? gte(trail.at, param('from')) : undefined,
            has('to') ? lte(trail.at, param('to')) : undefined,
            has('before') ? lt(trail.seq, param('before')) : undefined,
          ),
        )
        .orderBy(desc(trail.seq))
        .limit(param('limit')),
    );
  }

  const saveSegment = template(
    db
      .insert(trailSegments)
      .values(placeholders(trailSegments))
      .onConflictDoUpdate({
        target: [trailSegments.unitId, trailSegments.kind],
        set: { upTo: sql`excluded.up_to`, mac: sql`excluded.mac`, at: sql`excluded.at`, seal: sql`excluded.seal` },
        setWhere: sql`${trailSegments.upTo} < excluded.up_to`,
      })
      .returning({ upTo: trailSegments.upTo }),
    'segment',
  );
  const remove = (table: typeof trail | typeof trailDetails) =>
    template(db.delete(table).where(and(eq(table.unitId, param('unitId')), lte(table.seq, param('upTo')))), null);
  const removeDetails = remove(trailDetails);
  const removeEntries = remove(trail);

  const entriesToPurge = reads.prepared('trailToPurge', () =>
    withDetails()
      .where(and(ofUnit, gt(trail.seq, param('after')), lte(trail.seq, param('upTo'))))
      .orderBy(asc(trail.seq))
      .limit(PURGE_BATCH_SIZE),
  );

  /**
   * A purge must not remove the evidence of a manipulation, so the entries are verified before.
   * @throws Error where an entry is missing or was changed
   */
  async function verifyBeforePurge({ unitId, upTo, mac }: Segment): Promise<void> {
    const [segment] = await reads.run(
      db
        .select()
        .from(trailSegments)
        .where(and(eq(trailSegments.unitId, unitId), eq(trailSegments.kind, 'entries'))),
    );
    let head: ChainHead = segment ? { seq: segment.upTo, mac: segment.mac } : EMPTY_CHAIN;
    while (head.seq < upTo) {
      const rows = await entriesToPurge({ unitId, after: head.seq, upTo });
      if (rows.length === 0) throw new Error(`the trail of unit ${unitId} has no entry ${head.seq + 1}; nothing is purged, see verify`);
      for (const { row, details } of rows) {
        const fault = faultOf(trailKey, head, row, details);
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
      return rows.map(({ row, details }) => toTrailRecord(row, details));
    },
    async purgeable(kind, before) {
      const segments: Omit<Segment, 'at'>[] = [];
      for (const [index, { unitId }] of (await reads.run(db.select({ unitId: trailHeads.unitId }).from(trailHeads))).entries()) {
        if (index % UNITS_PER_YIELD === 0) await yieldToEventLoop();
        const [first] = await (kind === 'entries' ? firstEntry : firstDetails)({ unitId });
        if (!first || first.at >= before) continue;
        // Up to the first entry that is kept: where the clock was set back, later entries may be older, and the purge must not leave a gap.
        const [firstKept] = await firstFrom({ unitId, before });
        const [last] = await entryBefore({ unitId, end: firstKept?.seq ?? Number.MAX_SAFE_INTEGER });
        if (last) segments.push({ unitId, kind, upTo: last.seq, mac: last.mac });
      }
      return segments;
    },
    async purgeTrail(segment, change) {
      await verifyBeforePurge(segment);
      await commit(
        change,
        saveSegment({ ...segment, seal: segmentMacOf(trailKey, segment) }),
        removeDetails({ ...segment }),
        ...(segment.kind === 'entries' ? [removeEntries({ ...segment })] : []),
      );
    },
  };
}
