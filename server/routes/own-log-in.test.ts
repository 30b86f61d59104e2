import { URI, type TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { install, ORIGIN, type Client, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

const DAY = 24 * 3600_000;
let mailbox: Mailbox;
let installation: Installation;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({
    mail: { transport: mailbox.url, from: 'kit@example.test' },
    limits: { addressFailures: 1000, resets: 30 },
  });
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

const signIn = (username: string, password: string, totp?: string) =>
  installation.anyone.post('/session', { body: { username, password, ...(totp === undefined ? {} : { totp }) } });

describe('the second factor', () => {
  const begin = async (client: Client) => {
    const { status, body } = await client.post('/me/second-factor', { body: { password: DEMO_PASSWORD } });
    expect(status).toBe(200);
    return { setup: body.setup as string, code: () => codeOf(body.uri as string) };
  };
  // The app's clock is the kit's.
  let shift = 0;
  const pass = (ms: number): void => {
    shift += ms;
    installation.pass(ms);
  };
  const codeOf = (uri: string): string => (URI.parse(uri) as TOTP).generate({ timestamp: Date.now() + shift });

  it('is required once it is confirmed with a code; each code works once; the other sessions end', async () => {
    const [here, there] = [await installation.signIn('chen-operator'), await installation.signIn('chen-operator')];
    expect((await here.post('/me/second-factor', { body: { password: 'wrong' } })).body.errors).toMatchObject([{ path: 'password' }]);
    const { setup, code } = await begin(here);
    expect((await signIn('chen-operator', DEMO_PASSWORD)).status).toBe(200);
    expect((await here.put('/me/second-factor', { body: { setup, totp: '000000' } })).body.errors).toMatchObject([
      { path: 'totp', code: 'wrong-code' },
    ]);
    expect((await here.put('/me/second-factor', { body: { setup, totp: code() } })).status).toBe(204);
    expect((await here.get('/me')).body.account.secondFactor).toBe(true);
    expect((await there.get('/me')).status).toBe(401);

    const asked = await signIn('chen-operator', DEMO_PASSWORD);
    expect(asked).toMatchObject({ status: 401, body: { errors: [{ path: 'totp', code: 'required' }] } });
    expect((await signIn('chen-operator', 'wrong', code())).body.errors).toBeUndefined();
    expect((await signIn('chen-operator', DEMO_PASSWORD, code())).body.errors, 'the code that began it').toMatchObject([
      { code: 'wrong-code' },
    ]);
    pass(60_000);
    const next = code();
    const both = await Promise.all([
      signIn('chen-operator', DEMO_PASSWORD, next),
      signIn('chen-operator', DEMO_PASSWORD, `${next.slice(0, 3)} ${next.slice(3)}`),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('locks the account after five wrong codes', async () => {
    const client = await installation.signIn('hsu-contact');
    const { setup, code } = await begin(client);
    await client.put('/me/second-factor', { body: { setup, totp: code() } });
    pass(60_000);
    for (let time = 0; time < 5; time++) expect((await signIn('hsu-contact', DEMO_PASSWORD, '123456')).status).toBe(401);
    expect((await signIn('hsu-contact', DEMO_PASSWORD, code())).body.errors).toBeUndefined();
    pass(16 * 60_000);
    expect((await signIn('hsu-contact', DEMO_PASSWORD, code())).status).toBe(200);
  });

  it('can be removed only by the level above if it was lost', async () => {
    const head = await installation.as('wang-head');
    const { body } = await head.get('/accounts?q=chen-operator');
    const { id, version } = body.items[0];
    expect((await (await installation.as('lin-contact')).delete(`/accounts/${id}/second-factor`, { etag: `"${version}"` })).status).toBe(
      403,
    );
    expect((await (await installation.as('county-a')).delete(`/accounts/${id}/second-factor`, { etag: `"${version}"` })).status).toBe(403);
    expect((await head.delete(`/accounts/${id}/second-factor`, { etag: `"${version}"` })).status).toBe(200);
    expect((await signIn('chen-operator', DEMO_PASSWORD)).status).toBe(200);
  });
});

describe('where a second factor is required', () => {
  it('allows a caller without one only to set it up', async () => {
    const strict = await install({ secondFactor: 'required' });
    try {
      const client = await strict.signIn('wang-head');
      expect((await client.get('/me')).body.account.mustSetSecondFactor).toBe(true);
      for (const path of ['/teachers', '/accounts', '/me/sessions', '/me/data']) expect((await client.get(path)).status, path).toBe(403);
      const { body } = await client.post('/me/second-factor', { body: { password: DEMO_PASSWORD } });
      const totp = URI.parse(body.uri as string).generate();
      expect((await client.put('/me/second-factor', { body: { setup: body.setup, totp } })).status).toBe(204);
      expect((await client.get('/teachers')).status).toBe(200);
    } finally {
      await strict.end();
    }
  });
});

describe('a password', () => {
  it('is refused if it is common or contains the user name', async () => {
    const client = await installation.signIn('county-a');
    for (const next of ['trustno1', 'Sunshine1', 'ji32k7au4a83', 'COUNTY-A-2026', 'aaaaaaaaaaaa', 'liverpoolfc']) {
      const { status, body } = await client.put('/me/password', { body: { current: DEMO_PASSWORD, next } });
      expect([status, body.errors?.[0]?.code], next).toEqual([422, 'common-password']);
    }
  });

  it('expires after two weeks if it is a first password', async () => {
    const { store, passwords } = installation.kit.internals;
    const account = (await store.accountByUsername('county-b'))!;
    const first = {
      passwordHash: await passwords.inTurn({ account: account.id, network: null }, ({ hash }) => hash('first-pass-word-0')),
      mustChangePassword: true,
      passwordChangedAt: new Date().toISOString(),
    };
    await store.saveAccounts([{ ...account, ...first, version: account.version + 1 }], [], { guards: [], trail: [] });
    expect((await signIn('county-b', 'first-pass-word-0')).body.account.mustChangePassword).toBe(true);
    installation.pass(15 * DAY);
    expect((await signIn('county-b', 'first-pass-word-0')).status).toBe(401);
    const again = (await store.accountByUsername('county-b'))!;
    const back = { passwordHash: account.passwordHash, mustChangePassword: false, passwordChangedAt: null, version: again.version + 1 };
    await store.saveAccounts([{ ...again, ...back }], [], { guards: [], trail: [] });
  });
});

describe('a forgotten password', () => {
  const ask = (username: string) => installation.anyone.post('/password-resets', { body: { username } });
  const reset = (token: string, next: string) => installation.anyone.put('/password-resets', { body: { token, next } });
  const tokenIn = (text: string): string => /#(?:reset|confirm)=([\w-]+)/.exec(text)![1]!;

  it('is reset by a link that works once, ends all sessions and unlocks the account', async () => {
    const before = await installation.signIn('wu-operator');
    for (let time = 0; time < 6; time++) await signIn('wu-operator', 'wrong');
    expect((await ask('WU-operator')).status).toBe(204);
    const { text } = await mailbox.letter('wu-operator@example.test', '#reset=');
    expect(text).toContain(`${ORIGIN}/recover#reset=`);
    expect((await reset(tokenIn(text), 'password1')).body.code).toBe('validation');
    expect((await reset(tokenIn(text), 'a new one for wu')).status).toBe(204);
    expect((await reset(tokenIn(text), 'another new one')).body.code).toBe('gone');
    expect((await before.get('/me')).status).toBe(401);
    expect((await signIn('wu-operator', 'a new one for wu')).status).toBe(200);
    await mailbox.letter('wu-operator@example.test', 'Your password was changed');
  });

  it('gets the same answer for an unknown account, and sends no letter then', async () => {
    const sent = mailbox.received.length;
    for (const username of ['nobody', 'yating', 'old-clerk']) expect((await ask(username)).status).toBe(204);
    await installation.delivered();
    expect(mailbox.received).toHaveLength(sent);
  });

  it('cannot be reset after 30 minutes, after a newer link, or after a change of the address', async () => {
    await ask('tsai-head');
    const old = await mailbox.letter('tsai-head@example.test', '#reset=');
    mailbox.received.length = 0;
    await ask('tsai-head');
    const newer = await mailbox.letter('tsai-head@example.test', '#reset=');
    expect((await reset(tokenIn(old.text), 'a new one for tsai')).body.code).toBe('gone');
    installation.pass(31 * 60_000);
    expect((await reset(tokenIn(newer.text), 'a new one for tsai')).body.code).toBe('gone');
    expect((await reset('made-up', 'a new one for tsai')).body.code).toBe('gone');
  });

  it('is not reset through a changed address before its owner confirms it; the old address is notified', async () => {
    const head = await installation.signIn('wang-head');
    const { body } = await head.get('/accounts?q=lin-contact');
    const { id, version } = body.items[0];
    const changed = await head.patch(`/accounts/${id}`, { body: { email: 'moved@example.test' }, etag: `"${version}"` });
    expect(changed.status).toBe(200);
    await mailbox.letter('lin-contact@example.test', 'was changed');
    const { text } = await mailbox.letter('moved@example.test', '#confirm=');
    const sent = mailbox.received.length;
    await ask('lin-contact');
    await installation.delivered();
    expect(mailbox.received).toHaveLength(sent);
    const lin = await installation.signIn('lin-contact');
    expect((await lin.post('/email-confirmations', { body: { token: tokenIn(text) } })).status).toBe(204);
    expect((await lin.post('/email-confirmations', { body: { token: tokenIn(text) } })).body.code).toBe('gone');
    await ask('lin-contact');
    await mailbox.letter('moved@example.test', '#reset=');
    expect((await lin.get('/me')).body.account.emailConfirmed).toBe(true);
    expect((await lin.post('/me/email-confirmation')).body.code).toBe('wrong-state');
  });
});

describe('the owner of an account', () => {
  it('is asked to confirm the mail address after activation, and cannot reset the password before that', async () => {
    const head = await installation.signIn('wang-head');
    const { body: me } = await head.get('/me');
    const applicant = {
      username: 'applicant',
      name: '新人',
      sex: 'female',
      title: '幹事',
      email: 'applicant@example.test',
      phone: '02-2345-6789',
    };
    expect(
      (await installation.anyone.post('/applications', { body: { ...applicant, unitId: me.unit.id, password: 'a long one indeed' } }))
        .status,
    ).toBe(201);
    const { body } = await head.get('/accounts?q=applicant');
    const { id, version } = body.items[0];
    expect((await head.post(`/accounts/${id}/activation`, { body: { role: 'operator' }, etag: `"${version}"` })).status).toBe(200);
    await mailbox.letter('applicant@example.test', '已啟用');
    const { text } = await mailbox.letter('applicant@example.test', '#confirm=');
    await installation.anyone.post('/password-resets', { body: { username: 'applicant' } });
    await installation.delivered();
    expect(mailbox.received.filter(({ to, text: said }) => to === 'applicant@example.test' && said.includes('#reset='))).toEqual([]);
    const owner = await installation.anyone.signIn('applicant', 'a long one indeed');
    expect((await owner.post('/email-confirmations', { body: { token: /#confirm=([\w-]+)/.exec(text)![1]! } })).status).toBe(204);
    await installation.anyone.post('/password-resets', { body: { username: 'applicant' } });
    await mailbox.letter('applicant@example.test', '#reset=');
  });

  it('gets a letter about a decision on the account, with its reason', async () => {
    const head = await installation.signIn('wang-head');
    const { body } = await head.get('/accounts?q=lee-jj');
    const { id, version } = body.items[0];
    await head.post(`/accounts/${id}/rejection`, { body: { reason: '請由人事室重新申請' }, etag: `"${version}"` });
    const { text, subject } = await mailbox.letter('lee-jj@example.test', '未通過');
    expect(subject).toContain('was rejected');
    expect(text).toContain('理由 Reason: 請由人事室重新申請');
  });

  it('lists the own sessions and ends one of them, but no session of another account', async () => {
    const [here, there] = [await installation.signIn('song-head'), await installation.signIn('song-head')];
    const { body } = await here.get('/me/sessions');
    const other = body.items.find(({ current }: { current: boolean }) => !current);
    const mine = body.items.find(({ current }: { current: boolean }) => current);
    expect(body.items).toHaveLength(2);
    const stranger = await installation.signIn('county-b');
    expect((await stranger.delete(`/me/sessions/${other.id}`)).status).toBe(404);
    expect((await here.delete(`/me/sessions/${other.id}`)).status).toBe(204);
    expect((await there.get('/me')).status).toBe(401);
    expect((await here.get('/me')).status).toBe(200);
    expect(mine.id).not.toBe(other.id);
  });

  it('exports the own data without secrets', async () => {
    const client = await installation.signIn('county-a');
    const { status, body, headers } = await client.get('/me/data');
    expect([status, headers.get('content-disposition')]).toMatchObject([200, expect.stringContaining('attachment')]);
    expect(body).toMatchObject({ account: { username: 'county-a', name: '高淑惠', password: true }, unit: { code: 'A00' } });
    expect(body.trail.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/argon2|Hash/);
  });
});

describe('tw-baseline', () => {
  it('rejects the last three passwords, simple ones and changes within a day, and requires a new one after 90 days', async () => {
    const strict = await install({ preset: 'tw-baseline' });
    try {
      const change = (client: Client, current: string, next: string) => client.put('/me/password', { body: { current, next } });
      const all = [DEMO_PASSWORD, 'Second-one-2', 'Third-one-33', 'Fourth-one-4'];
      for (let time = 1; time < all.length; time++) {
        const client = await strict.anyone.signIn('wang-head', all[time - 1]!);
        expect((await change(client, all[time - 1]!, 'simplesimple1')).body.errors).toMatchObject([{ code: 'too-simple' }]);
        for (const used of all.slice(0, time))
          expect((await change(client, all[time - 1]!, used)).body.errors, used).toMatchObject([{ code: 'used-before' }]);
        expect((await change(client, all[time - 1]!, all[time]!)).status).toBe(204);
        expect((await change(client, all[time]!, 'Quickly-gone-1')).body.errors).toMatchObject([{ code: 'too-soon' }]);
        strict.pass(25 * 3600_000);
      }
      const client = await strict.anyone.signIn('wang-head', all.at(-1)!);
      expect((await change(client, all.at(-1)!, DEMO_PASSWORD)).status, 'the fourth before').toBe(204);
      strict.pass(91 * DAY);
      const old = await strict.anyone.signIn('wang-head', DEMO_PASSWORD);
      expect((await old.get('/me')).body.account.mustChangePassword).toBe(true);
      expect((await old.get('/teachers')).status).toBe(403);
      strict.pass(16 * 60_000);
      expect((await old.get('/me')).status, 'a quarter of an hour idle').toBe(401);
    } finally {
      await strict.end();
    }
  });
});
