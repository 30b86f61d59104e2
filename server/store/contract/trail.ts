/** The trail. */
import assert from 'node:assert/strict';
import { AT, NONE, line, change, outcome, written, whole, type FieldCase } from './field.js';

export const trailCases: readonly FieldCase[] = [
  {
    name: 'the trail is newest first, by its filters, page after page',
    body: async (field) => {
      const { one, two, school, head } = field;
      const actor = { id: head.id, name: head.name, role: 'head' as const, unitId: school.id };
      for (let index = 0; index < 5; index++) {
        const at = `2026-08-0${index + 1}T00:00:00.000Z`;
        await one.record({ guards: [], trail: [line(school.id, null, { at, actor: index % 2 ? actor : null, action: 'teacher.read' })] });
      }
      const seqs = async (more: object): Promise<number[]> =>
        (await two.trail({ unitId: school.id, limit: 9, ...more })).map(({ seq }) => seq);
      assert.deepEqual(await seqs({}), [6, 5, 4, 3, 2, 1]);
      assert.deepEqual(await seqs({ limit: 2, before: 5 }), [4, 3]);
      assert.deepEqual(await seqs({ actorId: head.id }), [5, 3]);
      assert.deepEqual(await seqs({ action: 'load' }), [1]);
      assert.deepEqual(await seqs({ action: 'teacher.read', from: '2026-08-02T00:00:00.000Z', to: '2026-08-04T00:00:00.000Z' }), [5, 4, 3]);
      const [newest] = await two.trail({ unitId: school.id, limit: 1 });
      assert.deepEqual(await seqs({ targetId: newest?.target.id }), [6]);
    },
  },

  {
    name: 'writers on many units at once, in any order of them, leave every chain whole',
    body: async (field) => {
      const { one, two, ministry, county, school, other } = field;
      const units = [ministry, county, school, other];
      await Promise.all(
        Array.from({ length: 60 }, (_, index) => {
          const trail = [units[index % 4]!, units[(index * 3 + 1) % 4]!].map(({ id }) => line(id));
          return (index % 2 ? one : two).record({ guards: [], trail });
        }),
      );
      const { chain } = await one.verify();
      assert.deepEqual([chain.entries, chain.fault], [124, null]);
    },
  },

  {
    name: 'verify is right while others write',
    body: async (field) => {
      const { one, two, school } = field;
      let writing = true;
      const writer = (async () => {
        while (writing) await one.record(change(school.id));
      })();
      for (let round = 0; round < 5; round++) await whole(two);
      writing = false;
      await writer;
    },
  },

  {
    name: 'retention takes the details, then the entries, of what is old, and the rest still verifies',
    body: async (field) => {
      const { one, two, school } = field;
      for (const month of ['01', '02', '03', '07']) {
        await one.record({ guards: [], trail: [line(school.id, '姓名', { at: `2027-${month}-01T00:00:00.000Z`, reason: '原因' })] });
      }
      const purge = async (kind: 'details' | 'entries', before: string): Promise<number> => {
        const found = (await one.purgeable(kind, before)).filter(({ unitId }) => unitId === school.id);
        for (const segment of found) await one.purgeTrail({ ...segment, at: AT }, NONE);
        return found.length;
      };
      assert.equal(await purge('details', '2027-03-15T00:00:00.000Z'), 1);
      const trail = await two.trail({ unitId: school.id, limit: 9 });
      assert.deepEqual(
        trail.map(({ reason }) => reason),
        ['原因', null, null, null, null],
      );
      assert.deepEqual(trail.map(({ action }) => action).at(-1), 'load');
      await whole(two);
      assert.equal(await purge('details', '2027-03-15T00:00:00.000Z'), 0);
      assert.equal(await purge('entries', '2027-02-15T00:00:00.000Z'), 1);
      assert.deepEqual(
        (await two.trail({ unitId: school.id, limit: 9 })).map(({ seq }) => seq),
        [5, 4],
      );
      await whole(two);
      await one.record(change(school.id));
      await whole(two);
    },
  },

  {
    name: 'two purges of one chain at once take it once',
    body: async ({ one, two, school }) => {
      const [segment] = (await one.purgeable('details', '2030-01-01T00:00:00.000Z')).filter(({ unitId }) => unitId === school.id);
      const results = await Promise.all([one, two].map((store) => outcome(store.purgeTrail({ ...segment!, at: AT }, change(school.id)))));
      assert.equal(written(results), 1);
      await whole(one);
    },
  },
];
