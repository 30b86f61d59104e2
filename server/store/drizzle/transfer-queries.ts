import { and, count, desc, eq, gte, lt, lte, ne, sql } from 'drizzle-orm';
import type { Store } from '../store.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toTransfer, transferRow } from './mapping.js';
import { entryStatements, transferUpdate } from './teacher-queries.js';
import { pathEnd } from './unit-queries.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

type TransferQueries = Pick<
  Store,
  | 'transfer'
  | 'transfers'
  | 'waitingTransfers'
  | 'lapsedTransfers'
  | 'propose'
  | 'saveTransfer'
  | 'acceptTransfer'
  | 'disputes'
  | 'reassignNumber'
>;

export function transferQueries(driver: Driver, reads: Reads, commit: Commit): TransferQueries {
  const { db, tables } = driver;
  const { transfers, teachers, units, personNumbers } = tables;
  const { insertTeacher, updateTeacher, savePerson, insertNumbers } = entryStatements(driver);
  const insert = template(db.insert(transfers).values(placeholders(transfers)), null);
  const save = transferUpdate(driver);

  const deleteNumber = template(
    db.delete(personNumbers).where(and(eq(personNumbers.number, param('number')), eq(personNumbers.personId, param('personId')))),
    null,
  );
  const disputed = reads.prepared('disputes', () =>
    db
      .select({ transfer: transfers })
      .from(transfers)
      .innerJoin(units, eq(units.id, transfers.unitId))
      .where(and(eq(transfers.state, 'disputed'), gte(units.path, param('from')), lt(units.path, param('end'))))
      .orderBy(desc(transfers.requestedAt), desc(transfers.id)),
  );

  const lapsed = reads.prepared('lapsedTransfers', () =>
    db
      .select({ transfer: transfers })
      .from(transfers)
      .innerJoin(teachers, eq(teachers.id, transfers.teacherId))
      .where(and(eq(transfers.state, 'proposed'), lte(teachers.departureOn, param('today'))))
      .limit(param('limit')),
  );

  const byId = reads.prepared('transfer', () =>
    db
      .select()
      .from(transfers)
      .where(eq(transfers.id, param('id'))),
  );
  const waiting = reads.prepared('waitingTransfers', () =>
    db
      .select()
      .from(transfers)
      .where(and(eq(transfers.personId, param('personId')), sql`${transfers.state} in ('proposed', 'disputed')`)),
  );

  return {
    async transfer(id) {
      const [row] = await byId({ id });
      return row ? toTransfer(row) : null;
    },
    async transfers({ unitId, direction, state }, { page, pageSize }) {
      const side = direction === 'in' ? transfers.toUnitId : transfers.unitId;
      const where = and(
        eq(side, param('unitId')),
        state === undefined ? undefined : eq(transfers.state, param('state')),
        // A dispute concerns only the asking school and the unit that decides it.
        direction === 'out' ? ne(transfers.state, 'disputed') : undefined,
      );
      const shape = `${direction}:${state !== undefined}`;
      const rows = reads.prepared(`transfers:${shape}`, () =>
        db
          .select()
          .from(transfers)
          .where(where)
          .orderBy(desc(transfers.requestedAt), desc(transfers.id))
          .limit(param('limit'))
          .offset(param('offset')),
      );
      const total = reads.prepared(`transfers#:${shape}`, () => db.select({ total: count() }).from(transfers).where(where));
      const items = await rows({ unitId, state, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toTransfer), total: (await total({ unitId, state }))[0]?.total ?? 0 };
    },
    async waitingTransfers(personId) {
      return (await waiting({ personId })).map(toTransfer);
    },
    async lapsedTransfers(today, limit) {
      return (await lapsed({ today, limit })).map(({ transfer }) => toTransfer(transfer));
    },
    async disputes(within) {
      return (await disputed({ from: within, end: pathEnd(within) })).map(({ transfer }) => toTransfer(transfer));
    },
    reassignNumber: (transfer, taken, { teacher, person, numbers }, closed, change) =>
      commit(
        change,
        save(transfer),
        ...closed.map(save),
        savePerson(taken.person),
        ...taken.indexes.map((number) => deleteNumber({ number, personId: taken.person.id })),
        savePerson(person),
        ...insertNumbers(person.id, numbers),
        insertTeacher(teacher),
      ),
    propose: (transfer, person, closed, change) => commit(change, savePerson(person), ...closed.map(save), insert(transferRow(transfer))),
    saveTransfer: (transfer, change) => commit(change, save(transfer)),
    acceptTransfer: (transfer, leaving, arriving, person, numbers, closed, change) =>
      commit(
        change,
        save(transfer),
        ...closed.map(save),
        updateTeacher(leaving),
        savePerson(person),
        ...insertNumbers(person.id, numbers),
        insertTeacher(arriving),
      ),
  };
}
