import { and, asc, desc, eq, inArray, sql, type Table } from 'drizzle-orm';
import type { ImportRecord } from '../records.js';
import type { Store } from '../store.js';
import { placeholders, template, type Driver, type Reads } from './driver.js';
import { toTeacher, toTransfer, transferRow, type TeacherRow } from './mapping.js';
import { entryStatements, transferUpdate } from './teacher-queries.js';
import type { Commit } from './work.js';

const given = sql.placeholder;
/** Values in one statement: SQLite and PostgreSQL take many more, and a slice keeps others' reads from waiting. */
const SLICE = 500;

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

/** Asks for many in slices, with a breath between them for whoever else waits. */
async function sliced<V, T>(values: readonly V[], ask: (slice: V[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  const wanted = [...new Set(values)];
  for (let at = 0; at < wanted.length; at += SLICE) {
    found.push(...(await ask(wanted.slice(at, at + SLICE))));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

export function importQueries(driver: Driver, reads: Reads, commit: Commit): ImportQueries {
  const { db, tables } = driver;
  const { imports, importColumns, teachers, persons, personNumbers, transfers, invitations } = tables;
  const { insertTeacher, updateTeacher, savePerson, insertNumbers } = entryStatements(driver);
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
  const removeEntry = template(
    db
      .delete(teachers)
      .where(and(eq(teachers.id, given('id')), eq(teachers.version, given('version'))))
      .returning({ id: teachers.id }),
    'teacher',
  );
  const withdraw = template(db.delete(invitations).where(eq(invitations.teacherId, given('id'))), null);
  const removePerson = template(
    db
      .delete(persons)
      .where(and(eq(persons.id, given('personId')), eq(persons.teacherId, given('id'))))
      .returning({ id: persons.id }),
    'person',
  );
  const removeNumbers = template(db.delete(personNumbers).where(eq(personNumbers.personId, given('personId'))), null);

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
  const rowsOf = (table: Table, column: Parameters<typeof inArray>[0], values: string[]): Promise<unknown[]> =>
    reads.now(
      db
        .select()
        .from(table as never)
        .where(inArray(column, values))
        .orderBy(asc(column as never)),
    );

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
    saveImport: (record, { entered, saved, proposed, transfers: settled, removed }, change) =>
      commit(
        change,
        update({ ...record, read: record.version - 1 }),
        ...settled.map(saveTransfer),
        ...entered.flatMap(({ teacher, person, numbers }) => [
          savePerson(person),
          ...insertNumbers(person.id, numbers),
          insertTeacher(teacher),
        ]),
        ...saved.flatMap(({ teacher, person, numbers }) => [
          updateTeacher(teacher),
          ...(person ? [savePerson(person)] : []),
          ...insertNumbers(teacher.personId, numbers),
        ]),
        ...proposed.map((transfer) => insertTransfer(transferRow(transfer))),
        ...removed.flatMap(({ teacher: { id, version, personId }, person }) => [
          removeEntry({ id, version }),
          withdraw({ id }),
          ...(person ? [savePerson(person)] : [removePerson({ id, personId }), removeNumbers({ personId })]),
        ]),
      ),
    async columnMemory(unitId) {
      const [row] = await memory({ unitId });
      return row?.columns ?? null;
    },
    async rememberColumns(record) {
      await driver.commit({ statements: [remember(record)], trail: [] });
    },
    async peopleByNumber(indexes) {
      const found = await sliced(indexes, (slice) =>
        reads.now(
          db
            .select({ number: personNumbers.number, person: persons })
            .from(personNumbers)
            .innerJoin(persons, eq(persons.id, personNumbers.personId))
            .where(inArray(personNumbers.number, slice)),
        ),
      );
      return new Map(found.map(({ number, person }) => [number, person]));
    },
    async peopleById(ids) {
      return sliced(ids, async (slice) => (await rowsOf(persons, persons.id, slice)) as never);
    },
    async teachersById(ids) {
      return (await sliced(ids, async (slice) => (await rowsOf(teachers, teachers.id, slice)) as TeacherRow[])).map(toTeacher);
    },
    async transfersOf(personIds) {
      const found = await sliced(personIds, (slice) =>
        reads.now(
          db
            .select()
            .from(transfers)
            // Not a parameter: the index holds those that wait.
            .where(and(inArray(transfers.personId, slice), sql`${transfers.state} = 'proposed'`)),
        ),
      );
      return found.map(toTransfer);
    },
  };
}
