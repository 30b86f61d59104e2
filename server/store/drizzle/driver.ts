/** The interface of a database driver, and what the shared queries are built from. */
import { asc, desc, getTableColumns, is, Param, Placeholder, sql, type Column, type Query, type SQL, type Table } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { TrailDraft } from '../records.js';
import type { ChainHead } from '../trail-chain.js';
import type { Tables } from './tables.js';

/** Typed as SQLite; only builders that exist in both dialects are used. */
export type Database = BaseSQLiteDatabase<'async', unknown>;

export interface Statement {
  sql: string;
  params: unknown[];
  /** The subject of the write conflict where the statement touches fewer than `requiredRows`; null: it may touch none. */
  conflictName: string | null;
  requiredRows: number;
  /** A guard: the rows that it finds stay unchanged until the commit. */
  locksRows: boolean;
}

/** Statements in their order, then audit entries; all in one transaction, or nothing. */
export interface UnitOfWork {
  /** Iterated once. A large work prepares its statements and audit entries while the first ones are executed. */
  statements: Iterable<Statement>;
  /** The last statements, requested after all others. A transaction may be open by then, so it must not write to the store. */
  end?: (() => Promise<Iterable<Statement>>) | undefined;
  trail: TrailDraft[];
  /** The work changes paths of units: it excludes concurrent writes. */
  movesTree?: boolean;
}

export interface Committed {
  /** The rows that the last statement returned, by column. */
  rows: Row[];
  /** The new chain heads, by unit. */
  heads: ReadonlyMap<string, ChainHead>;
}

export interface Driver {
  readonly db: Database;
  readonly tables: Tables;
  /** The database has no tables yet. */
  readonly isEmpty: boolean;
  /** Why the newest writes may be missing; null where there is no sign of it. */
  readonly suspectedLoss: string | null;
  /** Migrates the schema and prepares for writes; before it the database is only read. */
  migrateAndOpenWriter(): Promise<void>;
  /**
   * Resolves when the work is on disk.
   * @throws WriteConflict, DomainError `unavailable`
   */
  commit(work: UnitOfWork): Promise<Committed>;
  /**
   * Commits several units of work in one transaction. Each one is requested when the previous one has been written.
   * @throws WriteConflict, DomainError `unavailable`; nothing was written
   */
  commitInOneTransaction(works: Iterable<UnitOfWork>): Promise<Committed>;
  /** The port's error for an error of a read, without the values that the driver's message may hold. */
  toPortError(error: unknown): Error;
  /** Records that this process is running, for other processes that open the database. */
  recordHeartbeat(): Promise<void>;
  /** The faults that the database itself finds in its pages and indexes. */
  checkIntegrity(): Promise<string[]>;
  /** A consistent snapshot of the whole database; writers continue meanwhile. */
  snapshot(): Promise<Snapshot>;
  /**
   * Fills an empty database with the tables of a snapshot, all of them or nothing.
   * @throws Error where the database is not empty
   */
  fill(tables: AsyncIterable<{ table: TableName; rows: Row[] }>): Promise<void>;
  close(): Promise<void>;
}

export type TableName = keyof Tables;
/** A row by field names, with the same JavaScript values in every dialect. */
export type Row = Record<string, unknown>;

/** Tables whose rows belong to a unit, and have an index that begins with it. */
export type TableOfUnits = 'accounts' | 'teachers';

export interface Snapshot {
  /** The rows of a table in the order of its primary key, some at a time. */
  rows(table: TableName): AsyncIterable<Row[]>;
  /** The rows of one unit in a table, some at a time. */
  rowsOfUnit(table: TableOfUnits, unitId: string): AsyncIterable<Row[]>;
  close(): Promise<void>;
}

type Values = Record<string, unknown>;

/** Returns a function that reads the value of a parameter. The kind of parameter is decided once, because an import has 100,000 values. */
function valueReader(param: unknown): (values: Values) => unknown {
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

/** A statement that is built once and used with different values, because building costs more than running. */
export type Template = (values: Values) => Statement;

export function template(query: { toSQL(): Query }, conflictName: string | null, { locksRows = false } = {}): Template {
  const { sql: text, params } = query.toSQL();
  const readers = params.map(valueReader);
  return (values) => ({ sql: text, params: readers.map((read) => read(values)), conflictName, requiredRows: 1, locksRows });
}

/** Rows per statement: with single rows, the calls would cost more than the writes. */
export const BATCH_SIZE = 50;

/** A template for a batch of `BATCH_SIZE` rows. With `conflictName` the statement must touch all of them. */
export function batchTemplate(
  build: (each: <T>(row: T) => T[]) => { toSQL(): Query },
  conflictName: string | null = null,
): (values: readonly Values[]) => Statement {
  const { sql: text, params } = build((row) => Array.from({ length: BATCH_SIZE }, () => row)).toSQL();
  if (params.length % BATCH_SIZE !== 0) throw new Error('a batch template may have parameters of its rows only');
  const readers = params.slice(0, params.length / BATCH_SIZE).map(valueReader);
  const paramsOf = (row: Values): unknown[] => readers.map((read) => read(row));
  return (values) => ({ sql: text, params: values.flatMap(paramsOf), conflictName, requiredRows: BATCH_SIZE, locksRows: false });
}

/** Statements for full batches, and for single items where the rest does not fill a batch. */
export function* inBatches<T>(
  items: Iterable<T>,
  forBatch: (batch: readonly T[]) => Iterable<Statement>,
  forOne: (item: T) => Iterable<Statement>,
): Generator<Statement> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < BATCH_SIZE) continue;
    yield* forBatch(batch);
    batch = [];
  }
  for (const item of batch) yield* forOne(item);
}

/**
 * A placeholder for every column of a table, with the name of the field. Each is typed as SQL, which drizzle accepts in inserts and
 * in updates, and encodes its value as the column does.
 */
export function placeholders<T extends Table>(table: T): { [K in keyof T['_']['columns']]: SQL } {
  const columns = Object.entries<Column>(getTableColumns(table));
  const values = columns.map(([name, column]) => [name, sql`${sql.param(sql.placeholder(name), column)}`]);
  return Object.fromEntries(values) as { [K in keyof T['_']['columns']]: SQL };
}

interface Preparable<Row> {
  /** PostgreSQL keeps a prepared statement under its name. */
  prepare(name?: string): { execute(values?: Values): Promise<Row[]> };
}

/** Runs reads. Prepared reads are kept by their shape: the filters and the order that they have. */
export class Reads {
  #prepared = new Map<string, (values?: Values) => Promise<unknown[]>>();

  constructor(private readonly driver: Pick<Driver, 'toPortError'>) {}

  /** Runs a read without preparing it. */
  async run<Row>(query: PromiseLike<Row[]>): Promise<Row[]> {
    try {
      return await query;
    } catch (error) {
      throw this.driver.toPortError(error);
    }
  }

  prepared<Row>(shape: string, build: () => Preparable<Row>): (values?: Values) => Promise<Row[]> {
    let read = this.#prepared.get(shape);
    if (!read) {
      const query = build().prepare(shape);
      read = (values) => this.run(Promise.resolve().then(() => query.execute(values)));
      this.#prepared.set(shape, read);
    }
    return read as (values?: Values) => Promise<Row[]>;
  }
}

/** `%text%` for LIKE … ESCAPE '\'; `%` and `_` in the text are escaped. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Placeholders `name0`, `name1`, …, so that lists of the same length share one statement. */
export function numberedParams(name: string, count: number): Placeholder[] {
  return Array.from({ length: count }, (_, index) => sql.placeholder(`${name}${index}`));
}

export function numberedValues(name: string, values: readonly unknown[]): Values {
  return Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]));
}

/** Sorts null last, because the two dialects differ in that. */
export function orderedBy(column: Column, descending: boolean): SQL {
  const order = descending ? desc(column) : asc(column);
  return column.notNull ? order : sql`${order} nulls last`;
}
