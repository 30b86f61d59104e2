/** Callers whom a portal's `identify` names: nobody by an empty name, and no write by its cookie alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstOf, type Identified, type Identify } from '../identity/identify.js';
import { install, ORIGIN, type Installation } from '../testing/installation.js';

const ISSUER = 'https://idp.example.test';
let installation: Installation;
/** What the portal's function returns next, for a browser with its cookie. */
let named: unknown;

const byCookie: Identify = (request) => (request.headers.get('Cookie')?.includes('portal=') ? (named as Identified) : null);
const byToken: Identify = (request) =>
  request.headers.get('Authorization') === 'Bearer good' ? { issuer: ISSUER, subject: 'wang', by: 'token' } : null;

beforeAll(async () => {
  installation = await install({ identify: firstOf(byToken, byCookie) });
  const { store } = installation.kit;
  const head = (await store.accountByUsername('wang-head'))!;
  await store.load([{ guards: [], trail: [], identities: [{ id: 'i1', accountId: head.id, issuer: ISSUER, subject: 'wang' }] }]);
});
afterAll(() => installation.end());

const send = (method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response> =>
  Promise.resolve(
    installation.fetch(
      new Request(`${ORIGIN}${path}`, {
        method,
        headers: { ...headers, ...(body ? { 'Content-Type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    ),
  );
const code = async (response: Response): Promise<string> => ((await response.json()) as { code?: string }).code ?? String(response.status);

describe('a caller whom the portal names', () => {
  it('is who it says', async () => {
    named = { issuer: ISSUER, subject: 'wang' };
    expect((await send('GET', '/me', { Cookie: 'portal=1' })).status).toBe(200);
  });

  it.each([
    { issuer: ISSUER, subject: '' },
    { issuer: ISSUER, subject: ' ' },
    { issuer: ISSUER },
    { issuer: ISSUER, subject: 7 },
    { issuer: ISSUER, subject: null },
    { issuer: ISSUER, subject: ['wang'] },
    { issuer: '', subject: 'wang' },
    { subject: 'wang' },
    { accountId: '' },
    { accountId: undefined },
    { accountId: 7 },
  ])('is nobody as %j', async (identity) => {
    named = identity;
    expect(await code(await send('GET', '/me', { Cookie: 'portal=1' }))).toBe('unauthenticated');
  });
});

describe('the origin of a write', () => {
  const body = { title: '主任' };
  const write = async (headers: Record<string, string>): Promise<string> =>
    code(await send('PATCH', '/me', { 'If-Match': '"99"', ...headers }, body));

  it('is not asked of a caller whom a token has identified', async () => {
    expect(await write({ Authorization: 'Bearer good' })).toBe('precondition-failed');
  });

  it('is asked of the portal’s cookie, also behind a token that fails, of any scheme', async () => {
    named = { issuer: ISSUER, subject: 'wang' };
    const cookie = { Cookie: 'portal=1' };
    expect(await write(cookie)).toBe('origin-not-allowed');
    for (const authorization of ['Bearer bad', 'bearer bad', 'Bearer iki_bad', 'Basic d2FuZzp4'])
      expect(await write({ ...cookie, Authorization: authorization }), authorization).toMatch(/^(origin-not-allowed|unauthenticated)$/);
    expect(await write({ ...cookie, Authorization: 'Bearer bad', Origin: 'https://other.example.test' })).toBe('origin-not-allowed');
    expect(await write({ ...cookie, Authorization: 'Bearer bad', Origin: ORIGIN })).toBe('precondition-failed');
  });

  it('is asked of anybody who signs in or applies, whatever token is sent along', async () => {
    const application = await send('POST', '/applications', { Authorization: 'Bearer bad' }, {});
    expect(await code(application)).toBe('origin-not-allowed');
  });
});
