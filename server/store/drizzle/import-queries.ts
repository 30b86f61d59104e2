import { and, desc, eq, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { ImportRecord } from '../records.js';
import type { ImportEnd, EntryWithPerson, RosterWrite, Store } from '../store.js';
import { placeholders, template, BATCH_SIZE, templateOfMany, inBatches, type Driver, type Reads, type Statement } from './driver.js';
import { asked, sliced } from './many.js';
import { toTeacher, toTransfer, transferRow } from './mapping.js';
import { entryStatements, transferUpdate } from './teacher-queries.js';
import type { Changes } from './work.js';

const given = sql.placeholder;
type ImportQueries = Pick<
  Store,
  | 'import'
  | 'imports'
  | 'importLike'
  | 'stageImport'
  | 'saveImport'
  | 'columnMemory'
  | 'rememberColumns'
  | 'peopleByNumber'
  | 'peopleById'
  | 'teachersById'
  | 'transfersOf'
>;

type Removed = Pick<RosterWrite & { kind: 'removed' }, 'teacher' | 'person'>;

/** What takes an entry away, and a person whose only one it was. */
function removals({ db, tables: { teachers, persons, personNumbers, invitations } }: Driver) {
  const removing = (
    table: typeof teachers | typeof persons | typeof personNumbers | typeof invitations,
    which: SQL | undefined,
    about: string | null,
  ) => ({
    one: template(db.delete(table).where(which), about),
    many: templateOfMany((each) => db.delete(table).where(or(...each(which))), about),
  });
  const entry = removing(teachers, and(eq(teachers.id, given('id')), eq(teachers.version, given('version'))), 'teacher');
  const invitation = removing(invitations, eq(invitations.teacherId, given('id')), null);
  const person = removing(persons, and(eq(persons.id, given('personId')), eq(persons.version, given('personVersion'))), 'person');
  const numbers = removing(personNumbers, eq(personNumbers.personId, given('personId')), null);
  const all = [entry, invitation, person, numbers];
  const asRead = ({ teacher: { id, version }, person }: Removed) => ({ id, version, personId: person.id, personVersion: person.version });

  return {
    entry: (removed: Removed): Statement[] => [entry, invitation].map(({ one }) => one(asRead(removed))),
    whole: (removed: Iterable<Removed>): Iterable<Statement> =>
      inBatches(
        removed,
        (some) => all.map(({ many }) => many(some.map(asRead))),
        (each) => all.map(({ one }) => one(asRead(each))),
      ),
  };
}

export function importQueries(driver: Driver, reads: Reads, { commit, commitMany, ending }: Changes): ImportQueries {
  const { db, tables } = driver;
  const { imports, importColumns, teachers, persons, personNumbers, transfers } = tables;
  const { insertTeacher, insertNew, updateTeacher, savePerson, insertNumbers } = entryStatements(driver);
  const saveTransfer = transferUpdate(driver);
  const insertTransfer = template(db.insert(transfers).values(placeholders(transfers) as never), null);
  const insert = template(db.insert(imports).values(placeholders(imports) as never), null);
  const { id: _id, unitId: _unit, createdAt: _created, ...settable } = placeholders(imports);
  const update = template(
    db
      .update(imports)
      .set(settable as never)
      .where(and(eq(imports.id, given('id')), eq(imports.version, given('read'))))
      .returning({ id: imports.id }),
    'import',
  );
  const remember = template(
    db
      .insert(importColumns)
      .values(placeholders(importColumns) as never)
      .onConflictDoUpdate({ target: importColumns.unitId, set: { columns: sql`excluded.columns`, updatedAt: sql`excluded.updated_at` } }),
    null,
  );
  const removal = removals(driver);

  const byId = reads.once('import', () =>
    db
      .select()
      .from(imports)
      .where(eq(imports.id, given('id'))),
  );
  const ofUnit = reads.once('imports', () =>
    db
      .select()
      .from(imports)
      .where(eq(imports.unitId, given('unitId')))
      .orderBy(desc(imports.createdAt), desc(imports.id))
      .limit(given('limit')),
  );
  const alike = reads.once('importLike', () =>
    db
      .select()
      .from(imports)
      .where(and(eq(imports.unitId, given('unitId')), eq(imports.digest, given('digest')), eq(imports.state, 'committed')))
      .orderBy(desc(imports.createdAt))
      .limit(1),
  );
  const memory = reads.once('columnMemory', () =>
    db
      .select()
      .from(importColumns)
      .where(eq(importColumns.unitId, given('unitId'))),
  );
  const peopleByNumber = reads.once('peopleByNumber', () =>
    db
      .select({ number: personNumbers.number, person: persons })
      .from(personNumbers)
      .innerJoin(persons, eq(persons.id, personNumbers.personId))
      .where(inArray(personNumbers.number, asked)),
  );
  const peopleById = reads.once('peopleById', () => db.select().from(persons).where(inArray(persons.id, asked)));
  const entriesById = reads.once('teachersById', () => db.select().from(teachers).where(inArray(teachers.id, asked)));
  const openTransfers = reads.once('transfersOf', () =>
    db
      .select()
      .from(transfers)
      // Not a parameter: the index holds those that wait.
      .where(and(inArray(transfers.personId, asked), sql`${transfers.state} in ('proposed', 'disputed')`)),
  );

  function* written(write: RosterWrite): Generator<Statement> {
    switch (write.kind) {
      case 'entered':
        yield savePerson(write.person);
        yield* insertNumbers(write.person.id, write.numbers);
        yield insertTeacher(write.teacher);
        break;
      case 'saved':
        yield updateTeacher(write.teacher);
        if (write.person) yield savePerson(write.person);
        yield* insertNumbers(write.teacher.personId, write.numbers);
        break;
      case 'proposed':
        yield savePerson(write.person);
        yield insertTransfer(transferRow(write.transfer));
        break;
      case 'settled':
        yield saveTransfer(write.transfer);
        break;
      case 'removed': {
        if (write.next) yield* [...removal.entry(write), savePerson(write.next)];
        else yield* removal.whole([write]);
      }
    }
  }

  /** New people come together, and go together: no other write of the list is about any of them. */
  function* all(writes: Iterable<RosterWrite>): Generator<Statement> {
    const fresh: EntryWithPerson[] = [];
    const gone: Removed[] = [];
    for (const write of writes) {
      if (write.kind === 'entered' && write.person.version === 1) {
        if (fresh.push(write) === BATCH_SIZE) yield* insertNew(fresh.splice(0));
      } else if (write.kind === 'removed' && write.next === null) {
        if (gone.push(write) === BATCH_SIZE) yield* removal.whole(gone.splice(0));
      } else yield* written(write);
    }
    yield* insertNew(fresh);
    yield* removal.whole(gone);
  }

  function* ended({ record, ...rest }: ImportEnd): Generator<Statement> {
    yield update({ ...record, read: record.version - 1 });
    yield* ending(rest);
  }

  return {
    async import(id) {
      const [row] = await byId({ id });
      return (row as ImportRecord | undefined) ?? null;
    },
    async imports(unitId, limit) {
      return (await ofUnit({ unitId, limit })) as ImportRecord[];
    },
    async importLike(unitId, digest) {
      const [row] = await alike({ unitId, digest });
      return (row as ImportRecord | undefined) ?? null;
    },
    stageImport: (record, change) => commit(change, insert({ ...record })),
    saveImport: (change, writes, end) => commitMany(change, all(writes), async () => ended(await end())),
    async columnMemory(unitId) {
      const [row] = await memory({ unitId });
      return row?.columns ?? null;
    },
    async rememberColumns(record) {
      await driver.commit({ statements: [remember(record)], trail: [] });
    },
    async peopleByNumber(indexes) {
      return new Map((await sliced(indexes, peopleByNumber)).map(({ number, person }) => [number, person]));
    },
    peopleById: (ids) => sliced(ids, peopleById),
    async teachersById(ids) {
      return sliced(ids, async (slice) => (await entriesById(slice)).map(toTeacher));
    },
    async transfersOf(personIds) {
      return sliced(personIds, async (slice) => (await openTransfers(slice)).map(toTransfer));
    },
  };
}
