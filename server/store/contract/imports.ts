/** Imports, hand-overs, reassigned identity numbers, and the counts of rosters. */
import assert from 'node:assert/strict';
import type { HandoverRecord, ImportRecord } from '../records.js';
import type { Change, RosterWrite, Store } from '../store.js';
import {
  NOW,
  change,
  expectConflict,
  FIRST_PAGE,
  NEW_RECORD,
  nextVersion,
  EMPTY_CHANGE,
  identityNumbers,
  rosterOf,
  sealed,
  outcome,
  TODAY,
  countWritten,
  type Fixture,
  type FixtureCase,
} from './fixture.js';

const LATER = '2026-08-02T02:03:04.000Z';
const save = (store: Store, record: ImportRecord, writes: RosterWrite[], importChange: Change): Promise<void> =>
  store.saveImport(importChange, writes, async () => ({ record }));

const stagedImport = ({ school }: Fixture, id: string, overrides: Partial<ImportRecord> = {}): ImportRecord => ({
  id,
  unitId: school.id,
  makerId: 'maker',
  makerName: '王小明',
  state: 'staged',
  payload: sealed(`k1.${id}`),
  digest: 'same',
  counts: '{}',
  createdAt: NOW,
  committedAt: null,
  expiresAt: LATER,
  version: 1,
  ...overrides,
});
const committedImport = (record: ImportRecord): ImportRecord => ({
  ...record,
  state: 'committed',
  committedAt: NOW,
  version: record.version + 1,
});

const handover = ({ school, head }: Fixture, toId: string, overrides: Partial<HandoverRecord> = {}): HandoverRecord => ({
  id: `to-${toId}`,
  unitId: school.id,
  fromId: head.id,
  toId,
  state: 'begun',
  effectiveOn: TODAY,
  reason: null,
  begunAt: NOW,
  consentedAt: null,
  approvedAt: null,
  ...NEW_RECORD,
  ...overrides,
});

export const importCases: FixtureCase[] = [
  {
    name: 'an import is committed once, with all of its writes to the roster or none',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const record = stagedImport(fixture, 'list');
      await one.stageImport(record, change(school.id));
      assert.deepEqual(await two.import('list'), record);
      const entered = ['甲', '乙', '丙'].map((name) => ({
        kind: 'entered' as const,
        ...fixture.teacher(school, name),
        numbers: identityNumbers(`n-${name}`),
      }));
      // One of the numbers is taken, so nothing is written.
      const { teacher: other } = await fixture.registerEntry(school, '丁');
      await one.saveTeacher(nextVersion(other), null, identityNumbers('n-丁'), EMPTY_CHANGE);
      const taken = { kind: 'entered' as const, ...fixture.teacher(school, '戊'), numbers: identityNumbers('n-丁') };
      await expectConflict(save(one, committedImport(record), [...entered, taken], change(school.id)));
      assert.equal((await two.import('list'))?.state, 'staged');
      assert.equal(
        (await two.teachers({ unitId: school.id, today: TODAY, departed: false }, { by: 'name', descending: false }, FIRST_PAGE)).total,
        1,
      );
      const commits = [one, two, one, two].map((store) => outcome(save(store, committedImport(record), entered, change(school.id))));
      assert.equal(countWritten(await Promise.all(commits)), 1);
      const found = await two.peopleByNumber(['n-甲', 'n-乙', 'n-nobody']);
      assert.deepEqual([...found.keys()].sort(), ['n-乙', 'n-甲'].sort());
      assert.equal((await two.teachersById(entered.map(({ teacher }) => teacher.id))).length, 3);
      assert.equal((await two.importLike(school.id, 'same'))?.id, 'list');
    },
  },

  {
    name: 'the batches of a large import write what single writes would',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      const before = await fixture.registerEntry(other, '先前');
      const again = fixture.teacher(school, '先前', { personId: before.person.id });
      const known = await fixture.registerEntry(school, '舊人');
      const newcomers = Array.from({ length: 120 }, (_, index) => ({
        kind: 'entered' as const,
        ...fixture.teacher(school, `新人${index}`),
        numbers: identityNumbers(`n-${index}`, `m-${index}`),
      }));
      const writes: RosterWrite[] = [
        ...newcomers.slice(0, 70),
        { kind: 'entered', ...again, person: { ...again.person, version: 2 }, numbers: [] },
        { kind: 'saved', teacher: nextVersion(known.teacher, { name: '新名' }), person: null, numbers: [] },
        ...newcomers.slice(70),
      ];
      const record = stagedImport(fixture, 'many');
      await one.stageImport(record, EMPTY_CHANGE);
      // One of the numbers is taken, so nothing is written.
      const taken = { ...newcomers[90]!, numbers: identityNumbers('n-taken', 'm-90') };
      const departure = { kind: 'resigned' as const, on: TODAY, toUnitId: null, note: null, at: NOW };
      await one.saveTeacher(nextVersion(before.teacher, { departure }), null, identityNumbers('n-taken'), EMPTY_CHANGE);
      const refused = [...writes.slice(0, 100), taken, ...writes.slice(100)].filter((write) => write !== newcomers[90]);
      await expectConflict(save(one, committedImport(record), refused, change(school.id)));
      assert.equal((await two.teacherIds(rosterOf(school.id), { by: 'name', descending: false })).length, 1);
      await save(one, committedImport(record), writes, change(school.id));
      const found = await two.teachersById(newcomers.map(({ teacher }) => teacher.id));
      const byId = new Map(found.map((entry) => [entry.id, entry]));
      assert.deepEqual(
        newcomers.map(({ teacher }) => byId.get(teacher.id)),
        newcomers.map(({ teacher }) => teacher),
      );
      assert.deepEqual(await two.person(newcomers[60]!.person.id), newcomers[60]!.person);
      assert.equal((await two.personByNumber(['m-119']))?.teacherId, newcomers[119]!.teacher.id);
      assert.equal((await two.person(before.person.id))?.teacherId, again.teacher.id);
      assert.equal((await two.teacher(known.teacher.id))?.name, '新名');
      assert.equal((await two.teachers(rosterOf(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total, 122);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'an undo removes new people, and restores the earlier entry of people who had one',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      const before = await fixture.registerEntry(other, '先前');
      const again = fixture.teacher(school, '先前', { personId: before.person.id });
      const back = { ...again.person, id: before.person.id, version: 2 };
      const newcomer = { kind: 'entered' as const, ...fixture.teacher(school, '新人'), numbers: identityNumbers('n-new') };
      const record = stagedImport(fixture, 'undo');
      await one.stageImport(record, EMPTY_CHANGE);
      await save(one, committedImport(record), [{ kind: 'entered', ...again, person: back, numbers: [] }, newcomer], change(school.id));
      const undone = { ...committedImport(committedImport(record)), state: 'undone' as const };
      const removed: RosterWrite[] = [
        { kind: 'removed', teacher: again.teacher, person: back, next: { ...before.person, version: 3 } },
        { kind: 'removed', teacher: newcomer.teacher, person: newcomer.person, next: null },
      ];
      await save(two, undone, removed, change(school.id));
      assert.equal(await one.teacher(again.teacher.id), null);
      assert.equal((await one.person(before.person.id))?.teacherId, before.teacher.id);
      assert.equal(await one.personByNumber(['n-new']), null);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'a large undo removes all of its entries, or none where one has changed',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      const entered = Array.from({ length: 110 }, (_, index) => ({
        kind: 'entered' as const,
        ...fixture.teacher(school, `新人${index}`),
        numbers: identityNumbers(`n-${index}`, `m-${index}`),
      }));
      const record = committedImport(stagedImport(fixture, 'away'));
      await one.stageImport(stagedImport(fixture, 'away'), EMPTY_CHANGE);
      await save(one, record, entered, change(school.id));
      const undone = { ...committedImport(record), state: 'undone' as const };
      const removal = ({ teacher, person }: (typeof entered)[number]): RosterWrite => ({ kind: 'removed', teacher, person, next: null });
      const removed = entered.map(removal);
      const roster = async (): Promise<number> => (await two.teacherIds(rosterOf(school.id), { by: 'name', descending: false })).length;
      // One entry was changed, and another school proposed a transfer of one person.
      const changed = { ...entered[60]!, teacher: nextVersion(entered[60]!.teacher) };
      await one.saveTeacher(changed.teacher, null, [], EMPTY_CHANGE);
      await expectConflict(save(two, undone, removed, change(school.id)));
      const updated = removed.with(60, removal(changed));
      const [proposed] = entered;
      await one.propose(fixture.proposal(proposed!, { id: 'asked' }), nextVersion(proposed!.person), [], change(other.id));
      await expectConflict(save(two, undone, updated, change(school.id)));
      assert.equal(await roster(), 110);
      await save(two, undone, updated.slice(1), change(school.id));
      assert.equal(await roster(), 1);
      assert.deepEqual([...(await two.peopleByNumber(['n-0', 'm-60', 'm-109'])).keys()], ['n-0']);
      assert.deepEqual(await two.peopleById(entered.map(({ person }) => person.id)), [nextVersion(proposed!.person)]);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'erases the content of an expired import, and keeps the record of a committed one',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const [expired, done] = [stagedImport(fixture, 'expired'), stagedImport(fixture, 'done')];
      for (const record of [expired, done]) await one.stageImport(record, EMPTY_CHANGE);
      await save(one, committedImport(done), [], change(school.id));
      await two.forgetExpired('2026-08-03T00:00:00.000Z', NOW);
      assert.equal(await one.import('expired'), null);
      const remaining = await one.import('done');
      assert.deepEqual([remaining?.payload, remaining?.state], ['', 'committed']);
      await one.rememberColumns({ unitId: school.id, columns: '{"a":"name"}', updatedAt: NOW });
      await two.rememberColumns({ unitId: school.id, columns: '{"b":"name"}', updatedAt: NOW });
      assert.equal(await one.columnMemory(school.id), '{"b":"name"}');
    },
  },

  {
    name: 'a unit has one open hand-over, which is saved together with the accounts or not at all',
    body: async (fixture) => {
      const { one, two, school, head } = fixture;
      const [first, second] = [fixture.account(school, 'first'), fixture.account(school, 'second')];
      for (const account of [first, second]) await one.apply(account, null, null, EMPTY_CHANGE);
      const outcomes = await Promise.all(
        [first, second, first, second].map(({ id }, index) =>
          outcome((index % 2 ? two : one).beginHandover(handover(fixture, id, { id: `${id}-${index}` }), EMPTY_CHANGE)),
        ),
      );
      assert.equal(countWritten(outcomes), 1);
      const [open] = await one.handovers(school.id, 'nobody', 10);
      assert.equal((await two.handovers('elsewhere', open!.toId, 10)).length, 1);
      const approved = { ...open!, state: 'approved' as const, version: 2 };
      await one.saveHandover(approved, [], change(school.id));
      assert.deepEqual(
        (await two.dueHandovers(TODAY)).map(({ id }) => id),
        [open!.id],
      );
      assert.deepEqual(await two.dueHandovers('2026-07-31'), []);
      const to = (await one.account(open!.toId))!;
      const accounts = [nextVersion(head, { role: 'contact' }), nextVersion(to, { role: 'head' })];
      const done = { ...approved, state: 'done' as const, version: 3 };
      const guard = { kind: 'head', unitId: school.id, accountId: head.id } as const;
      await one.saveAccounts([nextVersion(to, { title: '主任' })], [], EMPTY_CHANGE);
      await expectConflict(two.saveHandover(done, accounts, change(school.id, guard)));
      assert.equal((await one.account(head.id))?.role, 'head');
      const current = [accounts[0]!, nextVersion(nextVersion(to), { role: 'head' })];
      await two.saveHandover(done, current, change(school.id, guard));
      assert.equal((await one.headsOf([school.id])).get(school.id)?.id, to.id);
      assert.deepEqual(await one.dueHandovers(TODAY), []);
    },
  },

  {
    name: 'reassigns a disputed number once, and lists the dispute for the units above both schools',
    body: async (fixture) => {
      const { one, two, school, other, county, ministry } = fixture;
      const mistaken = await fixture.registerEntry(school, '誤登');
      await one.saveTeacher(nextVersion(mistaken.teacher), null, identityNumbers('n-disputed'), EMPTY_CHANGE);
      const transfer = fixture.proposal(mistaken, { id: 'dispute', state: 'disputed', reason: '證件在手' });
      await one.propose(transfer, nextVersion(mistaken.person), [], change(other.id));
      for (const { path } of [county, ministry])
        assert.deepEqual(
          (await two.disputes(path)).map(({ id }) => id),
          ['dispute'],
        );
      assert.deepEqual(await two.disputes(other.path), []);
      assert.equal((await two.transfers({ unitId: school.id, direction: 'out' }, FIRST_PAGE)).total, 0);
      const rightful = { ...fixture.teacher(other, '本人'), numbers: identityNumbers('n-disputed') };
      const taken = { indexes: ['n-disputed'], person: nextVersion(nextVersion(mistaken.person)) };
      const decided = nextVersion(transfer, { state: 'accepted' });
      const outcomes = [one, two].map((store) => outcome(store.reassignNumber(decided, taken, rightful, [], change(other.id))));
      assert.equal(countWritten(await Promise.all(outcomes)), 1);
      assert.equal((await one.personByNumber(['n-disputed']))?.id, rightful.person.id);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'finds the proposals about entries that have departed by a day',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      for (const [id, on] of [
        ['stays', null],
        ['left', '2026-07-31'],
        ['leaves', '2026-08-01'],
      ] as const) {
        const entry = await fixture.registerEntry(school, id);
        await one.propose(fixture.proposal(entry, { id }), nextVersion(entry.person), [], change(other.id));
        const departure = on === null ? null : { kind: 'resigned' as const, on, toUnitId: null, note: null, at: NOW };
        await one.saveTeacher(nextVersion(entry.teacher, { departure }), null, [], EMPTY_CHANGE);
      }
      const idsOn = async (day: string, limit: number): Promise<string[]> => (await two.lapsedTransfers(day, limit)).map(({ id }) => id);
      assert.deepEqual(await idsOn('2026-07-30', 9), []);
      assert.deepEqual(await idsOn('2026-07-31', 9), ['left']);
      assert.deepEqual((await idsOn('2026-08-01', 9)).sort(), ['leaves', 'left']);
      assert.equal((await idsOn('2026-08-01', 1)).length, 1);
    },
  },

  {
    name: 'counts the roster of a unit or a subtree, with departures by month and registrations by the month in Taipei',
    body: async (fixture) => {
      const { one, two, school, other, county } = fixture;
      await fixture.registerEntry(school, '一', { registeredAt: '2026-06-30T15:59:59.999Z' });
      const { teacher } = await fixture.registerEntry(other, '二', { registeredAt: '2026-06-30T16:00:00.000Z' });
      await one.saveTeacher(
        nextVersion(teacher, { departure: { kind: 'retired', on: '2026-07-31', toUnitId: null, note: null, at: NOW } }),
        null,
        [],
        EMPTY_CHANGE,
      );
      const figures = await two.rosterFigures({ within: county.path }, TODAY);
      assert.equal(
        figures.people.reduce((sum, { count }) => sum + count, 0),
        1,
      );
      assert.deepEqual(figures.left, [{ month: '2026-07', kind: 'retired', count: 1 }]);
      assert.deepEqual((await two.rosterFigures({ unitId: other.id }, TODAY)).people, []);
      const registered = [...figures.registered].sort((a, b) => a.month.localeCompare(b.month));
      assert.deepEqual(registered, [
        { month: '2026-06', count: 1 },
        { month: '2026-07', count: 1 },
      ]);
    },
  },
];
