import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInserviceKit, type InserviceKitOptions } from '../index.js';
import { install, ORIGIN, type Client, type Installation } from '../testing/installation.js';

const SITE = 'https://cms.example.org';
let installation: Installation;
let head: Client;

beforeAll(async () => {
  installation = await install({ origins: [SITE], trustedProxies: ['10.0.0.9'], limits: { addressFailures: 2 } });
  head = await installation.as('wang-head');
});
afterAll(() => installation.end());

const raw = async (path: string, init: RequestInit = {}, remoteAddress?: string): Promise<Response> =>
  installation.kit.app.fetch(
    new Request(`${ORIGIN}${path}`, init),
    remoteAddress ? { incoming: { socket: { remoteAddress } } } : undefined,
  );

describe('every response', () => {
  it('has nosniff, no-referrer, no framing, and HSTS for a year', async () => {
    const answers = await Promise.all([
      ...[
        '/codes',
        '/me',
        '/nothing',
        '/openapi.json',
        '/healthz',
        '/sign-in',
        '/recover',
        '/session/providers',
        '/units/directory?q=x',
      ].map((path) => raw(path)),
      raw('/session', { method: 'POST', body: '{', headers: { Origin: ORIGIN, 'Content-Type': 'application/json' } }),
      raw('/accounts', { method: 'PUT' }),
    ]);
    for (const { headers, status, url } of answers) {
      const what = `${status} ${url}`;
      expect(headers.get('X-Content-Type-Options'), what).toBe('nosniff');
      expect(headers.get('Referrer-Policy'), what).toBe('no-referrer');
      expect(headers.get('Content-Security-Policy'), what).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('Strict-Transport-Security'), what).toBe('max-age=31536000; includeSubDomains');
      expect(headers.get('Content-Type'), what).toMatch(
        /^(application\/json|application\/problem\+json; charset=utf-8|text\/html; charset=utf-8)/i,
      );
      expect(headers.get('X-Request-Id'), what).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it('is `no-store` if it holds personal data, and cacheable across sites if it is a script of the elements', async () => {
    for (const path of ['/me', '/teachers', '/accounts', '/audit', '/me/data'])
      expect((await head.get(path)).headers.get('Cache-Control'), path).toBe('no-store');
    const file = await raw('/elements/inservice-kit.js');
    expect([file.headers.get('Access-Control-Allow-Origin'), file.headers.get('Cross-Origin-Resource-Policy')]).toEqual([
      '*',
      'cross-origin',
    ]);
    expect((await raw('/elements/..%2f..%2fpackage.json')).status).toBe(404);
  });

  it('with a file has its name in ASCII and in full (RFC 6266)', async () => {
    const { headers } = await head.get('/teachers/export?format=csv');
    const disposition = headers.get('Content-Disposition')!;
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w%.'-]+$/);
    expect(decodeURIComponent(disposition.split("UTF-8''")[1]!)).toContain('甲縣立第一國民小學');
  });
});

describe('another origin', () => {
  it('may read responses and errors without the cookie if it is allowed, and nothing otherwise', async () => {
    for (const [origin, path, heard] of [
      [SITE, '/codes', SITE],
      [SITE, '/me', SITE],
      [SITE, '/nothing', SITE],
      ['https://evil.example', '/codes', null],
      [`${SITE}.evil.example`, '/me', null],
      ['null', '/me', null],
    ] as const) {
      const { headers } = await raw(path, { headers: { Origin: origin } });
      expect(headers.get('Access-Control-Allow-Origin'), `${origin} ${path}`).toBe(heard);
      expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
      expect(headers.get('Vary'), `${origin} ${path}`).toMatch(/Origin/);
    }
    const preflight = await raw('/teachers', { method: 'OPTIONS', headers: { Origin: SITE, 'Access-Control-Request-Method': 'POST' } });
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe(
      'Authorization,Content-Type,If-Match,Idempotency-Key,Accept-Language',
    );
  });

  it('must be named exactly: *, a path or a pattern is an error at start-up', async () => {
    for (const origin of ['*', 'https://*.example.tw', 'https://school.example.tw/', 'school.example.tw', 'null'])
      await expect(createInserviceKit({ origins: [origin] } as unknown as InserviceKitOptions), origin).rejects.toThrow(
        'not an exact origin',
      );
  });
});

describe('the address of a caller', () => {
  const fail = (remote: string, forwarded?: string) =>
    raw(
      '/session',
      {
        method: 'POST',
        body: JSON.stringify({ username: 'nobody', password: 'wrong' }),
        headers: { Origin: ORIGIN, 'Content-Type': 'application/json', ...(forwarded ? { 'X-Forwarded-For': forwarded } : {}) },
      },
      remote,
    ).then(({ status }) => status);

  it('is that of the connection, whatever an untrusted client sends in X-Forwarded-For', async () => {
    for (const said of ['1.1.1.1', '2.2.2.2']) expect(await fail('10.0.0.1', said)).toBe(401);
    expect(await fail('10.0.0.1', '3.3.3.3')).toBe(429);
  });

  it('is the last one in X-Forwarded-For if a trusted proxy sends it', async () => {
    for (let time = 0; time < 2; time++) expect(await fail('10.0.0.9', '6.6.6.6, 4.4.4.4')).toBe(401);
    expect(await fail('10.0.0.9', '7.7.7.7, 4.4.4.4')).toBe(429);
    expect(await fail('10.0.0.9', '5.5.5.5')).toBe(401);
  });
});
