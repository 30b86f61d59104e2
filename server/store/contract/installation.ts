/** The installation as a whole. */
import assert from 'node:assert/strict';
import { type FieldCase } from './field.js';

export const installationCases: readonly FieldCase[] = [
  {
    name: 'the contents of one database fill another, and a full one is refused',
    body: async (field) => {
      const { one, two, school } = field;
      const { teacher } = await field.enter(school, '丁一', { subjects: ['elementary.science'] });
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
    name: 'once closed, it neither writes nor waits',
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
    name: 'it says that it can be written to',
    body: async ({ one, two }) => {
      await one.ping();
      await two.ping();
      await one.syncHeads();
    },
  },
];
