/** A write is done completely or not at all. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import type { StoredResponse } from '../records.js';
import type { Guard, LoadBatch } from '../store.js';
import {
  NOW,
  BY_NAME,
  TODAY,
  FIRST_PAGE,
  auditEntry,
  change,
  expectConflict,
  nextVersion,
  rosterOf,
  expectIntact,
  type FixtureCase,
} from './fixture.js';

export const atomicityCases: readonly FixtureCase[] = [
  {
    name: 'a guard that no longer holds rejects the whole change: records, audit entries and stored response',
    body: async ({ one, two, head, school, county, countyHead }) => {
      const response: StoredResponse = {
        caller: 'c',
        key: 'k',
        fingerprint: 'f',
        status: 200,
        etag: null,
        location: null,
        body: '',
        at: NOW,
      };
      const stale: Guard[] = [
        { kind: 'actor', accountId: head.id, unitId: school.id, role: 'contact' },
        { kind: 'actor', accountId: newId(), unitId: school.id, role: 'head' },
        { kind: 'path', unitId: school.id, path: county.path },
        { kind: 'head', unitId: school.id, accountId: countyHead.id },
        { kind: 'head', unitId: school.id, accountId: null },
      ];
      for (const guard of stale) {
        await expectConflict(
          one.saveAccounts([nextVersion(head, { name: '改名' })], [], { guards: [guard], trail: [auditEntry(school.id)], response }),
        );
      }
      assert.deepEqual(await two.account(head.id), head);
      assert.equal((await two.trail({ unitId: school.id, limit: 9 })).length, 1);
      assert.equal(await two.storedResponse('c', 'k'), null);
      const valid: Guard[] = [
        { kind: 'actor', accountId: head.id, unitId: school.id, role: 'head' },
        { kind: 'path', unitId: school.id, path: school.path },
        { kind: 'head', unitId: school.id, accountId: head.id },
      ];
      await one.saveAccounts([nextVersion(head, { name: '改名' })], [], { guards: valid, trail: [auditEntry(school.id)], response });
      assert.equal((await two.account(head.id))?.name, '改名');
      assert.equal((await two.storedResponse('c', 'k'))?.status, 200);
    },
  },

  {
    name: 'saves neither of two accounts where one has a stale version',
    body: async (fixture) => {
      const { one, two, school, head } = fixture;
      const contact = fixture.account(school, 'contact');
      await one.apply(contact, null, null, change(school.id));
      await expectConflict(
        one.saveAccounts([nextVersion(head, { role: 'contact' }), { ...contact, role: 'head', version: 7 }], [], change(school.id)),
      );
      assert.equal((await two.account(head.id))?.role, 'head');
    },
  },

  {
    name: 'a load with a taken user name writes nothing',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const unit = fixture.unit('S09', '新校', fixture.county);
      const before = await two.trail({ unitId: school.id, limit: 50 });
      await expectConflict(
        one.load([
          { units: [unit], ...change(school.id) },
          { entries: [fixture.entryWithPerson(unit, '丁一')], ...change(unit.id) },
          { accounts: [fixture.account(school, 'SCHOOL-HEAD')], ...change(school.id) },
        ]),
      );
      assert.equal(await two.unitByCode('S09'), null);
      assert.equal((await two.teachers(rosterOf(unit.id), BY_NAME, FIRST_PAGE)).total, 0);
      assert.deepEqual(await two.trail({ unitId: school.id, limit: 50 }), before);
      await expectIntact(two);
    },
  },

  {
    name: 'a load that throws writes nothing; a load of many batches requests each one after the previous one is written',
    body: async (fixture) => {
      const { one, two, county } = fixture;
      const unit = fixture.unit('S09', '新校', county);
      const entries = Array.from({ length: 400 }, (_, n) => fixture.entryWithPerson(unit, `人${n}`));
      function* batches(breaksOff: boolean): Generator<LoadBatch> {
        yield { units: [unit], ...change(county.id) };
        for (let n = 0; n < 4; n++) {
          if (n === 3 && breaksOff) throw new Error('broken off');
          yield { entries: entries.slice(n * 100, n * 100 + 100), guards: [], trail: [auditEntry(unit.id)] };
        }
      }
      await assert.rejects(one.load(batches(true)), /broken off/);
      assert.equal(await two.unitByCode('S09'), null);
      await one.saveUnit(nextVersion(county, { name: '花蓮縣政府' }), change(county.id));
      await one.load(batches(false));
      assert.equal((await two.teachers(rosterOf(unit.id), BY_NAME, FIRST_PAGE)).total, 400);
      await expectIntact(two);
    },
  },

  {
    name: 'accepting a transfer saves both entries, or nothing',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      const entry = await fixture.registerEntry(school, '丁一');
      const { teacher, person } = entry;
      const transfer = fixture.proposal(entry);
      await one.propose(transfer, nextVersion(person), [], change(school.id));
      assert.deepEqual(await two.waitingTransfers(person.id), [transfer]);
      assert.deepEqual((await two.transfers({ unitId: other.id, direction: 'in' }, FIRST_PAGE)).items, [transfer]);
      assert.equal((await two.transfers({ unitId: other.id, direction: 'out' }, FIRST_PAGE)).total, 0);
      const leaving = nextVersion(teacher, { departure: { kind: 'transferred', on: TODAY, toUnitId: other.id, note: null, at: NOW } });
      const arriving = fixture.teacher(other, '丁一', { personId: person.id }).teacher;
      const moved = { ...person, teacherId: arriving.id, unitId: other.id };
      const accept = (version: number) =>
        one.acceptTransfer(
          nextVersion(transfer, { state: 'accepted' }),
          leaving,
          arriving,
          { ...moved, version },
          [],
          [],
          change(school.id),
        );
      await expectConflict(accept(5));
      assert.equal((await two.transfer(transfer.id))?.state, 'proposed');
      assert.equal((await two.teacher(teacher.id))?.departure, null);
      assert.equal(await two.teacher(arriving.id), null);
      await accept(3);
      assert.equal((await two.person(person.id))?.teacherId, arriving.id);
      await expectIntact(two);
    },
  },
];
