/** What comes from outside and goes out: identities, claims, tokens, links, the outbox, and the keys that all of it is under. */
import assert from 'node:assert/strict';
import type { MailLinkRecord, OutboxRecord, TeacherLoginRecord } from '../records.js';
import { AT, change, conflicts, next, NONE, hashed, numbers, outcome, written, type FieldCase } from './field.js';

const LATER = '2026-08-01T03:00:00.000Z';
const MUCH_LATER = '2026-09-01T00:00:00.000Z';

const posted = (id: string, more: Partial<OutboxRecord> = {}): OutboxRecord => ({
  ...{ id, consumer: 'mail', payload: `k1.${id}`, attempts: 0, dueAt: AT, createdAt: AT },
  ...more,
});
const link = (tokenHash: string, accountId: string, more: Partial<MailLinkRecord> = {}): MailLinkRecord => ({
  ...{ tokenHash, accountId, purpose: 'reset', email: 'a@example.tw', expiresAt: LATER },
  ...more,
});

export const outsideCases: FieldCase[] = [
  {
    name: 'a session opens only for the account that was decided on, and a token only while its session is there',
    body: async (field) => {
      const { one, two, head, school } = field;
      await one.savePassword(next(head, { passwordHash: hashed('$new') }), {}, change(school.id));
      await conflicts(two.openSession(field.session('late', head.id), head, [], NONE));
      await one.openSession(field.session('parent', head.id), next(head), [], NONE);
      await two.endSession('parent', NONE);
      const token = field.session('token', head.id, { kind: 'bearer', parentId: 'parent' });
      await conflicts(one.openSession(token, next(head), [], NONE));
      await one.saveAccounts([next(next(head), { status: 'deleted' })], [head.id], change(school.id));
      await conflicts(two.openSession(field.session('gone', head.id), next(next(head)), [], NONE));
      assert.deepEqual(await one.sessionsOf(head.id, AT), []);
    },
  },

  {
    name: 'an outside identity’s session is whoever’s account it is linked to at the moment, and ends when it is unlinked',
    body: async (field) => {
      const { one, two, head, school } = field;
      const identity = { issuer: 'https://id.example', subject: 's' };
      const session = field.session('outside', null, identity);
      await one.openSession(session, null, [], NONE);
      assert.deepEqual(await two.signedIn('outside', 'cookie', AT), { session, account: null, unit: null });
      await one.linkIdentity({ id: 'link', accountId: head.id, ...identity }, next(head), change(school.id));
      assert.equal((await two.signedIn('outside', 'cookie', AT))?.account?.id, head.id);
      await one.openSession(field.session('own', head.id), next(head), [], NONE);
      assert.deepEqual((await two.sessionsOf(head.id, AT)).map(({ id }) => id).sort(), ['outside', 'own']);
      await two.unlinkIdentity('link', next(next(head)), change(school.id));
      assert.equal(await one.signedIn('outside', 'cookie', AT), null);
      assert.equal(await one.signedIn('own', 'cookie', AT), null);
    },
  },

  {
    name: 'a waiting entry is claimed once, by one of many at the same time',
    body: async (field) => {
      const { one, two, school } = field;
      const { teacher } = await field.enter(school, '待申請者');
      await one.invite({ codeHash: 'old', unitId: school.id, teacherId: teacher.id, createdAt: AT, expiresAt: LATER }, NONE);
      await two.invite({ codeHash: 'new', unitId: school.id, teacherId: teacher.id, createdAt: AT, expiresAt: LATER }, NONE);
      assert.equal(await one.invitation('old'), null);
      const login = (n: number): TeacherLoginRecord => ({
        ...{ id: `login-${n}`, unitId: school.id, teacherId: teacher.id, personId: teacher.personId },
        ...{ issuer: 'https://id.example', subject: `s-${n}`, usernameKey: null, passwordHash: null, at: AT },
      });
      const claims = [0, 1, 2, 3].map((n) =>
        outcome(
          (n % 2 ? one : two).claimTeacher(next(teacher, { status: 'roaming', username: `RM_${n}` }), login(n), 'new', change(school.id)),
        ),
      );
      assert.equal(written(await Promise.all(claims)), 1);
      const after = (await one.teacher(teacher.id))!;
      assert.equal(after.status, 'roaming');
      assert.equal(await two.invitation('new'), null);
      assert.equal(
        (await two.teacherLogin({ issuer: 'https://id.example', subject: `s-${after.username!.slice(3)}` }))?.teacherId,
        teacher.id,
      );
    },
  },

  {
    name: 'a token of another system is found by its hash, listed by its subtree, and ended once',
    body: async ({ one, two, head, school, county, other }) => {
      const integration = {
        ...{ id: 'i', unitId: school.id, makerId: head.id, name: '單一登入', scope: 'claims' as const, tokenHash: 'hash' },
        ...{ createdAt: AT, expiresAt: MUCH_LATER, endedAt: null },
      };
      await one.openIntegration(integration, change(school.id));
      assert.deepEqual(await two.integration('hash'), integration);
      assert.deepEqual(await two.integrations(county.path), [integration]);
      assert.deepEqual(await two.integrations(other.path), []);
      await two.endIntegration('i', LATER, change(school.id));
      assert.equal((await one.integration('hash'))?.endedAt, LATER);
      await conflicts(one.endIntegration('i', LATER, change(school.id)));
    },
  },

  {
    name: 'a mailed link takes the place of an earlier one and works once',
    body: async ({ one, two, head, school }) => {
      await one.record({ ...NONE, links: [link('a', head.id)] });
      await one.record({ ...NONE, links: [link('b', head.id), link('c', head.id, { purpose: 'confirm' })] });
      assert.equal(await two.mailLink('a'), null);
      assert.deepEqual(await two.mailLink('b'), link('b', head.id));
      await one.followMailLink(next(head, { emailConfirmed: true }), 'c', change(school.id));
      await conflicts(two.followMailLink(next(next(head)), 'c', change(school.id)));
      const by = { link: 'b', forget: ['sign-in:account:x'] };
      await two.savePassword(next(next(head), { passwordHash: hashed('$new') }), by, change(school.id));
      await conflicts(one.savePassword(next(next(next(head))), by, change(school.id)));
      assert.equal((await one.account(head.id))?.version, head.version + 2);
    },
  },

  {
    name: 'what goes out is written with its change or not at all, taken by one, and there until it has arrived',
    body: async ({ one, two, head, school }) => {
      await one.saveAccounts([next(head)], [], { ...change(school.id), outbox: [posted('p1'), posted('p2', { consumer: 'webhook:x' })] });
      await conflicts(two.saveAccounts([next(head)], [], { ...change(school.id), outbox: [posted('p3')] }));
      const taken = await Promise.all([one, two, one, two].map((store) => store.takeOutbox(['mail', 'other'], AT, LATER, 10)));
      assert.deepEqual(taken.flat(), [posted('p1', { attempts: 1, dueAt: LATER })]);
      assert.deepEqual(await two.takeOutbox(['mail'], AT, LATER, 10), []);
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
    name: 'values under another key are found in order, replaced where they are still what was read, and indexes go by their key',
    body: async (field) => {
      const { one, two, school } = field;
      const made = ['甲', '乙', '丙'].map((name, n) => field.teacher(school, name, { nationalId: `k1.${n}` }));
      for (const [n, { teacher, person }] of made.entries()) await one.register(teacher, person, numbers(`l1.${n}`), [], change(school.id));
      const found = await two.sealedOtherwise('teachers.nationalId', 'k2', '', 2);
      assert.equal(found.length, 2);
      assert.deepEqual(
        found.map(({ row }) => row),
        [...found.map(({ row }) => row)].sort(),
      );
      const [first, second] = found as [(typeof found)[number], (typeof found)[number]];
      await one.reseal('teachers.nationalId', [
        { row: first.row, from: first.value, to: 'k2.new' },
        { row: second.row, from: 'k1.not-what-it-is', to: 'k2.lost' },
      ]);
      assert.equal((await two.teacher(first.row))?.nationalId, 'k2.new');
      assert.equal((await two.teacher(second.row))?.nationalId, second.value);
      const left = await two.sealedOtherwise('teachers.nationalId', 'k2', '', 10);
      assert.deepEqual(
        left.map(({ row }) => row).sort(),
        made
          .map(({ teacher }) => teacher.id)
          .filter((id) => id !== first.row)
          .sort(),
      );

      const indexed = await two.numbersUnder('l1', 'l1.0', 10);
      assert.deepEqual(
        indexed.map(({ index, sealed }) => [index, sealed]),
        [
          ['l1.1', 'k1.l1.1'],
          ['l1.2', 'k1.l1.2'],
        ],
      );
      await one.addNumbers(indexed.map(({ personId }, n) => ({ index: `l2.${n}`, sealed: 'k1.x', personId })));
      await conflicts(one.addNumbers([{ index: 'l2.0', sealed: 'k1.x', personId: 'somebody-else' }]));
      assert.deepEqual([await one.dropNumbers('l1', 2), await one.dropNumbers('l1', 2), await one.dropNumbers('l1', 2)], [2, 1, 0]);
      assert.equal((await two.personByNumber(['l2.0']))?.id, indexed[0]!.personId);
    },
  },

  {
    name: 'who is purged is gone with all that belongs to them, and the rest verifies',
    body: async (field) => {
      const { one, two, school } = field;
      const account = field.account(school, 'gone', { status: 'deleted', updatedAt: '2020-01-01T00:00:00.000Z', emailConfirmed: false });
      await one.apply(account, { id: 'x', accountId: account.id, issuer: 'i', subject: 's' }, null, change(school.id));
      assert.deepEqual(
        (await two.oldAccounts('2021-01-01T00:00:00.000Z', 10)).map(({ id }) => id),
        [account.id],
      );
      await two.purgeAccounts([next(account, { name: '—', email: '' })], change(school.id));
      assert.deepEqual(await one.oldAccounts('2021-01-01T00:00:00.000Z', 10), []);
      assert.equal(await one.identity('i', 's'), null);

      const departure = { kind: 'retired' as const, on: '2020-01-01', toUnitId: null, note: null, at: '2020-01-02T00:00:00.000Z' };
      const left = field.teacher(school, '退休者', { departure });
      await one.register(left.teacher, left.person, numbers('gone'), [], change(school.id));
      assert.deepEqual(
        (await two.entriesOf(left.person.id)).map(({ id }) => id),
        [left.teacher.id],
      );
      assert.deepEqual(
        (await two.oldEntries('2021-01-01', 10)).map(({ id }) => id),
        [left.teacher.id],
      );
      const slip = field.teacher(school, '誤植者', { departure: { ...departure, at: AT } });
      await one.register(slip.teacher, slip.person, numbers('slip'), [], change(school.id));
      assert.deepEqual(
        (await two.oldEntries('2021-01-01', 10)).map(({ id }) => id),
        [left.teacher.id],
      );
      await conflicts(two.purgeEntries([next(left.teacher)], change(school.id)));
      await two.purgeEntries([left.teacher], change(school.id));
      assert.equal(await one.teacher(left.teacher.id), null);
      assert.equal(await one.personByNumber(['gone']), null);
      const { database, chain } = await one.verify();
      assert.deepEqual([database, chain.fault], [[], null]);
    },
  },
];
