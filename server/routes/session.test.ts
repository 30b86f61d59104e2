import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { install, ORIGIN, type Client, type Installation } from '../testing/installation.js';

const SITE = 'https://cms.example.org';
let installation: Installation;

beforeAll(async () => {
  installation = await install({ origins: [SITE], limits: { addressFailures: 1000 } });
});
afterAll(() => installation.end());

const signIn = (username: string, password: string) => installation.anyone.post('/session', { body: { username, password } });

describe('a sign-in', () => {
  it('returns the caller, with the masked user name and the functions of the role', async () => {
    const { status, body, headers } = await signIn('LIN-contact', DEMO_PASSWORD);
    expect([status, body.account.username, body.role]).toEqual([200, 'lin-c*****', 'contact']);
    expect(body.functions).toEqual(['course.create', 'course.manage', 'teacher.manage', 'teacher.register', 'statistics.read']);
    expect(body.head.name).toBe('王建民');
    expect(headers.get('set-cookie')).toMatch(/^__Host-inservice_session=[\w-]{43};.*HttpOnly.*Secure.*SameSite=Lax/i);
  });

  it('gives the same answer for an unknown name, a wrong password, a pending and a deleted account', async () => {
    const answers = await Promise.all([
      signIn('nobody', DEMO_PASSWORD),
      signIn('lin-contact', 'wrong'),
      signIn('yating', DEMO_PASSWORD),
      signIn('old-clerk', DEMO_PASSWORD),
    ]);
    const bodies = answers.map(({ status, body: { requestId: _id, ...body } }) => ({ status, body }));
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(bodies[0]!.status).toBe(401);
  });

  it('makes an address wait for 15 minutes after five failures in a row to one account', async () => {
    for (let time = 0; time < 5; time++) expect((await signIn('wu-operator', 'wrong')).status).toBe(401);
    expect((await signIn('wu-operator', DEMO_PASSWORD)).status).toBe(401);
    installation.pass(15 * 60_000 + 1000);
    expect((await signIn('wu-operator', DEMO_PASSWORD)).status).toBe(200);
  });

  it('ends after 30 minutes without a request, and at a sign-out', async () => {
    const idle = await installation.signIn('tsai-head');
    installation.pass(31 * 60_000);
    expect((await idle.get('/me')).status).toBe(401);
    const fresh = await installation.signIn('tsai-head');
    expect((await fresh.delete('/session')).status).toBe(204);
    expect((await fresh.get('/me')).status).toBe(401);
  });
});

describe('a sign-in in a browser that is signed in', () => {
  const again = async (browser: Client, username: string): Promise<Client> => {
    const { headers } = await browser.post('/session', { body: { username, password: DEMO_PASSWORD } });
    return browser.with(headers.get('set-cookie')!.split(';')[0]!);
  };

  it('ends the older session of that browser and no other, whoever signs in', async () => {
    for (const username of ['song-head', 'tang-head']) {
      const [browser, elsewhere] = [await installation.signIn('song-head'), await installation.signIn('song-head')];
      const fresh = await again(browser, username);
      expect([await browser.get('/me'), await elsewhere.get('/me'), await fresh.get('/me')].map(({ status }) => status)).toEqual([
        401, 200, 200,
      ]);
    }
  });

  it('ends the tokens of other sites that came from the older session, and codes that were not used', async () => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const browser = await installation.signIn('he-contact');
    const code = async (): Promise<string> => (await browser.post('/session/code', { body: { origin: SITE, challenge } })).body.code;
    const trade = (given: string) =>
      installation.anyone.post('/session/token', { body: { code: given, verifier }, headers: { Origin: SITE } });
    const { token } = (await trade(await code())).body;
    const left = await code();
    await again(browser, 'he-contact');
    expect((await installation.anyone.get('/me', { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
    expect((await trade(left)).status).toBe(401);
  });

  it('ends the older token of a page that exchanges a second code', async () => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const browser = await installation.signIn('he-contact');
    const trade = async (headers: Record<string, string>): Promise<string> => {
      const { code } = (await browser.post('/session/code', { body: { origin: SITE, challenge } })).body;
      return (await installation.anyone.post('/session/token', { body: { code, verifier }, headers: { Origin: SITE, ...headers } })).body
        .token;
    };
    const older = await trade({});
    const newer = await trade({ Authorization: `Bearer ${older}` });
    const statusOf = async (token: string): Promise<number> =>
      (await installation.anyone.get('/me', { headers: { Authorization: `Bearer ${token}` } })).status;
    expect([await statusOf(older), await statusOf(newer), (await browser.get('/me')).status]).toEqual([401, 200, 200]);
  });

  it('keeps the older session if the password is wrong', async () => {
    const browser = await installation.signIn('song-head');
    await browser.post('/session', { body: { username: 'song-head', password: 'wrong' } });
    expect((await browser.get('/me')).status).toBe(200);
  });

  it('leaves a line for the end and one for the beginning', async () => {
    const browser = await installation.signIn('tang-head');
    const fresh = await again(browser, 'tang-head');
    const { items } = (await fresh.get('/audit')).body;
    expect(
      items
        .slice(0, 2)
        .map(({ action }: { action: string }) => action)
        .sort(),
    ).toEqual(['session.create', 'session.end']);
  });
});

describe('the caller’s password', () => {
  it('is changed with the current one, which ends the other sessions', async () => {
    const [here, there] = [await installation.signIn('song-head'), await installation.signIn('song-head')];
    expect((await here.put('/me/password', { body: { current: 'wrong', next: 'another long one' } })).body.errors).toMatchObject([
      { path: 'current', code: 'wrong-password' },
    ]);
    expect((await here.put('/me/password', { body: { current: DEMO_PASSWORD, next: 'password123' } })).body.errors).toMatchObject([
      { path: 'next', code: 'common-password' },
    ]);
    expect((await here.put('/me/password', { body: { current: DEMO_PASSWORD, next: 'another long one' } })).status).toBe(204);
    expect((await here.get('/me')).status).toBe(200);
    expect((await there.get('/me')).status).toBe(401);
    expect((await signIn('song-head', DEMO_PASSWORD)).status).toBe(401);
  });

  it('is required for a new mail address', async () => {
    const me = await installation.signIn('tang-head');
    const { etag } = { etag: `"${(await me.get('/me')).body.account.version}"` };
    expect((await me.patch('/me', { body: { email: 'new@example.test' }, etag })).body.errors).toMatchObject([
      { path: 'password', code: 'required' },
    ]);
    const done = await me.patch('/me', { body: { email: 'new@example.test', password: DEMO_PASSWORD, phone: '02-1111-2222' }, etag });
    expect([done.status, done.body.account.email]).toEqual([200, 'new@example.test']);
  });
});

describe('the origin of a request', () => {
  it('must be allowed, or the same, for a write without Authorization', async () => {
    const body = { username: 'tsai-head', password: DEMO_PASSWORD };
    const from = (headers: Record<string, string>) =>
      installation.fetch(
        new Request(`${ORIGIN}/session`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      );
    for (const [headers, status] of [
      [{}, 403],
      [{ Origin: 'null' }, 403],
      [{ Origin: 'https://evil.example' }, 403],
      [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
      [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
      [{ Origin: SITE }, 200],
    ] as const) {
      const answer = await from(headers);
      expect(answer.status, JSON.stringify(headers)).toBe(status);
    }
  });

  it('gets CORS headers only if it is allowed, on errors too, and never with credentials', async () => {
    const listed = await installation.anyone.get('/me', { headers: { Origin: SITE } });
    expect([
      listed.status,
      listed.headers.get('access-control-allow-origin'),
      listed.headers.get('access-control-allow-credentials'),
    ]).toEqual([401, SITE, null]);
    expect(listed.headers.get('vary')).toContain('Origin');
    expect(
      (await installation.anyone.get('/me', { headers: { Origin: 'https://evil.example' } })).headers.get('access-control-allow-origin'),
    ).toBe(null);
  });

  it('with a wildcard or a path is an error at start-up', async () => {
    for (const origin of ['*', 'https://a.example/', 'a.example', 'https://a.example/x'])
      await expect(install({ origins: [origin] })).rejects.toThrow(/exact origin/);
  });
});

describe('a sign-in from a page of another site', () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const trade = (code: string, sent: string, origin = SITE) =>
    installation.anyone.post('/session/token', { body: { code, verifier: sent }, headers: { Origin: origin } });

  it('exchanges a one-time code for a token that ends with the session', async () => {
    const page = await installation.signIn('he-contact');
    const { body } = await page.post('/session/code', { body: { origin: SITE, challenge } });
    const { body: token } = await trade(body.code, verifier);
    const bearer = { headers: { Authorization: `Bearer ${token.token}`, Origin: SITE } };
    expect((await installation.anyone.get('/teachers', bearer)).body.summary.total).toBe(21);
    expect((await trade(body.code, verifier)).status).toBe(401);
    await page.delete('/session');
    expect((await installation.anyone.get('/me', bearer)).status).toBe(401);
  });

  it('rejects another origin, another verifier, an old code and a site that is not allowed', async () => {
    const page = await installation.signIn('he-contact');
    const code = async (origin = SITE) => (await page.post('/session/code', { body: { origin, challenge } })).body.code;
    expect((await page.post('/session/code', { body: { origin: 'https://evil.example', challenge } })).body.code).toBe(
      'origin-not-allowed',
    );
    expect((await trade(await code(), verifier, ORIGIN)).status).toBe(401);
    expect((await trade(await code(), randomBytes(32).toString('base64url'))).status).toBe(401);
    const old = await code();
    installation.pass(61_000);
    expect((await trade(old, verifier)).status).toBe(401);
  });
});

describe('a log-in of the portal', () => {
  it('identifies the caller; an identity without an account gets no-account except from /me, codes, directory and applications', async () => {
    const portal = await install({ identify: (request) => ({ issuer: 'portal', subject: request.headers.get('X-Portal-User') ?? '' }) });
    try {
      const asUser = (subject: string) => ({ headers: { 'X-Portal-User': subject } });
      expect((await portal.anyone.get('/me', asUser('u1'))).body).toMatchObject({ account: null, application: null });
      expect((await portal.anyone.get('/teachers', asUser('u1'))).body.code).toBe('no-account');
      expect((await portal.anyone.post('/session', { body: { username: 'wang-head', password: DEMO_PASSWORD } })).status).toBe(404);
      const unit = (await portal.anyone.get('/units/directory?q=014501')).body.items[0];
      const wish = {
        unitId: unit.id,
        username: 'from-portal',
        name: '入口網使用者',
        sex: 'male',
        title: '組長',
        email: 'p@example.test',
        phone: '02-1234-5678',
      };
      expect((await portal.anyone.post('/applications', { body: wish, ...asUser('u1') })).status).toBe(201);
      expect((await portal.anyone.get('/me', asUser('u1'))).body.application).toMatchObject({ status: 'pending' });
    } finally {
      await portal.end();
    }
  });

  it('leaves the day of its last use in the account, with one write a day', async () => {
    const portal = await install({ identify: (request) => ({ accountId: request.headers.get('X-Account')! }) });
    try {
      const read = async () => (await portal.kit.store.accountByUsername('wang-head'))!;
      const { id, version } = await read();
      const call = () => portal.anyone.get('/me', { headers: { 'X-Account': id } });
      await portal.database.exec(`update accounts set last_sign_in_at = null where id = '${id}'`);
      await call();
      const first = await read();
      expect(Date.now() - Date.parse(first.lastSignInAt!)).toBeLessThan(60_000);
      expect(first.version).toBe(version);
      await call();
      expect((await read()).lastSignInAt).toBe(first.lastSignInAt);
      portal.pass(24 * 3600_000);
      await call();
      expect(Date.parse((await read()).lastSignInAt!) - Date.parse(first.lastSignInAt!)).toBeGreaterThanOrEqual(24 * 3600_000);
    } finally {
      await portal.end();
    }
  });

  it('is linked to an account by the level above, and its sessions end when it is unlinked', async () => {
    const portal = await install({
      identify: (request) =>
        request.headers.get('X-Portal-User')
          ? { issuer: 'portal', subject: request.headers.get('X-Portal-User')! }
          : { accountId: request.headers.get('X-Account')! },
    });
    try {
      const head = await portal.kit.store.accountByUsername('wang-head');
      const operator = await portal.kit.store.accountByUsername('chen-operator');
      const asHead = { headers: { 'X-Account': head!.id } };
      const linked = await portal.anyone.post(`/accounts/${operator!.id}/identities`, {
        body: { issuer: 'portal', subject: 'u9' },
        etag: '"1"',
        ...asHead,
      });
      expect([linked.status, linked.body.items.length]).toEqual([200, 1]);
      expect((await portal.anyone.get('/me', { headers: { 'X-Portal-User': 'u9' } })).body.role).toBe('operator');
      const gone = await portal.anyone.delete(`/accounts/${operator!.id}/identities/${linked.body.items[0].id}`, {
        etag: '"2"',
        ...asHead,
      });
      expect(gone.status).toBe(200);
      expect((await portal.anyone.get('/me', { headers: { 'X-Portal-User': 'u9' } })).body.account).toBe(null);
    } finally {
      await portal.end();
    }
  });
});
