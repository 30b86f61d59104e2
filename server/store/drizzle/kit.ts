/** The column builders of both dialects under the same names, so that tables are defined once. */
import * as pg from 'drizzle-orm/pg-core';
import * as sqlite from 'drizzle-orm/sqlite-core';

export const sqliteKit = {
  table: sqlite.sqliteTable,
  text: (name: string) => sqlite.text(name),
  int: (name: string) => sqlite.integer(name),
  bool: (name: string) => sqlite.integer(name, { mode: 'boolean' }),
  index: sqlite.index,
  unique: sqlite.uniqueIndex,
  primaryKey: sqlite.primaryKey,
};

export type ColumnKit = typeof sqliteKit;

// Stroke keys and ISO instants are sorted by code point, whatever the collation of the database is.
const textC = pg.customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** Typed as SQLite, because the queries are written once. */
export const pgKit = {
  table: pg.pgTable,
  text: (name: string) => textC(name),
  int: (name: string) => pg.bigint(name, { mode: 'number' }),
  bool: (name: string) => pg.boolean(name),
  index: pg.index,
  unique: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
} as unknown as ColumnKit;
