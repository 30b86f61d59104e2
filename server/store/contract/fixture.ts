/** The units, accounts and helper functions of the cases of the store contract. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { ACCOUNT_FIELDS } from '../../domain/account-fields.js';
import { filled, namesOf, type FieldTable, type RecordOf, type Sealed } from '../../domain/fields.js';
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
  type TransferRecord,
} from '../records.js';
import { WriteConflict, type Change, type Guard, type EntryWithPerson, type Store, type TeacherFilter } from '../store.js';

export const NOW = '2026-08-01T02:03:04.000Z';
export const TODAY = '2026-08-01';
export const FIRST_PAGE = { page: 1, pageSize: 50 };
export const EMPTY_CHANGE: Change = { guards: [], trail: [] };
export const NEW_RECORD = { version: 1, updatedAt: NOW, updatedBy: null };

/** A value for every field of a table; a store does not interpret them. */
export function eachField<T extends FieldTable>(fields: T): RecordOf<T> {
  const value = (name: keyof T & string): unknown => (fields[name]!.kind === 'subjects' ? [`${name} 1`, `${name} 2`] : `「${name}」 ' 𠮷`);
  return Object.fromEntries(namesOf(fields).map((name) => [name, value(name)])) as RecordOf<T>;
}

export function auditEntry(unitId: string, name: string | null = null, overrides: Partial<TrailDraft> = {}): TrailDraft {
  return {
    id: newId(),
    unitId,
    at: NOW,
    actor: null,
    action: 'account.update',
    outcome: 'done',
    reason: null,
    before: null,
    after: null,
    target: { type: 'account', id: newId(), name },
    from: '127.0.0.1',
    requestId: null,
    ...overrides,
  };
}

export const change = (unitId: string, ...guards: Guard[]): Change => ({ guards, trail: [auditEntry(unitId)] });

/** Not really encrypted; a store does not read what is in it. */
export interface EntryOnRoster {
  teacher: TeacherRecord;
  person: PersonRecord;
}

export const sealed = (text: string): Sealed => text as Sealed;

/** Identity numbers with these blind indexes. */
export const identityNumbers = (...indexes: string[]): IdentityNumber[] =>
  indexes.map((index) => ({ index, sealed: sealed(`k1.${index}`) }));

/** Not a real hash. */
export const passwordHash = (text: string): PasswordHash => text as PasswordHash;
export const BY_NAME = { by: 'name', descending: false } as const;

/** A ministry, a county below it and two schools below that; the county and one school have a head. */
export class Fixture {
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
    return {
      id,
      code,
      name,
      level: 'school',
      parentId: parent?.id ?? null,
      releasedTo: null,
      path: pathBelow(parent?.path ?? null, id),
      ...NEW_RECORD,
    };
  }

  account(unit: UnitRecord, username: string, overrides: Partial<AccountRecord> = {}): AccountRecord {
    return {
      ...filled(ACCOUNT_FIELDS, { name: '丁一', sex: 'male', title: '組長', email: `${username}@example.edu.tw`, phone: '03-8320202' }),
      id: newId(),
      unitId: unit.id,
      username,
      role: 'contact',
      status: 'active',
      requestedRole: null,
      passwordHash: null,
      mustChangePassword: false,
      referenceHash: null,
      appliedAt: NOW,
      activatedAt: null,
      lastSignInAt: null,
      reason: null,
      ...NEW_SIGN_IN,
      ...NEW_RECORD,
      ...overrides,
    };
  }

  session(id: string, accountId: string | null, overrides: Partial<SessionRecord> = {}): SessionRecord {
    return {
      id,
      accountId,
      issuer: null,
      subject: null,
      tokenHash: id,
      kind: 'cookie',
      parentId: null,
      address: null,
      createdAt: NOW,
      seenAt: NOW,
      expiresAt: '2027-01-01T00:00:00.000Z',
      ...overrides,
    };
  }

  teacher(unit: UnitRecord, name: string, overrides: Partial<TeacherRecord> = {}): { teacher: TeacherRecord; person: PersonRecord } {
    const id = newId();
    const personId = overrides.personId ?? newId();
    const teacher: TeacherRecord = {
      ...filled(TEACHER_FIELDS, { name, sex: 'female', nationalId: '', birthDate: '', title: 'teacher' }),
      nationalId: sealed('k1.sealed'),
      birthDate: sealed('k1.sealed-too'),
      id,
      unitId: unit.id,
      personId,
      username: null,
      idKind: 'national',
      category: 'teacher',
      status: 'pending',
      departure: null,
      registeredAt: NOW,
      noticeVersion: null,
      noticeAt: null,
      ...NEW_RECORD,
      ...overrides,
    };
    return { teacher, person: { id: personId, teacherId: id, unitId: unit.id, version: 1 } };
  }

  entryWithPerson(unit: UnitRecord, name: string): EntryWithPerson {
    return { ...this.teacher(unit, name), numbers: identityNumbers(newId()) };
  }

  async registerEntry(unit: UnitRecord, name: string, overrides: Partial<TeacherRecord> = {}): Promise<EntryOnRoster> {
    const entry = this.teacher(unit, name, overrides);
    await this.one.register(entry.teacher, entry.person, identityNumbers(newId()), [], change(unit.id));
    return entry;
  }

  /** A proposal of the other school for a person on the school's roster. */
  proposal({ teacher, person }: EntryOnRoster, overrides: Partial<TransferRecord> = {}): TransferRecord {
    return {
      id: newId(),
      unitId: this.school.id,
      toUnitId: this.other.id,
      personId: person.id,
      teacherId: teacher.id,
      state: 'proposed',
      registration: sealed('k1.r'),
      requestedAt: NOW,
      reason: null,
      ...NEW_RECORD,
      ...overrides,
    };
  }

  async build(): Promise<this> {
    const { ministry, county, school, other, head, countyHead } = this;
    const units = [ministry, county, school, other];
    const trail = units.map(({ id, name }) => auditEntry(id, name, { action: 'load' }));
    await this.one.load([{ units, accounts: [head, countyHead], guards: [], trail }]);
    return this;
  }
}

/** Turns a write conflict into a value; any other error fails the case. */
export async function outcome(write: Promise<void>): Promise<'written' | 'conflict'> {
  try {
    await write;
    return 'written';
  } catch (error) {
    if (error instanceof WriteConflict) return 'conflict';
    throw error;
  }
}

export const countWritten = (outcomes: readonly string[]): number => outcomes.filter((each) => each === 'written').length;

export async function expectConflict(write: Promise<void>): Promise<void> {
  assert.equal(await outcome(write), 'conflict');
}

export const nextVersion = <T extends { version: number }>(record: T, overrides: Partial<T> = {}): T => ({
  ...record,
  ...overrides,
  version: record.version + 1,
});

export const rosterOf = (unitId: string, overrides: Partial<TeacherFilter> = {}): TeacherFilter => ({
  unitId,
  today: TODAY,
  departed: false,
  ...overrides,
});
export const names = (items: readonly { name: string }[]): string[] => items.map(({ name }) => name);

export async function expectIntact(store: Store): Promise<void> {
  const { database, chain } = await store.verify();
  assert.deepEqual(database, []);
  assert.equal(chain.fault, null);
}

export interface FixtureCase {
  name: string;
  body: (fixture: Fixture) => Promise<void>;
}
