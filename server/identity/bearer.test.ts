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
let asked = 0;
let down = false;
let at: Installation;

const server = createServer((_request, response) => {
  asked++;
  if (down) return void response.writeHead(503).end();
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys }));
});

async function newKey(kid: string): Promise<CryptoKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  keys = [...keys, { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }];
  return privateKey;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  signing = await newKey('one');
  at = await install({ identify: bearer({ issuer, audience: AUDIENCE, jwks: `${issuer}/keys` }) });
  const { store } = at.kit.internals;
  const account = (await store.accountByUsername('lin-contact'))!;
  await store.linkIdentity(
    { id: 'linked', accountId: account.id, issuer, subject: 'mei' },
    { ...account, version: account.version + 1 },
    { guards: [], trail: [] },
  );
});
afterAll(async () => {
  await at.end();
  await new Promise((resolve) => void server.close(resolve));
});

interface Forged {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: CryptoKey | Uint8Array;
  expires?: string | null;
}

function token({ claims = {}, header = {}, key = signing, expires = '5m' }: Forged = {}): Promise<string> {
  const jwt = new SignJWT({ iss: issuer, aud: AUDIENCE, sub: 'mei', ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'one', ...header })
    .setIssuedAt();
  if (expires !== null) jwt.setExpirationTime(expires);
  return jwt.sign(key);
}

async function me(sent: string): Promise<{ status: number; name?: string | undefined }> {
  const response = await at.fetch(new Request(`${ORIGIN}/me`, { headers: { Authorization: `Bearer ${sent}` } }));
  const body = (await response.json()) as { account?: { name: string } };
  return { status: response.status, name: body.account?.name };
}

describe('a token of the portal’s provider', () => {
  it('is its subject’s account', async () => {
    expect(await me(await token())).toEqual({ status: 200, name: '林怡君' });
  });

  it('is refused with 401 where anything about it is not as it should be', async () => {
    const { privateKey: other } = await generateKeyPair('RS256');
    const cases: Record<string, string> = {
      'another issuer': await token({ claims: { iss: 'https://other.example' } }),
      'another audience': await token({ claims: { aud: 'https://another.example' } }),
      'no audience': await token({ claims: { aud: undefined } }),
      'no subject': await token({ claims: { sub: undefined } }),
      'no expiry': await token({ expires: null }),
      'its time over': await token({ expires: '-1m' }),
      'not valid yet': await token({ claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }),
      'another type: an ID token': await token({ header: { typ: 'JWT' } }),
      'another key of the same name': await token({ key: other }),
      'a key that nobody has': await token({ header: { kid: 'nobody' }, key: other }),
      'a key of its own, in its own header': await token({ key: other, header: { jwk: keys[0], jku: `${issuer}/evil` } }),
      'no signature': `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${(await token()).split('.')[1]!}.`,
      'signed with the public key as a secret': await token({ header: { alg: 'HS256' }, key: new TextEncoder().encode(keys[0]!.n!) }),
      'a claim changed': (await token()).replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify({ iss: issuer, aud: AUDIENCE, sub: 'wu', exp: 9e9 })).toString('base64url')}.`,
      ),
      nonsense: 'a.b.c',
      'a long one': 'x'.repeat(20_000),
    };
    for (const [what, sent] of Object.entries(cases)) expect((await me(sent)).status, what).toBe(401);
  });

  it('of a key that came later is taken once the cooldown is over, and keys are not asked for with every forgery', async () => {
    const later = await newKey('two');
    const before = asked;
    for (let time = 0; time < 20; time++) await me(await token({ header: { kid: `forged-${time}` } }));
    expect(asked - before).toBeLessThanOrEqual(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    try {
      expect((await me(await token({ header: { kid: 'two' }, key: later }))).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets nobody in while the keys cannot be had, and never answers 5xx', async () => {
    const refusals: string[] = [];
    const identify = bearer({ issuer, audience: AUDIENCE, jwks: `${issuer}/keys`, onRefused: (reason) => void refusals.push(reason) });
    down = true;
    try {
      const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token()}` } });
      expect(await identify(request, {} as never)).toBeNull();
      const nowhere = bearer({
        issuer,
        audience: AUDIENCE,
        jwks: 'http://127.0.0.1:9/keys',
        onRefused: (reason) => void refusals.push(reason),
      });
      expect(await nowhere(request, {} as never)).toBeNull();
    } finally {
      down = false;
    }
    expect(refusals).toHaveLength(2);
  });

  it('is whose the portal’s own function says, or nobody’s', async () => {
    const request = new Request(ORIGIN, { headers: { Authorization: `Bearer ${await token({ claims: { county: '花蓮縣' } })}` } });
    const options = { issuer, audience: AUDIENCE, jwks: { keys } };
    expect(await bearer({ ...options, map: () => null })(request, {} as never)).toBeNull();
    const map = (claims: Record<string, unknown>) => ({ issuer: String(claims['county']), subject: 'mei' });
    expect(await bearer({ ...options, map })(request, {} as never)).toEqual({ issuer: '花蓮縣', subject: 'mei' });
  });
});

describe('bearer()', () => {
  it('refuses to start with a symmetric algorithm, with none, or without an audience', () => {
    const options = { issuer: 'https://id.example.tw', audience: AUDIENCE, jwks: { keys: [] } };
    expect(() => bearer({ ...options, algorithms: ['HS256'] })).toThrow('HS256');
    expect(() => bearer({ ...options, algorithms: ['none'] })).toThrow('none');
    expect(() => bearer({ ...options, audience: '' })).toThrow('audience');
  });
});
