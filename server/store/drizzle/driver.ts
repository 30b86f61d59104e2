/** What a database driver gives the queries: reads, and one way to write. */
import { asc, desc, getTableColumns, is, Param, Placeholder, sql, type Column, type Query, type SQL, type Table } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { TrailDraft } from '../records.js';
import type { ChainHead } from '../trail-chain.js';
import type { Tables } from './tables.js';

/** Typed against the SQLite flavour; the builders used exist in both dialects. */
export type Database = BaseSQLiteDatabase<'async', unknown>;

export interface Statement {
  sql: string;
  params: unknown[];
  /** What is in conflict where the statement touches too few rows; null where none need be touched. */
  about: string | null;
  /** How many it has to touch. */
  rows: number;
  /** A guard: the rows it finds stay as they are until the commit. */
  holds: boolean;
}

/** Statements in order, then the lines of the trail: all of it in one transaction, or nothing. */
export interface UnitOfWork {
  /** Gone through once. Where there are many they are made meanwhile, and so are the lines. */
  statements: Iterable<Statement>;
  /** What it ends with: asked for once all of those are made. A transaction may be open by then, and it must not write. */
  end?: (() => Promise<Iterable<Statement>>) | undefined;
  trail: TrailDraft[];
  /** Rewrites paths: nobody else reads or writes one meanwhile. */
  movesTree?: boolean;
}

export interface Committed {
  /** What the last statement returned, by column. */
  rows: Row[];
  /** Where the chains of the trail end now, by unit. */
  heads: ReadonlyMap<string, ChainHead>;
}

export interface Driver {
  readonly db: Database;
  readonly tables: Tables;
  /** Whether it has no tables yet. */
  readonly fresh: boolean;
  /** Why the newest writes may be missing, where the opening found reason to think so. */
  readonly doubt: string | null;
  /** Brings the schema to this program's and makes ready to write; until then the database is read alone. */
  begin(): Promise<void>;
  /**
   * Resolves when the work is on disk.
   * @throws WriteConflict, DomainError `unavailable`
   */
  commit(work: UnitOfWork): Promise<Committed>;
  /**
   * Does the works one after the other in one transaction. Each is asked for once the one before it has been written.
   * @throws WriteConflict, DomainError `unavailable`; nothing was written
   */
  commitInOne(works: Iterable<UnitOfWork>): Promise<Committed>;
  /** A reading's error in the port's words, and without the values that a driver's message may hold. */
  failure(error: unknown): Error;
  /** Says that this process is alive, to others that open the database. */
  beat(): Promise<void>;
  /** What the database itself finds wrong with its pages and indexes. */
  check(): Promise<string[]>;
  /** The whole database as it is at one moment; writers go on. */
  snapshot(): Promise<Snapshot>;
  /**
   * Fills an empty database with the tables of a snapshot, all of them or nothing.
   * @throws Error where the database is not empty
   */
  fill(tables: AsyncIterable<{ table: TableName; rows: Row[] }>): Promise<void>;
  close(): Promise<void>;
}

export type TableName = keyof Tables;
/** A row by the fields of its table, with JavaScript's values: the same from every dialect. */
export type Row = Record<string, unknown>;

export interface Snapshot {
  /** The rows of a table in the order of its primary key, in slices. */
  rows(table: TableName): AsyncIterable<Row[]>;
  close(): Promise<void>;
}

type Values = Record<string, unknown>;

/** Where a parameter's value comes from: looked at once, for a list of people has a hundred thousand of them. */
function slotOf(param: unknown): (values: Values) => unknown {
  const named = (name: string): ((values: Values) => unknown) => {
    return (values) => {
      if (!(name in values)) throw new Error(`no value for "${name}"`);
      return values[name];
    };
  };
  if (is(param, Placeholder)) return named(param.name);
  if (is(param, Param) && is(param.value, Placeholder)) {
    const value = named(param.value.name);
    const { encoder } = param;
    return (values) => encoder.mapToDriverValue(value(values));
  }
  return () => param;
}

/** A statement built once and bound often: building costs more than running. */
export type Template = (values: Values) => Statement;

export function template(query: { toSQL(): Query }, about: string | null, { holds = false } = {}): Template {
  const { sql: text, params } = query.toSQL();
  const slots = params.map(slotOf);
  return (values) => ({ sql: text, params: slots.map((slot) => slot(values)), about, rows: 1, holds });
}

/** Rows in one statement: of many rows the calls cost more than the rows. */
export const BATCH_SIZE = 50;

/** The same of a statement for so many rows, each with the values of its own; with `about` it has to touch them all. */
export function templateOfMany(
  build: (each: <T>(row: T) => T[]) => { toSQL(): Query },
  about: string | null = null,
): (values: readonly Values[]) => Statement {
  const { sql: text, params } = build((row) => Array.from({ length: BATCH_SIZE }, () => row)).toSQL();
  if (params.length % BATCH_SIZE !== 0) throw new Error('every parameter is of a row');
  const slots = params.slice(0, params.length / BATCH_SIZE).map(slotOf);
  const paramsOf = (row: Values): unknown[] => slots.map((slot) => slot(row));
  return (values) => ({ sql: text, params: values.flatMap(paramsOf), about, rows: BATCH_SIZE, holds: false });
}

/** Statements for many, so many at a time; those that fill none are done one by one. */
export function* inBatches<T>(
  items: Iterable<T>,
  many: (some: readonly T[]) => Iterable<Statement>,
  one: (item: T) => Iterable<Statement>,
): Generator<Statement> {
  let some: T[] = [];
  for (const item of items) {
    if (some.push(item) < BATCH_SIZE) continue;
    yield* many(some);
    some = [];
  }
  for (const item of some) yield* one(item);
}

/** A placeholder for every column of a table, named as the column's field. */
export function placeholders<T extends Table>(table: T): { [K in keyof T['_']['columns']]: Placeholder } {
  const names = Object.keys(getTableColumns(table));
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as never;
}

interface Preparable<Row> {
  /** PostgreSQL keeps a prepared statement under its name. */
  prepare(name?: string): { execute(values?: Values): Promise<Row[]> };
}

/** Reads, prepared once for each shape (which filters, which order) and kept. */
export class Reads {
  #prepared = new Map<string, (values?: Values) => Promise<unknown[]>>();

  constructor(private readonly driver: Pick<Driver, 'failure'>) {}

  /** A read that is not worth keeping prepared. */
  async now<Row>(query: PromiseLike<Row[]>): Promise<Row[]> {
    try {
      return await query;
    } catch (error) {
      throw this.driver.failure(error);
    }
  }

  once<Row>(shape: string, build: () => Preparable<Row>): (values?: Values) => Promise<Row[]> {
    let read = this.#prepared.get(shape);
    if (!read) {
      const query = build().prepare(shape);
      read = (values) => this.now(Promise.resolve().then(() => query.execute(values)));
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

/** The order of a list: the two dialects sort what is empty to different ends, so here it is always last. */
export function ordered(column: Column, descending: boolean): SQL {
  const order = descending ? desc(column) : asc(column);
  return column.notNull ? order : sql`${order} nulls last`;
}
