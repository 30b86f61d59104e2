import { and, desc, eq, gte, lt, lte, sql } from 'drizzle-orm';
import type { Store, TrailFilter } from '../store.js';
import { sealOf, toTrailRecord, type Segment, type TrailRow } from '../trail-chain.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type TrailQueries = Pick<Store, 'record' | 'trail' | 'purgeable' | 'purgeTrail'>;

export function trailQueries(driver: Driver, reads: Reads, commit: Commit, trailKey: Buffer): TrailQueries {
  const { db, tables } = driver;
  const { trail, trailDetails, trailSegments } = tables;
  const entryAt = reads.once('trailEntry', () =>
    db
      .select()
      .from(trail)
      .where(and(eq(trail.unitId, given('unitId')), eq(trail.seq, given('seq')))),
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

  return {
    record: (change) => commit(change),
    async trail(filter) {
      const rows = await page(filter)({ ...filter });
      return rows.map(({ row, details }) => toTrailRecord(row as TrailRow, details));
    },
    async purgeable(kind, before) {
      // Up to the first entry that stays, for a clock that was set back must not tear a hole into the chain.
      const upTo = sql<number>`coalesce(min(case when ${trail.at} >= ${before} then ${trail.seq} end) - 1, max(${trail.seq}))`;
      const units = db.select({ unitId: trail.unitId, upTo: upTo.mapWith(Number) }).from(trail);
      const held =
        kind === 'entries'
          ? units
          : units.innerJoin(trailDetails, and(eq(trailDetails.unitId, trail.unitId), eq(trailDetails.seq, trail.seq)));
      const ends = await reads.now(held.groupBy(trail.unitId).having(sql`min(${trail.at}) < ${before}`));
      const found: Omit<Segment, 'at'>[] = [];
      for (const { unitId, upTo } of ends) {
        const [last] = await entryAt({ unitId, seq: upTo });
        if (last) found.push({ unitId, kind, upTo, mac: last.mac });
      }
      return found;
    },
    purgeTrail: (segment, change) =>
      commit(
        change,
        seal({ ...segment, seal: sealOf(trailKey, segment) }),
        removeDetails({ ...segment }),
        ...(segment.kind === 'entries' ? [removeEntries({ ...segment })] : []),
      ),
  };
}
