import { and, asc, desc, eq, gt, gte, lt, lte, or, sql } from 'drizzle-orm';
import type { ChainReport, Store, TrailFilter } from '../store.js';
import { faultOf, FIRST, toTrailRecord, type ChainHead, type TrailRow } from '../trail-chain.js';
import type { Driver, Reads } from './driver.js';
import type { Commit } from './work.js';

const given = sql.placeholder;
const VERIFY_SLICE = 5_000;

type TrailQueries = Pick<Store, 'record' | 'trail'> & { verifyChains(): Promise<ChainReport> };

export function trailQueries(driver: Driver, reads: Reads, commit: Commit, trailKey: Buffer): TrailQueries {
  const { db, tables } = driver;
  const { trail, trailDetails, trailHeads } = tables;
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

  const slice = reads.once('trailSlice', () =>
    withDetails()
      .where(or(gt(trail.unitId, given('unitId')), and(eq(trail.unitId, given('unitId')), gt(trail.seq, given('seq')))))
      .orderBy(asc(trail.unitId), asc(trail.seq))
      .limit(VERIFY_SLICE),
  );

  return {
    record: (change) => commit(change),
    async trail(filter) {
      const rows = await page(filter)({ ...filter });
      return rows.map(({ row, details }) => toTrailRecord(row as TrailRow, details));
    },
    async verifyChains() {
      const heads = new Map<string, ChainHead>((await db.select().from(trailHeads)).map(({ unitId, seq, mac }) => [unitId, { seq, mac }]));
      const units = heads.size;
      let entries = 0;
      let unitId = '';
      let head = FIRST;
      const tailFault = (): ChainReport['fault'] => {
        const expected = heads.get(unitId);
        heads.delete(unitId);
        if (unitId === '' || (expected?.seq === head.seq && expected.mac === head.mac)) return null;
        return { unitId, seq: head.seq + 1, what: 'the chain ends before its recorded head' };
      };
      for (;;) {
        const rows = await slice({ unitId, seq: head.seq });
        for (const { row, details } of rows) {
          if (row.unitId !== unitId) {
            const fault = tailFault();
            if (fault) return { entries, units, fault };
            unitId = row.unitId;
            head = FIRST;
          }
          const what = faultOf(trailKey, head, row as TrailRow, details);
          if (what) return { entries, units, fault: { unitId, seq: row.seq, what } };
          head = { seq: row.seq, mac: row.mac };
          entries++;
        }
        if (rows.length < VERIFY_SLICE) break;
      }
      const fault = tailFault();
      const [lost] = heads;
      if (!fault && lost) return { entries, units, fault: { unitId: lost[0], seq: 1, what: 'the whole chain is missing' } };
      return { entries, units, fault };
    },
  };
}
