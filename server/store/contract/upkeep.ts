/** The outbox, the rotation of keys, and the purge of personal data. */
import assert from 'node:assert/strict';
import type { OutboxRecord } from '../records.js';
import { NOW, change, expectConflict, nextVersion, identityNumbers, sealed, type FixtureCase } from './fixture.js';

const LATER = '2026-08-01T03:00:00.000Z';
const MUCH_LATER = '2026-09-01T00:00:00.000Z';

const outboxRecord = (id: string, overrides: Partial<OutboxRecord> = {}): OutboxRecord => ({
  id,
  consumer: 'mail',
  payload: sealed(`k1.${id}`),
  attempts: 0,
  dueAt: NOW,
  createdAt: NOW,
  ...overrides,
});

export const upkeepCases: readonly FixtureCase[] = [
  {
    name: 'an outbox record is written with its change or not at all, taken by one instance at a time, and stays until it is settled',
    body: async ({ one, two, head, school }) => {
      await one.saveAccounts([nextVersion(head)], [], {
        ...change(school.id),
        outbox: [outboxRecord('p1'), outboxRecord('p2', { consumer: 'webhook:x' })],
      });
      await expectConflict(two.saveAccounts([nextVersion(head)], [], { ...change(school.id), outbox: [outboxRecord('p3')] }));
      const taken = await Promise.all([one, two, one, two].map((store) => store.takeOutbox(['mail', 'other'], NOW, LATER, 10)));
      assert.deepEqual(taken.flat(), [outboxRecord('p1', { attempts: 1, dueAt: LATER })]);
      assert.deepEqual(await two.takeOutbox(['mail'], NOW, LATER, 10), []);
      await two.postponeOutbox('p1', MUCH_LATER);
      assert.deepEqual(await one.takeOutbox(['mail'], LATER, LATER, 10), []);
      assert.deepEqual(
        (await one.takeOutbox(['mail'], MUCH_LATER, MUCH_LATER, 10)).map(({ attempts }) => attempts),
        [2],
      );
      await one.settleOutbox('p1');
      assert.deepEqual(
        (await two.takeOutbox(['mail', 'webhook:x'], MUCH_LATER, MUCH_LATER, 10)).map(({ id }) => id),
        ['p2'],
      );
    },
  },

  {
    name: 'finds values under another key in order, replaces only unchanged ones, and deletes blind indexes by key',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const entries = ['甲', '乙', '丙'].map((name, n) => fixture.teacher(school, name, { nationalId: sealed(`k1.${n}`) }));
      for (const [n, { teacher, person }] of entries.entries())
        await one.register(teacher, person, identityNumbers(`l1.${n}`), [], change(school.id));
      const found = await two.sealedOtherwise('teachers.nationalId', 'k2', '', 2);
      assert.equal(found.length, 2);
      const rows = found.map(({ row }) => row);
      assert.deepEqual(rows, [...rows].sort());
      assert.deepEqual(
        found.map(({ boundTo }) => boundTo),
        rows,
      );
      const [first, second] = found as [(typeof found)[number], (typeof found)[number]];
      await one.reseal('teachers.nationalId', [
        { row: first.row, from: first.value, to: sealed('k2.new') },
        { row: second.row, from: sealed('k1.changed-meanwhile'), to: sealed('k2.lost') },
      ]);
      assert.equal((await two.teacher(first.row))?.nationalId, 'k2.new');
      assert.equal((await two.teacher(second.row))?.nationalId, second.value);
      const remaining = await two.sealedOtherwise('teachers.nationalId', 'k2', '', 10);
      assert.deepEqual(
        remaining.map(({ row }) => row).sort(),
        entries
          .map(({ teacher }) => teacher.id)
          .filter((id) => id !== first.row)
          .sort(),
      );

      const indexed = await two.numbersUnder('l1', 'l1.0', 10);
      assert.deepEqual(
        indexed.map((number) => [number.index, number.sealed]),
        [
          ['l1.1', 'k1.l1.1'],
          ['l1.2', 'k1.l1.2'],
        ],
      );
      await one.addNumbers(indexed.map(({ personId }, n) => ({ index: `l2.${n}`, sealed: sealed('k1.x'), personId })));
      await expectConflict(one.addNumbers([{ index: 'l2.0', sealed: sealed('k1.x'), personId: 'another-person' }]));
      assert.deepEqual([await one.dropNumbers('l1', 2), await one.dropNumbers('l1', 2), await one.dropNumbers('l1', 2)], [2, 1, 0]);
      assert.equal((await two.personByNumber(['l2.0']))?.id, indexed[0]!.personId);
    },
  },

  {
    name: 'a purge deletes all data of the person, and the rest still verifies',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const account = fixture.account(school, 'deleted', {
        status: 'deleted',
        updatedAt: '2020-01-01T00:00:00.000Z',
        emailConfirmed: false,
      });
      await one.apply(account, { id: 'x', accountId: account.id, issuer: 'i', subject: 's' }, null, change(school.id));
      assert.deepEqual(
        (await two.oldAccounts('2021-01-01T00:00:00.000Z', 10)).map(({ id }) => id),
        [account.id],
      );
      await two.purgeAccounts([nextVersion(account, { name: '—', email: '' })], change(school.id));
      assert.deepEqual(await one.oldAccounts('2021-01-01T00:00:00.000Z', 10), []);
      assert.equal(await one.identity('i', 's'), null);

      const departure = { kind: 'retired' as const, on: '2020-01-01', toUnitId: null, note: null, at: '2020-01-02T00:00:00.000Z' };
      const retired = fixture.teacher(school, '退休者', { departure });
      await one.register(retired.teacher, retired.person, identityNumbers('retired'), [], change(school.id));
      assert.deepEqual(
        (await two.entriesOf(retired.person.id)).map(({ id }) => id),
        [retired.teacher.id],
      );
      assert.deepEqual(
        (await two.oldEntries('2021-01-01', 10)).map(({ id }) => id),
        [retired.teacher.id],
      );
      const lateEntry = fixture.teacher(school, '誤植者', { departure: { ...departure, at: NOW } });
      await one.register(lateEntry.teacher, lateEntry.person, identityNumbers('late'), [], change(school.id));
      assert.deepEqual(
        (await two.oldEntries('2021-01-01', 10)).map(({ id }) => id),
        [retired.teacher.id],
      );
      await expectConflict(two.purgeEntries([nextVersion(retired.teacher)], change(school.id)));
      await two.purgeEntries([retired.teacher], change(school.id));
      assert.equal(await one.teacher(retired.teacher.id), null);
      assert.equal(await one.personByNumber(['retired']), null);
      const { database, chain } = await one.verify();
      assert.deepEqual([database, chain.fault], [[], null]);
    },
  },
];
