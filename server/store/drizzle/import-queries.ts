import { and, desc, eq, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { ImportRecord } from '../records.js';
import type { ImportEnd, EntryWithPerson, RosterWrite, Store } from '../store.js';
import { placeholders, template, BATCH_SIZE, batchTemplate, inBatches, type Driver, type Reads, type Statement } from './driver.js';
import { batchParams, readInBatches } from './read-batches.js';
import { toTeacher, toTransfer, transferRow } from './mapping.js';
import { entryStatements, transferUpdate } from './teacher-queries.js';
import type { Changes } from './work.js';

const param = sql.placeholder;
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

/** The statements that remove entries, and persons whose only entry they were. */
function removals({ db, tables: { teachers, persons, personNumbers, invitations } }: Driver) {
  const deletion = (
    table: typeof teachers | typeof persons | typeof personNumbers | typeof invitations,
    which: SQL | undefined,
    conflictName: string | null,
  ) => ({
    one: template(db.delete(table).where(which), conflictName),
    many: batchTemplate((each) => db.delete(table).where(or(...each(which))), conflictName),
  });
  const entry = deletion(teachers, and(eq(teachers.id, param('id')), eq(teachers.version, param('version'))), 'teacher');
  const invitation = deletion(invitations, eq(invitations.teacherId, param('id')), null);
  const person = deletion(persons, and(eq(persons.id, param('personId')), eq(persons.version, param('personVersion'))), 'person');
  const numbers = deletion(personNumbers, eq(personNumbers.personId, param('personId')), null);
  const all = [entry, invitation, person, numbers];
  const valuesOf = ({ teacher: { id, version }, person }: Removed) => ({ id, version, personId: person.id, personVersion: person.version });

  return {
    entry: (removed: Removed): Statement[] => [entry, invitation].map(({ one }) => one(valuesOf(removed))),
    entryWithPerson: (removed: Iterable<Removed>): Iterable<Statement> =>
      inBatches(
        removed,
        (batch) => all.map(({ many }) => many(batch.map(valuesOf))),
        (each) => all.map(({ one }) => one(valuesOf(each))),
      ),
  };
}

export function importQueries(driver: Driver, reads: Reads, { commit, commitMany, closingStatements }: Changes): ImportQueries {
  const { db, tables } = driver;
  const { imports, importColumns, teachers, persons, personNumbers, transfers } = tables;
  const { insertTeacher, insertNew, updateTeacher, savePerson, insertNumbers } = entryStatements(driver);
  const saveTransfer = transferUpdate(driver);
  const insertTransfer = template(db.insert(transfers).values(placeholders(transfers)), null);
  const insert = template(db.insert(imports).values(placeholders(imports)), null);
  const { id: _id, unitId: _unit, createdAt: _created, ...settable } = placeholders(imports);
  const update = template(
    db
      .update(imports)
      .set(settable)
      .where(and(eq(imports.id, param('id')), eq(imports.version, param('read'))))
      .returning({ id: imports.id }),
    'import',
  );
  const remember = template(
    db
      .insert(importColumns)
      .values(placeholders(importColumns))
      .onConflictDoUpdate({ target: importColumns.unitId, set: { columns: sql`excluded.columns`, updatedAt: sql`excluded.updated_at` } }),
    null,
  );
  const removal = removals(driver);

  const byId = reads.prepared('import', () =>
    db
      .select()
      .from(imports)
      .where(eq(imports.id, param('id'))),
  );
  const ofUnit = reads.prepared('imports', () =>
    db
      .select()
      .from(imports)
      .where(eq(imports.unitId, param('unitId')))
      .orderBy(desc(imports.createdAt), desc(imports.id))
      .limit(param('limit')),
  );
  const withDigest = reads.prepared('importLike', () =>
    db
      .select()
      .from(imports)
      .where(and(eq(imports.unitId, param('unitId')), eq(imports.digest, param('digest')), eq(imports.state, 'committed')))
      .orderBy(desc(imports.createdAt))
      .limit(1),
  );
  const memory = reads.prepared('columnMemory', () =>
    db
      .select()
      .from(importColumns)
      .where(eq(importColumns.unitId, param('unitId'))),
  );
  const peopleByNumber = reads.prepared('peopleByNumber', () =>
    db
      .select({ number: personNumbers.number, person: persons })
      .from(personNumbers)
      .innerJoin(persons, eq(persons.id, personNumbers.personId))
      .where(inArray(personNumbers.number, batchParams)),
  );
  const peopleById = reads.prepared('peopleById', () => db.select().from(persons).where(inArray(persons.id, batchParams)));
  const entriesById = reads.prepared('teachersById', () => db.select().from(teachers).where(inArray(teachers.id, batchParams)));
  const openTransfers = reads.prepared('transfersOf', () =>
    db
      .select()
      .from(transfers)
      // Literals instead of parameters, so that the partial index is used.
      .where(and(inArray(transfers.personId, batchParams), sql`${transfers.state} in ('proposed', 'disputed')`)),
  );

  function* statementsOf(write: RosterWrite): Generator<Statement> {
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
        else yield* removal.entryWithPerson([write]);
      }
    }
  }

  /** New people are inserted in batches, and removed ones deleted in batches; the order of the writes does not matter. */
  function* statementsOfAll(writes: Iterable<RosterWrite>): Generator<Statement> {
    const newEntries: EntryWithPerson[] = [];
    const pendingRemovals: Removed[] = [];
    for (const write of writes) {
      if (write.kind === 'entered' && write.person.version === 1) {
        if (newEntries.push(write) === BATCH_SIZE) yield* insertNew(newEntries.splice(0));
      } else if (write.kind === 'removed' && write.next === null) {
        if (pendingRemovals.push(write) === BATCH_SIZE) yield* removal.entryWithPerson(pendingRemovals.splice(0));
      } else yield* statementsOf(write);
    }
    yield* insertNew(newEntries);
    yield* removal.entryWithPerson(pendingRemovals);
  }

  function* endStatements({ record, ...rest }: ImportEnd): Generator<Statement> {
    yield update({ ...record, read: record.version - 1 });
    yield* closingStatements(rest);
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
      const [row] = await withDigest({ unitId, digest });
      return (row as ImportRecord | undefined) ?? null;
    },
    stageImport: (record, change) => commit(change, insert({ ...record })),
    saveImport: (change, writes, end) => commitMany(change, statementsOfAll(writes), async () => endStatements(await end())),
    async columnMemory(unitId) {
      const [row] = await memory({ unitId });
      return row?.columns ?? null;
    },
    async rememberColumns(record) {
      await driver.commit({ statements: [remember(record)], trail: [] });
    },
    async peopleByNumber(indexes) {
      return new Map((await readInBatches(indexes, peopleByNumber)).map(({ number, person }) => [number, person]));
    },
    peopleById: (ids) => readInBatches(ids, peopleById),
    async teachersById(ids) {
      return readInBatches(ids, async (slice) => (await entriesById(slice)).map(toTeacher));
    },
    async transfersOf(personIds) {
      return readInBatches(personIds, async (slice) => (await openTransfers(slice)).map(toTransfer));
    },
  };
}
