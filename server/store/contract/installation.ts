/** Contents, closing and health of a store. */
import assert from 'node:assert/strict';
import { type FixtureCase } from './fixture.js';

export const installationCases: readonly FixtureCase[] = [
  {
    name: 'returns the contents of all tables, and refuses to fill a database that is not empty',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      const { teacher } = await fixture.registerEntry(school, '丁一', { subjects: ['elementary.science'] });
      let rows = 0;
      const tables = new Set<string>();
      for await (const slice of one.contents()) {
        rows += slice.rows.length;
        if (slice.rows.length > 0) tables.add(slice.table);
      }
      assert.ok(rows > 15 && tables.has('teachers') && tables.has('trailHeads'));
      await assert.rejects(two.fill(one.contents()), /not empty/);
      assert.deepEqual(await two.teacher(teacher.id), teacher);
    },
  },

  {
    name: 'rejects writes after it was closed',
    body: async ({ one, two }) => {
      const under = Array.from({ length: 5 }, () =>
        one.ping().then(
          () => 'written',
          () => 'refused',
        ),
      );
      await one.close();
      await Promise.all(under);
      await assert.rejects(one.ping());
      await two.ping();
    },
  },

  {
    name: 'answers a ping while it accepts writes',
    body: async ({ one, two }) => {
      await one.ping();
      await two.ping();
      await one.syncHeads();
    },
  },
];
