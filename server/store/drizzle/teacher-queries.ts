import { and, asc, count, eq, gt, gte, inArray, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import { foldText } from '../../domain/names.js';
import type { IdentityNumber, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { EntryWithPerson, Order, Store, TeacherFilter, TeacherSort } from '../store.js';
import {
  likePattern,
  numberedParams,
  orderedBy,
  placeholders,
  template,
  batchTemplate,
  inBatches,
  numberedValues,
  type Driver,
  type Reads,
  type Statement,
} from './driver.js';
import { teacherRow, toTeacher, transferRow } from './mapping.js';
import { pathEnd } from './unit-queries.js';
import type { Commit } from './work.js';

const param = sql.placeholder;

type TeacherQueries = Pick<
  Store,
  'teacher' | 'teachers' | 'teacherIds' | 'rosterCounts' | 'person' | 'personByNumber' | 'takenNumbers' | 'register' | 'saveTeacher'
>;

/** The statements that insert and update entries, persons and identity numbers. */
export function entryStatements({ db, tables: { teachers, persons, personNumbers, units } }: Driver) {
  const values = placeholders(teachers);
  const row = { ...values, unitPath: sql`(select ${units.path} from ${units} where ${units.id} = ${param('unitId')})` };
  const insertTeacher = template(db.insert(teachers).values(row), null);
  const { id: _id, unitPath: _path, unitId: _unit, personId: _person, registeredAt: _registered, ...settable } = values;
  const updateTeacher = template(
    db
      .update(teachers)
      .set(settable)
      .where(and(eq(teachers.id, param('id')), eq(teachers.version, param('read'))))
      .returning({ id: teachers.id }),
    'teacher',
  );
  const insertPerson = template(db.insert(persons).values(placeholders(persons)), null);
  const { id: _personId, ...settablePerson } = placeholders(persons);
  const updatePerson = template(
    db
      .update(persons)
      .set(settablePerson)
      .where(and(eq(persons.id, param('id')), eq(persons.version, param('read'))))
      .returning({ id: persons.id }),
    'person',
  );
  // A number that the person has already is accepted; a number of another person is a conflict.
  const insertNumber = template(
    db
      .insert(personNumbers)
      .values(placeholders(personNumbers))
      .onConflictDoUpdate({
        target: personNumbers.number,
        set: { personId: sql`excluded.person_id` },
        setWhere: sql`${personNumbers.personId} = excluded.person_id`,
      })
      .returning({ number: personNumbers.number }),
    'person',
  );

  const insertTeachers = batchTemplate((each) => db.insert(teachers).values(each(row)));
  const insertPersons = batchTemplate((each) => db.insert(persons).values(each(placeholders(persons))));
  const insertNewNumbers = batchTemplate((each) => db.insert(personNumbers).values(each(placeholders(personNumbers))));

  return {
    /** For new people: a number that any person has is a conflict. */
    insertNew: (entries: Iterable<EntryWithPerson>): Iterable<Statement> =>
      inBatches(
        entries,
        (batch) => [
          insertPersons(batch.map(({ person }) => ({ ...person }))),
          ...inBatches(
            batch.flatMap(({ person, numbers }) => numbersOf(person.id, numbers)),
            (numbers) => [insertNewNumbers(numbers)],
            (number) => [insertNumber(number)],
          ),
          insertTeachers(batch.map(({ teacher }) => teacherRow(teacher))),
        ],
        ({ teacher, person, numbers }) => [
          insertPerson({ ...person }),
          ...numbersOf(person.id, numbers).map(insertNumber),
          insertTeacher(teacherRow(teacher)),
        ],
      ),
    insertTeacher: (teacher: TeacherRecord): Statement => insertTeacher(teacherRow(teacher)),
    updateTeacher: (teacher: TeacherRecord): Statement => updateTeacher({ ...teacherRow(teacher), read: teacher.version - 1 }),
    savePerson: (person: PersonRecord): Statement =>
      person.version === 1 ? insertPerson({ ...person }) : updatePerson({ ...person, read: person.version - 1 }),
    insertNumbers: (personId: string, numbers: readonly IdentityNumber[]): Statement[] => numbersOf(personId, numbers).map(insertNumber),
  };
}

const numbersOf = (personId: string, numbers: readonly IdentityNumber[]) =>
  numbers.map(({ index, sealed }) => ({ number: index, personId, sealed }));

/** Saves a transfer at the version that was read. */
export function transferUpdate({ db, tables: { transfers } }: Driver): (transfer: TransferRecord) => Statement {
  const { id: _id, ...settable } = placeholders(transfers);
  const update = template(
    db
      .update(transfers)
      .set(settable)
      .where(and(eq(transfers.id, param('id')), eq(transfers.version, param('read'))))
      .returning({ id: transfers.id }),
    'transfer',
  );
  return (transfer) => update({ ...transferRow(transfer), read: transfer.version - 1 });
}

export function teacherQueries(driver: Driver, reads: Reads, commit: Commit): TeacherQueries {
  const { db, tables } = driver;
  const { teachers, persons, personNumbers } = tables;
  const { insertTeacher, updateTeacher, savePerson, insertNumbers } = entryStatements(driver);
  const saveTransfer = transferUpdate(driver);

  const onRoster = or(isNull(teachers.departureOn), gt(teachers.departureOn, param('today')));
  const byId = reads.prepared('teacher', () =>
    db
      .select()
      .from(teachers)
      .where(eq(teachers.id, param('id'))),
  );
  const personById = reads.prepared('person', () =>
    db
      .select()
      .from(persons)
      .where(eq(persons.id, param('id'))),
  );
  const counts = reads.prepared('rosterCounts', () =>
    db
      .select({ status: teachers.status, category: teachers.category, count: count() })
      .from(teachers)
      .where(and(eq(teachers.unitId, param('unitId')), onRoster))
      .groupBy(teachers.status, teachers.category),
  );

  function where({ within, ids, departed, q, subject, stage, status, category }: TeacherFilter): SQL | undefined {
    return and(
      within === undefined
        ? eq(teachers.unitId, param('unitId'))
        : and(gte(teachers.unitPath, param('from')), lt(teachers.unitPath, param('end'))),
      ids === undefined ? undefined : inArray(teachers.id, numberedParams('id', ids.length)),
      departed ? lte(teachers.departureOn, param('today')) : onRoster,
      q === undefined ? undefined : sql`${teachers.search} like ${param('q')} escape '\\'`,
      subject === undefined ? undefined : sql`${teachers.subjects} like ${param('subject')} escape '\\'`,
      stage === undefined ? undefined : eq(teachers.stage, param('stage')),
      status === undefined ? undefined : eq(teachers.status, param('status')),
      category === undefined ? undefined : eq(teachers.category, param('category')),
    );
  }

  function shapeOf({ within, departed, ...filters }: TeacherFilter): string {
    const { ids, q, subject, stage, status, category } = filters;
    const idCount = ids === undefined ? '' : `${ids.length}:`;
    return idCount + [within, q, subject, stage, status, category].map((value) => Number(value !== undefined)).join('') + Number(departed);
  }

  const columns = {
    name: teachers.nameOrder,
    username: teachers.username,
    status: teachers.status,
    title: teachers.title,
    stage: teachers.stage,
    email: teachers.email,
    registeredAt: teachers.registeredAt,
  };

  const orderOf = (order: Order<TeacherSort>): SQL[] => [
    orderedBy(columns[order.by], order.descending),
    ...(order.by === 'name' ? [] : [asc(teachers.nameOrder)]),
    asc(teachers.id),
  ];

  function valuesFor({ unitId, within, today, ids = [], q, subject, stage, status, category }: TeacherFilter): Record<string, unknown> {
    return {
      unitId,
      today,
      stage,
      status,
      category,
      ...numberedValues('id', ids),
      from: within,
      end: within && pathEnd(within),
      q: q === undefined ? undefined : likePattern(foldText(q)),
      subject: subject === undefined ? undefined : likePattern(`"${subject}"`),
    };
  }

  return {
    async teacher(id) {
      const [row] = await byId({ id });
      return row ? toTeacher(row) : null;
    },
    async teachers(filter, order, { page, pageSize }) {
      const values = valuesFor(filter);
      const shape = shapeOf(filter);
      const rows = reads.prepared(`teachers:${shape}:${order.by}:${order.descending}`, () =>
        db
          .select()
          .from(teachers)
          .where(where(filter))
          .orderBy(...orderOf(order))
          .limit(param('limit'))
          .offset(param('offset')),
      );
      const total = reads.prepared(`teachers#:${shape}`, () => db.select({ total: count() }).from(teachers).where(where(filter)));
      const items = await rows({ ...values, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toTeacher), total: (await total(values))[0]?.total ?? 0 };
    },
    async teacherIds(filter, order) {
      const rows = reads.prepared(`teacherIds:${shapeOf(filter)}:${order.by}:${order.descending}`, () =>
        db
          .select({ id: teachers.id })
          .from(teachers)
          .where(where(filter))
          .orderBy(...orderOf(order)),
      );
      return (await rows(valuesFor(filter))).map(({ id }) => id);
    },
    async rosterCounts(unitId, today) {
      const rows = await counts({ unitId, today });
      return rows;
    },
    async person(id) {
      const [row] = await personById({ id });
      return row ?? null;
    },
    async personByNumber(indexes) {
      const read = reads.prepared(`personByNumber:${indexes.length}`, () =>
        db
          .select({ person: persons })
          .from(personNumbers)
          .innerJoin(persons, eq(persons.id, personNumbers.personId))
          .where(inArray(personNumbers.number, numberedParams('number', indexes.length))),
      );
      const [row] = await read(numberedValues('number', indexes));
      return row?.person ?? null;
    },
    async takenNumbers(indexes) {
      const taken = new Set<string>();
      for (let start = 0; start < indexes.length; start += 500) {
        const batch = indexes.slice(start, start + 500);
        const found = await reads.run(
          db.select({ number: personNumbers.number }).from(personNumbers).where(inArray(personNumbers.number, batch)),
        );
        for (const { number } of found) taken.add(number);
      }
      return taken;
    },
    register: (teacher, person, numbers, closed, change) =>
      commit(change, savePerson(person), ...insertNumbers(person.id, numbers), insertTeacher(teacher), ...closed.map(saveTransfer)),
    saveTeacher: (teacher, person, numbers, change) =>
      commit(change, updateTeacher(teacher), ...(person ? [savePerson(person)] : []), ...insertNumbers(teacher.personId, numbers)),
  };
}
