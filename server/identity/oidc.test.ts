import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { CLIENT, startProvider, Walker, type IdentityProvider } from '../testing/identity-provider.js';
import { oidc } from './oidc.js';

const callback = (id: string): string => `${ORIGIN}/session/oidc/${id}/callback`;
const told: string[] = [];
let county: IdentityProvider;
let ministry: IdentityProvider;
let third: IdentityProvider;
let at: Installation;

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
  at = await install({
    identify: oidc({
      baseUrl: ORIGIN,
      password: true,
      providers: [
        provider('county', county),
        provider('ministry', ministry),
        { ...provider('third', third), admit: ({ claims }) => claims.sub !== 'uninvited' },
        { ...provider('gone', county), issuer: 'http://127.0.0.1:9', timeoutSeconds: 1 },
      ],
    }),
    onInternalError: (error) => void told.push(String(error)),
  });
});
afterAll(async () => {
  await at.end();
  await Promise.all([county, ministry, third].map((provider) => provider.end()));
});

const walker = () => new Walker((request) => (request.url.startsWith(ORIGIN) ? at.fetch(request) : fetch(request)));

/** To the provider and back, until just before the callback is opened. */
async function returning(who: string, id: string, walk: Walker, to = '/accounts?status=pending'): Promise<string> {
  const begun = await walk.get(`${ORIGIN}/session/oidc/${id}?return=${encodeURIComponent(to)}`);
  expect(begun.status).toBe(303);
  return walk.signInAt(begun.headers.get('Location')!, who, ORIGIN);
}

async function signIn(who: string, id: string, walk = walker()): Promise<{ walk: Walker; location: string }> {
  const response = await walk.get(await returning(who, id, walk));
  return { walk, location: response.headers.get('Location') ?? `${response.status}` };
}

const me = async (walk: Walker) => (await walk.get(`${ORIGIN}/me`)).json() as Promise<{ account: { name: string } | null; code?: string }>;

async function link(username: string, provider: IdentityProvider, subject: string): Promise<() => Promise<unknown>> {
  const head = await at.as('wang-head');
  const { body } = await head.get(`/accounts?q=${username}`);
  const { id, version } = body.items[0];
  const linked = await head.post(`/accounts/${id}/identities`, { body: { issuer: provider.issuer, subject }, etag: `"${version}"` });
  expect(linked.status).toBe(200);
  return () => head.delete(`/accounts/${id}/identities/${linked.body.items[0].id}`, { etag: linked.etag });
}

describe('signing in at a provider', () => {
  it('offers the providers by name, and user name and password beside them', async () => {
    const { body } = await at.anyone.get('/session/providers');
    expect(body).toMatchObject({ password: true, providers: [{ id: 'county', names: { 'zh-Hant': 'county 單一登入' } }, {}, {}, {}] });
  });

  it('comes back to the page it began on, as a stranger until an account is linked, and no longer once it is unlinked', async () => {
    const { walk, location } = await signIn('mei', 'county');
    expect(location).toBe('/accounts?status=pending');
    expect(await me(walk)).toMatchObject({ account: null });
    expect((await walk.get(`${ORIGIN}/teachers`)).status).toBe(403);
    const unlink = await link('lin-contact', county, 'mei');
    expect((await me(walk)).account?.name).toBe('林怡君');
    await unlink();
    expect((await walk.get(`${ORIGIN}/me`)).status).toBe(401);
  });

  it('keeps two people of the same subject at two providers apart', async () => {
    await link('lin-contact', county, 'same');
    await link('wu-operator', ministry, 'same');
    const [here, there] = [await signIn('same', 'county'), await signIn('same', 'ministry')];
    expect([(await me(here.walk)).account?.name, (await me(there.walk)).account?.name]).toEqual(['林怡君', '吳佩芬']);
  });

  it('ends with signing out, for a stranger too', async () => {
    const { walk } = await signIn('stranger', 'county');
    const out = await walk.get(`${ORIGIN}/session`, { method: 'DELETE', headers: { Origin: ORIGIN } });
    expect(out.status).toBe(204);
    expect((await walk.get(`${ORIGIN}/me`)).status).toBe(401);
  });

  it('leads nowhere but to a page of its own', async () => {
    for (const to of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example/',
      'javascript:alert(1)',
      '/..//evil.example/',
      '/.//evil.example',
      '/%2e//evil.example',
      '/a/..//evil.example',
    ]) {
      const walk = walker();
      const response = await walk.get(await returning('anyone', 'county', walk, to));
      expect(response.headers.get('Location'), to).not.toMatch(/^\/\//);
      expect(new URL(response.headers.get('Location')!, ORIGIN).origin, to).toBe(ORIGIN);
    }
  });
});

describe('nobody is let in', () => {
  const refusedWith = async (walk: Walker, url: string, why = 'refused'): Promise<void> => {
    const response = await walk.get(url);
    expect(response.status).toBe(303);
    expect(response.headers.get('Location')).toContain(`sign-in=${why}`);
    expect((await walk.get(`${ORIGIN}/me`)).status).toBe(401);
  };
  const altered = (url: string, change: (query: URLSearchParams) => void): string => {
    const changed = new URL(url);
    change(changed.searchParams);
    return changed.href;
  };

  it('with another state, no state, or in another browser', async () => {
    const walk = walker();
    const url = await returning('mei', 'county', walk);
    await refusedWith(
      walk,
      altered(url, (query) => query.set('state', `${query.get('state')!.slice(0, -1)}!`)),
    );
    await refusedWith(
      walk,
      altered(url, (query) => query.delete('state')),
    );
    await refusedWith(walker(), url);
  });

  it('with a code that was used, or that is made up', async () => {
    const walk = walker();
    const url = await returning('mei', 'county', walk);
    const carried = new URL(url).searchParams.get('state')!.slice(0, 8);
    const flow = walk.cookie(ORIGIN, `__Host-inservice_flow_${carried}`)!;
    expect((await walk.get(url)).headers.get('Location')).toBe('/accounts?status=pending');
    const thief = new Walker((request) => {
      const headers = new Headers(request.headers);
      headers.set('Cookie', `__Host-inservice_flow_${carried}=${flow}`);
      return at.fetch(new Request(request, { headers }));
    });
    const replayed = await thief.get(url);
    expect(replayed.headers.get('Location')).toContain('sign-in=refused');
    const fresh = walker();
    const other = await returning('mei', 'county', fresh);
    await refusedWith(
      fresh,
      altered(other, (query) => query.set('code', 'made-up')),
    );
  });

  it('with another provider’s answer', async () => {
    const walk = walker();
    const url = await returning('mei', 'county', walk);
    await refusedWith(walk, url.replace('/county/', '/ministry/'));
  });

  it('with another nonce than went out', async () => {
    const walk = walker();
    const begun = await walk.get(`${ORIGIN}/session/oidc/county`);
    const url = await walk.signInAt(
      altered(begun.headers.get('Location')!, (query) => query.set('nonce', 'another')),
      'mei',
      ORIGIN,
    );
    await refusedWith(walk, url);
  });

  it('whom the portal’s own function does not admit', async () => {
    const walk = walker();
    await refusedWith(walk, await returning('uninvited', 'third', walk));
    expect((await signIn('invited', 'third')).location).toBe('/accounts?status=pending');
  });

  it('where the person says no at the provider', async () => {
    const walk = walker();
    const begun = await walk.get(`${ORIGIN}/session/oidc/county`);
    const { searchParams } = new URL(begun.headers.get('Location')!);
    await refusedWith(
      walk,
      `${callback('county')}?error=access_denied&state=${searchParams.get('state')!}&iss=${encodeURIComponent(county.issuer)}`,
    );
  });

  it('while the provider is down; it is told to whoever runs the kit, and never a 5xx', async () => {
    const walk = walker();
    await refusedWith(walk, `${ORIGIN}/session/oidc/gone`, 'unavailable');
    const url = await returning('mei', 'ministry', walk);
    await ministry.end();
    await refusedWith(walk, url, 'unavailable');
    expect(told.length).toBeGreaterThanOrEqual(2);
  });

  it('after the keys were rotated with a code of before, and again with a new one', async () => {
    const walk = walker();
    const url = await returning('mei', 'county', walk);
    await county.rotate();
    const response = await walk.get(url);
    expect(response.headers.get('Location')).toContain('sign-in=');
    // Keys that are not known are asked for once a minute at most.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    try {
      expect((await signIn('mei', 'county')).location).toBe('/accounts?status=pending');
    } finally {
      vi.useRealTimers();
    }
  });

  it('at a provider that nobody has set up', async () => {
    expect((await walker().get(`${ORIGIN}/session/oidc/nobody`)).status).toBe(404);
  });
});

describe('oidc()', () => {
  const provider = { id: 'a', issuer: 'https://id.example.tw', clientId: 'x', names: { 'zh-Hant': 'a', en: 'a' } };
  it('refuses to start with an issuer that anybody could listen to, two of one issuer, or an id that is no path', () => {
    const start =
      (...providers: (typeof provider)[]) =>
      () =>
        oidc({ baseUrl: ORIGIN, providers });
    expect(start({ ...provider, issuer: 'http://id.example.tw' })).toThrow('https');
    expect(start(provider, { ...provider, id: 'b' })).toThrow('same issuer');
    expect(start({ ...provider, id: '../a' })).toThrow('small letters');
  });
});
