import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysAfter, taipeiDay } from '../domain/dates.js';
import { schoolYear } from '../domain/school-year.js';
import { install, type Client, type Installation } from '../testing/installation.js';

let installation: Installation;
let head: Client;
let county: Client;
beforeAll(async () => {
  installation = await install();
  [head, county] = (await Promise.all(['wang-head', 'county-a'].map((name) => installation.as(name)))) as [Client, Client];
});
afterAll(() => installation.end());

const sum = (rows: { count: number }[]): number => rows.reduce((total, { count }) => total + count, 0);

describe('statistics', () => {
  it('have the same counts for a school as its roster', async () => {
    const { body } = await head.get('/statistics');
    expect(body.summary).toEqual((await head.get('/teachers')).body.summary);
    expect([sum(body.status), sum(body.category), sum(body.title)]).toEqual([88, 88, 88]);
    expect(body.status).toContainEqual({ key: 'pending', count: 2 });
    expect(sum(body.registered)).toBeGreaterThanOrEqual(88);
    expect(body.below).toEqual([]);
  });

  it('have a row for each school of a county, and their sum', async () => {
    const { body } = await county.get('/statistics?scope=subtree');
    expect(body.below).toHaveLength(3);
    const total = body.below.reduce((all: number, { summary }: { summary: { total: number } }) => all + summary.total, 0);
    expect(body.summary.total).toBe(total);
    expect(JSON.stringify(body)).not.toContain('王國雄');
    const one = body.below.find(({ summary }: { summary: { total: number } }) => summary.total === 88);
    expect(one.summary).toEqual((await head.get('/statistics')).body.summary);
  });

  it('count departures by kind and school year', async () => {
    const before = (await head.get('/statistics')).body;
    const [first, second] = (await head.get('/teachers')).body.items as { id: string; version: number }[];
    for (const [entry, on] of [
      [first, '2026-07-31'],
      [second, '2026-08-01'],
    ] as const)
      await head.post(`/teachers/${entry!.id}/departure`, { etag: `"${entry!.version}"`, body: { kind: 'retired', on } });
    const after = (await head.get('/statistics')).body;
    expect(after.summary.total).toBe(before.summary.total - 2);
    expect(after.left).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ schoolYear: 114, kind: 'retired' }),
        expect.objectContaining({ schoolYear: 115, kind: 'retired' }),
      ]),
    );
    expect(schoolYear('2026-07')).toBe(114);
  });

  it('do not count a departure that lies ahead as gone', async () => {
    const before = (await head.get('/statistics')).body;
    const [entry] = (await head.get('/teachers')).body.items as { id: string; version: number }[];
    const on = daysAfter(taipeiDay(new Date()), 30);
    const left = await head.post(`/teachers/${entry!.id}/departure`, { etag: `"${entry!.version}"`, body: { kind: 'resigned', on } });
    expect(left.status).toBe(200);
    const after = (await head.get('/statistics')).body;
    expect([after.summary, after.left]).toEqual([before.summary, before.left]);
    installation.pass(31 * 24 * 3600_000);
    const later = (await (await installation.signIn('wang-head')).get('/statistics')).body;
    expect([later.summary.total, sum(later.left)]).toEqual([before.summary.total - 1, sum(before.left) + 1]);
  });
});
