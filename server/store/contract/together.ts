/** Writers at the same time. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { pathBelow } from '../../domain/units.js';
import type { Guard } from '../store.js';
import {
  AT,
  FIRST_PAGE,
  NONE,
  change,
  hashed,
  outcome,
  written,
  conflicts,
  next,
  ofSchool,
  whole,
  numbers,
  type FieldCase,
} from './field.js';

export const togetherCases: readonly FieldCase[] = [
  {
    name: 'a save of an account that was read before a sign-in keeps the time of the sign-in',
    body: async (field) => {
      const { one, two, school } = field;
      const at = '2026-08-01T05:06:07.000Z';
      const read = (await one.account(field.head.id))!;
      await two.openSession(field.session('s-later', read.id, { createdAt: at }), read, [], NONE);
      const edited = next(read, { name: '改名' });
      await one.saveAccounts([edited], [], change(school.id));
      assert.deepEqual(await two.account(read.id), { ...edited, lastSignInAt: at });
      const withPassword = next(edited, { passwordHash: hashed('$new') });
      await one.savePassword(withPassword, {}, change(school.id));
      assert.deepEqual(await two.account(read.id), { ...withPassword, lastSignInAt: at });
    },
  },

  {
    name: 'of writers on one account at the same version, exactly one wins each round',
    body: async ({ one, two, school, head }) => {
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
    },
  },

  {
    name: 'of eight registrations of one person at once, one is written',
    body: async (field) => {
      const { one, two, school, other } = field;
      for (let round = 0; round < 5; round++) {
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, index) => {
            const unit = index % 2 ? school : other;
            const { teacher, person } = field.teacher(unit, '同一人');
            return outcome((index % 4 < 2 ? one : two).register(teacher, person, numbers(`same-${round}`), [], change(unit.id)));
          }),
        );
        assert.equal(written(results), 1);
      }
      await whole(two);
    },
  },

  {
    name: 'of heads appointed at once, a unit gets one',
    body: async (field) => {
      const { one, two, other } = field;
      const asking = Array.from({ length: 6 }, (_, index) => field.account(other, `asks-${index}`, { role: null, status: 'pending' }));
      for (const account of asking) await one.apply(account, null, null, change(other.id));
      const results = await Promise.all(
        asking.map((account, index) =>
          outcome((index % 2 ? one : two).saveAccounts([next(account, { role: 'head', status: 'active' })], [], change(other.id))),
        ),
      );
      assert.equal(written(results), 1);
    },
  },

  {
    name: 'a head replaced between the reading and the writing of his act does not get it through',
    body: async (field) => {
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
    },
  },

  {
    name: 'two heads that remove each other at once do not both get it through',
    body: async (field) => {
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
    },
  },

  {
    name: 'an act on a unit and its move do not both go through, and entries move with their unit',
    body: async (field) => {
      const { one, two, school, other, county, ministry } = field;
      await field.enter(school, '丁一');
      let unit = school;
      for (let round = 0; round < 10; round++) {
        const parent = round % 2 ? county : ministry;
        const moved = next(unit, { parentId: parent.id, path: pathBelow(parent.path, unit.id) });
        const { teacher, person } = field.teacher(unit, `第${round}`);
        const [, entered] = await Promise.all([
          outcome(one.moveUnit(moved, unit.path, change(unit.id))),
          outcome(two.register(teacher, person, numbers(newId()), [], change(unit.id, { kind: 'path', unitId: unit.id, path: unit.path }))),
        ]);
        assert.ok(entered === 'written' || (await one.teacher(teacher.id)) === null);
        unit = moved;
        await whole(one);
      }
      const within = await two.teachers(ofSchool(county.id, { within: county.path }), { by: 'name', descending: false }, FIRST_PAGE);
      assert.equal(within.total, (await two.teachers(ofSchool(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total);
      assert.ok(within.total >= 1);
      assert.equal((await two.unit(other.id))?.path, other.path);
    },
  },

  {
    name: 'units opened, and entries made, below a unit that moves go with it',
    body: async (field) => {
      const { one, two, school, county, ministry } = field;
      const department = field.unit('D01', '教務處', school);
      await one.openUnit(department, change(school.id));
      let unit = school;
      for (let round = 0; round < 12; round++) {
        const parent = round % 2 ? county : ministry;
        const moved = next(unit, { parentId: parent.id, path: pathBelow(parent.path, unit.id) });
        const below = (await two.unit(department.id))!;
        const inPlace: Guard = { kind: 'path', unitId: below.id, path: below.path };
        const opened = Array.from({ length: 4 }, (_, index) => field.unit(`N${round}-${index}`, '新組', below));
        await Promise.all([
          ...opened.slice(0, 2).map((each) => outcome(two.openUnit(each, change(below.id, inPlace)))),
          outcome(one.moveUnit(moved, unit.path, change(unit.id))),
          ...opened.slice(2).map((each) => outcome(two.openUnit(each, change(below.id, inPlace)))),
          ...[1, 2].map(() => {
            const { teacher, person } = field.teacher(below, '新人');
            return outcome(two.register(teacher, person, numbers(newId()), [], change(below.id)));
          }),
        ]);
        unit = moved;
        await whole(one);
      }
    },
  },

  {
    name: 'failures counted together are counted one by one',
    body: async ({ one, two }) => {
      const until = '2026-08-01T03:00:00.000Z';
      const counts = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).countAttempt('k', AT, until, 5)));
      assert.deepEqual(
        counts.map(({ count }) => count).sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      await one.takeBackAttempt('k');
      assert.equal((await two.countAttempt('k', AT, until)).count, 20);
      // Once its time has passed, the count begins anew.
      assert.deepEqual(await two.countAttempt('k', '2026-08-01T04:00:00.000Z', '2026-08-01T05:00:00.000Z'), {
        count: 1,
        until: '2026-08-01T05:00:00.000Z',
      });
    },
  },

  {
    name: 'of callers who trade one code at once, one gets it',
    body: async ({ one, two, head }) => {
      const code = { codeHash: 'c', accountId: head.id, sessionId: null, origin: 'https://a.example', challenge: 'x', expiresAt: AT };
      await one.saveSignInCode(code);
      const got = await Promise.all([one, two, one, two].map((store) => store.takeSignInCode('c')));
      assert.deepEqual(
        got.filter((each) => each !== null),
        [code],
      );
    },
  },

  {
    name: 'an answer kept twice at once is kept once, and the second write with it undone',
    body: async (field) => {
      const { one, two, school } = field;
      const answer = { caller: 'c', key: 'k', fingerprint: 'f', status: 201, etag: null, location: null, body: '', at: AT };
      const results = await Promise.all(
        [one, two].map((store, index) => {
          const { teacher, person } = field.teacher(school, `第${index}`);
          return outcome(store.register(teacher, person, numbers(newId()), [], { ...change(school.id), response: answer }));
        }),
      );
      assert.equal(written(results), 1);
      assert.equal((await one.teachers(ofSchool(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total, 1);
    },
  },
];
