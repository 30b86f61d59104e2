/** The audit trail: lists, chains, verification, retention. */
import assert from 'node:assert/strict';
import { NOW, EMPTY_CHANGE, auditEntry, change, outcome, countWritten, expectIntact, type FixtureCase } from './fixture.js';

export const trailCases: readonly FixtureCase[] = [
  {
    name: 'lists the trail newest first, by filters and pages',
    body: async (fixture) => {
      const { one, two, school, head } = fixture;
      const actor = { id: head.id, name: head.name, role: 'head' as const, unitId: school.id };
      for (let index = 0; index < 5; index++) {
        const at = `2026-08-0${index + 1}T00:00:00.000Z`;
        await one.record({
          guards: [],
          trail: [auditEntry(school.id, null, { at, actor: index % 2 ? actor : null, action: 'teacher.read' })],
        });
      }
      const seqs = async (overrides: object): Promise<number[]> =>
        (await two.trail({ unitId: school.id, limit: 9, ...overrides })).map(({ seq }) => seq);
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
    name: 'concurrent writes to several chains, in any order, keep every chain valid',
    body: async (fixture) => {
      const { one, two, ministry, county, school, other } = fixture;
      const units = [ministry, county, school, other];
      await Promise.all(
        Array.from({ length: 60 }, (_, index) => {
          const trail = [units[index % 4]!, units[(index * 3 + 1) % 4]!].map(({ id }) => auditEntry(id));
          return (index % 2 ? one : two).record({ guards: [], trail });
        }),
      );
      const { chain } = await one.verify();
      assert.deepEqual([chain.entries, chain.fault], [124, null]);
    },
  },

  {
    name: 'verifies correctly during concurrent writes',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      let writing = true;
      const writer = (async () => {
        while (writing) await one.record(change(school.id));
      })();
      for (let round = 0; round < 5; round++) await expectIntact(two);
      writing = false;
      await writer;
    },
  },

  {
    name: 'purges the details, then the entries, at the beginning of a chain, and the rest still verifies',
    body: async (fixture) => {
      const { one, two, school } = fixture;
      for (const month of ['01', '02', '03', '07']) {
        await one.record({ guards: [], trail: [auditEntry(school.id, '姓名', { at: `2027-${month}-01T00:00:00.000Z`, reason: '原因' })] });
      }
      const purge = async (kind: 'details' | 'entries', before: string): Promise<number> => {
        const found = (await one.purgeable(kind, before)).filter(({ unitId }) => unitId === school.id);
        for (const segment of found) await one.purgeTrail({ ...segment, at: NOW }, EMPTY_CHANGE);
        return found.length;
      };
      assert.equal(await purge('details', '2027-03-15T00:00:00.000Z'), 1);
      const trail = await two.trail({ unitId: school.id, limit: 9 });
      assert.deepEqual(
        trail.map(({ reason }) => reason),
        ['原因', null, null, null, null],
      );
      assert.deepEqual(trail.map(({ action }) => action).at(-1), 'load');
      await expectIntact(two);
      assert.equal(await purge('details', '2027-03-15T00:00:00.000Z'), 0);
      assert.equal(await purge('entries', '2027-02-15T00:00:00.000Z'), 1);
      assert.deepEqual(
        (await two.trail({ unitId: school.id, limit: 9 })).map(({ seq }) => seq),
        [5, 4],
      );
      await expectIntact(two);
      await one.record(change(school.id));
      await expectIntact(two);
    },
  },

  {
    name: 'of two concurrent purges of one chain, one succeeds',
    body: async ({ one, two, school }) => {
      const [segment] = (await one.purgeable('details', '2030-01-01T00:00:00.000Z')).filter(({ unitId }) => unitId === school.id);
      const results = await Promise.all([one, two].map((store) => outcome(store.purgeTrail({ ...segment!, at: NOW }, change(school.id)))));
      assert.equal(countWritten(results), 1);
      await expectIntact(one);
    },
  },
];
