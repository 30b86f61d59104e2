/** Converts fields to columns and back: text columns, subjects as JSON. A field without a column does not compile. */
import { namesOf, type FieldTable, type NameOf, type RecordOf, type Sealed } from '../../domain/fields.js';

export type FieldColumns<T extends FieldTable> = {
  [N in NameOf<T>]: T[N] extends { sealed: true }
    ? Sealed
    : T[N] extends { required: true } | { kind: 'subjects' }
      ? string
      : string | null;
};

export interface FieldCodec<T extends FieldTable> {
  toColumns: (record: RecordOf<T>) => FieldColumns<T>;
  toValues: (row: FieldColumns<T>) => RecordOf<T>;
}

export function fieldCodec<T extends FieldTable>(fields: T): FieldCodec<T> {
  const columns = namesOf(fields).map((name) => ({ name, isJson: fields[name]!.kind === 'subjects' }));
  return {
    toColumns(record) {
      const values: Readonly<Record<string, unknown>> = record;
      const row: Record<string, unknown> = {};
      for (const { name, isJson } of columns) row[name] = isJson ? JSON.stringify(values[name]) : values[name];
      return row as FieldColumns<T>;
    },
    toValues(row) {
      const values: Record<string, unknown> = {};
      for (const { name, isJson } of columns) values[name] = isJson ? JSON.parse(row[name] as string) : row[name];
      return values as RecordOf<T>;
    },
  };
}
