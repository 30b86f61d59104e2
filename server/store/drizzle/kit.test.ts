import { getTableColumns, getTableName } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { pgKit, sqliteKit } from './kit.js';
import { defineTables } from './tables.js';

it('both dialects have the same tables, columns and nullability', () => {
  const shape = (kit: typeof sqliteKit): unknown =>
    Object.values(defineTables(kit)).map((table) => [
      getTableName(table),
      Object.values(getTableColumns(table)).map(({ name, notNull }) => `${name} ${notNull}`),
    ]);
  expect(shape(pgKit)).toEqual(shape(sqliteKit));
});
