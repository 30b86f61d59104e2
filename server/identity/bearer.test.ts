import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { bearer } from './bearer.js';
import type { IdentifyInput } from './identify.js';

/** A bearer token stands in the request alone. */
const NO_INPUT = {} as IdentifyInput;

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
      expect(await identify(request, NO_INPUT)).toBeNull();
      const unreachable = bearer({
        issuer,
        audience: AUDIENCE,
        jwks: 'http://127.0.0.1:9/keys',
        onRefused: (reason) => void refusals.push(reason),
      });
      expect(await unreachable(request, NO_INPUT)).toBeNull();
    } finally {
      unavailable = false;
    }
    expect(refusals).toHaveLength(2);
  });

  it.each(['', ' ', 7, true, null, [], { id: 'mei' }])('refuses the subject %j, which the portal’s `map` never sees', async (sub) => {
    const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token({ claims: { sub } })}` } });
    const seen: unknown[] = [];
    const map = (claims: Record<string, unknown>) => {
      seen.push(claims);
      return { issuer, subject: 'mei' };
    };
    for (const options of [{}, { map }])
      expect(await bearer({ issuer, audience: AUDIENCE, jwks: { keys }, ...options })(request, NO_INPUT)).toBeNull();
    expect(seen).toEqual([]);
  });

  it('names the caller that the portal’s `map` returns, or nobody', async () => {
    const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token({ claims: { county: '花蓮縣' } })}` } });
    const options = { issuer, audience: AUDIENCE, jwks: { keys } };
    expect(await bearer({ ...options, map: () => null })(request, NO_INPUT)).toBeNull();
    const map = (claims: Record<string, unknown>) => ({ issuer: String(claims['county']), subject: 'mei' });
    expect(await bearer({ ...options, map })(request, NO_INPUT)).toEqual({ issuer: '花蓮縣', subject: 'mei', by: 'token' });
  });
});

describe('the header of a request', () => {
  const identified = async (authorization: string | null, options: object = {}) => {
    const refusals: string[] = [];
    const identify = bearer({ issuer, audience: AUDIENCE, jwks: { keys }, onRefused: (reason) => void refusals.push(reason), ...options });
    const request = new Request(ORIGIN, authorization === null ? {} : { headers: { Authorization: authorization } });
    return { caller: await identify(request, NO_INPUT), refusals };
  };
  const MEI = () => ({ caller: { issuer, subject: 'mei', by: 'token' }, refusals: [] });
  const NOBODY = { caller: null, refusals: [] };

  it('names the caller by the scheme Bearer, in any case, and one token', async () => {
    const value = await token();
    for (const header of [`Bearer ${value}`, `bearer   ${value}`]) expect(await identified(header)).toEqual(MEI());
    for (const header of [null, '', 'Bearer', value, `Basic ${value}`, `xBearer ${value}`, `Bearer ${value} x`, `Bearer${value}`])
      expect([header, await identified(header)]).toEqual([header, NOBODY]);
  });

  it('is refused with the reason, without the token', async () => {
    const reasons: [string, string][] = [
      ['rubbish', 'ERR_JWS_INVALID'],
      [await token({ expires: '-1m' }), 'ERR_JWT_EXPIRED'],
      [await token({ claims: { aud: 'another' } }), 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
      [await token({ header: { kid: 'unknown' } }), 'ERR_JWKS_NO_MATCHING_KEY'],
    ];
    for (const [value, reason] of reasons) expect(await identified(`Bearer ${value}`)).toEqual({ caller: null, refusals: [reason] });
    const unreachable = { jwks: new URL('http://127.0.0.1:9/keys') };
    expect(await identified(`Bearer ${await token()}`, unreachable)).toEqual({ caller: null, refusals: ['the key set is unavailable'] });
  });

  it('is accepted for five seconds after its time, as clocks differ', async () => {
    const seconds = () => Math.floor(Date.now() / 1000);
    const expired = async (ago: number) => token({ claims: { exp: seconds() - ago }, expires: null });
    expect(await identified(`Bearer ${await expired(1)}`)).toEqual(MEI());
    expect((await identified(`Bearer ${await expired(7)}`)).refusals).toEqual(['ERR_JWT_EXPIRED']);
  });

  it('may have the type and the algorithms that the portal names, and no other', async () => {
    const idToken = await token({ header: { typ: 'JWT' } });
    expect(await identified(`Bearer ${idToken}`, { type: 'JWT' })).toEqual(MEI());
    expect((await identified(`Bearer ${await token()}`, { type: 'JWT' })).refusals).toEqual(['ERR_JWT_CLAIM_VALIDATION_FAILED']);
    expect((await identified(`Bearer ${await token()}`, { algorithms: ['ES256'] })).refusals).toEqual(['ERR_JOSE_ALG_NOT_ALLOWED']);
    expect(await identified(`Bearer ${await token()}`, { algorithms: ['RS256'] })).toEqual(MEI());
  });

  it('is checked by keys that are fetched once', async () => {
    const identify = bearer({ issuer, audience: AUDIENCE, jwks: new URL(`${issuer}/keys`) });
    const before = keySetRequests;
    const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token()}` } });
    for (let time = 0; time < 3; time++) expect(await identify(request, NO_INPUT)).toEqual({ issuer, subject: 'mei', by: 'token' });
    expect(keySetRequests - before).toBe(1);
  });

  it('waits for a new key as long as the portal says', async () => {
    const identify = bearer({ issuer, audience: AUDIENCE, jwks: `${issuer}/keys`, cooldownSeconds: 0 });
    const authorized = async (bearerToken: string) =>
      identify(new Request(ORIGIN, { headers: { Authorization: `Bearer ${bearerToken}` } }), NO_INPUT);
    expect(await authorized(await token())).not.toBeNull();
    const key = await publishKey('without-waiting');
    expect(await authorized(await token({ header: { kid: 'without-waiting' }, key }))).toEqual({ issuer, subject: 'mei', by: 'token' });
  });

  it('is refused where the key set does not come in time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    try {
      const jwks = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/keys`;
      const begun = performance.now();
      expect(await identified(`Bearer ${await token()}`, { jwks, timeoutSeconds: 0.2 })).toMatchObject({
        caller: null,
        refusals: ['ERR_JWKS_TIMEOUT'],
      });
      expect(performance.now() - begun).toBeGreaterThan(150);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe('bearer()', () => {
  const options = { issuer: 'https://id.example.tw', audience: AUDIENCE, jwks: { keys: [] } };
  const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

  it('accepts asymmetric algorithms alone', () => {
    expect(() => bearer({ ...options, algorithms: ALGORITHMS })).not.toThrow();
    for (const algorithm of ['HS256', 'none', ''])
      expect(() => bearer({ ...options, algorithms: ['RS256', algorithm] })).toThrow(
        `bearer: the algorithm "${algorithm}" is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519`,
      );
    expect(() => bearer({ ...options, algorithms: [] })).toThrow('bearer: the algorithm "" is not one of');
  });

  it('must be given an issuer and an audience', () => {
    expect(() => bearer({ ...options, audience: '' })).toThrow('bearer: issuer and audience must be given');
    expect(() => bearer({ ...options, issuer: '' })).toThrow('bearer: issuer and audience must be given');
  });
});
