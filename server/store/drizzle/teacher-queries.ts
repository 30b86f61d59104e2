import { and, asc, count, eq, gt, gte, inArray, isNull, lt, lte, or, sql, type SQL } from 'drizzle-orm';
import { foldText } from '../../domain/names.js';
import type { TeacherStatus } from '../../domain/teachers.js';
import type { IdentityNumber, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { EntryWithPerson, Order, Store, TeacherFilter, TeacherSort } from '../store.js';
import {
  containing,
  numbered,
  ordered,
  placeholders,
  template,
  templateOfMany,
  inBatches,
  valuesOf,
  type Driver,
  type Reads,
  type Statement,
} from './driver.js';
import { teacherRow, toTeacher, transferRow } from './mapping.js';
import { pathEnd } from './unit-queries.js';
import type { Commit } from './work.js';

const given = sql.placeholder;

type TeacherQueries = Pick<
  Store,
  'teacher' | 'teachers' | 'teacherIds' | 'rosterCounts' | 'person' | 'personByNumber' | 'takenNumbers' | 'register' | 'saveTeacher'
>;

/** The statements by which an entry, its person and the person's numbers come into being and change. */
export function entryStatements({ db, tables: { teachers, persons, personNumbers, units } }: Driver) {
  const values = placeholders(teachers);
  const row = { ...values, unitPath: sql`(select ${units.path} from ${units} where ${units.id} = ${given('unitId')})` };
  const insertTeacher = template(db.insert(teachers).values(row as never), null);
  const { id: _id, unitPath: _path, unitId: _unit, personId: _person, registeredAt: _registered, ...settable } = values;
  const updateTeacher = template(
    db
      .update(teachers)
      .set(settable as never)
      .where(and(eq(teachers.id, given('id')), eq(teachers.version, given('read'))))
      .returning({ id: teachers.id }),
    'teacher',
  );
  const insertPerson = template(db.insert(persons).values(placeholders(persons) as never), null);
  const { id: _personId, ...settablePerson } = placeholders(persons);
  const updatePerson = template(
    db
      .update(persons)
      .set(settablePerson as never)
      .where(and(eq(persons.id, given('id')), eq(persons.version, given('read'))))
      .returning({ id: persons.id }),
    'person',
  );
  // A number that is this person's already may come again; one that is someone else's is a conflict.
  const insertNumber = template(
    db
      .insert(personNumbers)
      .values(placeholders(personNumbers) as never)
      .onConflictDoUpdate({
        target: personNumbers.number,
        set: { personId: sql`excluded.person_id` },
        setWhere: sql`${personNumbers.personId} = excluded.person_id`,
      })
      .returning({ number: personNumbers.number }),
    'person',
  );

  const inserting = (table: typeof teachers | typeof persons | typeof personNumbers, values: object) =>
    templateOfMany((each) => db.insert(table).values(each(values) as never));
  const insertTeachers = inserting(teachers, row);
  const insertPersons = inserting(persons, placeholders(persons));
  const insertNewNumbers = inserting(personNumbers, placeholders(personNumbers));

  return {
    /** Entries of people who were nowhere; a number that is anybody's is a conflict. */
    insertNew: (entries: Iterable<EntryWithPerson>): Iterable<Statement> =>
      inBatches(
        entries,
        (some) => [
          insertPersons(some.map(({ person }) => ({ ...person }))),
          ...inBatches(
            some.flatMap(({ person, numbers }) => numbersOf(person.id, numbers)),
            (numbers) => [insertNewNumbers(numbers)],
            (number) => [insertNumber(number)],
          ),
          insertTeachers(some.map(({ teacher }) => teacherRow(teacher))),
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

/** Saves a transfer at the version read. */
export function transferUpdate({ db, tables: { transfers } }: Driver): (transfer: TransferRecord) => Statement {
  const { id: _id, ...settable } = placeholders(transfers);
  const update = template(
    db
      .update(transfers)
      .set(settable as never)
      .where(and(eq(transfers.id, given('id')), eq(transfers.version, given('read'))))
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

  const onRoster = or(isNull(teachers.departureOn), gt(teachers.departureOn, given('today')));
  const byId = reads.once('teacher', () =>
    db
      .select()
      .from(teachers)
      .where(eq(teachers.id, given('id'))),
  );
  const personById = reads.once('person', () =>
    db
      .select()
      .from(persons)
      .where(eq(persons.id, given('id'))),
  );
  const counts = reads.once('rosterCounts', () =>
    db
      .select({ status: teachers.status, category: teachers.category, count: count() })
      .from(teachers)
      .where(and(eq(teachers.unitId, given('unitId')), onRoster))
      .groupBy(teachers.status, teachers.category),
  );

  function where({ within, ids, departed, q, subject, stage, status, category }: TeacherFilter): SQL | undefined {
    return and(
      within === undefined
        ? eq(teachers.unitId, given('unitId'))
        : and(gte(teachers.unitPath, given('from')), lt(teachers.unitPath, given('end'))),
      ids === undefined ? undefined : inArray(teachers.id, numbered('id', ids.length)),
      departed ? lte(teachers.departureOn, given('today')) : onRoster,
      q === undefined ? undefined : sql`${teachers.search} like ${given('q')} escape '\\'`,
      subject === undefined ? undefined : sql`${teachers.subjects} like ${given('subject')} escape '\\'`,
      stage === undefined ? undefined : eq(teachers.stage, given('stage')),
      status === undefined ? undefined : eq(teachers.status, given('status')),
      category === undefined ? undefined : eq(teachers.category, given('category')),
    );
  }

  function shapeOf({ within, departed, ...filters }: TeacherFilter): string {
    const { ids, q, subject, stage, status, category } = filters;
    const some = ids === undefined ? '' : `${ids.length}:`;
    return some + [within, q, subject, stage, status, category].map((value) => Number(value !== undefined)).join('') + Number(departed);
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
    ordered(columns[order.by], order.descending),
    ...(order.by === 'name' ? [] : [asc(teachers.nameOrder)]),
    asc(teachers.id),
  ];

  function valuesFor({ unitId, within, today, ids = [], q, subject, stage, status, category }: TeacherFilter): Record<string, unknown> {
    return {
      ...{ unitId, today, stage, status, category },
      ...valuesOf('id', ids),
      from: within,
      end: within && pathEnd(within),
      q: q === undefined ? undefined : containing(foldText(q)),
      subject: subject === undefined ? undefined : containing(`"${subject}"`),
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
      const rows = reads.once(`teachers:${shape}:${order.by}:${order.descending}`, () =>
        db
          .select()
          .from(teachers)
          .where(where(filter))
          .orderBy(...orderOf(order))
          .limit(given('limit'))
          .offset(given('offset')),
      );
      const total = reads.once(`teachers#:${shape}`, () => db.select({ total: count() }).from(teachers).where(where(filter)));
      const items = await rows({ ...values, limit: pageSize, offset: (page - 1) * pageSize });
      return { items: items.map(toTeacher), total: (await total(values))[0]?.total ?? 0 };
    },
    async teacherIds(filter, order) {
      const rows = reads.once(`teacherIds:${shapeOf(filter)}:${order.by}:${order.descending}`, () =>
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
      return rows.map((row) => ({ status: row.status as TeacherStatus, category: row.category as 'teacher' | 'staff', count: row.count }));
    },
    async person(id) {
      const [row] = await personById({ id });
      return row ?? null;
    },
    async personByNumber(indexes) {
      const read = reads.once(`personByNumber:${indexes.length}`, () =>
        db
          .select({ person: persons })
          .from(personNumbers)
          .innerJoin(persons, eq(persons.id, personNumbers.personId))
          .where(inArray(personNumbers.number, numbered('number', indexes.length))),
      );
      const [row] = await read(valuesOf('number', indexes));
      return row?.person ?? null;
    },
    async takenNumbers(indexes) {
      const taken = new Set<string>();
      for (let at = 0; at < indexes.length; at += 500) {
        const slice = indexes.slice(at, at + 500);
        const found = await reads.now(
          db.select({ number: personNumbers.number }).from(personNumbers).where(inArray(personNumbers.number, slice)),
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
