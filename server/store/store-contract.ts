/**
 * What every store promises, as cases for any test runner:
 *
 *     for (const { name, run } of storeContract) it(name, () => run(open));
 *
 * Each case gets two stores that stand on one empty database, as two instances of the kit do.
 */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { pathBelow } from '../domain/units.js';
import type {
  AccountRecord,
  IdentityRecord,
  PersonRecord,
  SessionRecord,
  TeacherRecord,
  TrailDraft,
  TransferRecord,
  UnitRecord,
} from './records.js';
import { WriteConflict, type AccountFilter, type Change, type Guard, type Store, type TeacherFilter, type TeacherSort } from './store.js';

export interface TwoStores {
  one: Store;
  two: Store;
  close(): Promise<void>;
}

export interface ContractCase {
  name: string;
  run(open: () => Promise<TwoStores>): Promise<void>;
}

const AT = '2026-08-01T02:03:04.000Z';
const TODAY = '2026-08-01';
const FIRST_PAGE = { page: 1, pageSize: 50 };
const NONE: Change = { guards: [], trail: [] };
const fresh = { version: 1, updatedAt: AT, updatedBy: null };

function line(unitId: string, name: string | null = null, more: Partial<TrailDraft> = {}): TrailDraft {
  return {
    ...{ id: newId(), unitId, at: AT, actor: null, action: 'account.update', outcome: 'done', reason: null, before: null, after: null },
    ...{ target: { type: 'account', id: newId(), name }, from: '127.0.0.1', requestId: null },
    ...more,
  };
}

const change = (unitId: string, ...guards: Guard[]): Change => ({ guards, trail: [line(unitId)] });

/** A ministry, a county below it and two schools, each with a head. */
class Field {
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
      ...{ id: newId(), unitId: unit.id, username, name: '丁一', sex: 'male', title: '組長', email: `${username}@example.edu.tw` },
      ...{ phone: '03-8320202', fax: null, role: 'contact', status: 'active', requestedRole: null, passwordHash: null },
      ...{ mustChangePassword: false, referenceHash: null, appliedAt: AT, activatedAt: null, lastSignInAt: null, reason: null },
      ...fresh,
      ...more,
    };
  }

  teacher(unit: UnitRecord, name: string, more: Partial<TeacherRecord> = {}): { teacher: TeacherRecord; person: PersonRecord } {
    const id = newId();
    const personId = more.personId ?? newId();
    const teacher: TeacherRecord = {
      ...{ id, unitId: unit.id, personId, username: null, name, sex: 'female', nationalId: 'k1.sealed', birthDate: 'k1.sealed-too' },
      ...{ idKind: 'national', title: 'teacher', category: 'teacher', email: null, stage: null, subjects: [], status: 'pending' },
      ...{ unitNote: null, remark: null, departure: null, registeredAt: AT },
      ...fresh,
      ...more,
    };
    return { teacher, person: { id: personId, teacherId: id, unitId: unit.id, version: 1 } };
  }

  async enter(
    unit: UnitRecord,
    name: string,
    more: Partial<TeacherRecord> = {},
  ): Promise<{ teacher: TeacherRecord; person: PersonRecord }> {
    const made = this.teacher(unit, name, more);
    await this.one.register(made.teacher, made.person, [newId()], [], change(unit.id));
    return made;
  }

  async build(): Promise<this> {
    const { ministry, county, school, other, head, countyHead } = this;
    const units = [ministry, county, school, other];
    await this.one.load(
      { units, accounts: [head, countyHead], entries: [] },
      { guards: [], trail: units.map(({ id, name }) => line(id, name, { action: 'load' })) },
    );
    return this;
  }
}

/** Answers 'written' or 'conflict'; any other error is the case's failure. */
async function outcome(write: Promise<void>): Promise<'written' | 'conflict'> {
  try {
    await write;
    return 'written';
  } catch (error) {
    if (error instanceof WriteConflict) return 'conflict';
    throw error;
  }
}

const written = (outcomes: readonly string[]): number => outcomes.filter((each) => each === 'written').length;

async function conflicts(write: Promise<void>): Promise<void> {
  assert.equal(await outcome(write), 'conflict');
}

const next = <T extends { version: number }>(record: T, more: Partial<T> = {}): T => ({ ...record, ...more, version: record.version + 1 });

const ofSchool = (unitId: string, more: Partial<TeacherFilter> = {}): TeacherFilter => ({ unitId, today: TODAY, departed: false, ...more });
const names = (items: readonly { name: string }[]): string[] => items.map(({ name }) => name);

async function whole(store: Store): Promise<void> {
  const { database, chain } = await store.verify();
  assert.deepEqual(database, []);
  assert.equal(chain.fault, null);
}

const cases: { name: string; body: (field: Field) => Promise<void> }[] = [];
const promise = (name: string, body: (field: Field) => Promise<void>): void => void cases.push({ name, body });

// What is written comes back as it was

promise(
  'a unit comes back as it was saved, by id and by code, and its parent’s list has it',
  async ({ one, two, county, school, other }) => {
    assert.deepEqual(await two.unit(school.id), school);
    assert.deepEqual(await two.unitByCode('S01'), school);
    const { items, total } = await two.units({ within: county.path, parentId: county.id }, FIRST_PAGE);
    assert.deepEqual([items, total], [[school, other], 2]);
    const renamed = next(school, { name: '和平實驗國小', updatedBy: { id: 'x', name: '林美玲' } });
    await one.saveUnit(renamed, change(school.id));
    assert.deepEqual(await two.unit(school.id), renamed);
    assert.deepEqual(await one.unit(newId()), null);
  },
);

promise('the roots, the directory and the subtree', async ({ one, ministry, county, school, other }) => {
  assert.deepEqual(await one.roots(), [ministry]);
  assert.deepEqual(names(await one.directory('國小', 20)), ['和平國小', '明禮國小']);
  assert.deepEqual(names(await one.directory('s0', 1)), ['和平國小']);
  assert.equal((await one.units({ within: county.path }, FIRST_PAGE)).total, 3);
  assert.deepEqual(names((await one.units({ within: ministry.path, q: '明' }, FIRST_PAGE)).items), ['明禮國小']);
  assert.deepEqual(await one.unitsById([]), []);
  assert.deepEqual(new Set(names(await one.unitsById([school.id, other.id, newId()]))), new Set(['和平國小', '明禮國小']));
});

promise('an account comes back with every field, empty or not', async ({ one, two, school }) => {
  const field = new Field(one, two);
  const bare = field.account(school, 'bare', { role: null, requestedRole: 'contact', status: 'pending' });
  const full = field.account(school, 'Full.Name', {
    ...{ fax: '03-1', requestedRole: 'operator', passwordHash: '$argon2id$x', mustChangePassword: true, referenceHash: 'hash' },
    ...{ activatedAt: AT, lastSignInAt: AT, reason: '「原因」 \'"\\%_ 𠮷', updatedBy: { id: 'x', name: '林美玲' } },
  });
  await one.apply(bare, null, null, change(school.id));
  await one.apply(full, null, null, change(school.id));
  assert.deepEqual(await two.account(bare.id), bare);
  assert.deepEqual(await two.account(full.id), full);
  assert.deepEqual(await two.accountByUsername('FULL.NAME'), full);
  assert.deepEqual(await two.accountByReference('hash'), full);
  assert.equal(await two.account(newId()), null);
  assert.deepEqual(await two.takenUsernames(['full.NAME', 'nobody']), new Set(['full.name']));
});

promise('an outside identity leads to its account until it is unlinked', async ({ one, two, head }) => {
  const identity: IdentityRecord = { id: newId(), accountId: head.id, issuer: 'https://idp.example', subject: 'a' };
  await one.linkIdentity(identity, next(head), change(head.unitId));
  assert.equal((await two.accountByIdentity('https://idp.example', 'a'))?.id, head.id);
  assert.deepEqual(await two.identitiesOf(head.id), [identity]);
  assert.equal(await two.accountByIdentity('https://other.example', 'a'), null);
  await one.unlinkIdentity(identity.id, { ...head, version: 3 }, change(head.unitId));
  assert.equal(await two.identity('https://idp.example', 'a'), null);
});

promise('an entry and its person come back with every field, a departure too', async (field) => {
  const { one, two, school, other } = field;
  const { teacher, person } = field.teacher(school, '以新‧伊斯瑪哈單', {
    ...{ username: 't001', email: 't001@example.edu.tw', stage: 'elementary', subjects: ['elementary.science', 'elementary.mandarin'] },
    ...{ unitNote: '註記\n第二行', remark: '備註', status: 'active', idKind: 'resident' },
  });
  await one.register(teacher, person, ['number-1', 'number-2'], [], change(school.id));
  assert.deepEqual(await two.teacher(teacher.id), teacher);
  assert.deepEqual(await two.person(person.id), person);
  assert.deepEqual(await two.personByNumber(['nothing', 'number-2']), person);
  assert.equal(await two.personByNumber(['nothing']), null);
  assert.deepEqual(await two.takenNumbers(['number-1', 'nothing']), new Set(['number-1']));
  const departure = { kind: 'transferred' as const, on: '2026-09-01', toUnitId: other.id, note: '轉至他校', at: AT };
  const left = next(teacher, { departure });
  await one.saveTeacher(left, null, [], change(school.id));
  assert.deepEqual(await two.teacher(teacher.id), left);
});

promise('a line of the trail comes back with its actor, target, reason, before and after', async ({ one, two, school, head }) => {
  const draft = line(school.id, '王小明', {
    ...{ actor: { id: head.id, name: head.name, role: 'head', unitId: school.id }, action: 'account.reject', outcome: 'denied' },
    ...{ reason: '資料不符', before: { name: '王' }, after: { name: '𠮷', n: 1 }, requestId: 'r' },
  });
  await one.record({ guards: [], trail: [draft] });
  const [found] = await two.trail({ unitId: school.id, limit: 1 });
  assert.deepEqual(found, { ...draft, seq: 2 });
});

promise('a kept answer comes back to its caller alone', async ({ one, two }) => {
  const answer = { caller: 'account:a', key: 'k', fingerprint: 'f', status: 201, etag: '"1"', location: null, body: 'sealed', at: AT };
  await one.keepAnswer(answer);
  assert.deepEqual(await two.answer('account:a', 'k'), answer);
  assert.equal(await two.answer('account:b', 'k'), null);
  await conflicts(two.keepAnswer(answer));
});

promise('a session resumes until it ends, and the tokens drawn from it end with it', async ({ one, two, head, school }) => {
  const session = (more: Partial<SessionRecord>): SessionRecord => ({
    ...{ id: newId(), accountId: head.id, tokenHash: newId(), kind: 'cookie', parentId: null },
    ...{ createdAt: AT, seenAt: AT, expiresAt: '2026-08-01T14:00:00.000Z' },
    ...more,
  });
  const cookie = session({});
  const token = session({ kind: 'bearer', parentId: cookie.id });
  await one.openSession(cookie, ['sign-in:account:x'], change(school.id));
  await one.openSession(token, [], change(school.id));
  assert.deepEqual((await two.signedIn(cookie.tokenHash, 'cookie', AT))?.account.lastSignInAt, AT);
  assert.equal(await two.signedIn(cookie.tokenHash, 'bearer', AT), null);
  assert.equal(await two.signedIn(cookie.tokenHash, 'cookie', '2026-08-01T15:00:00.000Z'), null);
  await two.touchSession(cookie.id, '2026-08-01T03:00:00.000Z');
  assert.equal((await one.session(cookie.id))?.seenAt, '2026-08-01T03:00:00.000Z');
  await one.endSession(cookie.id, change(school.id));
  assert.equal(await two.signedIn(token.tokenHash, 'bearer', AT), null);
});

promise('a password change ends the other sessions and all codes', async ({ one, two, head, school }) => {
  const sessions = ['keep', 'other'].map((id): SessionRecord => ({
    ...{ id, accountId: head.id, tokenHash: id, kind: 'cookie', parentId: null, createdAt: AT, seenAt: AT },
    expiresAt: '2027-01-01T00:00:00.000Z',
  }));
  for (const session of sessions) await one.openSession(session, [], NONE);
  await one.saveSignInCode({ ...{ codeHash: 'c', accountId: head.id, sessionId: 'keep', origin: 'o', challenge: 'x' }, expiresAt: AT });
  await one.savePassword(next(head, { passwordHash: '$new' }), 'keep', change(school.id));
  assert.ok(await two.session('keep'));
  assert.equal(await two.session('other'), null);
  assert.equal(await two.takeSignInCode('c'), null);
});

promise('what has had its time is forgotten, and nothing else', async ({ one, two, head }) => {
  const session = (id: string, expiresAt: string): SessionRecord => ({
    ...{ id, accountId: head.id, tokenHash: id, kind: 'cookie', parentId: null, createdAt: AT, seenAt: AT },
    expiresAt,
  });
  await one.openSession(session('over', '2026-07-01T00:00:00.000Z'), [], NONE);
  await one.openSession(session('on', '2026-09-01T00:00:00.000Z'), [], NONE);
  await one.forgetExpired(AT, AT);
  assert.equal(await two.session('over'), null);
  assert.ok(await two.session('on'));
});

// All of it or nothing

promise('a stale guard undoes the whole change: records, trail and kept answer', async ({ one, two, head, school, county, countyHead }) => {
  const answer = { caller: 'c', key: 'k', fingerprint: 'f', status: 200, etag: null, location: null, body: '', at: AT };
  const stale: Guard[] = [
    { kind: 'actor', accountId: head.id, unitId: school.id, role: 'contact' },
    { kind: 'actor', accountId: newId(), unitId: school.id, role: 'head' },
    { kind: 'place', unitId: school.id, path: county.path },
    { kind: 'head', unitId: school.id, accountId: countyHead.id },
    { kind: 'head', unitId: school.id, accountId: null },
  ];
  for (const guard of stale) {
    await conflicts(one.saveAccounts([next(head, { name: '改名' })], [], { guards: [guard], trail: [line(school.id)], answer }));
  }
  assert.deepEqual(await two.account(head.id), head);
  assert.equal((await two.trail({ unitId: school.id, limit: 9 })).length, 1);
  assert.equal(await two.answer('c', 'k'), null);
  const held: Guard[] = [
    { kind: 'actor', accountId: head.id, unitId: school.id, role: 'head' },
    { kind: 'place', unitId: school.id, path: school.path },
    { kind: 'head', unitId: school.id, accountId: head.id },
  ];
  await one.saveAccounts([next(head, { name: '改名' })], [], { guards: held, trail: [line(school.id)], answer });
  assert.equal((await two.account(head.id))?.name, '改名');
  assert.equal((await two.answer('c', 'k'))?.status, 200);
});

promise('of two accounts of which one is stale, neither is saved', async (field) => {
  const { one, two, school, head } = field;
  const contact = field.account(school, 'contact');
  await one.apply(contact, null, null, change(school.id));
  await conflicts(one.saveAccounts([next(head, { role: 'contact' }), { ...contact, role: 'head', version: 7 }], [], change(school.id)));
  assert.equal((await two.account(head.id))?.role, 'head');
});

promise('a load that meets a taken user name loads nothing', async (field) => {
  const { one, two, school } = field;
  const batch = { units: [field.unit('S09', '新校', field.county)], accounts: [field.account(school, 'SCHOOL-HEAD')], entries: [] };
  await conflicts(one.load(batch, change(school.id)));
  assert.equal(await two.unitByCode('S09'), null);
});

promise('an accepted transfer ends one entry and begins the other, or nothing happens', async (field) => {
  const { one, two, school, other } = field;
  const { teacher, person } = await field.enter(school, '丁一');
  const transfer: TransferRecord = {
    ...{ id: newId(), unitId: school.id, toUnitId: other.id, personId: person.id, teacherId: teacher.id, state: 'proposed' },
    ...{ registration: 'sealed', requestedAt: AT, reason: null },
    ...fresh,
  };
  await one.propose(transfer, [], change(school.id));
  assert.deepEqual(await two.waitingTransfers(person.id), [transfer]);
  assert.deepEqual((await two.transfers({ unitId: other.id, direction: 'in' }, FIRST_PAGE)).items, [transfer]);
  assert.equal((await two.transfers({ unitId: other.id, direction: 'out' }, FIRST_PAGE)).total, 0);
  const leaving = next(teacher, { departure: { kind: 'transferred', on: TODAY, toUnitId: other.id, note: null, at: AT } });
  const arriving = field.teacher(other, '丁一', { personId: person.id }).teacher;
  const moved = { ...person, teacherId: arriving.id, unitId: other.id };
  const accept = (version: number) =>
    one.acceptTransfer(next(transfer, { state: 'accepted' }), leaving, arriving, { ...moved, version }, [], change(school.id));
  await conflicts(accept(5));
  assert.equal((await two.transfer(transfer.id))?.state, 'proposed');
  assert.equal((await two.teacher(teacher.id))?.departure, null);
  assert.equal(await two.teacher(arriving.id), null);
  await accept(2);
  assert.equal((await two.person(person.id))?.teacherId, arriving.id);
  await whole(two);
});

// What was read must still be so

promise('a record saved at a version that is no longer is a conflict', async (field) => {
  const { one, two, school, head } = field;
  const { teacher, person } = await field.enter(school, '丁一');
  await one.saveTeacher(next(teacher, { title: 'director' }), null, [], change(school.id));
  await conflicts(two.saveTeacher(next(teacher, { title: 'principal' }), null, [], change(school.id)));
  await one.saveUnit(next(school, { name: '新名' }), change(school.id));
  await conflicts(two.saveUnit(next(school, { name: '別名' }), change(school.id)));
  await one.saveAccounts([next(head)], [], change(school.id));
  await conflicts(two.linkIdentity({ id: newId(), accountId: head.id, issuer: 'i', subject: 's' }, next(head), change(school.id)));
  await conflicts(two.saveTeacher(next(next(teacher)), { ...person, version: 9 }, [], change(school.id)));
  assert.equal((await two.teacher(teacher.id))?.title, 'director');
  assert.equal(await two.identity('i', 's'), null);
});

promise('what must be unique is', async (field) => {
  const { one, two, school, other, head } = field;
  await conflicts(two.apply(field.account(other, 'School-Head'), null, null, change(other.id)));
  await conflicts(two.apply(field.account(school, 'second', { role: 'head' }), null, null, change(school.id)));
  await conflicts(two.openUnit(field.unit('S01', '同碼', field.county), change(school.id)));
  await one.apply(field.account(school, 'first', { referenceHash: 'r' }), null, null, change(school.id));
  await conflicts(two.apply(field.account(school, 'other', { referenceHash: 'r' }), null, null, change(school.id)));
  const identity = { accountId: head.id, issuer: 'i', subject: 's' };
  await one.linkIdentity({ id: newId(), ...identity }, next(head), change(school.id));
  await conflicts(two.linkIdentity({ id: newId(), ...identity }, { ...head, version: 3 }, change(school.id)));
  const { teacher, person } = field.teacher(school, '甲');
  await one.register(teacher, person, ['n1'], [], change(school.id));
  const twin = field.teacher(other, '乙');
  await conflicts(two.register(twin.teacher, twin.person, ['n0', 'n1'], [], change(other.id)));
  assert.equal(await two.personByNumber(['n0']), null);
  // The same person's own number may come again.
  await two.saveTeacher(next(teacher), null, ['n1', 'n2'], change(school.id));
  assert.equal((await one.personByNumber(['n2']))?.id, person.id);
});

promise('a school proposes a transfer of one person once at a time', async (field) => {
  const { one, two, school, other } = field;
  const { teacher, person } = await field.enter(school, '丁一');
  const proposal = (): TransferRecord => ({
    ...{ id: newId(), unitId: school.id, toUnitId: other.id, personId: person.id, teacherId: teacher.id, state: 'proposed' },
    ...{ registration: 'sealed', requestedAt: AT, reason: null },
    ...fresh,
  });
  const results = await Promise.all([one, two, one, two].map((store) => outcome(store.propose(proposal(), [], change(school.id)))));
  assert.equal(written(results), 1);
});

// Together

promise('of writers on one account at the same version, exactly one wins each round', async ({ one, two, school, head }) => {
  let account = head;
  for (let round = 0; round < 25; round++) {
    const results = await Promise.all(
      [one, two, one, two].map((store, writer) =>
        outcome(store.saveAccounts([next(account, { title: `${round}-${writer}` })], [], change(school.id))),
      ),
    );
    assert.equal(written(results), 1);
    account = (await one.account(head.id))!;
    assert.equal(account.version, round + 2);
    assert.equal(account.title, `${round}-${results.indexOf('written')}`);
  }
  await whole(one);
});

promise('of eight registrations of one person at once, one is written', async (field) => {
  const { one, two, school, other } = field;
  for (let round = 0; round < 5; round++) {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const unit = index % 2 ? school : other;
        const { teacher, person } = field.teacher(unit, '同一人');
        return outcome((index % 4 < 2 ? one : two).register(teacher, person, [`same-${round}`], [], change(unit.id)));
      }),
    );
    assert.equal(written(results), 1);
  }
  await whole(two);
});

promise('of heads appointed at once, a unit gets one', async (field) => {
  const { one, two, other } = field;
  const asking = Array.from({ length: 6 }, (_, index) => field.account(other, `asks-${index}`, { role: null, status: 'pending' }));
  for (const account of asking) await one.apply(account, null, null, change(other.id));
  const results = await Promise.all(
    asking.map((account, index) =>
      outcome((index % 2 ? one : two).saveAccounts([next(account, { role: 'head', status: 'active' })], [], change(other.id))),
    ),
  );
  assert.equal(written(results), 1);
});

promise('a head replaced between the reading and the writing of his act does not get it through', async (field) => {
  const { one, two, county, countyHead, school, head } = field;
  const target = field.account(school, 'target');
  await one.apply(target, null, null, change(school.id));
  let held = countyHead;
  let of = target;
  for (let round = 0; round < 20; round++) {
    const inOffice: Guard = { kind: 'actor', accountId: held.id, unitId: county.id, role: 'head' };
    const [acted, replaced] = await Promise.all([
      outcome(one.saveAccounts([next(of, { title: `r${round}` })], [], change(school.id, inOffice))),
      outcome(two.saveAccounts([next(held, { role: 'contact' })], [], change(county.id))),
    ]);
    assert.equal(replaced, 'written');
    // Whichever came first: an act written after the replacement would be one by nobody.
    await conflicts(one.saveAccounts([next((await one.account(of.id))!)], [], change(school.id, inOffice)));
    of = (await one.account(of.id))!;
    assert.equal(of.title === `r${round}`, acted === 'written');
    const back = next((await one.account(held.id))!, { role: 'head' });
    await one.saveAccounts([back], [], change(county.id));
    held = back;
  }
  assert.equal((await two.account(head.id))?.role, 'head');
});

promise('two heads that remove each other at once do not both get it through', async (field) => {
  const { one, two, school, county, head, countyHead } = field;
  for (let round = 0; round < 20; round++) {
    const [a, b] = [(await one.account(head.id))!, (await one.account(countyHead.id))!];
    const guards = [a, b].map((actor): Guard => ({ kind: 'actor', accountId: actor.id, unitId: actor.unitId, role: 'head' }));
    const results = await Promise.all([
      outcome(one.saveAccounts([next(b, { status: 'deleted' })], [], change(county.id, guards[0]!))),
      outcome(two.saveAccounts([next(a, { status: 'deleted' })], [], change(school.id, guards[1]!))),
    ]);
    assert.equal(written(results), 1);
    for (const id of [a.id, b.id]) {
      const account = (await one.account(id))!;
      if (account.status === 'deleted') await one.saveAccounts([next(account, { status: 'active' })], [], change(account.unitId));
    }
  }
  await whole(two);
});

promise('an act on a unit and its move do not both go through, and entries move with their unit', async (field) => {
  const { one, two, school, other, county, ministry } = field;
  await field.enter(school, '丁一');
  let unit = school;
  for (let round = 0; round < 10; round++) {
    const parent = round % 2 ? county : ministry;
    const moved = next(unit, { parentId: parent.id, path: pathBelow(parent.path, unit.id) });
    const { teacher, person } = field.teacher(unit, `第${round}`);
    const [, entered] = await Promise.all([
      outcome(one.moveUnit(moved, unit.path, change(unit.id))),
      outcome(two.register(teacher, person, [newId()], [], change(unit.id, { kind: 'place', unitId: unit.id, path: unit.path }))),
    ]);
    assert.ok(entered === 'written' || (await one.teacher(teacher.id)) === null);
    unit = moved;
    await whole(one);
  }
  const within = await two.teachers(ofSchool(county.id, { within: county.path }), { by: 'name', descending: false }, FIRST_PAGE);
  assert.equal(within.total, (await two.teachers(ofSchool(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total);
  assert.ok(within.total >= 1);
  assert.equal((await two.unit(other.id))?.path, other.path);
});

promise('units opened, and entries made, below a unit that moves go with it', async (field) => {
  const { one, two, school, county, ministry } = field;
  const department = field.unit('D01', '教務處', school);
  await one.openUnit(department, change(school.id));
  let unit = school;
  for (let round = 0; round < 12; round++) {
    const parent = round % 2 ? county : ministry;
    const moved = next(unit, { parentId: parent.id, path: pathBelow(parent.path, unit.id) });
    const below = (await two.unit(department.id))!;
    const inPlace: Guard = { kind: 'place', unitId: below.id, path: below.path };
    const opened = Array.from({ length: 4 }, (_, index) => field.unit(`N${round}-${index}`, '新組', below));
    await Promise.all([
      ...opened.slice(0, 2).map((each) => outcome(two.openUnit(each, change(below.id, inPlace)))),
      outcome(one.moveUnit(moved, unit.path, change(unit.id))),
      ...opened.slice(2).map((each) => outcome(two.openUnit(each, change(below.id, inPlace)))),
      ...[1, 2].map(() => {
        const { teacher, person } = field.teacher(below, '新人');
        return outcome(two.register(teacher, person, [newId()], [], change(below.id)));
      }),
    ]);
    unit = moved;
    await whole(one);
  }
});

promise('failures counted together are counted one by one', async ({ one, two }) => {
  const until = '2026-08-01T03:00:00.000Z';
  const counts = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).countFailure('k', AT, until, 5)));
  assert.deepEqual(
    counts.map(({ count }) => count).sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  await one.uncountFailure('k');
  assert.equal((await two.countFailure('k', AT, until)).count, 20);
  // Once its time has passed, the count begins anew.
  assert.deepEqual(await two.countFailure('k', '2026-08-01T04:00:00.000Z', '2026-08-01T05:00:00.000Z'), {
    count: 1,
    until: '2026-08-01T05:00:00.000Z',
  });
});

promise('of callers who trade one code at once, one gets it', async ({ one, two, head }) => {
  const code = { codeHash: 'c', accountId: head.id, sessionId: null, origin: 'https://a.example', challenge: 'x', expiresAt: AT };
  await one.saveSignInCode(code);
  const got = await Promise.all([one, two, one, two].map((store) => store.takeSignInCode('c')));
  assert.deepEqual(
    got.filter((each) => each !== null),
    [code],
  );
});

promise('an answer kept twice at once is kept once, and the second write with it undone', async (field) => {
  const { one, two, school } = field;
  const answer = { caller: 'c', key: 'k', fingerprint: 'f', status: 201, etag: null, location: null, body: '', at: AT };
  const results = await Promise.all(
    [one, two].map((store, index) => {
      const { teacher, person } = field.teacher(school, `第${index}`);
      return outcome(store.register(teacher, person, [newId()], [], { ...change(school.id), answer }));
    }),
  );
  assert.equal(written(results), 1);
  assert.equal((await one.teachers(ofSchool(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total, 1);
});

// Lists

promise('names are in the order of their strokes, other scripts after them, in both directions', async (field) => {
  const { one, two, school } = field;
  const inOrder = ['丁一', '巴代', '王小明', '以新‧伊斯瑪哈單', '林美玲', '游錫堃', '蔡依林', '蘇打綠', 'Alice', 'bob'];
  for (const name of [...inOrder].reverse()) await field.enter(school, name);
  const list = async (descending: boolean): Promise<string[]> =>
    names((await two.teachers(ofSchool(school.id), { by: 'name', descending }, FIRST_PAGE)).items);
  assert.deepEqual(await list(false), inOrder);
  assert.deepEqual(await list(true), [...inOrder].reverse());
  assert.ok(one);
});

promise('every order of the roster and of the accounts, with what is empty at the end', async (field) => {
  const { one, two, school } = field;
  await field.enter(school, '丙', { email: 'b@example.tw', username: 'b', stage: 'elementary', title: 'director', status: 'active' });
  await field.enter(school, '甲', {
    email: 'a@example.tw',
    username: 'a',
    stage: 'university',
    title: 'teacher',
    registeredAt: '2026-07-01T00:00:00.000Z',
  });
  await field.enter(school, '乙');
  for (const by of ['username', 'stage', 'email'] satisfies TeacherSort[]) {
    for (const descending of [false, true]) {
      const { items } = await two.teachers(ofSchool(school.id), { by, descending }, FIRST_PAGE);
      assert.equal(items.at(-1)?.name, '乙', `${by} ${descending}`);
      assert.equal(items[0]?.name, (by === 'stage') === descending ? '甲' : '丙', `${by} ${descending}`);
    }
  }
  for (const by of ['status', 'title', 'registeredAt', 'name'] satisfies TeacherSort[])
    assert.equal((await two.teachers(ofSchool(school.id), { by, descending: true }, FIRST_PAGE)).items.length, 3);
  await one.apply(field.account(school, 'waits', { role: null, requestedRole: 'operator', status: 'pending' }), null, null, NONE);
  const own: AccountFilter = { unitId: school.id, scope: 'own' };
  for (const by of ['name', 'username', 'status', 'role', 'email', 'appliedAt'] as const) {
    for (const descending of [false, true]) {
      const { items } = await two.accounts(own, { by, descending }, FIRST_PAGE);
      assert.equal(items.length, 2);
      if (by === 'role') assert.equal(items[1]?.username, 'waits');
    }
  }
});

promise('a search finds one character and two, any part, without case; % and _ and \\ are ordinary', async (field) => {
  const { one, two, school } = field;
  for (const [name, email] of [
    ['陳雅婷', 'A%B@example.tw'],
    ['雅各', 'a_b@example.tw'],
    ['陳大文', 'a\\b@example.tw'],
  ] as const)
    await field.enter(school, name, { email });
  const found = async (q: string): Promise<string[]> =>
    names((await two.teachers(ofSchool(school.id, { q }), { by: 'name', descending: false }, FIRST_PAGE)).items).sort();
  assert.deepEqual(await found('雅'), ['陳雅婷', '雅各'].sort());
  assert.deepEqual(await found('雅婷'), ['陳雅婷']);
  assert.deepEqual(await found('陳'), ['陳大文', '陳雅婷'].sort());
  assert.deepEqual(await found('a%B'), ['陳雅婷']);
  assert.deepEqual(await found('_'), ['雅各']);
  assert.deepEqual(await found('\\'), ['陳大文']);
  assert.deepEqual(await found('EXAMPLE'), ['陳大文', '陳雅婷', '雅各'].sort());
  assert.deepEqual(await found('無'), []);
  assert.ok(one);
});

promise('a roster by its filters, with the departed apart and those who leave later still on it', async (field) => {
  const { two, school, other } = field;
  const gone = { kind: 'retired' as const, toUnitId: null, note: null, at: AT };
  await field.enter(school, '甲', { stage: 'elementary', subjects: ['elementary.science'], status: 'active' });
  await field.enter(school, '乙', { category: 'staff', title: 'staff' });
  await field.enter(school, '丙', { departure: { ...gone, on: TODAY } });
  await field.enter(school, '丁', { departure: { ...gone, on: '2026-08-02' } });
  await field.enter(other, '別校');
  const list = async (more: Partial<TeacherFilter>): Promise<string> => {
    const { items, total } = await two.teachers(ofSchool(school.id, more), { by: 'registeredAt', descending: false }, FIRST_PAGE);
    assert.equal(total, items.length);
    return names(items).sort().join('');
  };
  assert.equal(await list({}), ['甲', '乙', '丁'].sort().join(''));
  assert.equal(await list({ departed: true }), '丙');
  assert.equal(await list({ subject: 'elementary.science' }), '甲');
  assert.equal(await list({ subject: 'elementary.sci' }), '');
  assert.equal(await list({ stage: 'elementary' }), '甲');
  assert.equal(await list({ status: 'active' }), '甲');
  assert.equal(await list({ category: 'staff' }), '乙');
  assert.equal(await list({ within: field.county.path }), ['甲', '乙', '丁', '別校'].sort().join(''));
  const counts = await two.rosterCounts(school.id, TODAY);
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    3,
  );
  assert.equal(counts.find(({ category }) => category === 'staff')?.count, 1);
});

promise('pages follow each other without gap or repeat, and one past the end is empty', async (field) => {
  const { two, school } = field;
  for (let index = 0; index < 7; index++) await field.enter(school, '同名同姓');
  const page = (number: number) => two.teachers(ofSchool(school.id), { by: 'name', descending: false }, { page: number, pageSize: 3 });
  const pages = [await page(1), await page(2), await page(3), await page(4)];
  assert.deepEqual(
    pages.map(({ items, total }) => [items.length, total]),
    [
      [3, 7],
      [3, 7],
      [1, 7],
      [0, 7],
    ],
  );
  assert.equal(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size, 7);
});

promise('accounts of the unit, or the heads of the units below; the deleted only when asked for; with counts', async (field) => {
  const { one, two, school, county, head } = field;
  await one.apply(field.account(school, 'asks', { role: null, requestedRole: 'head', status: 'pending' }), null, null, NONE);
  await one.apply(field.account(school, 'gone', { status: 'deleted' }), null, null, NONE);
  await one.apply(field.account(school, 'helps', { role: 'operator' }), null, null, NONE);
  const list = async (filter: AccountFilter): Promise<string[]> =>
    (await two.accounts(filter, { by: 'username', descending: false }, FIRST_PAGE)).items.map(({ username }) => username);
  assert.deepEqual(await list({ unitId: school.id, scope: 'own' }), ['asks', 'helps', 'school-head']);
  assert.deepEqual(await list({ unitId: school.id, scope: 'own', status: 'deleted' }), ['gone']);
  assert.deepEqual(await list({ unitId: school.id, scope: 'own', role: 'head' }), ['asks', 'school-head']);
  assert.deepEqual(await list({ unitId: county.id, scope: 'children' }), ['asks', 'school-head']);
  assert.deepEqual(await list({ unitId: county.id, scope: 'children', q: '王小' }), ['school-head']);
  assert.deepEqual(await two.accountCounts({ unitId: school.id, scope: 'own', status: 'pending' }), {
    ...{ pending: 1, active: 2, rejected: 0, deleted: 1 },
  });
  const heads = await two.headsOf([school.id, county.id, field.other.id]);
  assert.equal(heads.get(school.id)?.id, head.id);
  assert.equal(heads.has(field.other.id), false);
});

// The trail

promise('the trail is newest first, by its filters, page after page', async (field) => {
  const { one, two, school, head } = field;
  const actor = { id: head.id, name: head.name, role: 'head' as const, unitId: school.id };
  for (let index = 0; index < 5; index++) {
    const at = `2026-08-0${index + 1}T00:00:00.000Z`;
    await one.record({ guards: [], trail: [line(school.id, null, { at, actor: index % 2 ? actor : null, action: 'teacher.read' })] });
  }
  const seqs = async (more: object): Promise<number[]> => (await two.trail({ unitId: school.id, limit: 9, ...more })).map(({ seq }) => seq);
  assert.deepEqual(await seqs({}), [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(await seqs({ limit: 2, before: 5 }), [4, 3]);
  assert.deepEqual(await seqs({ actorId: head.id }), [5, 3]);
  assert.deepEqual(await seqs({ action: 'load' }), [1]);
  assert.deepEqual(await seqs({ action: 'teacher.read', from: '2026-08-02T00:00:00.000Z', to: '2026-08-04T00:00:00.000Z' }), [5, 4, 3]);
  const [newest] = await two.trail({ unitId: school.id, limit: 1 });
  assert.deepEqual(await seqs({ targetId: newest?.target.id }), [6]);
});

promise('writers on many units at once, in any order of them, leave every chain whole', async (field) => {
  const { one, two, ministry, county, school, other } = field;
  const units = [ministry, county, school, other];
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const trail = [units[index % 4]!, units[(index * 3 + 1) % 4]!].map(({ id }) => line(id));
      return (index % 2 ? one : two).record({ guards: [], trail });
    }),
  );
  const { chain } = await one.verify();
  assert.deepEqual([chain.entries, chain.fault], [124, null]);
});

promise('verify is right while others write', async (field) => {
  const { one, two, school } = field;
  let writing = true;
  const writer = (async () => {
    while (writing) await one.record(change(school.id));
  })();
  for (let round = 0; round < 5; round++) await whole(two);
  writing = false;
  await writer;
});

promise('retention takes the details, then the entries, of what is old, and the rest still verifies', async (field) => {
  const { one, two, school } = field;
  for (const month of ['01', '02', '03', '07']) {
    await one.record({ guards: [], trail: [line(school.id, '姓名', { at: `2027-${month}-01T00:00:00.000Z`, reason: '原因' })] });
  }
  const purge = async (kind: 'details' | 'entries', before: string): Promise<number> => {
    const found = (await one.purgeable(kind, before)).filter(({ unitId }) => unitId === school.id);
    for (const segment of found) await one.purgeTrail({ ...segment, at: AT }, NONE);
    return found.length;
  };
  assert.equal(await purge('details', '2027-03-15T00:00:00.000Z'), 1);
  const trail = await two.trail({ unitId: school.id, limit: 9 });
  assert.deepEqual(
    trail.map(({ reason }) => reason),
    ['原因', null, null, null, null],
  );
  assert.deepEqual(trail.map(({ action }) => action).at(-1), 'load');
  await whole(two);
  assert.equal(await purge('details', '2027-03-15T00:00:00.000Z'), 0);
  assert.equal(await purge('entries', '2027-02-15T00:00:00.000Z'), 1);
  assert.deepEqual(
    (await two.trail({ unitId: school.id, limit: 9 })).map(({ seq }) => seq),
    [5, 4],
  );
  await whole(two);
  await one.record(change(school.id));
  await whole(two);
});

promise('two purges of one chain at once take it once', async ({ one, two, school }) => {
  const [segment] = (await one.purgeable('details', '2030-01-01T00:00:00.000Z')).filter(({ unitId }) => unitId === school.id);
  const results = await Promise.all([one, two].map((store) => outcome(store.purgeTrail({ ...segment!, at: AT }, change(school.id)))));
  assert.equal(written(results), 1);
  await whole(one);
});

// The whole

promise('the contents of one database fill another, and a full one is refused', async (field) => {
  const { one, two, school } = field;
  const { teacher } = await field.enter(school, '丁一', { subjects: ['elementary.science'] });
  let rows = 0;
  const tables = new Set<string>();
  for await (const slice of one.contents()) {
    rows += slice.rows.length;
    if (slice.rows.length > 0) tables.add(slice.table);
  }
  assert.ok(rows > 15 && tables.has('teachers') && tables.has('trailHeads'));
  await assert.rejects(two.fill(one.contents()), /not empty/);
  assert.deepEqual(await two.teacher(teacher.id), teacher);
});

promise('once closed, it neither writes nor waits', async ({ one, two }) => {
  const under = Array.from({ length: 5 }, () =>
    one.ping().then(
      () => 'written',
      () => 'refused',
    ),
  );
  await one.close();
  await Promise.all(under);
  await assert.rejects(one.ping());
  await two.ping();
});

promise('it says that it can be written to', async ({ one, two }) => {
  await one.ping();
  await two.ping();
  await one.seal();
});

export const storeContract: readonly ContractCase[] = cases.map(({ name, body }) => ({
  name,
  async run(open) {
    const { one, two, close } = await open();
    try {
      await body(await new Field(one, two).build());
    } finally {
      await close();
    }
  },
}));
