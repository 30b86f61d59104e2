/** Converts rows between the dialects and snapshots. */
import { getTableColumns, type Table } from 'drizzle-orm';
import type { Row, TableName } from './driver.js';
import type { Tables } from './tables.js';

/** Rows per slice. */
export const SNAPSHOT_SLICE = 2_000;

/** All rows with an `id`, in its order, by reads of the next slice after an id. */
export async function* slicesById(read: (after: string) => Promise<Row[]>): AsyncGenerator<Row[]> {
  for (let after = ''; ;) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    if (rows.length < SNAPSHOT_SLICE) return;
    after = rows.at(-1)!['id'] as string;
  }
}

export interface RowCodec {
  /** Column names in the database. */
  columns: string[];
  read(raw: Record<string, unknown>): Row;
  /** The driver's values of a row, in the order of `columns`. */
  write(row: Row): unknown[];
}

export function rowCodec(tables: Tables, name: TableName): RowCodec {
  const fields = Object.entries(getTableColumns(tables[name] as Table));
  return {
    columns: fields.map(([, column]) => column.name),
    read: (raw) =>
      Object.fromEntries(
        fields.map(([field, column]) => {
          const value = raw[column.name];
          return [field, value === null ? null : column.mapFromDriverValue(value)];
        }),
      ),
    write(row) {
      const unknown = Object.keys(row).find((field) => !fields.some(([held]) => held === field));
      if (unknown !== undefined)
        throw new Error(`${name}.${unknown} is not known to this version; use the one that wrote it, or a newer one`);
      return fields.map(([field, column]) => {
        // A backup of an earlier version lacks columns that were added since.
        const value = row[field] === undefined ? column.default : row[field];
        return value == null ? null : column.mapToDriverValue(value);
      });
    },
  };
}

/** The tables of a backup. Sessions, sign-in codes, mail links and attempts are not copied: they must not become valid again. */
export const TABLE_NAMES = [
  'units',
  'accounts',
  'identities',
  'persons',
  'personNumbers',
  'teachers',
  'transfers',
  'answers',
  'trail',
  'trailDetails',
  'trailHeads',
  'trailSegments',
  'teacherLogins',
  'invitations',
  'integrations',
  'outbox',
  'imports',
  'importColumns',
  'handovers',
] as const satisfies readonly TableName[];
