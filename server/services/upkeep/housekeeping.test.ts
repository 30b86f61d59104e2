/** The schedule of an instance, and the purge of people after their retention period. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { install, type Installation } from '../../testing/installation.js';
import { keepHouse, purgePeople } from './housekeeping.js';

const MINUTE_MS = 60_000;
let installation: Installation;

beforeEach(async () => {
  installation = await install({ limits: { accountDays: 200, departedDays: 400, trailDetailDays: 4_000, trailDays: 4_000 } });
});
afterEach(async () => {
  vi.useRealTimers();
  await installation.end();
});

/** Runs the schedule for some minutes; returns the errors that it reported. */
async function run(minutes: number, change: Partial<Installation['kit']['internals']> = {}): Promise<unknown[]> {
  const reported: unknown[] = [];
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stop = keepHouse({ ...installation.kit.internals, ...change }, (error) => reported.push(error));
  for (let minute = 0; minute < minutes; minute++) vi.advanceTimersByTime(MINUTE_MS);
  await stop();
  vi.useRealTimers();
  return reported;
}
const count = async (table: string): Promise<number> =>
  Number((await installation.database.rows(`select count(*) as count from ${table}`))[0]!['count']);

describe('the schedule', () => {
  it('deletes expired stored responses every ten minutes, and not earlier', async () => {
    const head = await installation.as('wang-head');
    await head.post('/teachers', { body: {}, key: 'refused' });
    expect(await count('answers')).toBe(1);
    installation.pass(25 * 3_600_000);
    expect(await run(9)).toEqual([]);
    expect(await count('answers')).toBe(1);
    await run(10);
    expect(await count('answers')).toBe(0);
  });

  it('purges people five minutes after the start, and then once a day', async () => {
    const { store } = installation.kit;
    const deleted = async () => (await store.accountByUsername('chen-operator'))!;
    const head = await installation.as('wang-head');
    const { id, version } = await deleted();
    await head.post(`/accounts/${id}/deletion`, { etag: `"${version}"`, body: { reason: '離職' } });
    installation.pass(201 * 24 * 60 * MINUTE_MS);
    await run(4);
    expect((await deleted()).name).toBe('陳中良');
    await run(5);
    expect(await deleted()).toMatchObject({ name: '—', passwordHash: null });
  });

  it('reports a failing task, and runs the others', async () => {
    const broken = new Error('the heads files cannot be written');
    const { store } = installation.kit.internals;
    const failing = Object.create(store, { syncHeads: { value: () => Promise.reject(broken) } }) as typeof store;
    expect(await run(3, { store: failing })).toEqual([broken, broken, broken]);
  });

  it('waits for running tasks when it stops', async () => {
    let release: () => void = () => undefined;
    const { store } = installation.kit.internals;
    const running = new Promise<void>((resolve) => (release = resolve));
    const slow = Object.create(store, { syncHeads: { value: () => running } }) as typeof store;
    let stopped = false;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const stop = keepHouse({ ...installation.kit.internals, store: slow }, () => undefined);
    vi.advanceTimersByTime(MINUTE_MS);
    const stopping = stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    release();
    await stopping;
    expect(stopped).toBe(true);
  });
});

describe('the purge of people', () => {
  it('spares accounts and entries within their retention period', async () => {
    const contact = await installation.as('lin-contact');
    const [teacher] = (await contact.get('/teachers?pageSize=1')).body.items;
    const { etag } = await contact.get(`/teachers/${teacher.id}`);
    await contact.post(`/teachers/${teacher.id}/departure`, { etag, body: { kind: 'resigned' } });
    installation.pass(399 * 24 * 60 * MINUTE_MS);
    // The accounts of the demo that were rejected or deleted.
    expect(await purgePeople(installation.kit.internals)).toBe(2);
    expect((await installation.kit.store.teacher(teacher.id))?.name).toBe(teacher.name);
    installation.pass(3 * 24 * 60 * MINUTE_MS);
    expect(await purgePeople(installation.kit.internals)).toBe(1);
    expect(await installation.kit.store.teacher(teacher.id)).toBeNull();
  });
});
