/** Lists that change a whole roster at once, offices that are handed over, numbers that change hands. */
import assert from 'node:assert/strict';
import type { HandoverRecord, ImportRecord, PersonRecord, TeacherRecord, TransferRecord } from '../records.js';
import type { Change, RosterWrite, Store } from '../store.js';
import {
  AT,
  change,
  conflicts,
  FIRST_PAGE,
  fresh,
  next,
  NONE,
  numbers,
  ofSchool,
  outcome,
  TODAY,
  written,
  type Field,
  type FieldCase,
} from './field.js';

const LATER = '2026-08-02T02:03:04.000Z';
const save = (store: Store, record: ImportRecord, writes: RosterWrite[], made: Change): Promise<void> =>
  store.saveImport(made, writes, async () => ({ record }));

const staged = ({ school }: Field, id: string, more: Partial<ImportRecord> = {}): ImportRecord => ({
  ...{ id, unitId: school.id, makerId: 'maker', makerName: '王小明', state: 'staged', payload: `k1.${id}`, digest: 'same', counts: '{}' },
  ...{ createdAt: AT, committedAt: null, expiresAt: LATER, version: 1 },
  ...more,
});
const committed = (record: ImportRecord): ImportRecord => ({ ...record, state: 'committed', committedAt: AT, version: record.version + 1 });

const handover = ({ school, head }: Field, toId: string, more: Partial<HandoverRecord> = {}): HandoverRecord => ({
  ...{ id: `to-${toId}`, unitId: school.id, fromId: head.id, toId, state: 'begun', effectiveOn: TODAY, reason: null },
  ...{ begunAt: AT, consentedAt: null, approvedAt: null, ...fresh },
  ...more,
});

interface Held {
  teacher: TeacherRecord;
  person: PersonRecord;
}

/** The other school asks for somebody. */
const asked = ({ school, other }: Field, { teacher, person }: Held, more: Partial<TransferRecord> = {}): TransferRecord => ({
  ...{ id: 'asked', unitId: school.id, toUnitId: other.id, personId: person.id, teacherId: teacher.id, state: 'proposed' },
  ...{ registration: 'k1.r', requestedAt: AT, reason: null, ...fresh },
  ...more,
});

export const importCases: FieldCase[] = [
  {
    name: 'a list is committed once, with all that it does to the roster or none of it',
    body: async (field) => {
      const { one, two, school } = field;
      const record = staged(field, 'list');
      await one.stageImport(record, change(school.id));
      assert.deepEqual(await two.import('list'), record);
      const entered = ['甲', '乙', '丙'].map((name) => ({
        kind: 'entered' as const,
        ...field.teacher(school, name),
        numbers: numbers(`n-${name}`),
      }));
      // One of them is somebody's already: nothing of the list is there.
      const { teacher: other } = await field.enter(school, '丁');
      await one.saveTeacher(next(other), null, numbers('n-丁'), NONE);
      const taken = { kind: 'entered' as const, ...field.teacher(school, '戊'), numbers: numbers('n-丁') };
      await conflicts(save(one, committed(record), [...entered, taken], change(school.id)));
      assert.equal((await two.import('list'))?.state, 'staged');
      assert.equal(
        (await two.teachers({ unitId: school.id, today: TODAY, departed: false }, { by: 'name', descending: false }, FIRST_PAGE)).total,
        1,
      );
      const commits = [one, two, one, two].map((store) => outcome(save(store, committed(record), entered, change(school.id))));
      assert.equal(written(await Promise.all(commits)), 1);
      const found = await two.peopleByNumber(['n-甲', 'n-乙', 'n-nobody']);
      assert.deepEqual([...found.keys()].sort(), ['n-乙', 'n-甲'].sort());
      assert.equal((await two.teachersById(entered.map(({ teacher }) => teacher.id))).length, 3);
      assert.equal((await two.importLike(school.id, 'same'))?.id, 'list');
    },
  },

  {
    name: 'a list of many new people, and of others among them, is what each by itself would be',
    body: async (field) => {
      const { one, two, school, other } = field;
      const before = await field.enter(other, '先前');
      const again = field.teacher(school, '先前', { personId: before.person.id });
      const known = await field.enter(school, '舊人');
      const newcomers = Array.from({ length: 120 }, (_, at) => ({
        kind: 'entered' as const,
        ...field.teacher(school, `新人${at}`),
        numbers: numbers(`n-${at}`, `m-${at}`),
      }));
      const writes: RosterWrite[] = [
        ...newcomers.slice(0, 70),
        { kind: 'entered', ...again, person: { ...again.person, version: 2 }, numbers: [] },
        { kind: 'saved', teacher: next(known.teacher, { name: '新名' }), person: null, numbers: [] },
        ...newcomers.slice(70),
      ];
      const record = staged(field, 'many');
      await one.stageImport(record, NONE);
      // One number is somebody's already: nothing of the list is there.
      const taken = { ...newcomers[90]!, numbers: numbers('n-taken', 'm-90') };
      const departure = { kind: 'resigned' as const, on: TODAY, toUnitId: null, note: null, at: AT };
      await one.saveTeacher(next(before.teacher, { departure }), null, numbers('n-taken'), NONE);
      const refused = [...writes.slice(0, 100), taken, ...writes.slice(100)].filter((write) => write !== newcomers[90]);
      await conflicts(save(one, committed(record), refused, change(school.id)));
      assert.equal((await two.teacherIds(ofSchool(school.id), { by: 'name', descending: false })).length, 1);
      await save(one, committed(record), writes, change(school.id));
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
      assert.equal((await two.teachers(ofSchool(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total, 122);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'what a list entered is taken away whole, or somebody who had an entry before has it again',
    body: async (field) => {
      const { one, two, school, other } = field;
      const before = await field.enter(other, '先前');
      const again = field.teacher(school, '先前', { personId: before.person.id });
      const back = { ...again.person, id: before.person.id, version: 2 };
      const newcomer = { kind: 'entered' as const, ...field.teacher(school, '新人'), numbers: numbers('n-new') };
      const record = staged(field, 'undo');
      await one.stageImport(record, NONE);
      await save(one, committed(record), [{ kind: 'entered', ...again, person: back, numbers: [] }, newcomer], change(school.id));
      const undone = { ...committed(committed(record)), state: 'undone' as const };
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
    name: 'of many entries that are taken away at once all go, or none where one has changed',
    body: async (field) => {
      const { one, two, school, other } = field;
      const entered = Array.from({ length: 110 }, (_, at) => ({
        kind: 'entered' as const,
        ...field.teacher(school, `新人${at}`),
        numbers: numbers(`n-${at}`, `m-${at}`),
      }));
      const record = committed(staged(field, 'away'));
      await one.stageImport(staged(field, 'away'), NONE);
      await save(one, record, entered, change(school.id));
      const undone = { ...committed(record), state: 'undone' as const };
      const away = ({ teacher, person }: (typeof entered)[number]): RosterWrite => ({ kind: 'removed', teacher, person, next: null });
      const removed = entered.map(away);
      const roster = async (): Promise<number> => (await two.teacherIds(ofSchool(school.id), { by: 'name', descending: false })).length;
      // An entry that somebody has changed, and a person whom another school has asked for.
      const changed = { ...entered[60]!, teacher: next(entered[60]!.teacher) };
      await one.saveTeacher(changed.teacher, null, [], NONE);
      await conflicts(save(two, undone, removed, change(school.id)));
      const without = removed.with(60, away(changed));
      const [held] = entered;
      await one.propose(asked(field, held!), next(held!.person), [], change(other.id));
      await conflicts(save(two, undone, without, change(school.id)));
      assert.equal(await roster(), 110);
      await save(two, undone, without.slice(1), change(school.id));
      assert.equal(await roster(), 1);
      assert.deepEqual([...(await two.peopleByNumber(['n-0', 'm-60', 'm-109'])).keys()], ['n-0']);
      assert.deepEqual(await two.peopleById(entered.map(({ person }) => person.id)), [next(held!.person)]);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'a list is erased when its time is over; that it was committed stays known',
    body: async (field) => {
      const { one, two, school } = field;
      const [gone, kept] = [staged(field, 'gone'), staged(field, 'kept')];
      for (const record of [gone, kept]) await one.stageImport(record, NONE);
      await save(one, committed(kept), [], change(school.id));
      await two.forgetExpired('2026-08-03T00:00:00.000Z', AT);
      assert.equal(await one.import('gone'), null);
      const left = await one.import('kept');
      assert.deepEqual([left?.payload, left?.state], ['', 'committed']);
      await one.rememberColumns({ unitId: school.id, columns: '{"a":"name"}', updatedAt: AT });
      await two.rememberColumns({ unitId: school.id, columns: '{"b":"name"}', updatedAt: AT });
      assert.equal(await one.columnMemory(school.id), '{"b":"name"}');
    },
  },

  {
    name: 'of a unit one hand-over waits, and it changes the office with it or not at all',
    body: async (field) => {
      const { one, two, school, head } = field;
      const [first, second] = [field.account(school, 'first'), field.account(school, 'second')];
      for (const account of [first, second]) await one.apply(account, null, null, NONE);
      const begun = await Promise.all(
        [first, second, first, second].map(({ id }, at) =>
          outcome((at % 2 ? two : one).beginHandover(handover(field, id, { id: `${id}-${at}` }), NONE)),
        ),
      );
      assert.equal(written(begun), 1);
      const [waiting] = await one.handovers(school.id, 'nobody', 10);
      assert.equal((await two.handovers('elsewhere', waiting!.toId, 10)).length, 1);
      const approved = { ...waiting!, state: 'approved' as const, version: 2 };
      await one.saveHandover(approved, [], change(school.id));
      assert.deepEqual(
        (await two.dueHandovers(TODAY)).map(({ id }) => id),
        [waiting!.id],
      );
      assert.deepEqual(await two.dueHandovers('2026-07-31'), []);
      const to = (await one.account(waiting!.toId))!;
      const office = [next(head, { role: 'contact' }), next(to, { role: 'head' })];
      const done = { ...approved, state: 'done' as const, version: 3 };
      const guard = { kind: 'head', unitId: school.id, accountId: head.id } as const;
      await one.saveAccounts([next(to, { title: '主任' })], [], NONE);
      await conflicts(two.saveHandover(done, office, change(school.id, guard)));
      assert.equal((await one.account(head.id))?.role, 'head');
      const again = [office[0]!, next(next(to), { role: 'head' })];
      await two.saveHandover(done, again, change(school.id, guard));
      assert.equal((await one.headsOf([school.id])).get(school.id)?.id, to.id);
      assert.deepEqual(await one.dueHandovers(TODAY), []);
    },
  },

  {
    name: 'a disputed number changes hands once, and its dispute is found above both schools',
    body: async (field) => {
      const { one, two, school, other, county, ministry } = field;
      const held = await field.enter(school, '誤登');
      await one.saveTeacher(next(held.teacher), null, numbers('n-disputed'), NONE);
      const transfer = asked(field, held, { id: 'dispute', state: 'disputed', reason: '證件在手' });
      await one.propose(transfer, next(held.person), [], change(other.id));
      for (const { path } of [county, ministry])
        assert.deepEqual(
          (await two.disputes(path)).map(({ id }) => id),
          ['dispute'],
        );
      assert.deepEqual(await two.disputes(other.path), []);
      assert.equal((await two.transfers({ unitId: school.id, direction: 'out' }, FIRST_PAGE)).total, 0);
      const right = { ...field.teacher(other, '本人'), numbers: numbers('n-disputed') };
      const taken = { indexes: ['n-disputed'], person: next(next(held.person)) };
      const decided = next(transfer, { state: 'accepted' });
      const tries = [one, two].map((store) => outcome(store.reassignNumber(decided, taken, right, [], change(other.id))));
      assert.equal(written(await Promise.all(tries)), 1);
      assert.equal((await one.personByNumber(['n-disputed']))?.id, right.person.id);
      assert.deepEqual((await one.verify()).database, []);
    },
  },

  {
    name: 'a roster is counted for a unit and for all below it, who left by their month, and who was registered by the month in Taipei',
    body: async (field) => {
      const { one, two, school, other, county } = field;
      await field.enter(school, '一', { registeredAt: '2026-06-30T15:59:59.999Z' });
      const { teacher } = await field.enter(other, '二', { registeredAt: '2026-06-30T16:00:00.000Z' });
      await one.saveTeacher(
        next(teacher, { departure: { kind: 'retired', on: '2026-07-31', toUnitId: null, note: null, at: AT } }),
        null,
        [],
        NONE,
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
