/** Concurrent writes, by two stores on one database. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { pathBelow } from '../../domain/units.js';
import type { StoredResponse } from '../records.js';
import type { Guard } from '../store.js';
import {
  NOW,
  FIRST_PAGE,
  EMPTY_CHANGE,
  change,
  passwordHash,
  outcome,
  countWritten,
  expectConflict,
  nextVersion,
  rosterOf,
  expectIntact,
  identityNumbers,
  type FixtureCase,
} from './fixture.js';

export const concurrencyCases: readonly FixtureCase[] = [
  {
    name: 'a save of an account that was read before a sign-in keeps the time of the sign-in',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const signedInAt = '2026-08-01T05:06:07.000Z';
      const read = (await one.account(fixture.head.id))!;
      await two.openSession(fixture.session('s-later', read.id, { createdAt: signedInAt }), read, [], EMPTY_CHANGE);
      const edited = nextVersion(read, { name: '改名' });
      await one.saveAccounts([edited], [], change(school.id));
      assert.deepEqual(await two.account(read.id), { ...edited, lastSignInAt: signedInAt });
      const withPassword = nextVersion(edited, { passwordHash: passwordHash('$new') });
      await one.savePassword(withPassword, {}, change(school.id));
      assert.deepEqual(await two.account(read.id), { ...withPassword, lastSignInAt: signedInAt });
    },
  },

  {
    name: 'records the last use of an account without a new version, and never an older one',
    body: async ({ one, two, head }) => {
      const read = (await one.account(head.id))!;
      for (const [at, recorded] of [
        ['2026-08-02T05:06:07.000Z', '2026-08-02T05:06:07.000Z'],
        ['2026-08-01T05:06:07.000Z', '2026-08-02T05:06:07.000Z'],
        ['2026-08-03T05:06:07.000Z', '2026-08-03T05:06:07.000Z'],
      ] as const) {
        await two.recordUse(head.id, at);
        assert.deepEqual(await one.account(head.id), { ...read, lastSignInAt: recorded });
      }
    },
  },

  {
    name: 'of concurrent writes to one account at the same version, exactly one succeeds',
    body: async ({ one, two, school, head }) => {
      let account = head;
      for (let round = 0; round < 25; round++) {
        const results = await Promise.all(
          [one, two, one, two].map((store, writer) =>
            outcome(store.saveAccounts([nextVersion(account, { title: `${round}-${writer}` })], [], change(school.id))),
          ),
        );
        assert.equal(countWritten(results), 1);
        account = (await one.account(head.id))!;
        assert.equal(account.version, round + 2);
        assert.equal(account.title, `${round}-${results.indexOf('written')}`);
      }
      await expectIntact(one);
    },
  },

  {
    name: 'of eight concurrent registrations of one person, one succeeds',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      for (let round = 0; round < 5; round++) {
        const results = await Promise.all(
          Array.from({ length: 8 }, (_, index) => {
            const unit = index % 2 ? school : other;
            const { teacher, person } = fixture.teacher(unit, '同一人');
            return outcome((index % 4 < 2 ? one : two).register(teacher, person, identityNumbers(`same-${round}`), [], change(unit.id)));
          }),
        );
        assert.equal(countWritten(results), 1);
      }
      await expectIntact(two);
    },
  },

  {
    name: 'of concurrent appointments of a head, one succeeds',
    body: async (fixture) => {
      const { one, two, other } = fixture;
      const applications = Array.from({ length: 6 }, (_, index) =>
        fixture.account(other, `asks-${index}`, { role: null, status: 'pending' }),
      );
      for (const account of applications) await one.apply(account, null, null, change(other.id));
      const results = await Promise.all(
        applications.map((account, index) =>
          outcome((index % 2 ? one : two).saveAccounts([nextVersion(account, { role: 'head', status: 'active' })], [], change(other.id))),
        ),
      );
      assert.equal(countWritten(results), 1);
    },
  },

  {
    name: 'rejects a write whose actor was replaced as head after the read',
    body: async (fixture) => {
      const { one, two, county, countyHead, school, head } = fixture;
      let target = fixture.account(school, 'target');
      await one.apply(target, null, null, change(school.id));
      let actor = countyHead;
      for (let round = 0; round < 20; round++) {
        const actorGuard: Guard = { kind: 'actor', accountId: actor.id, unitId: county.id, role: 'head' };
        const [write, replaced] = await Promise.all([
          outcome(one.saveAccounts([nextVersion(target, { title: `r${round}` })], [], change(school.id, actorGuard))),
          outcome(two.saveAccounts([nextVersion(actor, { role: 'contact' })], [], change(county.id))),
        ]);
        assert.equal(replaced, 'written');
        // The write may come before the replacement, but not after it.
        await expectConflict(one.saveAccounts([nextVersion((await one.account(target.id))!)], [], change(school.id, actorGuard)));
        target = (await one.account(target.id))!;
        assert.equal(target.title === `r${round}`, write === 'written');
        actor = nextVersion((await one.account(actor.id))!, { role: 'head' });
        await one.saveAccounts([actor], [], change(county.id));
      }
      assert.equal((await two.account(head.id))?.role, 'head');
    },
  },

  {
    name: 'of two heads that delete each other concurrently, exactly one succeeds',
    body: async (fixture) => {
      const { one, two, school, county, head, countyHead } = fixture;
      for (let round = 0; round < 20; round++) {
        const [a, b] = [(await one.account(head.id))!, (await one.account(countyHead.id))!];
        const guards = [a, b].map((actor): Guard => ({ kind: 'actor', accountId: actor.id, unitId: actor.unitId, role: 'head' }));
        const results = await Promise.all([
          outcome(one.saveAccounts([nextVersion(b, { status: 'deleted' })], [], change(county.id, guards[0]!))),
          outcome(two.saveAccounts([nextVersion(a, { status: 'deleted' })], [], change(school.id, guards[1]!))),
        ]);
        assert.equal(countWritten(results), 1);
        for (const id of [a.id, b.id]) {
          const account = (await one.account(id))!;
          if (account.status === 'deleted')
            await one.saveAccounts([nextVersion(account, { status: 'active' })], [], change(account.unitId));
        }
      }
      await expectIntact(two);
    },
  },

  {
    name: 'a registration with the path of a unit conflicts with a concurrent move, and entries move with their unit',
    body: async (fixture) => {
      const { one, two, school, other, county, ministry } = fixture;
      await fixture.registerEntry(school, '丁一');
      let unit = school;
      for (let round = 0; round < 10; round++) {
        const parent = round % 2 ? county : ministry;
        const moved = nextVersion(unit, { parentId: parent.id, path: pathBelow(parent.path, unit.id) });
        const { teacher, person } = fixture.teacher(unit, `第${round}`);
        const [, entered] = await Promise.all([
          outcome(one.moveUnit(moved, unit.path, change(unit.id))),
          outcome(
            two.register(
              teacher,
              person,
              identityNumbers(newId()),
              [],
              change(unit.id, { kind: 'path', unitId: unit.id, path: unit.path }),
            ),
          ),
        ]);
        assert.ok(entered === 'written' || (await one.teacher(teacher.id)) === null);
        unit = moved;
        await expectIntact(one);
      }
      const within = await two.teachers(rosterOf(county.id, { within: county.path }), { by: 'name', descending: false }, FIRST_PAGE);
      assert.equal(within.total, (await two.teachers(rosterOf(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total);
      assert.ok(within.total >= 1);
      assert.equal((await two.unit(other.id))?.path, other.path);
    },
  },

  {
    name: 'units and entries that are created below a unit while it moves, move with it',
    body: async (fixture) => {
      const { one, two, school, county, ministry } = fixture;
      const department = fixture.unit('D01', '教務處', school);
      await one.openUnit(department, change(school.id));
      let unit = school;
      for (let round = 0; round < 12; round++) {
        const parent = round % 2 ? county : ministry;
        const moved = nextVersion(unit, { parentId: parent.id, path: pathBelow(parent.path, unit.id) });
        const below = (await two.unit(department.id))!;
        const pathGuard: Guard = { kind: 'path', unitId: below.id, path: below.path };
        const opened = Array.from({ length: 4 }, (_, index) => fixture.unit(`N${round}-${index}`, '新組', below));
        await Promise.all([
          ...opened.slice(0, 2).map((each) => outcome(two.openUnit(each, change(below.id, pathGuard)))),
          outcome(one.moveUnit(moved, unit.path, change(unit.id))),
          ...opened.slice(2).map((each) => outcome(two.openUnit(each, change(below.id, pathGuard)))),
          ...[1, 2].map(() => {
            const { teacher, person } = fixture.teacher(below, '新人');
            return outcome(two.register(teacher, person, identityNumbers(newId()), [], change(below.id)));
          }),
        ]);
        unit = moved;
        await expectIntact(one);
      }
    },
  },

  {
    name: 'counts concurrent attempts one by one',
    body: async ({ one, two }) => {
      const until = '2026-08-01T03:00:00.000Z';
      const counts = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).countAttempt('k', NOW, until, 5)));
      assert.deepEqual(
        counts.map(({ count }) => count).sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      await one.takeBackAttempt('k');
      assert.equal((await two.countAttempt('k', NOW, until)).count, 20);
      // After `until` the count starts again.
      assert.deepEqual(await two.countAttempt('k', '2026-08-01T04:00:00.000Z', '2026-08-01T05:00:00.000Z'), {
        count: 1,
        until: '2026-08-01T05:00:00.000Z',
      });
    },
  },

  {
    name: 'of concurrent exchanges of one sign-in code, one succeeds',
    body: async ({ one, two, head }) => {
      const code = { codeHash: 'c', accountId: head.id, sessionId: null, origin: 'https://a.example', challenge: 'x', expiresAt: NOW };
      await one.saveSignInCode(code);
      const taken = await Promise.all([one, two, one, two].map((store) => store.takeSignInCode('c')));
      assert.deepEqual(
        taken.filter((each) => each !== null),
        [code],
      );
    },
  },

  {
    name: 'of two concurrent writes with one idempotency key, one succeeds',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const response: StoredResponse = {
        caller: 'c',
        key: 'k',
        fingerprint: 'f',
        status: 201,
        etag: null,
        location: null,
        body: '',
        at: NOW,
      };
      const results = await Promise.all(
        [one, two].map((store, index) => {
          const { teacher, person } = fixture.teacher(school, `第${index}`);
          return outcome(store.register(teacher, person, identityNumbers(newId()), [], { ...change(school.id), response }));
        }),
      );
      assert.equal(countWritten(results), 1);
      assert.equal((await one.teachers(rosterOf(school.id), { by: 'name', descending: false }, FIRST_PAGE)).total, 1);
    },
  },
];
