import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { bearer } from './bearer.js';

const AUDIENCE = 'https://kit.example.test';
let issuer: string;
let keys: JWK[] = [];
let signing: CryptoKey;
let keySetRequests = 0;
let unavailable = false;
let installation: Installation;

const server = createServer((_request, response) => {
  keySetRequests++;
  if (unavailable) return void response.writeHead(503).end();
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys }));
});

async function publishKey(kid: string): Promise<CryptoKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  keys = [...keys, { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }];
  return privateKey;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  signing = await publishKey('one');
  installation = await install({ identify: bearer({ issuer, audience: AUDIENCE, jwks: `${issuer}/keys` }) });
  const { store } = installation.kit.internals;
  const account = (await store.accountByUsername('lin-contact'))!;
  await store.linkIdentity(
    { id: 'linked', accountId: account.id, issuer, subject: 'mei' },
    { ...account, version: account.version + 1 },
    { guards: [], trail: [] },
  );
});
afterAll(async () => {
  await installation.end();
  await new Promise((resolve) => void server.close(resolve));
});

interface TokenOptions {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
  expires?: string | null;
}

function token({ claims = {}, header = {}, key = signing, expires = '5m' }: TokenOptions = {}): Promise<string> {
  const jwt = new SignJWT({ iss: issuer, aud: AUDIENCE, sub: 'mei', ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'one', ...header })
    .setIssuedAt();
  if (expires !== null) jwt.setExpirationTime(expires);
  return jwt.sign(key);
}

async function me(bearerToken: string): Promise<{ status: number; name?: string | undefined }> {
  const response = await installation.fetch(new Request(`${ORIGIN}/me`, { headers: { Authorization: `Bearer ${bearerToken}` } }));
  const body = (await response.json()) as { account?: { name: string } };
  return { status: response.status, name: body.account?.name };
}

describe('a token of the portal’s provider', () => {
  it('signs in the account that is linked to its subject', async () => {
    expect(await me(await token())).toEqual({ status: 200, name: '林怡君' });
  });

  it('is refused with 401 where any part of it is wrong', async () => {
    const { privateKey: otherKey } = await generateKeyPair('RS256');
    const cases: Record<string, string> = {
      'another issuer': await token({ claims: { iss: 'https://other.example' } }),
      'another audience': await token({ claims: { aud: 'https://another.example' } }),
      'no audience': await token({ claims: { aud: undefined } }),
      'no subject': await token({ claims: { sub: undefined } }),
      'no expiry': await token({ expires: null }),
      expired: await token({ expires: '-1m' }),
      'not valid yet': await token({ claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }),
      'an ID token': await token({ header: { typ: 'JWT' } }),
      'another key with the same key id': await token({ key: otherKey }),
      'an unknown key id': await token({ header: { kid: 'unknown' }, key: otherKey }),
      'a key given in its own header': await token({ key: otherKey, header: { jwk: keys[0], jku: `${issuer}/evil` } }),
      'no signature': `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${(await token()).split('.')[1]!}.`,
      'the public key used as a symmetric secret': await token({ header: { alg: 'HS256' }, key: new TextEncoder().encode(keys[0]!.n!) }),
      'a changed claim': (await token()).replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify({ iss: issuer, aud: AUDIENCE, sub: 'wu', exp: 9e9 })).toString('base64url')}.`,
      ),
      'not a JWT': 'a.b.c',
      'a very long string': 'x'.repeat(20_000),
    };
    for (const [what, bearerToken] of Object.entries(cases)) expect((await me(bearerToken)).status, what).toBe(401);
  });

  it('with a newly published key is accepted after the cooldown, and forged tokens do not trigger a key request each', async () => {
    const newKey = await publishKey('two');
    const requestsBefore = keySetRequests;
    for (let attempt = 0; attempt < 20; attempt++) await me(await token({ header: { kid: `forged-${attempt}` } }));
    expect(keySetRequests - requestsBefore).toBeLessThanOrEqual(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    try {
      expect((await me(await token({ header: { kid: 'two' }, key: newKey }))).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is refused while the key set is unavailable, without an error', async () => {
    const refusals: string[] = [];
    const identify = bearer({ issuer, audience: AUDIENCE, jwks: `${issuer}/keys`, onRefused: (reason) => void refusals.push(reason) });
    unavailable = true;
    try {
      const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token()}` } });
      expect(await identify(request, {} as never)).toBeNull();
      const unreachable = bearer({
        issuer,
        audience: AUDIENCE,
        jwks: 'http://127.0.0.1:9/keys',
        onRefused: (reason) => void refusals.push(reason),
      });
      expect(await unreachable(request, {} as never)).toBeNull();
    } finally {
      unavailable = false;
    }
    expect(refusals).toHaveLength(2);
  });

  it('names the caller that the portal’s `map` returns, or nobody', async () => {
    const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token({ claims: { county: '花蓮縣' } })}` } });
    const options = { issuer, audience: AUDIENCE, jwks: { keys } };
    expect(await bearer({ ...options, map: () => null })(request, {} as never)).toBeNull();
    const map = (claims: Record<string, unknown>) => ({ issuer: String(claims['county']), subject: 'mei' });
    expect(await bearer({ ...options, map })(request, {} as never)).toEqual({ issuer: '花蓮縣', subject: 'mei' });
  });
});

describe('bearer()', () => {
  it('rejects a symmetric algorithm, the algorithm "none", and an empty audience at start-up', () => {
    const options = { issuer: 'https://id.example.tw', audience: AUDIENCE, jwks: { keys: [] } };
    expect(() => bearer({ ...options, algorithms: ['HS256'] })).toThrow('HS256');
    expect(() => bearer({ ...options, algorithms: ['none'] })).toThrow('none');
    expect(() => bearer({ ...options, audience: '' })).toThrow('audience');
  });
});
