/** A proposed transfer ends when the asking school withdraws it, or when the person has left. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysAfter, taipeiDay } from '../domain/dates.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { endLapsedTransfers } from '../services/registration/transfers.js';
import { install, type Client, type Installation } from '../testing/installation.js';

let installation: Installation;
let asking: Client;
let giving: Client;
const people = new MadeUpPeople(41);

beforeAll(async () => {
  installation = await install({ limits: { lookups: 1000 } });
  [asking, giving] = (await Promise.all(['wang-head', 'tsai-head'].map(installation.as))) as [Client, Client];
});
afterAll(() => installation.end());

async function propose() {
  const { idKind: _kind, ...person } = people.person();
  const body = { ...person, title: 'teacher' };
  const entry = await giving.post('/teachers', { body });
  const { transfer } = (await asking.post('/teachers', { body })).body;
  return { body, entry, path: `/transfers/${transfer.id as string}`, id: transfer.id as string, etag: `"${transfer.version as number}"` };
}
const stateOf = async (client: Client, direction: 'in' | 'out', id: string): Promise<string | undefined> =>
  (await client.get(`/transfers?direction=${direction}&pageSize=200`)).body.items.find((each: { id: string }) => each.id === id)?.state;

describe('a proposed transfer', () => {
  it('is withdrawn by the asking school, with an audit entry for both', async () => {
    const { id, path, etag, body } = await propose();
    const withdrawn = await asking.delete(path, { etag });
    expect(withdrawn.body).toMatchObject({ id, state: 'refused', reason: '申請學校已撤回', direction: 'in' });
    expect(await stateOf(giving, 'out', id)).toBe('refused');
    for (const client of [asking, giving])
      expect((await client.get(`/audit?target=${id}`)).body.items[0]).toMatchObject({ action: 'transfer.withdraw', outcome: 'done' });
    expect((await asking.delete(path, { etag: withdrawn.etag })).body.code).toBe('wrong-state');
    expect((await asking.post('/teachers', { body })).status).toBe(202);
  });

  it('is not withdrawn by the giving school, by an operator, by anybody else, or at an old version', async () => {
    const { path, etag } = await propose();
    expect((await giving.delete(path, { etag })).status).toBe(403);
    expect((await (await installation.as('chen-operator')).delete(path, { etag })).status).toBe(403);
    expect((await (await installation.as('county-a')).delete(path, { etag })).status).toBe(404);
    expect((await asking.delete(path, { etag: '"9"' })).status).toBe(412);
    expect((await asking.delete(path)).status).toBe(428);
    expect((await asking.delete(path, { etag })).status).toBe(200);
  });

  it('is not withdrawn after the giving school has accepted it', async () => {
    const { path, etag } = await propose();
    const accepted = await giving.post(`${path}/acceptance`, { etag });
    expect((await asking.delete(path, { etag: accepted.etag })).body.code).toBe('wrong-state');
  });

  it('ends on both sides on the day on which the person leaves, and the asking school can register the person', async () => {
    const { id, entry, body } = await propose();
    const on = daysAfter(taipeiDay(new Date()), 3);
    const left = await giving.post(`/teachers/${entry.body.id}/departure`, { body: { kind: 'resigned', on }, etag: entry.etag });
    expect(left.status).toBe(200);
    const kit = installation.kit.internals;
    expect(await endLapsedTransfers(kit)).toBe(0);
    installation.pass(4 * 24 * 3600_000);
    expect(await endLapsedTransfers(kit)).toBe(1);
    expect(await endLapsedTransfers(kit)).toBe(0);
    const [asker, giver] = await Promise.all([installation.signIn('wang-head'), installation.signIn('tsai-head')]);
    expect([await stateOf(asker, 'in', id), await stateOf(giver, 'out', id)]).toEqual(['refused', 'refused']);
    const [auditEntry] = (await asker.get(`/audit?target=${id}`)).body.items;
    expect(auditEntry).toMatchObject({ action: 'transfer.refuse', actor: null, reason: '申請已失效' });
    expect((await asker.post('/teachers', { body })).status).toBe(201);
  });
});
