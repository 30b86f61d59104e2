/** What a database driver gives the queries: reads, and one way to write. */
import { fillPlaceholders, getTableColumns, sql, type Placeholder, type Query, type Table } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { TrailDraft } from '../records.js';
import type { Tables } from './tables.js';

/** Typed against the SQLite flavour; the builders used exist in both dialects. */
export type Database = BaseSQLiteDatabase<'async', unknown>;

export interface Statement {
  sql: string;
  params: unknown[];
  /** What is in conflict where the statement touches no row; null where none need be touched. */
  about: string | null;
}

/** Statements in order, then the lines of the trail: all of it in one transaction, or nothing. */
export interface UnitOfWork {
  statements: Statement[];
  trail: TrailDraft[];
}

export interface Driver {
  readonly db: Database;
  readonly tables: Tables;
  /**
   * Resolves when the work is on disk, with the rows that its last statement returned, by column.
   * @throws WriteConflict, DomainError `unavailable`
   */
  commit(work: UnitOfWork): Promise<Record<string, unknown>[]>;
  /** What the database itself finds wrong with its pages and references. */
  check(): Promise<string[]>;
  close(): Promise<void>;
}

type Values = Record<string, unknown>;

/** A statement built once and bound often: building costs more than running. */
export type Template = (values: Values) => Statement;

export function template(query: { toSQL(): Query }, about: string | null): Template {
  const { sql: text, params } = query.toSQL();
  return (values) => ({ sql: text, params: fillPlaceholders(params, values), about });
}

/** A placeholder for every column of a table, named as the column's field. */
export function placeholders<T extends Table>(table: T): { [K in keyof T['_']['columns']]: Placeholder } {
  const names = Object.keys(getTableColumns(table));
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as never;
}

interface Preparable<Row> {
  prepare(): { execute(values?: Values): Promise<Row[]> };
}

/** Reads, prepared once for each shape (which filters, which order) and kept. */
export class Reads {
  #prepared = new Map<string, (values?: Values) => Promise<unknown[]>>();

  once<Row>(shape: string, build: () => Preparable<Row>): (values?: Values) => Promise<Row[]> {
    let read = this.#prepared.get(shape);
    if (!read) {
      const query = build().prepare();
      read = async (values) => query.execute(values);
      this.#prepared.set(shape, read);
    }
    return read as (values?: Values) => Promise<Row[]>;
  }
}

/** `%text%` for LIKE … ESCAPE '\', in which `%` and `_` are ordinary characters. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Placeholders `name0`, `name1`, … for a list of so many values, so that lists of one length share one statement. */
export function numbered(name: string, count: number): Placeholder[] {
  return Array.from({ length: count }, (_, index) => sql.placeholder(`${name}${index}`));
}

export function valuesOf(name: string, values: readonly unknown[]): Values {
  return Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]));
}
