/** Queries for the rotation of keys: encrypted values, and blind indexes of identity numbers. */
import { and, asc, eq, gt, like, notLike, inArray, sql, type Column } from 'drizzle-orm';
import type { Sealed } from '../../domain/fields.js';
import type { Store, KeyAnnouncement } from '../store.js';
import { template, type Driver, type Reads } from './driver.js';
import { fieldOf, sealedColumnsOf } from './sealed-columns.js';
import { entryStatements } from './teacher-queries.js';

const param = sql.placeholder;
const KEYS_OF = 'keys of ';

type KeyQueries = Pick<
  Store,
  'announceKeys' | 'announcedKeys' | 'sealedOtherwise' | 'reseal' | 'numbersUnder' | 'addNumbers' | 'dropNumbers'
>;

export function keyQueries(driver: Driver, reads: Reads): KeyQueries {
  const { db, tables } = driver;
  const { personNumbers, installation } = tables;
  const { insertNumbers } = entryStatements(driver);
  const sealedColumns = sealedColumnsOf(tables);

  const reseals = new Map(
    Object.entries(sealedColumns).map(([column, info]) => [
      column,
      template(
        db
          .update(info.table)
          .set({ [fieldOf(info, info.value)]: sql`${param('to')}` })
          .where(and(eq(info.row as Column, param('row')), eq(info.value, param('from')))),
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
