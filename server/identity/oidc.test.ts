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

describe('oidc()', () => {
  const provider = { id: 'a', issuer: 'https://id.example.tw', clientId: 'x', names: { 'zh-Hant': 'a', en: 'a' } };
  it('rejects an http issuer, two providers of one issuer, and an id with other characters at start-up', () => {
    const start =
      (...providers: (typeof provider)[]) =>
      () =>
        oidc({ baseUrl: ORIGIN, providers });
    expect(start({ ...provider, issuer: 'http://id.example.tw' })).toThrow('https');
    expect(start(provider, { ...provider, id: 'b' })).toThrow('same issuer');
    expect(start({ ...provider, id: '../a' })).toThrow('lower-case letters');
  });
});
