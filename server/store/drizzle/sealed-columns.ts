/** The columns with encrypted values, with what binds a value to its row (`SealedValue.boundTo`). */
import { getTableColumns, sql, type Column, type SQL, type Table } from 'drizzle-orm';
import type { SealedColumn } from '../store.js';
import type { Tables } from './tables.js';

export interface SealedColumnInfo {
  table: Table;
  tableName: keyof Tables;
  /** The primary key as one text. */
  row: Column | SQL<string>;
  boundTo: Column;
  value: Column;
}

export function sealedColumnsOf({ answers, personNumbers, ...tables }: Tables): Record<SealedColumn, SealedColumnInfo> {
  const { teachers, transfers, accounts, outbox, imports } = tables;
  const ofRow = <T extends Table & { id: Column }>(tableName: keyof Tables, table: T, value: Column): SealedColumnInfo => {
    return { table, tableName, row: table.id, boundTo: table.id, value };
  };
  return {
    'teachers.nationalId': ofRow('teachers', teachers, teachers.nationalId),
    'teachers.birthDate': ofRow('teachers', teachers, teachers.birthDate),
    'personNumbers.sealed': {
      table: personNumbers,
      tableName: 'personNumbers',
      row: personNumbers.number,
      boundTo: personNumbers.personId,
      value: personNumbers.sealed,
    },
    'transfers.registration': ofRow('transfers', transfers, transfers.registration),
    'accounts.secondFactor': ofRow('accounts', accounts, accounts.secondFactor),
    'answers.body': {
      table: answers,
      tableName: 'answers',
      row: sql<string>`${answers.caller} || '|' || ${answers.key}`,
      boundTo: answers.key,
      value: answers.body,
    },
    'outbox.payload': ofRow('outbox', outbox, outbox.payload),
    'imports.payload': ofRow('imports', imports, imports.payload),
  };
}

/** The name of a column's field in a row. */
export function fieldOf({ table }: SealedColumnInfo, column: Column): string {
  return Object.entries(getTableColumns(table)).find(([, each]) => each === column)![0];
}
