/** Records are returned as they were written. */
import assert from 'node:assert/strict';
import { v7 as newId } from 'uuid';
import { ACCOUNT_FIELDS } from '../../domain/account-fields.js';
import { TEACHER_FIELDS } from '../../domain/teacher-fields.js';
import type { IdentityRecord, StoredResponse } from '../records.js';
import {
  NOW,
  FIRST_PAGE,
  EMPTY_CHANGE,
  passwordHash,
  auditEntry,
  change,
  expectConflict,
  eachField,
  nextVersion,
  names,
  Fixture,
  identityNumbers,
  sealed,
  type FixtureCase,
} from './fixture.js';

export const roundTripCases: readonly FixtureCase[] = [
  {
    name: 'returns a unit as it was saved, by id, by code and in the list of its parent',
    body: async ({ one, two, county, school, other }) => {
      assert.deepEqual(await two.unit(school.id), school);
      assert.deepEqual(await two.unitByCode('S01'), school);
      const { items, total } = await two.units({ within: county.path, parentId: county.id }, FIRST_PAGE);
      assert.deepEqual([items, total], [[school, other], 2]);
      const renamed = nextVersion(school, { name: '和平實驗國小', updatedBy: { id: 'x', name: '林美玲' } });
      await one.saveUnit(renamed, change(school.id));
      assert.deepEqual(await two.unit(school.id), renamed);
      assert.deepEqual(await one.unit(newId()), null);
    },
  },

  {
    name: 'lists root units, the directory, subtrees, and records by id',
    body: async ({ one, two, ministry, county, school, other }) => {
      assert.deepEqual(await one.roots(), [ministry]);
      assert.deepEqual(names(await one.directory('國小', 20)), ['和平國小', '明禮國小']);
      assert.deepEqual(names(await one.directory('s0', 1)), ['和平國小']);
      assert.equal((await one.units({ within: county.path }, FIRST_PAGE)).total, 3);
      assert.deepEqual(names((await one.units({ within: ministry.path, q: '明' }, FIRST_PAGE)).items), ['明禮國小']);
      assert.deepEqual(await one.unitsById([]), []);
      assert.deepEqual(await one.accountsById([]), []);
      const head = (await two.headsOf([school.id])).get(school.id)!;
      assert.deepEqual(await two.accountsById([newId(), head.id, head.id]), [head]);
      assert.deepEqual(new Set(names(await one.unitsById([school.id, other.id, newId()]))), new Set(['和平國小', '明禮國小']));
    },
  },

  {
    name: 'returns an account with every field, filled or empty',
    body: async ({ one, two, school }) => {
      const fixture = new Fixture(one, two);
      const bare = fixture.account(school, 'bare', { role: null, requestedRole: 'contact', status: 'pending' });
      const full = fixture.account(school, 'Full.Name', {
        ...eachField(ACCOUNT_FIELDS),
        requestedRole: 'operator',
        passwordHash: passwordHash('$argon2id$x'),
        mustChangePassword: true,
        referenceHash: 'hash',
        activatedAt: NOW,
        lastSignInAt: NOW,
        reason: '「原因」 \'"\\%_ 𠮷',
        updatedBy: { id: 'x', name: '林美玲' },
      });
      await one.apply(bare, null, null, change(school.id));
      await one.apply(full, null, null, change(school.id));
      assert.deepEqual(await two.account(bare.id), bare);
      assert.deepEqual(await two.account(full.id), full);
      assert.deepEqual(await two.accountByUsername('FULL.NAME'), full);
      assert.deepEqual(await two.accountByReference('hash'), full);
      assert.equal(await two.account(newId()), null);
      assert.deepEqual(await two.takenUsernames(['full.NAME', 'nobody']), new Set(['full.name']));
    },
  },

  {
    name: 'finds an account by its outside identity until that is unlinked',
    body: async ({ one, two, head }) => {
      const identity: IdentityRecord = { id: newId(), accountId: head.id, issuer: 'https://idp.example', subject: 'a' };
      await one.linkIdentity(identity, nextVersion(head), change(head.unitId));
      assert.equal((await two.accountByIdentity('https://idp.example', 'a'))?.id, head.id);
      assert.deepEqual(await two.identitiesOf(head.id), [identity]);
      assert.equal(await two.accountByIdentity('https://other.example', 'a'), null);
      await one.unlinkIdentity(identity.id, { ...head, version: 3 }, change(head.unitId));
      assert.equal(await two.identity('https://idp.example', 'a'), null);
    },
  },

  {
    name: 'returns an entry with every field, its departure and its person',
    body: async (fixture) => {
      const { one, two, school, other } = fixture;
      const { teacher, person } = fixture.teacher(school, '以新‧伊斯瑪哈單', {
        ...eachField(TEACHER_FIELDS),
        username: 't001',
        name: '以新‧伊斯瑪哈單',
        unitNote: '註記\n第二行',
        status: 'active',
        idKind: 'resident',
      });
      await one.register(teacher, person, identityNumbers('number-1', 'number-2'), [], change(school.id));
      assert.deepEqual(await two.teacher(teacher.id), teacher);
      assert.deepEqual(await two.person(person.id), person);
      assert.deepEqual(await two.personByNumber(['nothing', 'number-2']), person);
      assert.equal(await two.personByNumber(['nothing']), null);
      assert.deepEqual(await two.takenNumbers(['number-1', 'nothing']), new Set(['number-1']));
      const departure = { kind: 'transferred' as const, on: '2026-09-01', toUnitId: other.id, note: '轉至他校', at: NOW };
      const left = nextVersion(teacher, { departure });
      await one.saveTeacher(left, null, [], change(school.id));
      assert.deepEqual(await two.teacher(teacher.id), left);
    },
  },

  {
    name: 'returns an audit entry with all of its details',
    body: async ({ one, two, school, head }) => {
      const draft = auditEntry(school.id, '王小明', {
        actor: { id: head.id, name: head.name, role: 'head', unitId: school.id },
        action: 'account.reject',
        outcome: 'denied',
        reason: '資料不符',
        before: { name: '王' },
        after: { name: '𠮷', n: 1 },
        requestId: 'r',
      });
      await one.record({ guards: [], trail: [draft] });
      const [found] = await two.trail({ unitId: school.id, limit: 1 });
      assert.deepEqual(found, { ...draft, seq: 2 });
    },
  },

  {
    name: 'returns a stored response to its caller only',
    body: async ({ one, two }) => {
      const response: StoredResponse = {
        caller: 'account:a',
        key: 'k',
        fingerprint: 'f',
        status: 201,
        etag: '"1"',
        location: null,
        body: sealed('k1.body'),
        at: NOW,
      };
      await one.storeResponse(response);
      assert.deepEqual(await two.storedResponse('account:a', 'k'), response);
      assert.equal(await two.storedResponse('account:b', 'k'), null);
      await expectConflict(two.storeResponse(response));
    },
  },

  {
    name: 'returns a session until it ends, and ends the tokens that come from it',
    body: async (fixture) => {
      const { one, two, head, school } = fixture;
      const expiresAt = '2026-08-01T14:00:00.000Z';
      const cookie = fixture.session('cookie', head.id, { expiresAt });
      const token = fixture.session('token', head.id, { kind: 'bearer', parentId: cookie.id, expiresAt });
      await one.openSession(cookie, head, ['sign-in:account:x'], change(school.id));
      await one.openSession(token, head, [], change(school.id));
      assert.deepEqual((await two.signedIn(cookie.tokenHash, 'cookie', NOW))?.account?.lastSignInAt, NOW);
      assert.equal(await two.signedIn(cookie.tokenHash, 'bearer', NOW), null);
      assert.equal(await two.signedIn(cookie.tokenHash, 'cookie', '2026-08-01T15:00:00.000Z'), null);
      await two.touchSession(cookie.id, '2026-08-01T03:00:00.000Z');
      assert.equal((await one.session(cookie.id))?.seenAt, '2026-08-01T03:00:00.000Z');
      await one.endSession(cookie.id, change(school.id));
      assert.equal(await two.signedIn(token.tokenHash, 'bearer', NOW), null);
    },
  },

  {
    name: 'a change of password ends the other sessions and all sign-in codes',
    body: async (fixture) => {
      const { one, two, head, school } = fixture;
      for (const id of ['keep', 'other']) await one.openSession(fixture.session(id, head.id), head, [], EMPTY_CHANGE);
      await one.saveSignInCode({ codeHash: 'c', accountId: head.id, sessionId: 'keep', origin: 'o', challenge: 'x', expiresAt: NOW });
      await one.savePassword(nextVersion(head, { passwordHash: passwordHash('$new') }), { keep: 'keep' }, change(school.id));
      assert.ok(await two.session('keep'));
      assert.equal(await two.session('other'), null);
      assert.equal(await two.takeSignInCode('c'), null);
    },
  },

  {
    name: 'deletes expired sessions and keeps the others',
    body: async (fixture) => {
      const { one, two, head } = fixture;
      await one.openSession(fixture.session('over', head.id, { expiresAt: '2026-07-01T00:00:00.000Z' }), head, [], EMPTY_CHANGE);
      await one.openSession(fixture.session('on', head.id, { expiresAt: '2026-09-01T00:00:00.000Z' }), head, [], EMPTY_CHANGE);
      await one.forgetExpired(NOW, NOW);
      assert.equal(await two.session('over'), null);
      assert.ok(await two.session('on'));
    },
  },
];
