/** All of it or nothing. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import type { TransferRecord } from '../records.js';
import type { Guard, LoadBatch } from '../store.js';
import { AT, BY_NAME, TODAY, FIRST_PAGE, fresh, line, change, conflicts, next, ofSchool, whole, type FieldCase } from './field.js';

export const wholeCases: readonly FieldCase[] = [
  {
    name: 'a stale guard undoes the whole change: records, trail and kept answer',
    body: async ({ one, two, head, school, county, countyHead }) => {
      const answer = { caller: 'c', key: 'k', fingerprint: 'f', status: 200, etag: null, location: null, body: '', at: AT };
      const stale: Guard[] = [
        { kind: 'actor', accountId: head.id, unitId: school.id, role: 'contact' },
        { kind: 'actor', accountId: newId(), unitId: school.id, role: 'head' },
        { kind: 'path', unitId: school.id, path: county.path },
        { kind: 'head', unitId: school.id, accountId: countyHead.id },
        { kind: 'head', unitId: school.id, accountId: null },
      ];
      for (const guard of stale) {
        await conflicts(
          one.saveAccounts([next(head, { name: '改名' })], [], { guards: [guard], trail: [line(school.id)], response: answer }),
        );
      }
      assert.deepEqual(await two.account(head.id), head);
      assert.equal((await two.trail({ unitId: school.id, limit: 9 })).length, 1);
      assert.equal(await two.storedResponse('c', 'k'), null);
      const held: Guard[] = [
        { kind: 'actor', accountId: head.id, unitId: school.id, role: 'head' },
        { kind: 'path', unitId: school.id, path: school.path },
        { kind: 'head', unitId: school.id, accountId: head.id },
      ];
      await one.saveAccounts([next(head, { name: '改名' })], [], { guards: held, trail: [line(school.id)], response: answer });
      assert.equal((await two.account(head.id))?.name, '改名');
      assert.equal((await two.storedResponse('c', 'k'))?.status, 200);
    },
  },

  {
    name: 'of two accounts of which one is stale, neither is saved',
    body: async (field) => {
      const { one, two, school, head } = field;
      const contact = field.account(school, 'contact');
      await one.apply(contact, null, null, change(school.id));
      await conflicts(one.saveAccounts([next(head, { role: 'contact' }), { ...contact, role: 'head', version: 7 }], [], change(school.id)));
      assert.equal((await two.account(head.id))?.role, 'head');
    },
  },

  {
    name: 'a load that meets a taken user name loads nothing',
    body: async (field) => {
      const { one, two, school } = field;
      const unit = field.unit('S09', '新校', field.county);
      const before = await two.trail({ unitId: school.id, limit: 50 });
      await conflicts(
        one.load([
          { units: [unit], ...change(school.id) },
          { entries: [field.loaded(unit, '丁一')], ...change(unit.id) },
          { accounts: [field.account(school, 'SCHOOL-HEAD')], ...change(school.id) },
        ]),
      );
      assert.equal(await two.unitByCode('S09'), null);
      assert.equal((await two.teachers(ofSchool(unit.id), BY_NAME, FIRST_PAGE)).total, 0);
      assert.deepEqual(await two.trail({ unitId: school.id, limit: 50 }), before);
      await whole(two);
    },
  },

  {
    name: 'a load that breaks off loads nothing, and a load of many batches loads them all, each made once the one before is written',
    body: async (field) => {
      const { one, two, county } = field;
      const unit = field.unit('S09', '新校', county);
      const entries = Array.from({ length: 400 }, (_, n) => field.loaded(unit, `人${n}`));
      function* batches(breaksOff: boolean): Generator<LoadBatch> {
        yield { units: [unit], ...change(county.id) };
        for (let n = 0; n < 4; n++) {
          if (n === 3 && breaksOff) throw new Error('broken off');
          yield { entries: entries.slice(n * 100, n * 100 + 100), guards: [], trail: [line(unit.id)] };
        }
      }
      await assert.rejects(one.load(batches(true)), /broken off/);
      assert.equal(await two.unitByCode('S09'), null);
      await one.saveUnit(next(county, { name: '花蓮縣政府' }), change(county.id));
      await one.load(batches(false));
      assert.equal((await two.teachers(ofSchool(unit.id), BY_NAME, FIRST_PAGE)).total, 400);
      await whole(two);
    },
  },

  {
    name: 'an accepted transfer ends one entry and begins the other, or nothing happens',
    body: async (field) => {
      const { one, two, school, other } = field;
      const { teacher, person } = await field.enter(school, '丁一');
      const transfer: TransferRecord = {
        ...{ id: newId(), unitId: school.id, toUnitId: other.id, personId: person.id, teacherId: teacher.id, state: 'proposed' },
        ...{ registration: 'sealed', requestedAt: AT, reason: null },
        ...fresh,
      };
      await one.propose(transfer, next(person), [], change(school.id));
      assert.deepEqual(await two.waitingTransfers(person.id), [transfer]);
      assert.deepEqual((await two.transfers({ unitId: other.id, direction: 'in' }, FIRST_PAGE)).items, [transfer]);
      assert.equal((await two.transfers({ unitId: other.id, direction: 'out' }, FIRST_PAGE)).total, 0);
      const leaving = next(teacher, { departure: { kind: 'transferred', on: TODAY, toUnitId: other.id, note: null, at: AT } });
      const arriving = field.teacher(other, '丁一', { personId: person.id }).teacher;
      const moved = { ...person, teacherId: arriving.id, unitId: other.id };
      const accept = (version: number) =>
        one.acceptTransfer(next(transfer, { state: 'accepted' }), leaving, arriving, { ...moved, version }, [], [], change(school.id));
      await conflicts(accept(5));
      assert.equal((await two.transfer(transfer.id))?.state, 'proposed');
      assert.equal((await two.teacher(teacher.id))?.departure, null);
      assert.equal(await two.teacher(arriving.id), null);
      await accept(3);
      assert.equal((await two.person(person.id))?.teacherId, arriving.id);
      await whole(two);
    },
  },
];
