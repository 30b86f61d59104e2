/** Sessions, outside identities, claims, integrations and mail links. */
import assert from 'node:assert/strict';
import type { LookupRecord, MailLinkRecord, TeacherLoginRecord } from '../records.js';
import {
  NOW,
  change,
  expectConflict,
  nextVersion,
  EMPTY_CHANGE,
  passwordHash,
  outcome,
  countWritten,
  type FixtureCase,
} from './fixture.js';

const LATER = '2026-08-01T03:00:00.000Z';
const MUCH_LATER = '2026-09-01T00:00:00.000Z';

const link = (tokenHash: string, accountId: string, overrides: Partial<MailLinkRecord> = {}): MailLinkRecord => ({
  tokenHash,
  accountId,
  purpose: 'reset',
  email: 'a@example.tw',
  expiresAt: LATER,
  ...overrides,
});

const lookup = (unitId: string, accountId: string, text: string, overrides: Partial<LookupRecord> = {}): LookupRecord => ({
  similar: `similar ${text.slice(0, 1)}`,
  number: `number ${text}`,
  asked: `asked ${text}`,
  unitId,
  accountId,
  until: MUCH_LATER,
  ...overrides,
});

export const signInCases: readonly FixtureCase[] = [
  {
    name: 'opens a session only at the account’s current version, and a token only while its session exists',
    body: async (fixture) => {
      const { one, two, head, school } = fixture;
      await one.savePassword(nextVersion(head, { passwordHash: passwordHash('$new') }), {}, change(school.id));
      await expectConflict(two.openSession(fixture.session('late', head.id), head, [], EMPTY_CHANGE));
      await one.openSession(fixture.session('parent', head.id), nextVersion(head), [], EMPTY_CHANGE);
      await two.endSession('parent', EMPTY_CHANGE);
      const token = fixture.session('token', head.id, { kind: 'bearer', parentId: 'parent' });
      await expectConflict(one.openSession(token, nextVersion(head), [], EMPTY_CHANGE));
      await one.saveAccounts([nextVersion(nextVersion(head), { status: 'deleted' })], [head.id], change(school.id));
      await expectConflict(two.openSession(fixture.session('deleted', head.id), nextVersion(nextVersion(head)), [], EMPTY_CHANGE));
      assert.deepEqual(await one.sessionsOf(head.id, NOW), []);
    },
  },

  {
    name: 'opens a session in the place of another one, which ends with its tokens and codes',
    body: async (fixture) => {
      const { one, two, head } = fixture;
      await one.openSession(fixture.session('older', head.id), head, [], EMPTY_CHANGE);
      await one.openSession(fixture.session('elsewhere', head.id), head, [], EMPTY_CHANGE);
      await one.openSession(fixture.session('token', head.id, { kind: 'bearer', parentId: 'older' }), head, [], EMPTY_CHANGE);
      await two.openSession(fixture.session('newer', head.id), head, [], EMPTY_CHANGE, 'older');
      assert.deepEqual((await one.sessionsOf(head.id, NOW)).map(({ id }) => id).sort(), ['elsewhere', 'newer']);
    },
  },

  {
    name: 'the session of an outside identity belongs to the account that is linked at the moment, and ends when it is unlinked',
    body: async (fixture) => {
      const { one, two, head, school } = fixture;
      const identity = { issuer: 'https://id.example', subject: 's' };
      const session = fixture.session('outside', null, identity);
      await one.openSession(session, null, [], EMPTY_CHANGE);
      assert.deepEqual(await two.signedIn('outside', 'cookie', NOW), { session, account: null, unit: null });
      await one.linkIdentity({ id: 'link', accountId: head.id, ...identity }, nextVersion(head), change(school.id));
      assert.equal((await two.signedIn('outside', 'cookie', NOW))?.account?.id, head.id);
      await one.openSession(fixture.session('own', head.id), nextVersion(head), [], EMPTY_CHANGE);
      assert.deepEqual((await two.sessionsOf(head.id, NOW)).map(({ id }) => id).sort(), ['outside', 'own']);
      await two.unlinkIdentity('link', nextVersion(nextVersion(head)), change(school.id));
      assert.equal(await one.signedIn('outside', 'cookie', NOW), null);
      assert.equal(await one.signedIn('own', 'cookie', NOW), null);
    },
  },

  {
    name: 'stores look-ups by unit and by account, until they expire',
    body: async ({ one, two, school, county, head }) => {
      const asker = { unitId: school.id, accountId: head.id };
      const none = { similar: [], all: { unitId: null, accountId: null } };
      const counts = (unitId: number, accountId: number) => ({
        unitId: { count: unitId, until: LATER },
        accountId: { count: accountId, until: MUCH_LATER },
      });
      const first = lookup(school.id, head.id, 'a1');
      const older = lookup(school.id, 'another', 'a2', { until: LATER });
      const moved = lookup(county.id, head.id, 'a3');
      assert.deepEqual(await two.lookups(asker, ['similar a'], NOW), none);
      await one.saveLookups(asker, none, [first, older, lookup(school.id, head.id, 'b1')], counts(3, 3), change(school.id));
      const atCounty = { unitId: county.id, accountId: head.id };
      const before = await two.lookups(atCounty, ['similar a'], NOW);
      assert.deepEqual(before.all, { unitId: null, accountId: counts(3, 3).accountId });
      await two.saveLookups(atCounty, before, [moved, lookup(county.id, 'another', 'a4')], counts(2, 5), EMPTY_CHANGE);
      const read = await one.lookups(asker, ['similar a'], NOW);
      assert.deepEqual(
        read.similar.sort((a, b) => (a.asked < b.asked ? -1 : 1)),
        [first, older, moved],
      );
      assert.deepEqual(read.all, counts(3, 5));
      const asked = async (now: string) => (await two.lookups(asker, ['similar a'], now)).similar.map((each) => each.asked).sort();
      assert.deepEqual(await asked(LATER), [first.asked, moved.asked]);
      // One that has expired is stored again.
      await one.saveLookups(asker, read, [{ ...older, until: MUCH_LATER }], counts(4, 6), EMPTY_CHANGE);
      assert.deepEqual(await asked(LATER), [first.asked, older.asked, moved.asked]);
      await two.forgetExpired('2026-09-02T00:00:00.000Z', NOW);
      assert.deepEqual(await one.lookups(asker, ['similar a'], NOW), none);
    },
  },

  {
    name: 'of concurrent writes of look-ups after one read, one succeeds with all of them',
    body: async ({ one, two, school, head }) => {
      const asker = { unitId: school.id, accountId: head.id };
      for (const letter of ['a', 'b']) {
        const before = await one.lookups(asker, [], NOW);
        const count = { count: (before.all.unitId?.count ?? 0) + 120, until: LATER };
        const outcomes = await Promise.all(
          [one, two, one, two].map((store, writer) => {
            const records = Array.from({ length: 120 }, (_, index) => lookup(school.id, head.id, `${letter}${writer} ${index}`));
            return outcome(store.saveLookups(asker, before, records, { unitId: count, accountId: count }, change(school.id)));
          }),
        );
        assert.equal(outcomes.filter((each) => each === 'written').length, 1);
        const { similar, all } = await two.lookups(asker, [`similar ${letter}`], NOW);
        assert.deepEqual([similar.length, all.unitId], [120, count]);
      }
    },
  },

  {
    name: 'of concurrent claims of one entry, one succeeds',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const { teacher } = await fixture.registerEntry(school, '待申請者');
      await one.invite({ codeHash: 'old', unitId: school.id, teacherId: teacher.id, createdAt: NOW, expiresAt: LATER }, EMPTY_CHANGE);
      await two.invite({ codeHash: 'new', unitId: school.id, teacherId: teacher.id, createdAt: NOW, expiresAt: LATER }, EMPTY_CHANGE);
      assert.equal(await one.invitation('old'), null);
      const login = (n: number): TeacherLoginRecord => ({
        id: `login-${n}`,
        unitId: school.id,
        teacherId: teacher.id,
        personId: teacher.personId,
        issuer: 'https://id.example',
        subject: `s-${n}`,
        usernameKey: null,
        passwordHash: null,
        at: NOW,
      });
      const claims = [0, 1, 2, 3].map((n) =>
        outcome(
          (n % 2 ? one : two).claimTeacher(
            nextVersion(teacher, { status: 'roaming', username: `RM_${n}` }),
            login(n),
            'new',
            change(school.id),
          ),
        ),
      );
      assert.equal(countWritten(await Promise.all(claims)), 1);
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
    name: 'finds an integration by its token hash, lists integrations by subtree, and ends one once',
    body: async ({ one, two, head, school, county, other }) => {
      const integration = {
        id: 'i',
        unitId: school.id,
        makerId: head.id,
        name: '單一登入',
        scope: 'claims' as const,
        tokenHash: 'hash',
        createdAt: NOW,
        expiresAt: MUCH_LATER,
        endedAt: null,
      };
      await one.openIntegration(integration, change(school.id));
      assert.deepEqual(await two.integration('hash'), integration);
      assert.deepEqual(await two.integrations(county.path), [integration]);
      assert.deepEqual(await two.integrations(other.path), []);
      await two.endIntegration('i', LATER, change(school.id));
      assert.equal((await one.integration('hash'))?.endedAt, LATER);
      await expectConflict(one.endIntegration('i', LATER, change(school.id)));
    },
  },

  {
    name: 'a mail link replaces an earlier one and works once',
    body: async ({ one, two, head, school }) => {
      await one.record({ ...EMPTY_CHANGE, links: [link('a', head.id)] });
      await one.record({ ...EMPTY_CHANGE, links: [link('b', head.id), link('c', head.id, { purpose: 'confirm' })] });
      assert.equal(await two.mailLink('a'), null);
      assert.deepEqual(await two.mailLink('b'), link('b', head.id));
      await one.followMailLink(nextVersion(head, { emailConfirmed: true }), 'c', change(school.id));
      await expectConflict(two.followMailLink(nextVersion(nextVersion(head)), 'c', change(school.id)));
      await one.countAttempt('sign-in:x', NOW, LATER);
      const by = { link: 'b', clearAttempts: ['sign-in:x'] };
      await two.savePassword(nextVersion(nextVersion(head), { passwordHash: passwordHash('$new') }), by, change(school.id));
      assert.equal((await two.countAttempt('sign-in:x', NOW, LATER)).count, 1);
      await expectConflict(one.savePassword(nextVersion(nextVersion(nextVersion(head))), by, change(school.id)));
      assert.equal((await one.account(head.id))?.version, head.version + 2);
    },
  },
];
