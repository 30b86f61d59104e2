/** A mail address sets a new password only once its account has confirmed it itself: whoever enters one must gain nothing by it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { install, type Client, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

let mailbox: Mailbox;
let installation: Installation;
let head: Client;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({
    mail: { transport: mailbox.url, from: 'kit@example.test' },
    limits: { addressFailures: 1000, resets: 100 },
  });
  head = await installation.as('wang-head');
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

const PASSWORD = 'a long one indeed';

async function accountOf(username: string): Promise<{ id: string; etag: string }> {
  const { id, version } = (await installation.kit.store.accountByUsername(username))!;
  return { id, etag: `"${version}"` };
}

/** The head enters an address for an account. */
async function enterAddress(username: string, email: string): Promise<void> {
  const { id, etag } = await accountOf(username);
  expect((await head.patch(`/accounts/${id}`, { body: { email }, etag })).status).toBe(200);
}

async function tokenSentTo(email: string): Promise<string> {
  const { text } = await mailbox.letter(email, '#confirm=');
  return /#confirm=([\w-]+)/.exec(text)![1]!;
}

const confirm = (client: Client, token: string) => client.post('/email-confirmations', { body: { token } });

async function resetsSentTo(email: string, username: string): Promise<number> {
  expect((await installation.anyone.post('/password-resets', { body: { username } })).status).toBe(204);
  await installation.delivered();
  return mailbox.received.filter(({ to, text }) => to === email && text.includes('#reset=')).length;
}

/** How an address is entered by somebody else; answers the password of the account. */
const WAYS: { way: string; username: string; enter: (username: string, email: string) => Promise<string> }[] = [
  {
    way: 'of an active account',
    username: 'lin-contact',
    enter: async (username, email) => {
      await enterAddress(username, email);
      return DEMO_PASSWORD;
    },
  },
  {
    way: 'of an active account, for which its owner asks for the letter once more',
    username: 'chen-operator',
    enter: async (username, email) => {
      await enterAddress(username, email);
      await tokenSentTo(email);
      mailbox.received.length = 0;
      expect((await (await installation.signIn(username)).post('/me/email-confirmation')).status).toBe(204);
      return DEMO_PASSWORD;
    },
  },
  {
    way: 'of an application, before it is activated',
    username: 'applicant-one',
    enter: async (username, email) => {
      const { body: me } = await head.get('/me');
      const applicant = {
        name: '新人',
        sex: 'female',
        title: '幹事',
        email: 'own@example.test',
        phone: '02-2345-6789',
        password: PASSWORD,
      };
      const applied = await installation.anyone.post('/applications', { body: { ...applicant, username, unitId: me.unit.id } });
      expect(applied.status).toBe(201);
      await enterAddress(username, email);
      // The letter of the activation replaces that of the change.
      await installation.delivered();
      mailbox.received.length = 0;
      const { id, etag } = await accountOf(username);
      expect((await head.post(`/accounts/${id}/activation`, { body: { role: 'operator' }, etag })).status).toBe(200);
      return PASSWORD;
    },
  },
];

describe('a mail address that the level above enters', () => {
  it.each(WAYS)('$way is confirmed by nobody but the account, signed in', async ({ username, enter }) => {
    const email = `${username}@head.example.test`;
    const password = await enter(username, email);
    const token = await tokenSentTo(email);
    expect((await confirm(installation.anyone, token)).status).toBe(401);
    expect((await confirm(head, token)).status).toBe(403);
    expect(await resetsSentTo(email, username)).toBe(0);

    const owner = await installation.anyone.signIn(username, password);
    expect((await confirm(owner, token)).status, 'the link was not used up').toBe(204);
    expect((await owner.get('/me')).body.account.emailConfirmed).toBe(true);
    expect(await resetsSentTo(email, username)).toBe(1);
  });

  it('leaves an entry when it tries to confirm it', async () => {
    const { body } = await head.get('/audit?action=account.update');
    const items = body.items as { outcome: string; target: { name: string } }[];
    expect(items.filter(({ outcome }) => outcome === 'denied').map(({ target }) => target.name)).toContain('新人');
  });
});

describe('a mail address that its own account enters', () => {
  it('is not confirmed by whoever gets its letter, for example after a typing error', async () => {
    const owner = await installation.signIn('wu-operator');
    const { etag } = await owner.get('/me');
    const changed = await owner.patch('/me', { body: { email: 'mistyped@example.test', password: DEMO_PASSWORD }, etag });
    expect(changed.status).toBe(200);
    const token = await tokenSentTo('mistyped@example.test');
    expect((await confirm(installation.anyone, token)).status).toBe(401);
    expect(await resetsSentTo('mistyped@example.test', 'wu-operator')).toBe(0);
    expect((await confirm(owner, token)).status).toBe(204);
  });
});
