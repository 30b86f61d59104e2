/** The redirects of a sign-in at a provider that cannot be reached. Sign-ins that succeed are in server/identity/oidc.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oidc } from '../index.js';
import { install, ORIGIN, type Installation } from '../testing/installation.js';

let installation: Installation;
const reported: unknown[] = [];

beforeAll(async () => {
  const names = { 'zh-Hant': '縣市', en: 'County' };
  // No process listens at the port "discard".
  const providers = [{ id: 'county', names, issuer: 'http://127.0.0.1:9', clientId: 'kit', timeoutSeconds: 1 }];
  installation = await install({ identify: oidc({ baseUrl: ORIGIN, providers }), onInternalError: (error) => reported.push(error) });
});
afterAll(() => installation.end());

const begin = (returnTo?: string) =>
  installation.anyone.raw('GET', `/session/oidc/county${returnTo === undefined ? '' : `?return=${encodeURIComponent(returnTo)}`}`);
const locationOf = async (returnTo?: string) => (await begin(returnTo)).headers.get('Location');

describe('a sign-in that cannot begin', () => {
  it('returns to the page where it began, whose query it keeps, with the reason', async () => {
    expect(await locationOf('/teachers?status=pending&q=a%26b')).toBe('/teachers?status=pending&q=a%26b&sign-in=unavailable');
    expect(await locationOf('/teachers?sign-in=refused#top')).toBe('/teachers?sign-in=unavailable');
    expect(await locationOf()).toBe('/?sign-in=unavailable');
  });

  it('is a redirect, sets no cookie, and is reported', async () => {
    reported.length = 0;
    const response = await begin('/');
    expect([response.status, response.headers.getSetCookie()]).toEqual([303, []]);
    expect(reported).toHaveLength(1);
  });

  it('returns to the first page instead of a path that is too long, or that another site could answer', async () => {
    const longest = `/${'a'.repeat(999)}`;
    expect(await locationOf(longest)).toBe(`${longest}?sign-in=unavailable`);
    for (const path of [
      `${longest}a`,
      'teachers',
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/.//evil.example',
      '//[',
      '',
    ])
      expect(await locationOf(path), path).toBe('/?sign-in=unavailable');
  });
});

describe('a callback', () => {
  const back = (path: string, cookie?: string) =>
    installation.anyone.raw('GET', path, cookie === undefined ? {} : { headers: { Cookie: cookie } });

  it('without the cookie of its flow is refused and not reported, and the cookie is removed', async () => {
    reported.length = 0;
    const response = await back('/session/oidc/county/callback?state=abcdefghij&code=x');
    expect([response.status, response.headers.get('Location')]).toEqual([303, '/?sign-in=refused']);
    const [removed, ...others] = response.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(removed!.split('; ').sort()).toEqual(
      ['__Host-inservice_flow_abcdefgh=', 'HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax', 'Secure'].sort(),
    );
    expect(reported).toEqual([]);
  });

  it('with a cookie that the kit did not seal is refused', async () => {
    for (const value of ['', 'made-up', Buffer.from('{"provider":"county","until":99999999999999}').toString('base64url')])
      expect(
        (await back('/session/oidc/county/callback?state=abcdefghij', `__Host-inservice_flow_abcdefgh=${value}`)).headers.get('Location'),
      ).toBe('/?sign-in=refused');
  });

  it('puts no other character of its state into the name of a cookie', async () => {
    const response = await back(`/session/oidc/county/callback?state=${encodeURIComponent('a;b=c -_')}`);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Host-inservice_flow_abc-_=;/);
  });

  it('of a provider that is not configured is not found', async () => {
    expect((await back('/session/oidc/ministry/callback?state=a')).status).toBe(404);
    expect((await back('/session/oidc/ministry')).status).toBe(404);
  });
});
