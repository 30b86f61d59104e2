/** `kit load FILE.json`: loads an installation from one file. It is idempotent: units by code, accounts by user name, people by number. */
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { sentFields } from '../contract/field-schemas.js';
import * as f from '../contract/fields.js';
import { ACCOUNT_FIELD_NAMES, ACCOUNT_FIELDS } from '../domain/account-fields.js';
import { auditedAccount, auditedTeacher, auditedUnit } from '../domain/audited-records.js';
import { taipeiDay } from '../domain/dates.js';
import { DomainError } from '../domain/errors.js';
import { filled } from '../domain/fields.js';
import { checkRegistration, newValues } from '../domain/registration.js';
import { TEACHER_FIELDS, teacherFieldsSetBy } from '../domain/teacher-fields.js';
import { pathBelow } from '../domain/units.js';
import { sealIdentity } from '../services/roster/teachers.js';
import type { Kit } from '../services/core/kit.js';
import { NEW_SIGN_IN, type AccountRecord, type TrailDraft, type UnitRecord } from '../store/records.js';
import type { LoadBatch, EntryWithPerson } from '../store/store.js';

const BATCH = 2_000;
const REFUSALS_SHOWN = 50;

const UnitLine = z.strictObject({
  code: f.unitCode,
  name: f.name,
  level: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'wrong-type'),
  parentCode: f.unitCode.nullish(),
});
const AccountLine = z.strictObject({
  unitCode: f.unitCode,
  username: f.username,
  password: f.newPassword.optional(),
  ...sentFields(ACCOUNT_FIELDS, ACCOUNT_FIELD_NAMES),
  role: f.role,
  status: z.enum(['pending', 'active', 'rejected', 'deleted']),
});
const TeacherLine = z.strictObject({
  unitCode: f.unitCode,
  ...sentFields(TEACHER_FIELDS, teacherFieldsSetBy('load')),
  username: f.username.nullish(),
  status: z.enum(['pending', 'active', 'roaming']).default('pending'),
});

export interface LoadFile {
  units?: z.input<typeof UnitLine>[];
  accounts?: z.input<typeof AccountLine>[];
  teachers?: z.input<typeof TeacherLine>[];
}

export interface LoadReport {
  units: number;
  accounts: number;
  teachers: number;
  /** Items that already existed. */
  known: number;
  /** Refused items and the reasons. If there is one, nothing was written. */
  refused: string[];
}

class Refusals {
  readonly list: string[] = [];
  count = 0;

  add(where: string, why: string): void {
    if (this.count++ < REFUSALS_SHOWN) this.list.push(`${where}: ${why}`);
  }

  read<S extends z.ZodType>(where: string, schema: S, line: unknown): z.output<S> | null {
    const read = schema.safeParse(line, { reportInput: true });
    if (read.success) return read.data;
    this.add(
      where,
      f
        .faultsOf(read.error)
        .map(({ path, code }) => `${path} ${code}`)
        .join(', '),
    );
    return null;
  }
}

const LISTS: readonly string[] = ['units', 'accounts', 'teachers'] satisfies (keyof LoadFile)[];

/** A list with a misspelt name would otherwise be left out without a word. */
function refuseOtherLists(file: unknown, refusals: Refusals): asserts file is LoadFile {
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    throw new Error(`the file must be an object with the lists ${LISTS.join(', ')}`);
  for (const [name, list] of Object.entries(file)) {
    if (!LISTS.includes(name)) refusals.add(name, `unknown list; there are ${LISTS.join(', ')}`);
    else if (!Array.isArray(list)) throw new Error(`${name} must be a list`);
  }
}

const VERSION = (at: string) => ({ version: 1, updatedAt: at, updatedBy: null });

async function readUnits(
  kit: Kit,
  lines: unknown[],
  at: string,
  refusals: Refusals,
): Promise<{ fresh: UnitRecord[]; byCode: Map<string, UnitRecord>; known: number }> {
  const byCode = new Map<string, UnitRecord>();
  const fresh: UnitRecord[] = [];
  let known = 0;
  const existing = async (code: string): Promise<UnitRecord | null> => byCode.get(code) ?? (await kit.store.unitByCode(code));
  // A child may come before its parent in the file.
  let waiting = lines.map((line, index) => ({ index, line: refusals.read(`units[${index}]`, UnitLine, line) }));
  for (let progress = true; progress && waiting.length > 0;) {
    progress = false;
    const later: typeof waiting = [];
    for (const each of waiting) {
      if (!each.line) continue;
      const { code, name, level, parentCode } = each.line;
      const existingUnit = await existing(code);
      const parent = parentCode ? await existing(parentCode) : null;
      if (existingUnit) {
        byCode.set(code, existingUnit);
        known++;
      } else if (parentCode && !parent) {
        later.push(each);
        continue;
      } else {
        const id = newId();
        const unit: UnitRecord = {
          id,
          code,
          name,
          level,
          parentId: parent?.id ?? null,
          releasedTo: null,
          path: pathBelow(parent?.path ?? null, id),
          ...VERSION(at),
        };
        byCode.set(code, unit);
        fresh.push(unit);
      }
      progress = true;
    }
    waiting = later;
  }
  for (const { index, line } of waiting)
    refusals.add(`units[${index}]`, `its parent ${line?.parentCode ?? ''} is neither in the file nor in the database`);
  return { fresh, byCode, known };
}

async function unitOf(kit: Kit, byCode: Map<string, UnitRecord>, code: string): Promise<UnitRecord | null> {
  const unit = byCode.get(code) ?? (await kit.store.unitByCode(code));
  if (unit) byCode.set(code, unit);
  return unit;
}

/** An account whose password is not hashed yet, and the password from the file. */
interface NewAccount {
  account: AccountRecord;
  password: string | null;
}

async function readAccounts(
  kit: Kit,
  lines: unknown[],
  byCode: Map<string, UnitRecord>,
  at: string,
  refusals: Refusals,
): Promise<{ fresh: NewAccount[]; known: number }> {
  const fresh: NewAccount[] = [];
  const names = new Set<string>();
  const heads = new Set<string>();
  let known = 0;
  for (const [index, raw] of lines.entries()) {
    const where = `accounts[${index}]`;
    const line = refusals.read(where, AccountLine, raw);
    if (!line) continue;
    const { unitCode, username, password, role, status, ...profile } = line;
    const unit = await unitOf(kit, byCode, unitCode);
    if (!unit) {
      refusals.add(where, `there is no unit ${unitCode}`);
      continue;
    }
    const key = username.toLowerCase();
    if (names.has(key)) {
      refusals.add(where, `the user name ${username} occurs twice in the file`);
      continue;
    }
    names.add(key);
    if (await kit.store.accountByUsername(username)) {
      known++;
      continue;
    }
    if (role === 'head' && status === 'active') {
      if (heads.has(unit.id) || (await kit.store.headsOf([unit.id])).has(unit.id)) {
        refusals.add(where, `the unit ${unitCode} already has a head`);
        continue;
      }
      heads.add(unit.id);
    }
    const decided = status === 'active' || status === 'deleted';
    const account: AccountRecord = {
      ...filled(ACCOUNT_FIELDS, profile),
      id: newId(),
      unitId: unit.id,
      username,
      role: decided ? role : null,
      requestedRole: role,
      status,
      passwordHash: null,
      // A password from the file need not be changed at the first sign-in.
      mustChangePassword: false,
      referenceHash: null,
      appliedAt: at,
      activatedAt: decided ? at : null,
      lastSignInAt: null,
      reason: null,
      ...NEW_SIGN_IN,
      ...VERSION(at),
    };
    fresh.push({ account, password: password ?? null });
  }
  return { fresh, known };
}

async function readTeachers(
  kit: Kit,
  lines: unknown[],
  byCode: Map<string, UnitRecord>,
  at: string,
  refusals: Refusals,
): Promise<{ fresh: EntryWithPerson[]; known: number }> {
  const today = taipeiDay(at);
  const fresh: EntryWithPerson[] = [];
  const inFile = new Map<string, number>();
  for (const [index, raw] of lines.entries()) {
    const where = `teachers[${index}]`;
    const line = refusals.read(where, TeacherLine, raw);
    if (!line) continue;
    const unit = await unitOf(kit, byCode, line.unitCode);
    if (!unit) {
      refusals.add(where, `there is no unit ${line.unitCode}`);
      continue;
    }
    try {
      const { unitCode: _unit, username, status, ...registration } = line;
      const checked = checkRegistration(registration, kit.codes, today);
      const twin = inFile.get(checked.nationalId);
      if (twin !== undefined) {
        refusals.add(where, `it has the same identity number as teachers[${twin}]`);
        continue;
      }
      inFile.set(checked.nationalId, index);
      const [id, personId] = [newId(), newId()];
      const { idKind, category } = checked;
      fresh.push({
        numbers: kit.cipher.numbers(checked.nationalId, personId),
        person: { id: personId, teacherId: id, unitId: unit.id, version: 1 },
        teacher: {
          ...newValues(checked),
          ...sealIdentity(kit.cipher, id, checked),
          id,
          unitId: unit.id,
          personId,
          username: status === 'pending' ? null : (username ?? null),
          idKind,
          category,
          status,
          departure: null,
          registeredAt: at,
          noticeVersion: null,
          noticeAt: null,
          ...VERSION(at),
        },
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      refusals.add(where, [error.code, ...(error.details.errors ?? []).map(({ path, code }) => `${path} ${code}`)].join(', '));
    }
  }
  const taken = await kit.store.takenNumbers(fresh.flatMap(({ numbers }) => numbers.map(({ index }) => index)));
  const unknown = fresh.filter(({ numbers }) => !numbers.some(({ index }) => taken.has(index)));
  return { fresh: unknown, known: fresh.length - unknown.length };
}

/** An audit entry with the values of the loaded record, by which `verify` notices later changes that have no entry. */
function auditEntry(at: string, unitId: string, target: TrailDraft['target'], after: TrailDraft['after']): TrailDraft {
  return {
    id: newId(),
    unitId,
    at,
    actor: null,
    action: 'load',
    target,
    outcome: 'done',
    reason: null,
    before: null,
    after,
    from: null,
    requestId: null,
  };
}

const targetOf = (type: 'unit' | 'account' | 'teacher', { id, name }: { id: string; name: string }): TrailDraft['target'] => ({
  type,
  id,
  name,
});

/** The load in batches, each with its audit entries. `progress` is called with the number of written roster entries. */
function* batches(
  at: string,
  units: readonly UnitRecord[],
  accounts: readonly AccountRecord[],
  entries: readonly EntryWithPerson[],
  progress: Progress,
): Generator<LoadBatch> {
  for (const batch of slices(units)) {
    yield { units: batch, guards: [], trail: batch.map((unit) => auditEntry(at, unit.id, targetOf('unit', unit), auditedUnit(unit))) };
  }
  for (const batch of slices(accounts)) {
    yield {
      accounts: batch,
      guards: [],
      trail: batch.map((account) => auditEntry(at, account.unitId, targetOf('account', account), auditedAccount(account))),
    };
  }
  let done = 0;
  for (const batch of slices(entries)) {
    const trail = batch.map(({ teacher }) => auditEntry(at, teacher.unitId, targetOf('teacher', teacher), auditedTeacher(teacher)));
    yield { entries: batch, guards: [], trail };
    done += batch.length;
    progress(done, entries.length);
  }
}

function* slices<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += BATCH) yield all.slice(from, from + BATCH);
}

type Progress = (done: number, all: number) => void;

/** Checks everything first: if an item is refused, nothing is written. All writes are one transaction. */
export async function loadInstallation(kit: Kit, file: LoadFile, progress: Progress = () => undefined): Promise<LoadReport> {
  const at = kit.now().toISOString();
  const refusals = new Refusals();
  refuseOtherLists(file, refusals);
  const units = await readUnits(kit, file.units ?? [], at, refusals);
  const accounts = await readAccounts(kit, file.accounts ?? [], units.byCode, at, refusals);
  const teachers = await readTeachers(kit, file.teachers ?? [], units.byCode, at, refusals);
  const report: LoadReport = {
    units: 0,
    accounts: 0,
    teachers: 0,
    known: units.known + accounts.known + teachers.known,
    refused: refusals.list,
  };
  if (refusals.count > 0) {
    if (refusals.count > refusals.list.length) refusals.list.push(`… and ${refusals.count - refusals.list.length} more`);
    return report;
  }
  const hashed: AccountRecord[] = [];
  for (const { account, password } of accounts.fresh) {
    const passwordHash =
      password === null ? null : await kit.passwords.inTurn({ account: account.id, network: null }, ({ hash }) => hash(password));
    hashed.push({ ...account, passwordHash });
  }
  await kit.store.load(batches(at, units.fresh, hashed, teachers.fresh, progress));
  return { ...report, units: units.fresh.length, accounts: accounts.fresh.length, teachers: teachers.fresh.length };
}
