/** Queries for the rotation of keys: encrypted values, and blind indexes of identity numbers. */
import { and, asc, eq, gt, like, notLike, inArray, sql, type Column, type SQL, type Table } from 'drizzle-orm';
import type { Sealed } from '../../domain/fields.js';
import type { SealedColumn, Store, KeyAnnouncement } from '../store.js';
import { template, type Driver, type Reads } from './driver.js';
import { entryStatements } from './teacher-queries.js';

const param = sql.placeholder;
const KEYS_OF = 'keys of ';

type KeyQueries = Pick<
  Store,
  'announceKeys' | 'announcedKeys' | 'sealedOtherwise' | 'reseal' | 'numbersUnder' | 'addNumbers' | 'dropNumbers'
>;

interface SealedColumnInfo {
  table: Table;
  /** The primary key as one text. */
  row: Column | SQL<string>;
  boundTo: Column;
  value: Column;
  /** The field name of `value`. */
  field: string;
}

export function keyQueries(driver: Driver, reads: Reads): KeyQueries {
  const { db, tables } = driver;
  const { teachers, personNumbers, transfers, accounts, answers, outbox, imports, installation } = tables;
  const { insertNumbers } = entryStatements(driver);
  const sealedColumns: Record<SealedColumn, SealedColumnInfo> = {
    'teachers.nationalId': { table: teachers, row: teachers.id, boundTo: teachers.id, value: teachers.nationalId, field: 'nationalId' },
    'teachers.birthDate': { table: teachers, row: teachers.id, boundTo: teachers.id, value: teachers.birthDate, field: 'birthDate' },
    'personNumbers.sealed': {
      table: personNumbers,
      row: personNumbers.number,
      boundTo: personNumbers.personId,
      value: personNumbers.sealed,
      field: 'sealed',
    },
    'transfers.registration': {
      table: transfers,
      row: transfers.id,
      boundTo: transfers.id,
      value: transfers.registration,
      field: 'registration',
    },
    'accounts.secondFactor': {
      table: accounts,
      row: accounts.id,
      boundTo: accounts.id,
      value: accounts.secondFactor,
      field: 'secondFactor',
    },
    'answers.body': {
      table: answers,
      row: sql<string>`${answers.caller} || '|' || ${answers.key}`,
      boundTo: answers.key,
      value: answers.body,
      field: 'body',
    },
    'outbox.payload': { table: outbox, row: outbox.id, boundTo: outbox.id, value: outbox.payload, field: 'payload' },
    'imports.payload': { table: imports, row: imports.id, boundTo: imports.id, value: imports.payload, field: 'payload' },
  };

  const reseals = new Map(
    Object.entries(sealedColumns).map(([column, { table, row, value, field }]) => [
      column,
      template(
        db
          .update(table)
          .set({ [field]: sql`${param('to')}` })
          .where(and(eq(row as Column, param('row')), eq(value, param('from')))),
        null,
      ),
    ]),
  );
  const numbersByKey = reads.prepared('numbersUnder', () =>
    db
      .select()
      .from(personNumbers)
      .where(and(like(personNumbers.number, param('prefix')), gt(personNumbers.number, param('after'))))
      .orderBy(asc(personNumbers.number))
      .limit(param('limit')),
  );
  const deleteNumbers = template(
    db
      .delete(personNumbers)
      .where(
        inArray(
          personNumbers.number,
          db
            .select({ number: personNumbers.number })
            .from(personNumbers)
            .where(like(personNumbers.number, param('prefix')))
            .limit(param('limit')),
        ),
      )
      .returning({ number: personNumbers.number }),
    null,
  );

  const saveAnnouncement = template(
    db
      .insert(installation)
      .values({ name: param('name'), value: param('value') })
      .onConflictDoUpdate({ target: installation.name, set: { value: sql`excluded.value` } }),
    null,
  );
  const deleteAnnouncement = template(db.delete(installation).where(eq(installation.name, param('name'))), null);
  const announcements = reads.prepared('announcedKeys', () =>
    db
      .select()
      .from(installation)
      .where(like(installation.name, `${KEYS_OF}%`)),
  );
  const parsed = ({ value }: { value: string }): KeyAnnouncement => JSON.parse(value) as KeyAnnouncement;

  return {
    async announceKeys(instance, keys) {
      const name = `${KEYS_OF}${instance}`;
      const statement = keys === null ? deleteAnnouncement({ name }) : saveAnnouncement({ name, value: JSON.stringify(keys) });
      await driver.commit({ statements: [statement], trail: [] });
    },
    async announcedKeys(since) {
      return (await announcements()).map(parsed).filter(({ at }) => at >= since);
    },
    async sealedOtherwise(column, key, after, limit) {
      const { table, row, boundTo, value } = sealedColumns[column];
      const read = reads.prepared(`sealedOtherwise:${column}`, () =>
        db
          .select({ row: sql<string>`${row}`, boundTo: sql<string>`${boundTo}`, value: sql<Sealed>`${value}` })
          .from(table)
          // An empty value is not encrypted; `not like` is never true for null.
          .where(and(notLike(value, param('prefix')), sql`${value} <> ''`, gt(row as Column, param('after'))))
          .orderBy(asc(row as Column))
          .limit(param('limit')),
      );
      return read({ prefix: `${key}.%`, after, limit });
    },
    async reseal(column, values) {
      const statement = reseals.get(column)!;
      await driver.commit({ statements: values.map((value) => statement({ ...value })), trail: [] });
    },
    async numbersUnder(key, after, limit) {
      const rows = await numbersByKey({ prefix: `${key}.%`, after, limit });
      return rows.map(({ number, personId, sealed }) => ({ index: number, personId, sealed }));
    },
    async addNumbers(numbers) {
      await driver.commit({ statements: numbers.flatMap((number) => insertNumbers(number.personId, [number])), trail: [] });
    },
    async dropNumbers(key, limit) {
      const { rows } = await driver.commit({ statements: [deleteNumbers({ prefix: `${key}.%`, limit })], trail: [] });
      return rows.length;
    },
  };
}
