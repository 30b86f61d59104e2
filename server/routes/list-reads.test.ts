/** A list reads what its rows need at once: it asks the store as often for many rows as for two. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import { Client, install, type Answer, type Installation } from '../testing/installation.js';

const people = new MadeUpPeople(909);
let installation: Installation;
let asked = 0;
let one: Client;
let two: Client;
let county: Client;

beforeAll(async () => {
  installation = await install({ limits: { lookups: 1_000 } });
  const { internals } = installation.kit;
  internals.store = new Proxy(internals.store, {
    get(store, name) {
      asked++;
      return Reflect.get(store, name) as unknown;
    },
  });
  // Of several instances this one alone counts.
  const signIn = (username: string): Promise<Client> => new Client((request) => installation.kit.fetch(request)).signIn(username);
  [one, two, county] = [await signIn('wang-head'), await signIn('tsai-head'), await signIn('county-a')];
});
afterAll(() => installation.end());

async function asksFor(client: Client, path: string): Promise<[asked: number, rows: number]> {
  asked = 0;
  const { body } = await client.get(path);
  return [asked, body.items.length];
}

const times = async (count: number, act: () => Promise<unknown>): Promise<void> => {
  for (let time = 0; time < count; time++) await act();
};
const register = (
  client: Client,
  { name, sex, nationalId, birthDate }: MadeUpPerson,
  more: { dispute?: true; reason?: string } = {},
): Promise<Answer> =>
  client.post(more.dispute ? '/transfers' : '/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher', ...more } });

async function leave(): Promise<void> {
  const { body, etag } = await register(one, people.person());
  expect((await one.post(`/teachers/${body.id}/departure`, { body: { kind: 'resigned' }, etag })).status).toBe(200);
}

async function propose(): Promise<void> {
  const person = people.person();
  await register(one, person);
  expect((await register(two, person)).status).toBe(202);
}

async function dispute(): Promise<void> {
  const person = people.person();
  await register(one, { ...person, birthDate: '1971-01-01' });
  expect((await register(two, person, { dispute: true, reason: '證件在手' })).status).toBe(202);
}

async function handOver(): Promise<void> {
  const { id: to } = (await installation.kit.store.accountByUsername('lin-contact'))!;
  const { body, etag } = await one.post('/handovers', { body: { to } });
  expect((await one.post(`/handovers/${body.id}/refusal`, { body: { reason: '再議' }, etag })).status).toBe(200);
}

it.each([
  ['people who left', leave, () => one, '/teachers?departed=true&pageSize=50'],
  ['transfers from a school', propose, () => one, '/transfers?direction=out&pageSize=50'],
  ['disputes to decide', dispute, () => county, '/transfers?direction=decide&pageSize=50'],
  ['hand-overs', handOver, () => county, '/handovers'],
])('%s', async (_what, add, reader, path) => {
  await times(2, add);
  const [few, twoRows] = await asksFor(reader(), path);
  await times(4, add);
  expect(await asksFor(reader(), path)).toEqual([few, twoRows + 4]);
});
