import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { TransferRecord } from '../records.js';
import type { Store } from '../store.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toTransfer, transferRow } from './mapping.js';
import { entryStatements } from './teacher-queries.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type TransferQueries = Pick<Store, 'transfer' | 'transfers' | 'waitingTransfer' | 'propose' | 'saveTransfer' | 'acceptTransfer'>;

export function transferQueries(driver: Driver, reads: Reads, commit: Commit): TransferQueries {
  const { db, tables } = driver;
  const { transfers } = tables;
  const { insertTeacher, updateTeacher, savePerson } = entryStatements(driver);
  const insert = template(db.insert(transfers).values(placeholders(transfers) as never), null);
  const { id: _id, ...settable } = placeholders(transfers);
  const update = template(
    db
      .update(transfers)
      .set(settable as never)
      .where(and(eq(transfers.id, given('id')), eq(transfers.version, given('read'))))
      .returning({ id: transfers.id }),
    'transfer',
  );
  const saved = (transfer: TransferRecord) => update({ ...transferRow(transfer), read: transfer.version - 1 });

  const byId = reads.once('transfer', () =>
    db
      .select()
      .from(transfers)
      .where(eq(transfers.id, given('id'))),
  );
  const waiting = reads.once('waitingTransfer', () =>
    db
      .select()
      .from(transfers)
      .where(and(eq(transfers.personId, given('personId')), eq(transfers.toUnitId, given('toUnitId')), eq(transfers.state, 'proposed'))),
  );

  return {
    async transfer(id) {
      const [row] = await byId({ id });
      return row ? toTransfer(row) : null;
    },
    async transfers({ unitId, direction, state }, { page, pageSize }) {
      const side = direction === 'in' ? transfers.toUnitId : transfers.unitId;
      const where = and(eq(side, given('unitId')), state === undefined ? undefined : eq(transfers.state, given('state')));
      const shape = `${direction}:${state !== undefined}`;
      const rows = reads.once(`transfers:${shape}`, () =>
        db
          .select()
          .from(transfers)
          .where(where)
          .orderBy(desc(transfers.requestedAt), desc(transfers.id))
          .limit(given('limit'))
          .offset(given('offset')),
      );
      const total = reads.once(`transfers#:${shape}`, () => db.select({ total: count() }).from(transfers).where(where));
      const items = await rows({ unitId, state, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toTransfer), total: (await total({ unitId, state }))[0]?.total ?? 0 };
    },
    async waitingTransfer(personId, toUnitId) {
      const [row] = await waiting({ personId, toUnitId });
      return row ? toTransfer(row) : null;
    },
    propose: (transfer, change) => commit(change, insert(transferRow(transfer))),
    saveTransfer: (transfer, change) => commit(change, saved(transfer)),
    acceptTransfer: (transfer, leaving, arriving, person, change) =>
      commit(change, saved(transfer), updateTeacher(leaving), savePerson(person), insertTeacher(arriving)),
  };
}
