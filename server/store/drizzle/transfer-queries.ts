import { and, count, desc, eq, gte, lt, ne, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toTransfer, transferRow } from './mapping.js';
import { entryStatements, transferUpdate } from './teacher-queries.js';
import { pathEnd } from './unit-queries.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type TransferQueries = Pick<
  Store,
  'transfer' | 'transfers' | 'waitingTransfers' | 'propose' | 'saveTransfer' | 'acceptTransfer' | 'disputes' | 'reassignNumber'
>;

export function transferQueries(driver: Driver, reads: Reads, commit: Commit): TransferQueries {
  const { db, tables } = driver;
  const { transfers, units, personNumbers } = tables;
  const { insertTeacher, updateTeacher, savePerson, insertNumbers } = entryStatements(driver);
  const insert = template(db.insert(transfers).values(placeholders(transfers) as never), null);
  const saved = transferUpdate(driver);

  const takeNumber = template(
    db.delete(personNumbers).where(and(eq(personNumbers.number, given('number')), eq(personNumbers.personId, given('personId')))),
    null,
  );
  const disputed = reads.once('disputes', () =>
    db
      .select({ transfer: transfers })
      .from(transfers)
      .innerJoin(units, eq(units.id, transfers.unitId))
      .where(and(eq(transfers.state, 'disputed'), gte(units.path, given('from')), lt(units.path, given('end'))))
      .orderBy(desc(transfers.requestedAt), desc(transfers.id)),
  );

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
      .where(and(eq(transfers.personId, given('personId')), sql`${transfers.state} in ('proposed', 'disputed')`)),
  );

  return {
    async transfer(id) {
      const [row] = await byId({ id });
      return row ? toTransfer(row) : null;
    },
    async transfers({ unitId, direction, state }, { page, pageSize }) {
      const side = direction === 'in' ? transfers.toUnitId : transfers.unitId;
      const where = and(
        eq(side, given('unitId')),
        state === undefined ? undefined : eq(transfers.state, given('state')),
        // A dispute is the asking school's and the level's that decides it.
        direction === 'out' ? ne(transfers.state, 'disputed') : undefined,
      );
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
    async disputes(within) {
      return (await disputed({ from: within, end: pathEnd(within) })).map(({ transfer }) => toTransfer(transfer));
    },
    reassignNumber: (transfer, taken, { teacher, person, numbers }, closed, change) =>
      commit(
        change,
        saved(transfer),
        ...closed.map(saved),
        savePerson(taken.person),
        ...taken.indexes.map((number) => takeNumber({ number, personId: taken.person.id })),
        savePerson(person),
        ...insertNumbers(person.id, numbers),
        insertTeacher(teacher),
      ),
    propose: (transfer, person, closed, change) => commit(change, savePerson(person), ...closed.map(saved), insert(transferRow(transfer))),
    saveTransfer: (transfer, change) => commit(change, saved(transfer)),
    acceptTransfer: (transfer, leaving, arriving, person, numbers, closed, change) =>
      commit(
        change,
        saved(transfer),
        ...closed.map(saved),
        updateTeacher(leaving),
        savePerson(person),
        ...insertNumbers(person.id, numbers),
        insertTeacher(arriving),
      ),
  };
}
