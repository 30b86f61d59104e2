/** What was read must still be so. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import type { TransferRecord } from '../records.js';
import { AT, fresh, change, outcome, written, conflicts, next, numbers, type FieldCase } from './field.js';

export const freshCases: readonly FieldCase[] = [
  {
    name: 'a record saved at a version that is no longer is a conflict',
    body: async (field) => {
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
    },
  },

  {
    name: 'what must be unique is',
    body: async (field) => {
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
      await one.register(teacher, person, numbers('n1'), [], change(school.id));
      const twin = field.teacher(other, '乙');
      await conflicts(two.register(twin.teacher, twin.person, numbers('n0', 'n1'), [], change(other.id)));
      assert.equal(await two.personByNumber(['n0']), null);
      // The same person's own number may come again.
      await two.saveTeacher(next(teacher), null, numbers('n1', 'n2'), change(school.id));
      assert.equal((await one.personByNumber(['n2']))?.id, person.id);
    },
  },

  {
    name: 'a school proposes a transfer of one person once at a time',
    body: async (field) => {
      const { one, two, school, other } = field;
      const { teacher, person } = await field.enter(school, '丁一');
      const proposal = (): TransferRecord => ({
        ...{ id: newId(), unitId: school.id, toUnitId: other.id, personId: person.id, teacherId: teacher.id, state: 'proposed' },
        ...{ registration: 'sealed', requestedAt: AT, reason: null },
        ...fresh,
      });
      const results = await Promise.all(
        [one, two, one, two].map((store) => outcome(store.propose(proposal(), next(person), [], change(school.id)))),
      );
      assert.equal(written(results), 1);
      await conflicts(one.propose(proposal(), next(next(person)), [], change(school.id)));
    },
  },
];
