/** Stale versions and taken unique values are rejected with a write conflict. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { change, outcome, countWritten, expectConflict, nextVersion, identityNumbers, type FixtureCase } from './fixture.js';

export const conflictCases: readonly FixtureCase[] = [
  {
    name: 'rejects a record with a stale version',
    body: async (fixture) => {
      const { one, two, school, head } = fixture;
      const { teacher, person } = await fixture.registerEntry(school, '丁一');
      await one.saveTeacher(nextVersion(teacher, { title: 'director' }), null, [], change(school.id));
      await expectConflict(two.saveTeacher(nextVersion(teacher, { title: 'principal' }), null, [], change(school.id)));
      await one.saveUnit(nextVersion(school, { name: '新名' }), change(school.id));
      await expectConflict(two.saveUnit(nextVersion(school, { name: '別名' }), change(school.id)));
      await one.saveAccounts([nextVersion(head)], [], change(school.id));
      await expectConflict(
        two.linkIdentity({ id: newId(), accountId: head.id, issuer: 'i', subject: 's' }, nextVersion(head), change(school.id)),
      );
      await expectConflict(two.saveTeacher(nextVersion(nextVersion(teacher)), { ...person, version: 9 }, [], change(school.id)));
      assert.equal((await two.teacher(teacher.id))?.title, 'director');
      assert.equal(await two.identity('i', 's'), null);
    },
  },

  {
    name: 'rejects a value that must be unique and is taken',
    body: async (fixture) => {
      const { one, two, school, other, head } = fixture;
      await expectConflict(two.apply(fixture.account(other, 'School-Head'), null, null, change(other.id)));
      await expectConflict(two.apply(fixture.account(school, 'second', { role: 'head' }), null, null, change(school.id)));
      await expectConflict(two.openUnit(fixture.unit('S01', '同碼', fixture.county), change(school.id)));
      await one.apply(fixture.account(school, 'first', { referenceHash: 'r' }), null, null, change(school.id));
      await expectConflict(two.apply(fixture.account(school, 'other', { referenceHash: 'r' }), null, null, change(school.id)));
      const identity = { accountId: head.id, issuer: 'i', subject: 's' };
      await one.linkIdentity({ id: newId(), ...identity }, nextVersion(head), change(school.id));
      await expectConflict(two.linkIdentity({ id: newId(), ...identity }, { ...head, version: 3 }, change(school.id)));
      const { teacher, person } = fixture.teacher(school, '甲');
      await one.register(teacher, person, identityNumbers('n1'), [], change(school.id));
      const twin = fixture.teacher(other, '乙');
      await expectConflict(two.register(twin.teacher, twin.person, identityNumbers('n0', 'n1'), [], change(other.id)));
      assert.equal(await two.personByNumber(['n0']), null);
      // A number that the same person has already is not a conflict.
      await two.saveTeacher(nextVersion(teacher), null, identityNumbers('n1', 'n2'), change(school.id));
      assert.equal((await one.personByNumber(['n2']))?.id, person.id);
    },
  },

  {
    name: 'rejects a second open proposal of one school for the same person',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const entry = await fixture.registerEntry(school, '丁一');
      const { person } = entry;
      const proposal = () => fixture.proposal(entry);
      const results = await Promise.all(
        [one, two, one, two].map((store) => outcome(store.propose(proposal(), nextVersion(person), [], change(school.id)))),
      );
      assert.equal(countWritten(results), 1);
      await expectConflict(one.propose(proposal(), nextVersion(nextVersion(person)), [], change(school.id)));
    },
  },
];
