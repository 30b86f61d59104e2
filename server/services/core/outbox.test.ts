import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { install, type Installation } from '../../testing/installation.js';
import { Outbox, type Consumer } from './outbox.js';
import { sealBinding } from './seal-binding.js';

const LETTER = { to: 'head@example.test', subject: '主旨', text: '內容' };
const DAY_MS = 24 * 3600_000;

let installation: Installation;
let arrived: { payload: unknown; id: string }[];
let errors: string[];
beforeAll(async () => {
  installation = await install();
});
beforeEach(() => {
  [arrived, errors] = [[], []];
});
afterAll(() => installation.end());

const consumer: Consumer = { id: 'letters', wants: null, deliver: async (payload, id) => void arrived.push({ payload, id }) };
const send = (outbox: Outbox, now: Date): Promise<number> =>
  outbox.send(
    installation.kit.store,
    () => now,
    (error) => void errors.push((error as Error).message),
  );

/** Stores a payload as it is, and sends it `times` times, a day apart. */
async function sendStored(payload: unknown, times = 1): Promise<void> {
  const { cipher } = installation.kit.internals;
  const outbox = new Outbox(cipher, [consumer]);
  const begun = new Date();
  const [record] = [...outbox.post([], [LETTER], begun.toISOString())];
  const stored = { ...record!, payload: cipher.seal(JSON.stringify(payload), sealBinding('outbox.payload', record!.id)) };
  await installation.kit.store.record({ guards: [], trail: [], outbox: [stored] });
  for (let day = 0; day < times; day++) await send(outbox, new Date(begun.getTime() + day * DAY_MS));
}

describe('a stored delivery', () => {
  it('arrives as it was posted, without the number of its format', async () => {
    const outbox = new Outbox(installation.kit.internals.cipher, [consumer]);
    const records = [...outbox.post([], [LETTER], new Date().toISOString())];
    await installation.kit.store.record({ guards: [], trail: [], outbox: records });
    expect(await send(outbox, new Date())).toBe(1);
    expect(arrived).toEqual([{ payload: LETTER, id: records[0]!.id }]);
    expect(errors).toEqual([]);
  });

  it('arrives where it was stored before formats had numbers', async () => {
    await sendStored(LETTER);
    expect(arrived.map(({ payload }) => payload)).toEqual([LETTER]);
    expect(errors).toEqual([]);
  });

  it('in an unknown format is reported and kept, however often it is tried', async () => {
    await sendStored({ format: 99, ...LETTER }, 25);
    expect(arrived).toEqual([]);
    expect(errors).toHaveLength(25);
    for (const error of errors) expect(error).toMatch(/letters.*format 99.*newer version/);
    const later = new Date(Date.now() + 100 * DAY_MS).toISOString();
    expect(await installation.kit.store.takeOutbox(['letters'], later, later, 10)).toHaveLength(1);
  });
});

describe('a started outbox', () => {
  afterEach(() => void vi.useRealTimers());

  it('looks for a posted record on every tick until its transaction is committed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { store } = installation.kit;
    const outbox = new Outbox(installation.kit.internals.cipher, [consumer]);
    const stop = outbox.begin(
      store,
      () => new Date(),
      (error) => void errors.push(String(error)),
    );
    const look = vi.spyOn(store, 'takeOutbox');
    const tick = async (): Promise<void> => {
      vi.advanceTimersByTime(1_000);
      await Promise.all(look.mock.results.map(({ value }) => value as Promise<unknown>));
      await new Promise((resolve) => setImmediate(resolve));
    };
    await tick();
    look.mockClear();
    const records = [...outbox.post([], [LETTER], new Date().toISOString())];
    await tick();
    await tick();
    expect(arrived).toEqual([]);
    await store.record({ guards: [], trail: [], outbox: records });
    await tick();
    await vi.waitFor(() => expect(arrived.map(({ id }) => id)).toEqual([records[0]!.id]));
    expect(look).toHaveBeenCalledTimes(3);
    for (let more = 0; more < 5; more++) await tick();
    expect(look).toHaveBeenCalledTimes(3);
    await stop();
    look.mockRestore();
    expect(errors).toEqual([]);
  });
});
