import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remindHeads } from '../services/units/attention.js';
import { takeHandoversOn } from '../services/accounts/handovers.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

let installation: Installation;
let mailbox: Mailbox;
let head: Client;
let successor: Client;
let county: Client;
let successorId: string;
let unitId: string;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' } });
  [head, successor, county] = (await Promise.all(['wang-head', 'lin-contact', 'county-a'].map((name) => installation.as(name)))) as [
    Client,
    Client,
    Client,
  ];
  const account = (await installation.kit.store.accountByUsername('lin-contact'))!;
  [successorId, unitId] = [account.id, account.unitId];
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

const roleOf = async (username: string) => (await installation.kit.store.accountByUsername(username))!.role;
const begin = (client = head, body: object = {}) => client.post('/handovers', { body: { to: successorId, ...body } });
const act = (client: Client, { body, etag }: Answer, step: string, more: object = {}) =>
  client.post(`/handovers/${body.id}/${step}`, { etag, ...more });
const refuse = (client: Client, made: Answer) => act(client, made, 'refusal', { body: { reason: '再議' } });
const acts = async (client: Client, { body }: Answer) =>
  (await client.get('/handovers')).body.items.find(({ id }: { id: string }) => id === body.id)?.acts;

describe('a hand-over of the head’s role', () => {
  it('is shown to the head, the successor and the level above, and to nobody else', async () => {
    const made = await begin();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ state: 'begun', from: { name: '王建民' }, waiting: { teachers: 2 } });
    expect(await acts(head, made)).toEqual(['refuse']);
    expect(await acts(successor, made)).toEqual(['consent', 'refuse']);
    expect(await acts(county, made)).toEqual(['refuse']);
    for (const name of ['wu-operator', 'tsai-head', 'county-b', 'moe-head']) {
      const stranger = await installation.as(name);
      expect(await acts(stranger, made)).toBeUndefined();
      for (const step of ['consent', 'approval']) expect((await act(stranger, made, step)).status).toBe(404);
      expect((await refuse(stranger, made)).status).toBe(404);
    }
    expect((await begin()).body.code).toBe('wrong-state');
    await refuse(head, made);
  });

  it('is approved by the level above, after the successor has agreed', async () => {
    const made = await begin();
    expect((await act(county, made, 'approval')).body.code).toBe('wrong-state');
    for (const client of [head, successor]) expect((await act(client, made, 'approval')).status).toBe(403);
    for (const client of [head, county]) expect((await act(client, made, 'consent')).status).toBe(403);
    const agreed = await act(successor, made, 'consent');
    expect(agreed.body.state).toBe('consented');
    expect((await act(successor, agreed, 'approval')).status).toBe(403);
    expect(await roleOf('wang-head')).toBe('head');
    const done = await act(county, agreed, 'approval');
    expect(done.body).toMatchObject({ state: 'done', acts: [] });
    expect([await roleOf('wang-head'), await roleOf('lin-contact')]).toEqual(['contact', 'head']);
    const lines = (await successor.get(`/audit?unit=${unitId}`)).body.items as { action: string; outcome: string }[];
    const actions = lines.filter(({ outcome }) => outcome === 'done').map(({ action }) => action);
    expect(actions.slice(0, 5)).toEqual([
      ...['account.switch-role', 'account.switch-role', 'handover.approve', 'handover.consent', 'handover.begin'],
    ]);
    // And back, begun by the level above.
    const back = await county.post('/handovers', { body: { to: (await installation.kit.store.accountByUsername('wang-head'))!.id } });
    const yes = await act(head, back, 'consent');
    expect((await act(county, yes, 'approval')).body.state).toBe('done');
    expect([await roleOf('wang-head'), await roleOf('lin-contact')]).toEqual(['head', 'contact']);
  });

  it('ends when the successor is deleted and activated again, or when the unit moves to another county', async () => {
    const today = new Date(Date.now() + 8 * 3_600_000);
    const on = new Date(today.getTime() + 86_400_000).toISOString().slice(0, 10);
    const { store } = installation.kit;
    const NOTHING = { guards: [], trail: [] };
    const approved = async () => act(county, await act(successor, await begin(head, { on }), 'consent'), 'approval');
    const first = await approved();
    const before = (await store.account(successorId))!;
    const later = new Date(Date.now() + 60_000).toISOString();
    await store.saveAccounts([{ ...before, activatedAt: later, version: before.version + 1 }], [], NOTHING);
    const kit = { ...installation.kit.internals, now: () => new Date(Date.now() + 2 * 86_400_000) };
    expect(await takeHandoversOn(kit)).toBe(0);
    expect((await store.handover(first.body.id))!.state).toBe('refused');
    const after = (await store.account(successorId))!;
    await store.saveAccounts([{ ...after, activatedAt: before.activatedAt, version: after.version + 1 }], [], NOTHING);
    // The school moves to another county before the day.
    const second = await approved();
    const ministry = await installation.as('moe-head');
    const other = (await store.accountByUsername('county-b'))!.unitId;
    const school = await ministry.get(`/units/${unitId}`);
    const home = school.body.parentId as string;
    expect((await ministry.patch(`/units/${unitId}`, { etag: school.etag, body: { parentId: other } })).status).toBe(200);
    expect(await takeHandoversOn(kit)).toBe(0);
    expect((await store.handover(second.body.id))!.state).toBe('refused');
    const moved = await ministry.get(`/units/${unitId}`);
    await ministry.patch(`/units/${unitId}`, { etag: moved.etag, body: { parentId: home } });
    expect(await roleOf('wang-head')).toBe('head');
  });

  it('takes effect on its day, and is refused if the accounts have changed until then', async () => {
    const today = new Date(Date.now() + 8 * 3_600_000);
    const on = new Date(today.getTime() + 5 * 86_400_000).toISOString().slice(0, 10);
    expect((await begin(head, { on: '2020-01-01' })).body.errors[0]).toMatchObject({ path: 'on' });
    const made = await begin(head, { on });
    const approved = await act(county, await act(successor, made, 'consent'), 'approval');
    expect(approved.body).toMatchObject({ state: 'approved', on });
    expect(await takeHandoversOn(installation.kit.internals)).toBe(0);
    expect(await roleOf('wang-head')).toBe('head');
    installation.pass(6 * 86_400_000);
    expect(await takeHandoversOn(installation.kit.internals)).toBe(1);
    expect(await takeHandoversOn(installation.kit.internals)).toBe(0);
    expect([await roleOf('wang-head'), await roleOf('lin-contact')]).toEqual(['contact', 'head']);

    const [oldHead, newHead, above] = await Promise.all(['wang-head', 'lin-contact', 'county-a'].map((name) => installation.signIn(name)));
    const wang = (await installation.kit.store.accountByUsername('wang-head'))!;
    const later = new Date(today.getTime() + 12 * 86_400_000).toISOString().slice(0, 10);
    const again = await newHead!.post('/handovers', { body: { to: wang.id, on: later } });
    const planned = await act(above!, await act(oldHead!, again, 'consent'), 'approval');
    expect(planned.body.state).toBe('approved');
    const now = (await installation.kit.store.account(wang.id))!;
    await installation.kit.store.saveAccounts([{ ...now, status: 'deleted', version: now.version + 1 }], [], { guards: [], trail: [] });
    installation.pass(7 * 86_400_000);
    expect(await takeHandoversOn(installation.kit.internals)).toBe(0);
    const record = (await installation.kit.store.handover(planned.body.id))!;
    expect(record).toMatchObject({ state: 'refused', reason: expect.stringContaining('重新辦理') });
    expect(await roleOf('lin-contact')).toBe('head');
  });

  it('makes room for the next one when its successor has been deleted', async () => {
    const { store } = installation.kit;
    const above = await installation.signIn('county-a');
    const [present, other] = ['lin-contact', 'wu-operator'];
    const head = (await store.accountByUsername(present))!;
    const successor = (await store.accountByUsername(other))!;
    const blocked = await above.post('/handovers', { body: { to: successor.id } });
    expect([blocked.status, head.role]).toEqual([201, 'head']);
    expect((await above.post('/handovers', { body: { to: successor.id } })).body.code).toBe('wrong-state');
    const now = (await store.account(successor.id))!;
    await store.saveAccounts([{ ...now, status: 'deleted', version: now.version + 1 }], [], { guards: [], trail: [] });
    const wang = (await store.accountByUsername('wang-head'))!;
    await store.saveAccounts([{ ...wang, status: 'active', version: wang.version + 1 }], [], { guards: [], trail: [] });
    expect((await above.post('/handovers', { body: { to: wang.id } })).status).toBe(201);
    expect(await store.handover(blocked.body.id)).toMatchObject({ state: 'refused', reason: '人員已有變動，這次移交已失效' });
    const lines = (await above.get(`/audit?unit=${head.unitId}&target=${blocked.body.id}`)).body.items;
    expect(lines[0]).toMatchObject({ action: 'handover.refuse', outcome: 'done' });
    const open = (await store.openHandover(head.unitId))!;
    await above.post(`/handovers/${open.id}/refusal`, { body: { reason: '再議' }, etag: `"${open.version}"` });
  });

  it('is possible only to another active account of the unit', async () => {
    const [above, contact] = await Promise.all(['county-a', 'lin-contact'].map((name) => installation.signIn(name)));
    const idOf = async (name: string) => (await installation.kit.store.accountByUsername(name))!.id;
    expect((await above!.post('/handovers', { body: { to: await idOf('lin-contact') } })).body.code).toBe('wrong-state');
    expect((await contact!.post('/handovers', { body: { to: await idOf('tsai-head') } })).status).toBe(404);
    expect((await contact!.post('/handovers', { body: { to: 'nobody' } })).status).toBe(404);
  });
});

describe('the list of what waits for the level above', () => {
  it('shows units without a head, heads who have not signed in, and pending applications', async () => {
    installation.pass(161 * 86_400_000);
    const above = await installation.signIn('county-a');
    const { body } = await above.get('/units/attention');
    expect(body.idleHeads.map(({ head: { name } }: { head: { name: string } }) => name)).toContain(
      (await installation.kit.store.accountByUsername('tsai-head'))!.name,
    );
    expect(body.oldApplications.every(({ days }: { days: number }) => days > 7)).toBe(true);
    const head_ = (await installation.kit.store.accountByUsername('tsai-head'))!;
    await installation.kit.store.saveAccounts([{ ...head_, status: 'deleted', version: head_.version + 1 }], [], { guards: [], trail: [] });
    expect((await above.get('/units/attention')).body.withoutHead.map(({ id }: { id: string }) => id)).toContain(head_.unitId);
  });

  it('is sent by mail once a week, however many instances run', async () => {
    const { outbox, store, now } = installation.kit.internals;
    const before = mailbox.received.length;
    const counts = await Promise.all([1, 2, 3].map(() => remindHeads(installation.kit.internals)));
    expect(counts.filter((count) => count > 0)).toHaveLength(1);
    const reminders = () => mailbox.received.slice(before).filter(({ subject }) => subject.includes('待辦提醒'));
    const arrived = async (): Promise<number> => {
      await outbox.send(store, now, () => undefined);
      return reminders().length;
    };
    await expect.poll(arrived, { timeout: 10_000 }).toBe(counts.find((count) => count > 0));
    expect(reminders().some(({ text }) => text.includes('沒有總負責人的下層單位'))).toBe(true);
    installation.pass(8 * 86_400_000);
    expect(await remindHeads(installation.kit.internals)).toBeGreaterThan(0);
  });
});
