/** Access tokens of a portal's identity provider (RFC 9068, RFC 8725): the keys come from that issuer alone. */
import type * as jose from 'jose';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { peer } from '../platform/peer.js';
import type { Identified, Identify } from './identify.js';

export interface BearerOptions {
  /** As it stands in `iss`, character by character. */
  issuer: string;
  /** This API's own name in `aud`. */
  audience: string;
  /** Address of the issuer's key set, or the key set itself. */
  jwks: string | URL | JSONWebKeySet;
  /** Never a symmetric one, never `none`. */
  algorithms?: readonly string[];
  /** The token's `typ`: an ID token is no access token. */
  type?: string;
  /** Who a token's bearer is; null refuses. Without it the person is (iss, sub). */
  map?: (claims: JWTPayload) => Identified | Promise<Identified>;
  /** A key that is not known is asked for at most this often. */
  cooldownSeconds?: number;
  timeoutSeconds?: number;
  /** Told why a token was refused, without the token. A provider that is down refuses everybody. */
  onRefused?: (reason: string) => void;
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

type Jose = typeof jose;

function keysOf(
  { createLocalJWKSet, createRemoteJWKSet }: Jose,
  { jwks, cooldownSeconds = 30, timeoutSeconds = 5 }: BearerOptions,
): JWTVerifyGetKey {
  if (typeof jwks === 'object' && 'keys' in jwks) return createLocalJWKSet(jwks);
  return createRemoteJWKSet(new URL(jwks), { cooldownDuration: cooldownSeconds * 1000, timeoutDuration: timeoutSeconds * 1000 });
}

/** @throws Error for options with which anybody could get in */
export function bearer(options: BearerOptions): Identify {
  const { issuer, audience, algorithms = ALGORITHMS, type = 'at+jwt', map, onRefused } = options;
  if (!issuer || !audience) throw new Error('bearer: issuer and audience must be given');
  const unsafe = algorithms.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (unsafe !== undefined || algorithms.length === 0)
    throw new Error(`bearer: the algorithm "${unsafe ?? ''}" is not one of ${ALGORITHMS.join(', ')}`);
  let ready: Promise<{ verifier: Jose; keys: JWTVerifyGetKey }> | null = null;
  const begin = async () => {
    const loaded = await peer('jose', 'bearer()', () => import('jose'));
    return { verifier: loaded, keys: keysOf(loaded, options) };
  };
  return async (request) => {
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1];
    if (token === undefined) return null;
    const { verifier, keys } = await (ready ??= begin());
    try {
      const { payload } = await verifier.jwtVerify(token, keys, {
        ...{ issuer, audience, typ: type, algorithms: [...algorithms], requiredClaims: ['sub', 'exp'], clockTolerance: 5 },
      });
      return map ? await map(payload) : { issuer, subject: payload.sub! };
    } catch (error) {
      onRefused?.(error instanceof verifier.errors.JOSEError ? error.code : 'the key set cannot be had');
      return null;
    }
  };
}
