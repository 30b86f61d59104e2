/** Sign-in at a provider that returns wrong tokens and errors, which a real provider cannot be made to return. */
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { Walker } from '../testing/identity-provider.js';
import { oidc } from './oidc.js';

const CLIENT_ID = 'inservice';
let issuer: string;
let publishedKey: CryptoKey;
let unknownKey: CryptoKey;
let publishedJwk: JWK;
let installation: Installation;
/** Makes the response of the token endpoint. */
let respond: () => Promise<{ status?: number; body: unknown }>;
let nonce = '';

const server = createServer((request, response) => {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  request.resume();
  switch (new URL(request.url!, issuer).pathname) {
    case '/.well-known/openid-configuration':
      return send(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    case '/keys':
      return send(200, { keys: [publishedJwk] });
    default:
      void respond().then(({ status = 200, body }) => send(status, body));
  }
});

interface TokenOptions {
  claims?: Record<string, unknown>;
  key?: CryptoKey;
  header?: Record<string, unknown>;
  expires?: string;
}

function idToken({ claims = {}, key = publishedKey, header = {}, expires = '5m' }: TokenOptions = {}): Promise<string> {
  return new SignJWT({ iss: issuer, aud: CLIENT_ID, sub: 'mei', nonce, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key);
}

const tokenResponse = (id_token: unknown) => ({ body: { access_token: 'a', token_type: 'Bearer', id_token } });

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pair = await generateKeyPair('RS256', { extractable: true });
  publishedKey = pair.privateKey;
  publishedJwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  unknownKey = (await generateKeyPair('RS256')).privateKey;
  const provider = {
    id: 'county',
    issuer,
    clientId: CLIENT_ID,
    clientSecret: 'x'.repeat(32),
    names: { 'zh-Hant': '甲', en: 'A' },
    timeoutSeconds: 1,
  };
  installation = await install({ identify: oidc({ baseUrl: ORIGIN, providers: [provider] }), onInternalError: () => undefined });
});
afterAll(async () => {
  await installation.end();
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

/** Signs in with a token response; returns the callback's status and redirect, and the status of `GET /me` after it. */
async function signIn(tokenEndpoint: typeof respond): Promise<string> {
  respond = tokenEndpoint;
  const browser = new Walker((request) => installation.fetch(request));
  const redirect = await browser.get(`${ORIGIN}/session/oidc/county?return=/home`);
  const { searchParams } = new URL(redirect.headers.get('Location')!);
  nonce = searchParams.get('nonce')!;
  const callback = await browser.get(
    `${ORIGIN}/session/oidc/county/callback?code=c&state=${searchParams.get('state')!}&iss=${encodeURIComponent(issuer)}`,
  );
  const { status } = await browser.get(`${ORIGIN}/me`);
  return `${callback.status} ${callback.headers.get('Location') ?? ''} ${status}`;
}

describe('a sign-in at a provider', () => {
  it('succeeds with a valid ID token', async () => {
    expect(await signIn(async () => tokenResponse(await idToken()))).toBe('303 /home 200');
  });

  it('is refused with a wrong ID token', async () => {
    const wrongTokens: Record<string, () => Promise<unknown>> = {
      'another key with the same key id': () => idToken({ key: unknownKey }),
      'a key that is not published': () => idToken({ key: unknownKey, header: { kid: 'two' } }),
      'a key given in the header': () => idToken({ key: unknownKey, header: { jwk: publishedJwk } }),
      'no signature': async () =>
        new UnsecuredJWT({ iss: issuer, aud: CLIENT_ID, sub: 'mei', nonce }).setIssuedAt().setExpirationTime('5m').encode(),
      'another issuer': () => idToken({ claims: { iss: 'https://other.example' } }),
      'another audience': () => idToken({ claims: { aud: 'another-client' } }),
      'several audiences and another authorized party': () => idToken({ claims: { aud: [CLIENT_ID, 'b'], azp: 'b' } }),
      'another nonce': () => idToken({ claims: { nonce: 'another' } }),
      'no nonce': () => idToken({ claims: { nonce: undefined } }),
      expired: () => idToken({ expires: '-5m' }),
      'no subject': () => idToken({ claims: { sub: undefined } }),
      'no token': async () => undefined,
    };
    for (const [what, wrongToken] of Object.entries(wrongTokens))
      expect(await signIn(async () => tokenResponse(await wrongToken())), what).toBe('303 /home?sign-in=refused 401');
  });

  it.each(['', ' ', '\t', 7, true, null, [], ['mei'], { id: 'mei' }])('is refused with the subject %j', async (sub) => {
    // Such a subject would make one person of everybody whom the provider names so.
    expect(await signIn(async () => tokenResponse(await idToken({ claims: { sub } })))).toMatch(
      /^303 \/home\?sign-in=(refused|unavailable) 401$/,
    );
  });

  it('fails with a redirect, never with a 5xx, where the token endpoint returns an error, an invalid response or nothing', async () => {
    const responses: Record<string, [reason: string, respond: typeof respond]> = {
      'a string that is not a JWT': ['unavailable', async () => tokenResponse('a.b.c')],
      'a number instead of a token': ['refused', async () => tokenResponse(7)],
      'an OAuth error': ['refused', async () => ({ status: 400, body: { error: 'invalid_grant' } })],
      'a status 500': ['unavailable', async () => ({ status: 500, body: 'down' })],
      'an HTML page': ['unavailable', async () => ({ status: 200, body: '<html>' })],
      'no response': ['unavailable', () => new Promise(() => undefined)],
    };
    for (const [what, [reason, tokenEndpoint]] of Object.entries(responses))
      expect(await signIn(tokenEndpoint), what).toBe(`303 /home?sign-in=${reason} 401`);
  });
});
