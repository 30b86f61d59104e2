import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toTransfer, transferRow } from './mapping.js';
import { entryStatements, transferUpdate } from './teacher-queries.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type TransferQueries = Pick<Store, 'transfer' | 'transfers' | 'waitingTransfers' | 'propose' | 'saveTransfer' | 'acceptTransfer'>;

export function transferQueries(driver: Driver, reads: Reads, commit: Commit): TransferQueries {
  const { db, tables } = driver;
  const { transfers } = tables;
  const { insertTeacher, updateTeacher, savePerson } = entryStatements(driver);
  const insert = template(db.insert(transfers).values(placeholders(transfers) as never), null);
  const saved = transferUpdate(driver);

  const byId = reads.once('transfer', () =>
    db
      .select()
      .from(transfers)
      .where(eq(transfers.id, given('id'))),
  );
  const waiting = reads.once('waitingTransfers', () =>
    db
      .select()
      .from(transfers)
      .where(and(eq(transfers.personId, given('personId')), eq(transfers.state, 'proposed'))),
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
    async waitingTransfers(personId) {
      return (await waiting({ personId })).map(toTransfer);
    },
    propose: (transfer, closed, change) => commit(change, ...closed.map(saved), insert(transferRow(transfer))),
    saveTransfer: (transfer, change) => commit(change, saved(transfer)),
    acceptTransfer: (transfer, leaving, arriving, person, closed, change) =>
      commit(change, saved(transfer), ...closed.map(saved), updateTeacher(leaving), savePerson(person), insertTeacher(arriving)),
  };
}
