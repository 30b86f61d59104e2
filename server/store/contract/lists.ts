/** Lists: sorting, search, filters, pages, counts. */
import assert from 'node:assert/strict';
import type { AccountFilter, TeacherFilter, TeacherSort } from '../store.js';
import { NOW, TODAY, FIRST_PAGE, EMPTY_CHANGE, rosterOf, names, type FixtureCase } from './fixture.js';

export const listsCases: readonly FixtureCase[] = [
  {
    name: 'sorts Chinese names by strokes and other scripts after them, ascending and descending',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const inOrder = ['丁一', '巴代', '王小明', '以新‧伊斯瑪哈單', '林美玲', '游錫堃', '蔡依林', '蘇打綠', 'Alice', 'bob'];
      for (const name of [...inOrder].reverse()) await fixture.registerEntry(school, name);
      const list = async (descending: boolean): Promise<string[]> =>
        names((await two.teachers(rosterOf(school.id), { by: 'name', descending }, FIRST_PAGE)).items);
      assert.deepEqual(await list(false), inOrder);
      assert.deepEqual(await list(true), [...inOrder].reverse());
      assert.ok(one);
    },
  },

  {
    name: 'sorts rosters and accounts by every field, with empty values last',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      await fixture.registerEntry(school, '丙', {
        email: 'b@example.tw',
        username: 'b',
        stage: 'elementary',
        title: 'director',
        status: 'active',
      });
      await fixture.registerEntry(school, '甲', {
        email: 'a@example.tw',
        username: 'a',
        stage: 'university',
        title: 'teacher',
        registeredAt: '2026-07-01T00:00:00.000Z',
      });
      await fixture.registerEntry(school, '乙');
      for (const by of ['username', 'stage', 'email'] satisfies TeacherSort[]) {
        for (const descending of [false, true]) {
          const { items } = await two.teachers(rosterOf(school.id), { by, descending }, FIRST_PAGE);
          assert.equal(items.at(-1)?.name, '乙', `${by} ${descending}`);
          assert.equal(items[0]?.name, (by === 'stage') === descending ? '甲' : '丙', `${by} ${descending}`);
        }
      }
      for (const by of ['status', 'title', 'registeredAt', 'name'] satisfies TeacherSort[])
        assert.equal((await two.teachers(rosterOf(school.id), { by, descending: true }, FIRST_PAGE)).items.length, 3);
      await one.apply(
        fixture.account(school, 'waits', { role: null, requestedRole: 'operator', status: 'pending' }),
        null,
        null,
        EMPTY_CHANGE,
      );
      const own: AccountFilter = { unitId: school.id, scope: 'own' };
      for (const by of ['name', 'username', 'status', 'role', 'email', 'appliedAt'] as const) {
        for (const descending of [false, true]) {
          const { items } = await two.accounts(own, { by, descending }, FIRST_PAGE);
          assert.equal(items.length, 2);
          if (by === 'role') assert.equal(items[1]?.username, 'waits');
        }
      }
    },
  },

  {
    name: 'a search finds any part of a text, from one character on and without case; % and _ and \\ have no special meaning',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      for (const [name, email] of [
        ['陳雅婷', 'A%B@example.tw'],
        ['雅各', 'a_b@example.tw'],
        ['陳大文', 'a\\b@example.tw'],
      ] as const)
        await fixture.registerEntry(school, name, { email });
      const found = async (q: string): Promise<string[]> =>
        names((await two.teachers(rosterOf(school.id, { q }), { by: 'name', descending: false }, FIRST_PAGE)).items).sort();
      assert.deepEqual(await found('雅'), ['陳雅婷', '雅各'].sort());
      assert.deepEqual(await found('雅婷'), ['陳雅婷']);
      assert.deepEqual(await found('陳'), ['陳大文', '陳雅婷'].sort());
      assert.deepEqual(await found('a%B'), ['陳雅婷']);
      assert.deepEqual(await found('_'), ['雅各']);
      assert.deepEqual(await found('\\'), ['陳大文']);
      assert.deepEqual(await found('EXAMPLE'), ['陳大文', '陳雅婷', '雅各'].sort());
      assert.deepEqual(await found('無'), []);
      assert.ok(one);
    },
  },

  {
    name: 'filters a roster; an entry with a future departure is still on it',
    body: async (fixture) => {
      const { two, school, other } = fixture;
      const departure = { kind: 'retired' as const, toUnitId: null, note: null, at: NOW };
      await fixture.registerEntry(school, '甲', { stage: 'elementary', subjects: ['elementary.science'], status: 'active' });
      await fixture.registerEntry(school, '乙', { category: 'staff', title: 'staff' });
      await fixture.registerEntry(school, '丙', { departure: { ...departure, on: TODAY } });
      await fixture.registerEntry(school, '丁', { departure: { ...departure, on: '2026-08-02' } });
      await fixture.registerEntry(other, '別校');
      const list = async (overrides: Partial<TeacherFilter>): Promise<string> => {
        const { items, total } = await two.teachers(rosterOf(school.id, overrides), { by: 'registeredAt', descending: false }, FIRST_PAGE);
        assert.equal(total, items.length);
        return names(items).sort().join('');
      };
      assert.equal(await list({}), ['甲', '乙', '丁'].sort().join(''));
      assert.equal(await list({ departed: true }), '丙');
      assert.equal(await list({ subject: 'elementary.science' }), '甲');
      assert.equal(await list({ subject: 'elementary.sci' }), '');
      assert.equal(await list({ stage: 'elementary' }), '甲');
      assert.equal(await list({ status: 'active' }), '甲');
      assert.equal(await list({ category: 'staff' }), '乙');
      assert.equal(await list({ within: fixture.county.path }), ['甲', '乙', '丁', '別校'].sort().join(''));
      const counts = await two.rosterCounts(school.id, TODAY);
      assert.equal(
        counts.reduce((sum, { count }) => sum + count, 0),
        3,
      );
      assert.equal(counts.find(({ category }) => category === 'staff')?.count, 1);
    },
  },

  {
    name: 'pages neither skip nor repeat items, and a page past the end is empty',
    body: async (fixture) => {
      const { two, school } = fixture;
      for (let index = 0; index < 7; index++) await fixture.registerEntry(school, '同名同姓');
      const page = (number: number) => two.teachers(rosterOf(school.id), { by: 'name', descending: false }, { page: number, pageSize: 3 });
      const pages = [await page(1), await page(2), await page(3), await page(4)];
      assert.deepEqual(
        pages.map(({ items, total }) => [items.length, total]),
        [
          [3, 7],
          [3, 7],
          [1, 7],
          [0, 7],
        ],
      );
      assert.equal(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size, 7);
    },
  },

  {
    name: 'lists and counts accounts of a unit, or the heads of the units below; deleted accounts only by their status',
    body: async (fixture) => {
      const { one, two, school, county, head } = fixture;
      await one.apply(fixture.account(school, 'asks', { role: null, requestedRole: 'head', status: 'pending' }), null, null, EMPTY_CHANGE);
      await one.apply(fixture.account(school, 'deleted', { status: 'deleted' }), null, null, EMPTY_CHANGE);
      await one.apply(fixture.account(school, 'helps', { role: 'operator' }), null, null, EMPTY_CHANGE);
      const list = async (filter: AccountFilter): Promise<string[]> =>
        (await two.accounts(filter, { by: 'username', descending: false }, FIRST_PAGE)).items.map(({ username }) => username);
      assert.deepEqual(await list({ unitId: school.id, scope: 'own' }), ['asks', 'helps', 'school-head']);
      assert.deepEqual(await list({ unitId: school.id, scope: 'own', status: 'deleted' }), ['deleted']);
      assert.deepEqual(await list({ unitId: school.id, scope: 'own', role: 'head' }), ['asks', 'school-head']);
      assert.deepEqual(await list({ unitId: county.id, scope: 'children' }), ['asks', 'school-head']);
      assert.deepEqual(await list({ unitId: county.id, scope: 'children', q: '王小' }), ['school-head']);
      assert.deepEqual(await two.accountCounts({ unitId: school.id, scope: 'own', status: 'pending' }), {
        pending: 1,
        active: 2,
        rejected: 0,
        deleted: 1,
      });
      const heads = await two.headsOf([school.id, county.id, fixture.other.id]);
      assert.equal(heads.get(school.id)?.id, head.id);
      assert.equal(heads.has(fixture.other.id), false);
    },
  },
];
