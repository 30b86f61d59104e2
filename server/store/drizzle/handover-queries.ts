import { and, asc, desc, eq, lte, or, sql } from 'drizzle-orm';
import type { InferSelectModel } from 'drizzle-orm';
import type { HandoverRecord } from '../records.js';
import type { Store } from '../store.js';
import { accountUpdate, savedAccount } from './account-queries.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toVersion, versionRow } from './mapping.js';
import type { Tables } from './tables.js';
import type { Commit } from './work.js';

const param = sql.placeholder;
type Row = InferSelectModel<Tables['handovers']>;

type HandoverQueries = Pick<Store, 'handover' | 'openHandover' | 'handovers' | 'dueHandovers' | 'beginHandover' | 'saveHandover'>;

function toRecord(row: Row): HandoverRecord {
  const { updatedById: _id, updatedByName: _name, ...columns } = row;
  return { ...columns, ...toVersion(row) };
}

function toRow(handover: HandoverRecord): Row {
  const { updatedBy: _by, ...columns } = handover;
  return { ...columns, ...versionRow(handover) };
}

export function handoverQueries(driver: Driver, reads: Reads, commit: Commit): HandoverQueries {
  const { db, tables } = driver;
  const { handovers, units } = tables;
  const insert = template(db.insert(handovers).values(placeholders(handovers)), null);
  const { id: _id, ...settable } = placeholders(handovers);
  const update = template(
    db
      .update(handovers)
      .set(settable)
      .where(and(eq(handovers.id, param('id')), eq(handovers.version, param('read'))))
      .returning({ id: handovers.id }),
    'handover',
  );
  const updateAccount = accountUpdate(driver);
  const byId = reads.prepared('handover', () =>
    db
      .select()
      .from(handovers)
      .where(eq(handovers.id, param('id'))),
  );
  const concerning = reads.prepared('handovers', () =>
    db
      .select()
      .from(handovers)
      .where(
        or(
          eq(handovers.unitId, param('unitId')),
          eq(handovers.toId, param('accountId')),
          sql`exists (select 1 from ${units} where ${units.id} = ${handovers.unitId} and ${units.parentId} = ${param('unitId')})`,
        ),
      )
      .orderBy(
        sql`case when ${handovers.state} in ('begun', 'consented', 'approved') then 0 else 1 end`,
        desc(handovers.begunAt),
        desc(handovers.id),
      )
      .limit(param('limit')),
  );
  const open = reads.prepared('openHandover', () =>
    db
      .select()
      .from(handovers)
      .where(and(eq(handovers.unitId, param('unitId')), sql`${handovers.state} in ('begun', 'consented', 'approved')`)),
  );
  const due = reads.prepared('dueHandovers', () =>
    db
      .select()
      .from(handovers)
      .where(and(eq(handovers.state, 'approved'), lte(handovers.effectiveOn, param('today'))))
      .orderBy(asc(handovers.id)),
  );
  return {
    async handover(id) {
      const [row] = await byId({ id });
      return row ? toRecord(row) : null;
    },
    async openHandover(unitId) {
      const [row] = await open({ unitId });
      return row ? toRecord(row) : null;
    },
    async handovers(unitId, accountId, limit) {
      return (await concerning({ unitId, accountId, limit })).map(toRecord);
    },
    async dueHandovers(today) {
      return (await due({ today })).map(toRecord);
    },
    beginHandover: (handover, change) => commit(change, insert(toRow(handover))),
    saveHandover: (handover, accounts, change) =>
      commit(
        change,
        update({ ...toRow(handover), read: handover.version - 1 }),
        ...accounts.map((account) => updateAccount(savedAccount(account))),
      ),
  };
}
