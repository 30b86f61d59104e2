/** Converts records to rows and back, and derives the columns for search and sorting. */
import type { InferSelectModel } from 'drizzle-orm';
import { ACCOUNT_FIELDS } from '../../domain/account-fields.js';
import { foldText } from '../../domain/names.js';
import { strokeKey } from '../../domain/stroke.js';
import { TEACHER_FIELDS } from '../../domain/teacher-fields.js';
import type { AccountRecord, TeacherRecord, TransferRecord, UnitRecord } from '../records.js';
import { fieldCodec } from './field-columns.js';
import type { Tables } from './tables.js';

export type UnitRow = InferSelectModel<Tables['units']>;
export type AccountRow = InferSelectModel<Tables['accounts']>;
export type TeacherRow = InferSelectModel<Tables['teachers']>;
export type TransferRow = InferSelectModel<Tables['transfers']>;

const accountFields = fieldCodec(ACCOUNT_FIELDS);
const teacherFields = fieldCodec(TEACHER_FIELDS);

interface VersionColumns {
  version: number;
  updatedAt: string;
  updatedById: string | null;
  updatedByName: string | null;
}

/** The text that `q` is searched in: the folded parts, one per line, so that a match cannot span two of them. */
export function searchText(...parts: (string | null)[]): string {
  return parts
    .filter((part) => part !== null)
    .map(foldText)
    .join('\n');
}

export function toVersion(row: VersionColumns) {
  const { version, updatedAt, updatedById: id } = row;
  return { version, updatedAt, updatedBy: id === null ? null : { id, name: row.updatedByName ?? '' } };
}

export function versionRow(record: { version: number; updatedAt: string; updatedBy: { id: string; name: string } | null }): VersionColumns {
  const { version, updatedAt, updatedBy } = record;
  return { version, updatedAt, updatedById: updatedBy?.id ?? null, updatedByName: updatedBy?.name ?? null };
}

export function toUnit(row: UnitRow): UnitRecord {
  const { id, code, name, level, parentId, path, releasedTo } = row;
  return { id, code, name, level, parentId, path, releasedTo, ...toVersion(row) };
}

export function unitRow(unit: UnitRecord): UnitRow {
  const { id, code, name, level, parentId, path, releasedTo } = unit;
  return { id, code, name, level, parentId, path, releasedTo, search: searchText(name, code), ...versionRow(unit) };
}

export function toAccount(row: AccountRow): AccountRecord {
  const { usernameKey: _key, nameOrder: _order, search: _search, updatedById: _id, updatedByName: _name, ...columns } = row;
  return { ...columns, ...accountFields.toValues(row), ...toVersion(row) } as AccountRecord;
}

export function usernameKey(username: string): string {
  return username.toLowerCase();
}

export function accountRow(account: AccountRecord): AccountRow {
  const { updatedBy: _by, ...columns } = account;
  return {
    ...columns,
    ...accountFields.toColumns(account),
    ...versionRow(account),
    usernameKey: usernameKey(account.username),
    nameOrder: strokeKey(account.name),
    search: searchText(account.name, account.username, account.email),
  };
}

export function toTeacher(row: TeacherRow): TeacherRecord {
  const {
    unitPath: _path,
    nameOrder: _order,
    search: _search,
    departureKind,
    departureOn,
    departureTo,
    departureNote,
    departureAt,
    updatedById: _id,
    updatedByName: _name,
    ...columns
  } = row;
  return {
    ...columns,
    ...teacherFields.toValues(row),
    ...toVersion(row),
    departure:
      departureOn === null
        ? null
        : { kind: departureKind, on: departureOn, toUnitId: departureTo, note: departureNote, at: departureAt ?? '' },
  } as TeacherRecord;
}

/** Without `unitPath`, which the statement reads from the unit. */
export function teacherRow(teacher: TeacherRecord): Omit<TeacherRow, 'unitPath'> {
  const { departure, updatedBy } = teacher;
  return {
    ...teacherFields.toColumns(teacher),
    id: teacher.id,
    unitId: teacher.unitId,
    personId: teacher.personId,
    username: teacher.username,
    nameOrder: strokeKey(teacher.name),
    idKind: teacher.idKind,
    category: teacher.category,
    status: teacher.status,
    search: searchText(teacher.name, teacher.username, teacher.email),
    departureKind: departure?.kind ?? null,
    departureOn: departure?.on ?? null,
    departureTo: departure?.toUnitId ?? null,
    departureNote: departure?.note ?? null,
    departureAt: departure?.at ?? null,
    registeredAt: teacher.registeredAt,
    noticeVersion: teacher.noticeVersion,
    noticeAt: teacher.noticeAt,
    version: teacher.version,
    updatedAt: teacher.updatedAt,
    updatedById: updatedBy?.id ?? null,
    updatedByName: updatedBy?.name ?? null,
  };
}

export function toTransfer(row: TransferRow): TransferRecord {
  const { updatedById: _id, updatedByName: _name, ...columns } = row;
  return { ...columns, ...toVersion(row) };
}

export function transferRow(transfer: TransferRecord): TransferRow {
  const { updatedBy: _by, ...columns } = transfer;
  return { ...columns, ...versionRow(transfer) };
}
