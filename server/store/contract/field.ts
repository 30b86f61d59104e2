/** A small field for the cases of the store's contract, and the few words in which they speak. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { ACCOUNT_FIELDS } from '../../domain/account-fields.js';
import { filled, namesOf, type FieldTable, type ValuesOf } from '../../domain/fields.js';
import { TEACHER_FIELDS } from '../../domain/teacher-fields.js';
import { pathBelow } from '../../domain/units.js';
import {
  NEW_SIGN_IN,
  type AccountRecord,
  type IdentityNumber,
  type PasswordHash,
  type PersonRecord,
  type SessionRecord,
  type TeacherRecord,
  type TrailDraft,
  type UnitRecord,
} from '../records.js';
import { WriteConflict, type Change, type Guard, type EntryWithPerson, type Store, type TeacherFilter } from '../store.js';

export const AT = '2026-08-01T02:03:04.000Z';
export const TODAY = '2026-08-01';
export const FIRST_PAGE = { page: 1, pageSize: 50 };
export const NONE: Change = { guards: [], trail: [] };
export const fresh = { version: 1, updatedAt: AT, updatedBy: null };

/** A value for every field of a table; a store does not look at what it is. */
export function eachField<T extends FieldTable>(fields: T): ValuesOf<T> {
  const value = (name: keyof T & string): unknown => (fields[name]!.kind === 'subjects' ? [`${name} 1`, `${name} 2`] : `「${name}」 ' 𠮷`);
  return Object.fromEntries(namesOf(fields).map((name) => [name, value(name)])) as ValuesOf<T>;
}

export function line(unitId: string, name: string | null = null, more: Partial<TrailDraft> = {}): TrailDraft {
  return {
    ...{ id: newId(), unitId, at: AT, actor: null, action: 'account.update', outcome: 'done', reason: null, before: null, after: null },
    ...{ target: { type: 'account', id: newId(), name }, from: '127.0.0.1', requestId: null },
    ...more,
  };
}

export const change = (unitId: string, ...guards: Guard[]): Change => ({ guards, trail: [line(unitId)] });

/** Of a made-up person, as a look-up finds them. */
export const numbers = (...indexes: string[]): IdentityNumber[] => indexes.map((index) => ({ index, sealed: `k1.${index}` }));

/** No hash of any password. */
export const hashed = (text: string): PasswordHash => text as PasswordHash;
export const BY_NAME = { by: 'name', descending: false } as const;

/** A ministry, a county below it and two schools, each with a head. */
export class Field {
  readonly ministry = this.unit('M00', '教育部', null);
  readonly county = this.unit('C01', '花蓮縣', this.ministry);
  readonly school = this.unit('S01', '和平國小', this.county);
  readonly other = this.unit('S02', '明禮國小', this.county);
  readonly head = this.account(this.school, 'school-head', { name: '王小明', role: 'head' });
  readonly countyHead = this.account(this.county, 'county-head', { name: '林美玲', role: 'head' });

  constructor(
    readonly one: Store,
    readonly two: Store,
  ) {}

  unit(code: string, name: string, parent: UnitRecord | null): UnitRecord {
    const id = newId();
    return { id, code, name, level: 'school', parentId: parent?.id ?? null, path: pathBelow(parent?.path ?? null, id), ...fresh };
  }

  account(unit: UnitRecord, username: string, more: Partial<AccountRecord> = {}): AccountRecord {
    return {
      ...filled(ACCOUNT_FIELDS, { name: '丁一', sex: 'male', title: '組長', email: `${username}@example.edu.tw`, phone: '03-8320202' }),
      ...{ id: newId(), unitId: unit.id, username, role: 'contact', status: 'active', requestedRole: null, passwordHash: null },
      ...{ mustChangePassword: false, referenceHash: null, appliedAt: AT, activatedAt: null, lastSignInAt: null, reason: null },
      ...NEW_SIGN_IN,
      ...fresh,
      ...more,
    };
  }

  session(id: string, accountId: string | null, more: Partial<SessionRecord> = {}): SessionRecord {
    return {
      ...{ id, accountId, issuer: null, subject: null, tokenHash: id, kind: 'cookie', parentId: null, address: null },
      ...{ createdAt: AT, seenAt: AT, expiresAt: '2027-01-01T00:00:00.000Z' },
      ...more,
    };
  }

  teacher(unit: UnitRecord, name: string, more: Partial<TeacherRecord> = {}): { teacher: TeacherRecord; person: PersonRecord } {
    const id = newId();
    const personId = more.personId ?? newId();
    const teacher: TeacherRecord = {
      ...filled(TEACHER_FIELDS, { name, sex: 'female', nationalId: 'k1.sealed', birthDate: 'k1.sealed-too', title: 'teacher' }),
      ...{ id, unitId: unit.id, personId, username: null, idKind: 'national', category: 'teacher', status: 'pending' },
      ...{ departure: null, registeredAt: AT, noticeVersion: null, noticeAt: null },
      ...fresh,
      ...more,
    };
    return { teacher, person: { id: personId, teacherId: id, unitId: unit.id, version: 1 } };
  }

  loaded(unit: UnitRecord, name: string): EntryWithPerson {
    return { ...this.teacher(unit, name), numbers: numbers(newId()) };
  }

  async enter(
    unit: UnitRecord,
    name: string,
    more: Partial<TeacherRecord> = {},
  ): Promise<{ teacher: TeacherRecord; person: PersonRecord }> {
    const made = this.teacher(unit, name, more);
    await this.one.register(made.teacher, made.person, numbers(newId()), [], change(unit.id));
    return made;
  }

  async build(): Promise<this> {
    const { ministry, county, school, other, head, countyHead } = this;
    const units = [ministry, county, school, other];
    const trail = units.map(({ id, name }) => line(id, name, { action: 'load' }));
    await this.one.load([{ units, accounts: [head, countyHead], guards: [], trail }]);
    return this;
  }
}

/** Answers 'written' or 'conflict'; any other error is the case's failure. */
export async function outcome(write: Promise<void>): Promise<'written' | 'conflict'> {
  try {
    await write;
    return 'written';
  } catch (error) {
    if (error instanceof WriteConflict) return 'conflict';
    throw error;
  }
}

export const written = (outcomes: readonly string[]): number => outcomes.filter((each) => each === 'written').length;

export async function conflicts(write: Promise<void>): Promise<void> {
  assert.equal(await outcome(write), 'conflict');
}

export const next = <T extends { version: number }>(record: T, more: Partial<T> = {}): T => ({
  ...record,
  ...more,
  version: record.version + 1,
});

export const ofSchool = (unitId: string, more: Partial<TeacherFilter> = {}): TeacherFilter => ({
  unitId,
  today: TODAY,
  departed: false,
  ...more,
});
export const names = (items: readonly { name: string }[]): string[] => items.map(({ name }) => name);

export async function whole(store: Store): Promise<void> {
  const { database, chain } = await store.verify();
  assert.deepEqual(database, []);
  assert.equal(chain.fault, null);
}

export interface FieldCase {
  name: string;
  body: (field: Field) => Promise<void>;
}
