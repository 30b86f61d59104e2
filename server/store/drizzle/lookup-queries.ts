import { and, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import type { LookupRecord } from '../records.js';
import type { LookupAsker, Store } from '../store.js';
import { batchTemplate, inBatches, placeholders, template, type Driver, type Reads } from './driver.js';
import { batchParams, readInBatches } from './read-batches.js';
import type { Changes } from './work.js';

const param = sql.placeholder;

/** The keys under which all look-ups of a unit and of an account are counted. */
const keysOf = ({ unitId, accountId }: LookupAsker) => ({ unitId: `lookups:unit:${unitId}`, accountId: `lookups:account:${accountId}` });

export function lookupQueries(driver: Driver, reads: Reads, { commitMany }: Changes): Pick<Store, 'lookups' | 'saveLookups'> {
  const { db, tables } = driver;
  const { failures, lookups } = tables;
  // One that has expired may still be in the table.
  const renewed = {
    target: [lookups.unitId, lookups.similar, lookups.asked],
    set: { accountId: sql`excluded.account_id`, until: sql`excluded.until` },
  };
  const insert = template(db.insert(lookups).values(placeholders(lookups)).onConflictDoUpdate(renewed), null);
  const insertBatch = batchTemplate((each) =>
    db
      .insert(lookups)
      .values(each(placeholders(lookups)))
      .onConflictDoUpdate(renewed),
  );
  const saveCount = template(
    db
      .insert(failures)
      .values(placeholders(failures))
      .onConflictDoUpdate({
        target: failures.key,
        set: { count: sql`excluded.count`, until: sql`excluded.until` },
        setWhere: sql`${failures.count} = ${param('countBefore')} and ${failures.until} = ${param('untilBefore')}`,
      })
      .returning({ key: failures.key }),
    'lookups',
  );

  const similarOfUnit = reads.prepared('lookups', () =>
    db
      .select()
      .from(lookups)
      .where(and(eq(lookups.unitId, param('unitId')), inArray(lookups.similar, batchParams), gt(lookups.until, param('now')))),
  );
  const similarElsewhere = reads.prepared('lookupsElsewhere', () =>
    db
      .select()
      .from(lookups)
      .where(
        and(
          eq(lookups.accountId, param('accountId')),
          inArray(lookups.similar, batchParams),
          ne(lookups.unitId, param('unitId')),
          gt(lookups.until, param('now')),
        ),
      ),
  );
  const counts = reads.prepared('lookupCounts', () =>
    db
      .select()
      .from(failures)
      .where(inArray(failures.key, [param('unitId'), param('accountId')])),
  );

  return {
    async lookups({ unitId, accountId }, similar, now) {
      // The counts are read first, so that whatever is stored meanwhile is a conflict.
      const keys = keysOf({ unitId, accountId });
      const rows = await counts(keys);
      const countOf = (wanted: string) => {
        const row = rows.find(({ key }) => key === wanted);
        return row ? { count: row.count, until: row.until } : null;
      };
      const [here, elsewhere] = await Promise.all([
        readInBatches<LookupRecord>(similar, (batch) => similarOfUnit({ ...batch, unitId, now })),
        readInBatches<LookupRecord>(similar, (batch) => similarElsewhere({ ...batch, unitId, accountId, now })),
      ]);
      return { similar: [...here, ...elsewhere], all: { unitId: countOf(keys.unitId), accountId: countOf(keys.accountId) } };
    },
    saveLookups(asker, before, records, all, change) {
      const keys = keysOf(asker);
      const saved = (['unitId', 'accountId'] as const).map((each) =>
        // A count is never below zero, so that a row that others have made is a conflict.
        saveCount({
          key: keys[each],
          ...all[each],
          countBefore: before.all[each]?.count ?? -1,
          untilBefore: before.all[each]?.until ?? '',
        }),
      );
      const inserts = inBatches(
        records,
        (batch) => [insertBatch(batch.map((each) => ({ ...each })))],
        (each) => [insert({ ...each })],
      );
      return commitMany(change, [...saved, ...inserts]);
    },
  };
}
