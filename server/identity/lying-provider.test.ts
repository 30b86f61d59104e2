/** A provider that answers in every wrong way; a real one would not do it for a test. */
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { Walker } from '../testing/identity-provider.js';
import { oidc } from './oidc.js';

const CLIENT_ID = 'inservice';
let issuer: string;
let known: CryptoKey;
let unknown: CryptoKey;
let published: JWK;
let at: Installation;
/** What the token endpoint answers. */
let answer: (nonce: string) => Promise<{ status?: number; body: unknown }>;
let nonce = '';

const server = createServer((request, response) => {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  request.resume();
  switch (new URL(request.url!, issuer).pathname) {
    case '/.well-known/openid-configuration':
      return send(200, {
        ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` },
        ...{ response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
      });
    case '/keys':
      return send(200, { keys: [published] });
    default:
      void answer(nonce).then(({ status = 200, body }) => send(status, body));
  }
});

interface Lie {
  claims?: Record<string, unknown>;
  key?: CryptoKey;
  header?: Record<string, unknown>;
  expires?: string;
}

function idToken({ claims = {}, key = known, header = {}, expires = '5m' }: Lie = {}): Promise<string> {
  return new SignJWT({ iss: issuer, aud: CLIENT_ID, sub: 'mei', nonce, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key);
}

const tokens = (id_token: unknown) => ({ body: { access_token: 'a', token_type: 'Bearer', id_token } });

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pair = await generateKeyPair('RS256', { extractable: true });
  known = pair.privateKey;
  published = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  unknown = (await generateKeyPair('RS256')).privateKey;
  const provider = {
    id: 'county',
    issuer,
    clientId: CLIENT_ID,
    clientSecret: 'x'.repeat(32),
    names: { 'zh-Hant': '甲', en: 'A' },
    timeoutSeconds: 1,
  };
  at = await install({ identify: oidc({ baseUrl: ORIGIN, providers: [provider] }), onInternalError: () => undefined });
});
afterAll(async () => {
  await at.end();
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

/** Where the browser ends, and whether somebody is signed in then. */
async function signIn(how: typeof answer): Promise<string> {
  answer = how;
  const walk = new Walker((request) => at.fetch(request));
  const begun = await walk.get(`${ORIGIN}/session/oidc/county?return=/home`);
  const { searchParams } = new URL(begun.headers.get('Location')!);
  nonce = searchParams.get('nonce')!;
  const back = await walk.get(
    `${ORIGIN}/session/oidc/county/callback?code=c&state=${searchParams.get('state')!}&iss=${encodeURIComponent(issuer)}`,
  );
  const { status } = await walk.get(`${ORIGIN}/me`);
  return `${back.status} ${back.headers.get('Location') ?? ''} ${status}`;
}

describe('a provider', () => {
  it('that tells the truth lets its person in', async () => {
    expect(await signIn(async () => tokens(await idToken()))).toBe('303 /home 200');
  });

  it('that lies lets nobody in', async () => {
    const lies: Record<string, () => Promise<unknown>> = {
      'a key that is not its own': () => idToken({ key: unknown }),
      'a key that it does not publish': () => idToken({ key: unknown, header: { kid: 'two' } }),
      'a key of its own making, in the header': () => idToken({ key: unknown, header: { jwk: published } }),
      'no signature': async () =>
        new UnsecuredJWT({ iss: issuer, aud: CLIENT_ID, sub: 'mei', nonce }).setIssuedAt().setExpirationTime('5m').encode(),
      'another issuer': () => idToken({ claims: { iss: 'https://other.example' } }),
      'another audience': () => idToken({ claims: { aud: 'somebody-else' } }),
      'several audiences, and another’s party': () => idToken({ claims: { aud: [CLIENT_ID, 'b'], azp: 'b' } }),
      'another nonce': () => idToken({ claims: { nonce: 'another' } }),
      'no nonce': () => idToken({ claims: { nonce: undefined } }),
      'its time over': () => idToken({ expires: '-5m' }),
      'no subject': () => idToken({ claims: { sub: undefined } }),
      'no token': async () => undefined,
    };
    for (const [what, lie] of Object.entries(lies))
      expect(await signIn(async () => tokens(await lie())), what).toBe('303 /home?sign-in=refused 401');
  });

  it('that answers with errors, with rubbish or not at all lets nobody in, and nobody gets a 5xx', async () => {
    const answers: Record<string, typeof answer> = {
      'no token at all': async () => tokens('a.b.c'),
      'a number for a token': async () => tokens(7),
      'an error of OAuth': async () => ({ status: 400, body: { error: 'invalid_grant' } }),
      'a 500': async () => ({ status: 500, body: 'down' }),
      'a page': async () => ({ status: 200, body: '<html>' }),
      nothing: () => new Promise(() => undefined),
    };
    for (const [what, how] of Object.entries(answers))
      expect(await signIn(how), what).toMatch(/^303 \/home\?sign-in=(refused|unavailable) 401$/);
  });
});
