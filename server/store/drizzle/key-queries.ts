/** What a change of keys walks through: encrypted values, and the indexes of identity numbers. */
import { and, asc, eq, gt, like, notLike, inArray, sql, type Column, type SQL, type Table } from 'drizzle-orm';
import type { SealedColumn, Store, KeyAnnouncement } from '../store.js';
import { template, type Driver, type Reads } from './driver.js';
import { entryStatements } from './teacher-queries.js';

const given = sql.placeholder;
const KEYS_OF = 'keys of ';

type KeyQueries = Pick<
  Store,
  'announceKeys' | 'announcedKeys' | 'sealedOtherwise' | 'reseal' | 'numbersUnder' | 'addNumbers' | 'dropNumbers'
>;

interface Place {
  table: Table;
  /** The row's key as one text. */
  row: Column | SQL<string>;
  boundTo: Column;
  value: Column;
  /** Name of the value's field. */
  field: string;
}

export function keyQueries(driver: Driver, reads: Reads): KeyQueries {
  const { db, tables } = driver;
  const { teachers, personNumbers, transfers, accounts, answers, outbox, imports, installation } = tables;
  const { insertNumbers } = entryStatements(driver);
  const places: Record<SealedColumn, Place> = {
    'teachers.nationalId': { table: teachers, row: teachers.id, boundTo: teachers.id, value: teachers.nationalId, field: 'nationalId' },
    'teachers.birthDate': { table: teachers, row: teachers.id, boundTo: teachers.id, value: teachers.birthDate, field: 'birthDate' },
    'personNumbers.sealed': {
      ...{ table: personNumbers, row: personNumbers.number, boundTo: personNumbers.personId, value: personNumbers.sealed, field: 'sealed' },
    },
    'transfers.registration': {
      ...{ table: transfers, row: transfers.id, boundTo: transfers.id, value: transfers.registration, field: 'registration' },
    },
    'accounts.secondFactor': { table: accounts, row: accounts.id, boundTo: accounts.id, value: accounts.secondFactor, field: 'secondFactor' },
    'answers.body': {
      ...{
        table: answers,
        row: sql<string>`${answers.caller} || '|' || ${answers.key}`,
        boundTo: answers.key,
        value: answers.body,
        field: 'body',
      },
    },
    'outbox.payload': { table: outbox, row: outbox.id, boundTo: outbox.id, value: outbox.payload, field: 'payload' },
    'imports.payload': { table: imports, row: imports.id, boundTo: imports.id, value: imports.payload, field: 'payload' },
  };

  const reseals = new Map(
    Object.entries(places).map(([column, { table, row, value, field }]) => [
      column,
      template(
        db
          .update(table as never)
          .set({ [field]: sql`${given('to')}` } as never)
          .where(and(eq(row as Column, given('row')), eq(value, given('from')))),
        null,
      ),
    ]),
  );
  const under = reads.once('numbersUnder', () =>
    db
      .select()
      .from(personNumbers)
      .where(and(like(personNumbers.number, given('prefix')), gt(personNumbers.number, given('after'))))
      .orderBy(asc(personNumbers.number))
      .limit(given('limit')),
  );
  const drop = template(
    db
      .delete(personNumbers)
      .where(
        inArray(
          personNumbers.number,
          db
            .select({ number: personNumbers.number })
            .from(personNumbers)
            .where(like(personNumbers.number, given('prefix')))
            .limit(given('limit')),
        ),
      )
      .returning({ number: personNumbers.number }),
    null,
  );

  const tell = template(
    db
      .insert(installation)
      .values({ name: given('name'), value: given('value') } as never)
      .onConflictDoUpdate({ target: installation.name, set: { value: sql`excluded.value` } }),
    null,
  );
  const end = template(db.delete(installation).where(eq(installation.name, given('name'))), null);
  const told = reads.once('announcedKeys', () =>
    db
      .select()
      .from(installation)
      .where(like(installation.name, `${KEYS_OF}%`)),
  );
  const parsed = ({ value }: { value: string }): KeyAnnouncement => JSON.parse(value) as KeyAnnouncement;

  return {
    async announceKeys(instance, keys) {
      const name = `${KEYS_OF}${instance}`;
      const statement = keys === null ? end({ name }) : tell({ name, value: JSON.stringify(keys) });
      await driver.commit({ statements: [statement], trail: [] });
    },
    async announcedKeys(since) {
      return (await told()).map(parsed).filter(({ at }) => at >= since);
    },
    async sealedOtherwise(column, key, after, limit) {
      const { table, row, boundTo, value } = places[column];
      const read = reads.once(`sealedOtherwise:${column}`, () =>
        db
          .select({ row: sql<string>`${row}`, boundTo: sql<string>`${boundTo}`, value: sql<string>`${value}` })
          .from(table as never)
          // What is empty is not encrypted; null is like nothing.
          .where(and(notLike(value, given('prefix')), sql`${value} <> ''`, gt(row as Column, given('after'))))
          .orderBy(asc(row as Column))
          .limit(given('limit')),
      );
      return read({ prefix: `${key}.%`, after, limit });
    },
    async reseal(column, values) {
      const statement = reseals.get(column)!;
      await driver.commit({ statements: values.map((value) => statement({ ...value })), trail: [] });
    },
    async numbersUnder(key, after, limit) {
      const rows = await under({ prefix: `${key}.%`, after, limit });
      return rows.map(({ number, personId, sealed }) => ({ index: number, personId, sealed }));
    },
    async addNumbers(numbers) {
      await driver.commit({ statements: numbers.flatMap((number) => insertNumbers(number.personId, [number])), trail: [] });
    },
    async dropNumbers(key, limit) {
      const { rows } = await driver.commit({ statements: [drop({ prefix: `${key}.%`, limit })], trail: [] });
      return rows.length;
    },
  };
}
