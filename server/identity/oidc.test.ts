import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { CLIENT, startProvider, Walker, type IdentityProvider } from '../testing/identity-provider.js';
import { oidc } from './oidc.js';

const callback = (id: string): string => `${ORIGIN}/session/oidc/${id}/callback`;
const reported: string[] = [];
let county: IdentityProvider;
let ministry: IdentityProvider;
let third: IdentityProvider;
let installation: Installation;

beforeAll(async () => {
  [county, ministry, third] = await Promise.all([
    startProvider([callback('county')]),
    startProvider([callback('ministry')]),
    startProvider([callback('third')]),
  ]);
  const provider = (id: string, { issuer }: IdentityProvider) => ({
    id,
    issuer,
    names: { 'zh-Hant': `${id} 單一登入`, en: id },
    ...CLIENT,
    timeoutSeconds: 1,
  });
  installation = await install({
    identify: oidc({
      baseUrl: ORIGIN,
      password: true,
      providers: [
        provider('county', county),
        provider('ministry', ministry),
        { ...provider('third', third), admit: ({ claims }) => claims.sub !== 'uninvited' },
        { ...provider('unreachable', county), issuer: 'http://127.0.0.1:9', timeoutSeconds: 1 },
      ],
    }),
    onInternalError: (error) => void reported.push(String(error)),
  });
});
afterAll(async () => {
  await installation.end();
  await Promise.all([county, ministry, third].map((provider) => provider.end()));
});

const newBrowser = () => new Walker((request) => (request.url.startsWith(ORIGIN) ? installation.fetch(request) : fetch(request)));

/** Signs in at the provider; returns the callback's URL without opening it. */
async function callbackUrl(subject: string, id: string, browser: Walker, returnTo = '/accounts?status=pending'): Promise<string> {
  const redirect = await browser.get(`${ORIGIN}/session/oidc/${id}?return=${encodeURIComponent(returnTo)}`);
  expect(redirect.status).toBe(303);
  return browser.signInAt(redirect.headers.get('Location')!, subject, ORIGIN);
}

async function signIn(subject: string, id: string, browser = newBrowser()): Promise<{ browser: Walker; location: string }> {
  const response = await browser.get(await callbackUrl(subject, id, browser));
  return { browser, location: response.headers.get('Location') ?? `${response.status}` };
}

const me = async (browser: Walker) =>
  (await browser.get(`${ORIGIN}/me`)).json() as Promise<{ account: { name: string } | null; code?: string }>;

async function link(username: string, provider: IdentityProvider, subject: string): Promise<() => Promise<unknown>> {
  const head = await installation.as('wang-head');
  const { body } = await head.get(`/accounts?q=${username}`);
  const { id, version } = body.items[0];
  const linked = await head.post(`/accounts/${id}/identities`, { body: { issuer: provider.issuer, subject }, etag: `"${version}"` });
  expect(linked.status).toBe(200);
  return () => head.delete(`/accounts/${id}/identities/${linked.body.items[0].id}`, { etag: linked.etag });
}

describe('sign-in at a provider', () => {
  it('offers the providers by name, and the password log-in', async () => {
    const { body } = await installation.anyone.get('/session/providers');
    expect(body).toMatchObject({ password: true, providers: [{ id: 'county', names: { 'zh-Hant': 'county 單一登入' } }, {}, {}, {}] });
  });

  it('returns to the first page, without an account until one is linked; unlinking it ends the session', async () => {
    const { browser, location } = await signIn('mei', 'county');
    expect(location).toBe('/accounts?status=pending');
    expect(await me(browser)).toMatchObject({ account: null });
    expect((await browser.get(`${ORIGIN}/teachers`)).status).toBe(403);
    const unlink = await link('lin-contact', county, 'mei');
    expect((await me(browser)).account?.name).toBe('林怡君');
    await unlink();
    expect((await browser.get(`${ORIGIN}/me`)).status).toBe(401);
  });

  it('distinguishes two people who have the same subject at two providers', async () => {
    await link('lin-contact', county, 'same');
    await link('wu-operator', ministry, 'same');
    const atCounty = await signIn('same', 'county');
    const atMinistry = await signIn('same', 'ministry');
    expect([(await me(atCounty.browser)).account?.name, (await me(atMinistry.browser)).account?.name]).toEqual(['林怡君', '吳佩芬']);
  });

  it('can be followed by a sign-out without an account', async () => {
    const { browser } = await signIn('no-account', 'county');
    const signOut = await browser.get(`${ORIGIN}/session`, { method: 'DELETE', headers: { Origin: ORIGIN } });
    expect(signOut.status).toBe(204);
    expect((await browser.get(`${ORIGIN}/me`)).status).toBe(401);
  });

  it('ends the older session of that browser', async () => {
    await link('chen-operator', third, 'twice');
    const { browser } = await signIn('twice', 'third');
    const older = await me(browser);
    await signIn('twice', 'third', browser);
    const { items } = (await (await browser.get(`${ORIGIN}/me/sessions`)).json()) as { items: object[] };
    expect([older.account?.name, items.length]).toEqual(['陳中良', 1]);
  });

  it('redirects only to pages of the same origin', async () => {
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example/',
      'javascript:alert(1)',
      '/..//evil.example/',
      '/.//evil.example',
      '/%2e//evil.example',
      '/a/..//evil.example',
    ]) {
      const browser = newBrowser();
      const response = await browser.get(await callbackUrl('anyone', 'county', browser, returnTo));
      expect(response.headers.get('Location'), returnTo).not.toMatch(/^\/\//);
      expect(new URL(response.headers.get('Location')!, ORIGIN).origin, returnTo).toBe(ORIGIN);
    }
  });
});

describe('sign-in at a provider is refused', () => {
  const expectRefusal = async (browser: Walker, url: string, reason = 'refused'): Promise<void> => {
    const response = await browser.get(url);
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toContain(`sign-in=${reason}`);
    expect((await browser.get(`${ORIGIN}/me`)).status).toBe(401);
  };
  const withQuery = (url: string, change: (query: URLSearchParams) => void): string => {
    const changed = new URL(url);
    change(changed.searchParams);
    return changed.href;
  };

  it('with another state, no state, or in another browser', async () => {
    const browser = newBrowser();
    const url = await callbackUrl('mei', 'county', browser);
    await expectRefusal(
      browser,
      withQuery(url, (query) => query.set('state', `${query.get('state')!.slice(0, -1)}!`)),
    );
    await expectRefusal(
      browser,
      withQuery(url, (query) => query.delete('state')),
    );
    await expectRefusal(newBrowser(), url);
  });

  it('with a code that was used before, or that is made up', async () => {
    const browser = newBrowser();
    const url = await callbackUrl('mei', 'county', browser);
    const cookieName = `__Host-inservice_flow_${new URL(url).searchParams.get('state')!.slice(0, 8)}`;
    const flow = browser.cookie(ORIGIN, cookieName)!;
    expect((await browser.get(url)).headers.get('Location')).toBe('/accounts?status=pending');
    const attacker = new Walker((request) => {
      const headers = new Headers(request.headers);
      headers.set('Cookie', `${cookieName}=${flow}`);
      return installation.fetch(new Request(request, { headers }));
    });
    const replayed = await attacker.get(url);
    expect(replayed.headers.get('Location')).toContain('sign-in=refused');
    const otherBrowser = newBrowser();
    const otherUrl = await callbackUrl('mei', 'county', otherBrowser);
    await expectRefusal(
      otherBrowser,
      withQuery(otherUrl, (query) => query.set('code', 'made-up')),
    );
  });

  it('with the response of another provider', async () => {
    const browser = newBrowser();
    const url = await callbackUrl('mei', 'county', browser);
    await expectRefusal(browser, url.replace('/county/', '/ministry/'));
  });

  it('with a nonce that was not sent', async () => {
    const browser = newBrowser();
    const redirect = await browser.get(`${ORIGIN}/session/oidc/county`);
    const url = await browser.signInAt(
      withQuery(redirect.headers.get('Location')!, (query) => query.set('nonce', 'another')),
      'mei',
      ORIGIN,
    );
    await expectRefusal(browser, url);
  });

  it('where the portal’s `admit` returns false', async () => {
    const browser = newBrowser();
    await expectRefusal(browser, await callbackUrl('uninvited', 'third', browser));
    expect((await signIn('invited', 'third')).location).toBe('/accounts?status=pending');
  });

  it('where the person denies the sign-in at the provider', async () => {
    const browser = newBrowser();
    const redirect = await browser.get(`${ORIGIN}/session/oidc/county`);
    const { searchParams } = new URL(redirect.headers.get('Location')!);
    await expectRefusal(
      browser,
      `${callback('county')}?error=access_denied&state=${searchParams.get('state')!}&iss=${encodeURIComponent(county.issuer)}`,
    );
  });

  it('while the provider is down; the error is reported, and the browser never gets a 5xx', async () => {
    const browser = newBrowser();
    await expectRefusal(browser, `${ORIGIN}/session/oidc/unreachable`, 'unavailable');
    const url = await callbackUrl('mei', 'ministry', browser);
    await ministry.end();
    await expectRefusal(browser, url, 'unavailable');
    expect(reported.length).toBeGreaterThanOrEqual(2);
  });

  it('with a code from before a rotation of the keys, and works again with a new one', async () => {
    const browser = newBrowser();
    const url = await callbackUrl('mei', 'county', browser);
    await county.rotate();
    const response = await browser.get(url);
    expect(response.headers.get('Location')).toContain('sign-in=');
    // Unknown keys are requested at most once a minute.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    try {
      expect((await signIn('mei', 'county')).location).toBe('/accounts?status=pending');
    } finally {
      vi.useRealTimers();
    }
  });

  it('with 404 at a provider that is not configured', async () => {
    expect((await newBrowser().get(`${ORIGIN}/session/oidc/nobody`)).status).toBe(404);
  });
});

/** The attributes of a cookie, without its value. */
const attributesOf = (response: Response, name: RegExp): string[] => {
  const cookie = response.headers.getSetCookie().find((each) => name.test(each))!;
  return cookie.split('; ').slice(1).sort();
};

describe('the cookies of a sign-in', () => {
  it('are not accessible to scripts and other sites, and expire with the flow and the session', async () => {
    const browser = newBrowser();
    const redirect = await browser.get(`${ORIGIN}/session/oidc/county`);
    const safe = ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'];
    expect(attributesOf(redirect, /^__Host-inservice_flow_[\w-]{8}=/)).toEqual([
      'HttpOnly',
      'Max-Age=600',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
    const back = await browser.get(await browser.signInAt(redirect.headers.get('Location')!, 'mei', ORIGIN));
    expect(attributesOf(back, /^__Host-inservice_flow_[\w-]{8}=;/)).toEqual(expect.arrayContaining([...safe, 'Max-Age=0']));
    const { sessionSeconds } = installation.kit.internals.limits;
    expect(attributesOf(back, /^__Host-inservice_session=/)).toEqual([...safe, `Max-Age=${sessionSeconds}`].sort());
  });

  it('do not show the state of the flow', async () => {
    const redirect = await newBrowser().get(`${ORIGIN}/session/oidc/county?return=/teachers`);
    const { searchParams } = new URL(redirect.headers.get('Location')!);
    const [cookie] = redirect.headers.getSetCookie();
    for (const secret of [searchParams.get('nonce')!, searchParams.get('state')!, 'teachers', 'county'])
      expect(cookie).not.toContain(secret);
  });
});

describe('a flow', () => {
  it('ends ten minutes after it began', async () => {
    const flowOf = async (): Promise<{ browser: Walker; url: string }> => {
      const browser = newBrowser();
      return { browser, url: await callbackUrl('mei', 'county', browser) };
    };
    const [inTime, late] = [await flowOf(), await flowOf()];
    const startMs = installation.kit.internals.now().getTime();
    installation.pass(595_000 - (installation.kit.internals.now().getTime() - startMs));
    expect((await inTime.browser.get(inTime.url)).headers.get('Location')).toBe('/accounts?status=pending');
    installation.pass(10_000);
    const response = await late.browser.get(late.url);
    expect(response.headers.get('Location')).toBe('/?sign-in=refused');
    expect((await late.browser.get(`${ORIGIN}/me`)).status).toBe(401);
  });

  it('requests a code with state, nonce and PKCE challenge, and keeps their secrets', async () => {
    const login = oidc({ baseUrl: `${ORIGIN}/`, providers: [{ ...PROVIDER, ...CLIENT, issuer: county.issuer }] });
    const provider = login.providers.get('a')!;
    const now = new Date();
    const [{ url, flow }, other] = [await provider.begin('/home', now), await provider.begin('/home', now)];
    expect(flow).toEqual({
      provider: 'a',
      returnTo: '/home',
      until: now.getTime() + 600_000,
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(new Set([flow.state, flow.nonce, flow.verifier, other.flow.state, other.flow.nonce, other.flow.verifier]).size).toBe(6);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.clientId,
      response_type: 'code',
      redirect_uri: `${ORIGIN}/session/oidc/a/callback`,
      scope: 'openid',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: createHash('sha256').update(flow.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
  });

  it('requests the scope that the portal sets', async () => {
    const login = oidc({ baseUrl: ORIGIN, providers: [{ ...PROVIDER, ...CLIENT, issuer: county.issuer, scope: 'openid eduinfo' }] });
    expect((await login.providers.get('a')!.begin('/', new Date())).url.searchParams.get('scope')).toBe('openid eduinfo');
  });

  it('can begin as soon as the provider is up again', async () => {
    const login = oidc({ baseUrl: ORIGIN, providers: [{ ...PROVIDER, ...CLIENT, issuer: third.issuer, timeoutSeconds: 1 }] });
    const provider = login.providers.get('a')!;
    await third.end();
    const failed = await provider.begin('/', new Date()).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'SignInRefused', message: 'sign-in unavailable', why: 'unavailable', cause: expect.any(Error) });
    await third.rotate();
    expect((await provider.begin('/', new Date())).url.href).toContain(third.issuer);
  });
});

const PROVIDER = { id: 'a', issuer: 'https://id.example.tw', clientId: 'x', names: { 'zh-Hant': 'a', en: 'a' } };

describe('oidc()', () => {
  const start = (...providers: (typeof PROVIDER)[]) => oidc({ baseUrl: ORIGIN, providers });
  const refusal = (change: object): string => {
    try {
      start({ ...PROVIDER, ...change });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('rejects settings with which nobody could sign in, or the wrong person could, at start-up', () => {
    expect(refusal({ issuer: 'http://id.example.tw' })).toBe('oidc: a: the issuer must be https');
    expect(refusal({ issuer: 'id.example.tw' })).toBe('oidc: a: the issuer "id.example.tw" is not a URL');
    expect(refusal({ clientId: '' })).toBe("oidc: a: the client's id is missing");
    for (const id of ['', '../a', 'A', 'a b', 'a'.repeat(33), 'a/'])
      expect(refusal({ id })).toBe(`oidc: the provider's id "${id}" must consist of lower-case letters, digits and -`);
    expect(() => start(PROVIDER, { ...PROVIDER, id: 'b' })).toThrow('oidc: two providers have the same issuer');
    expect(() => start(PROVIDER, { ...PROVIDER, issuer: 'https://other.example.tw' })).toThrow('oidc: two providers have the same id');
  });

  it('accepts an issuer without TLS on the loopback interface only', () => {
    for (const host of ['127.0.0.1', '127.1.22.133', 'localhost', '[::1]']) expect(refusal({ issuer: `http://${host}:8080` })).toBe('');
    for (const host of ['localhost.example.tw', 'my-localhost', '128.0.0.1', '127.0.0.1.example.tw', 'x127.0.0.1.tw', '[::2]'])
      expect(refusal({ issuer: `http://${host}` })).toBe('oidc: a: the issuer must be https');
  });

  it('has a callback URL for each provider below the URL of the kit, and the password log-in where it is set', () => {
    const ids = ['a', '0-b', 'c'.repeat(32)];
    const providers = ids.map((id, index) => ({ ...PROVIDER, id, issuer: `https://id-${index}.example.tw` }));
    const login = oidc({ baseUrl: 'https://kit.example.test/api/', providers });
    expect(login).toMatchObject({ kind: 'oidc', password: false, baseUrl: 'https://kit.example.test/api' });
    expect([...login.providers.values()].map(({ callback }) => callback)).toEqual(
      ids.map((id) => `https://kit.example.test/api/session/oidc/${id}/callback`),
    );
    expect(oidc({ baseUrl: ORIGIN, providers, password: true }).password).toBe(true);
  });
});
