/** Whoever may unlink an outside identity sees it, and its owner is told when it is linked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, type Client, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

let mailbox: Mailbox;
let installation: Installation;
let head: Client;
let county: Client;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' } });
  [head, county] = (await Promise.all(['wang-head', 'county-a'].map(installation.as))) as [Client, Client];
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

const accountOf = async (username: string) => (await installation.kit.store.accountByUsername(username))!;

describe('an outside identity that is linked to an account', () => {
  it('is listed for the level above, who takes it away', async () => {
    const { id, version } = await accountOf('chen-operator');
    const path = `/accounts/${id}/identities`;
    expect((await head.get(path)).body).toEqual({ items: [] });
    const linked = await head.post(path, { body: { issuer: 'https://id.example.test', subject: 'chen-01' }, etag: `"${version}"` });
    const { items } = (await head.get(path)).body;
    expect(items).toEqual([{ id: expect.any(String), issuer: 'https://id.example.test', subject: 'chen-01' }]);
    expect((await head.delete(`${path}/${items[0].id}`, { etag: linked.etag })).status).toBe(200);
    expect((await head.get(path)).body).toEqual({ items: [] });
  });

  it('is not listed for the owner’s colleagues, for the level further above, or for another unit', async () => {
    const { id } = await accountOf('chen-operator');
    const path = `/accounts/${id}/identities`;
    expect((await (await installation.as('chen-operator')).get(path)).status).toBe(403);
    expect((await (await installation.as('lin-contact')).get(path)).status).toBe(403);
    expect((await county.get(path)).status).toBe(403);
    expect((await (await installation.as('tsai-head')).get(path)).status).toBe(404);
    expect((await installation.anyone.get(path)).status).toBe(401);
  });

  it('is seen by a new head of the level above, who has inherited the unit', async () => {
    const { id, version } = await accountOf('wang-head');
    const path = `/accounts/${id}/identities`;
    await county.post(path, { body: { issuer: 'https://id.example.test', subject: 'wang-01' }, etag: `"${version}"` });
    const former = await accountOf('county-a');
    const successor = { ...(await accountOf('wu-operator')), unitId: former.unitId, role: 'head' as const };
    await installation.kit.store.saveAccounts(
      [
        { ...former, role: 'contact', version: former.version + 1 },
        { ...successor, version: successor.version + 1 },
      ],
      [],
      { guards: [], trail: [] },
    );
    expect((await county.get(path)).status).toBe(404);
    expect((await (await installation.signIn('wu-operator')).get(path)).body.items).toMatchObject([{ subject: 'wang-01' }]);
  });

  it('is told to its owner by a letter', async () => {
    const { text } = await mailbox.letter('chen-operator@example.test', '外部登入');
    expect(text).toContain('https://id.example.test');
    await mailbox.letter('wang-head@example.test', '外部登入');
  });
});
