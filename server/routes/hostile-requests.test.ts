/** Requests that cost an attacker little and would cost the server much: time of its event loop, memory, disk. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Call } from '../contract/call.js';
import { calls } from '../contract/calls.js';
import { faultsOf } from '../contract/fields.js';
import { install, ORIGIN, type Client, type Installation } from '../testing/installation.js';

/** Each instance counts by itself. */
const INSTANCES = process.env['INSERVICE_TEST_STORE'] === 'postgres' ? 2 : 1;

let installation: Installation;
let head: Client;

beforeAll(async () => {
  installation = await install({ limits: { invalidBodies: 100 } });
  head = await installation.as('wang-head');
});
afterAll(() => installation.end());

/** The calls with a body that anyone may make. */
const openWrites = (Object.entries(calls) as unknown as [string, Call][]).filter(([, { access, body }]) => access === 'anyone' && body);

const unknownKeys = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));

const storedResponses = async (): Promise<number> =>
  Number((await installation.database.rows('select count(*) as count from answers'))[0]!['count']);

const send = (from: string, { method, path }: Pick<Call, 'method' | 'path'>, body: string, headers: Record<string, string> = {}) =>
  installation.kit.app.fetch(
    new Request(`${ORIGIN}${path}`, {
      method: method.toUpperCase(),
      body,
      headers: { Origin: ORIGIN, 'Content-Type': 'application/json', ...headers },
    }),
    { incoming: { socket: { remoteAddress: from } } },
  );

describe('a body of a call that anyone may make', () => {
  it('is refused with 413 above 16 KiB', async () => {
    expect(openWrites.length).toBeGreaterThan(4);
    for (const [id, call] of openWrites) {
      expect((await send('203.0.113.1', call, JSON.stringify({ text: 'x'.repeat(16 * 1024) }))).status, id).toBe(413);
      expect((await send('203.0.113.1', call, JSON.stringify(unknownKeys(95_000)))).status, id).toBe(413);
    }
  });

  it('gets one fault for all its unknown fields', async () => {
    for (const [id, call] of openWrites) {
      const response = await send('203.0.113.2', call, JSON.stringify(unknownKeys(1_000)));
      const text = await response.text();
      expect(text.length, id).toBeLessThan(4_000);
      const { errors = [] } = JSON.parse(text) as { errors?: { code: string }[] };
      expect(errors.filter(({ code }) => code === 'unknown-field').length, id).toBeLessThan(2);
    }
  });

  it('is no longer read from an address after as many invalid ones as the limit allows in a minute', async () => {
    const [, call] = openWrites[0]!;
    const statuses: number[] = [];
    for (let sent = 0; sent < 110; sent++) statuses.push((await send('203.0.113.3', call, '{"unknown":1}')).status);
    expect(statuses.indexOf(429)).toBe(100);
    const refused = await send('203.0.113.3', call, '{"unknown":1}');
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await send('203.0.113.4', call, '{"unknown":1}')).status).toBe(422);
  });

  it('that is valid counts nothing', async () => {
    const wrong = { username: 'nobody-at-all', password: 'wrong password' };
    const session = { method: 'post', path: '/session' } as const;
    const statuses = new Set<number>();
    for (let sent = 0; sent < 3; sent++) statuses.add((await send('203.0.113.5', session, JSON.stringify(wrong))).status);
    for (let sent = 0; sent < 100; sent++) statuses.add((await send('203.0.113.5', session, '{"unknown":1}')).status);
    expect([...statuses]).toEqual([401, 422]);
  });
});

describe('a validation error', () => {
  it('has one fault for all unknown fields', async () => {
    const { status, body } = await head.post('/teachers/check', { body: unknownKeys(500) });
    expect(status).toBe(422);
    const unknown = (body.errors as { code: string; path: string }[]).filter(({ code }) => code === 'unknown-field');
    expect(unknown.map(({ path }) => path)).toEqual(['k0']);
  });

  it('lists at most 20 faults', () => {
    const schema = z.object(Object.fromEntries(Object.keys(unknownKeys(30)).map((name) => [name, z.string()])));
    expect(faultsOf(schema.safeParse({}).error!)).toHaveLength(20);
  });

  it('shortens the path of an unknown field to 100 well-formed characters', () => {
    const [fault] = faultsOf(z.strictObject({}).safeParse({ ['😀'.repeat(200)]: 1 }).error!);
    expect([fault!.path.length, fault!.path.isWellFormed()]).toEqual([100, true]);
  });
});

describe('a refusal under an idempotency key', () => {
  it('is not stored for a caller who is not signed in', async () => {
    const before = await storedResponses();
    for (const [id, call] of openWrites)
      expect((await send('203.0.113.6', call, '{"unknown":1}', { 'Idempotency-Key': `stranger-${id}` })).status, id).toBeGreaterThan(399);
    expect(await storedResponses()).toBe(before);
  });

  it('is stored for a signed-in caller, at most 200 in an hour', async () => {
    const before = await storedResponses();
    for (let sent = 0; sent < 205 * INSTANCES; sent++) {
      expect((await head.post('/teachers', { body: {}, key: `refused-${sent}` })).status).toBe(422);
    }
    expect(await storedResponses()).toBe(before + 200 * INSTANCES);
  });
});
