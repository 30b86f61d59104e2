/** Access tokens of a portal's identity provider (RFC 9068, RFC 8725). Only keys of that issuer are accepted. */
import type * as jose from 'jose';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { peer } from '../platform/peer.js';
import { isIdentifier, type Identified, type Identify } from './identify.js';

export interface BearerOptions {
  /** Must equal the claim `iss` exactly. */
  issuer: string;
  /** The name of this API in the claim `aud`. */
  audience: string;
  /** URL of the issuer's key set, or the key set itself. */
  jwks: string | URL | JSONWebKeySet;
  /** Default: all asymmetric ones. Symmetric algorithms and `none` are rejected. */
  algorithms?: readonly string[];
  /** The header `typ` of the token, so that an ID token is not accepted. Default: `at+jwt`. */
  type?: string;
  /** Names the caller from the claims; null refuses the token. Default: the outside identity (`iss`, `sub`). */
  map?: (claims: JWTPayload) => Identified | Promise<Identified>;
  /** Shortest time between two requests for an unknown key. Default: 30. */
  cooldownSeconds?: number;
  /** For a request of the key set. Default: 5. */
  timeoutSeconds?: number;
  /** Called with the reason of a refusal, without the token. While the key set is unavailable, every token is refused. */
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

/** @throws Error for options that would accept forged tokens */
export function bearer(options: BearerOptions): Identify {
  const { issuer, audience, algorithms = ALGORITHMS, type = 'at+jwt', map, onRefused } = options;
  if (!issuer || !audience) throw new Error('bearer: issuer and audience must be given');
  const unsafe = algorithms.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (unsafe !== undefined || algorithms.length === 0)
    throw new Error(`bearer: the algorithm "${unsafe ?? ''}" is not one of ${ALGORITHMS.join(', ')}`);
  let loading: Promise<{ jose: Jose; keys: JWTVerifyGetKey }> | null = null;
  const load = async () => {
    const jose = await peer('jose', 'bearer()', () => import('jose'));
    return { jose, keys: keysOf(jose, options) };
  };
  return async (request) => {
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1];
    if (token === undefined) return null;
    const { jose, keys } = await (loading ??= load());
    try {
      const { payload } = await jose.jwtVerify(token, keys, {
        issuer,
        audience,
        typ: type,
        algorithms: [...algorithms],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: 5,
      });
      if (!isIdentifier(payload.sub)) {
        onRefused?.('the subject is empty or not a text');
        return null;
      }
      const caller = map ? await map(payload) : { issuer, subject: payload.sub };
      return caller && { ...caller, by: 'token' };
    } catch (error) {
      onRefused?.(error instanceof jose.errors.JOSEError ? error.code : 'the key set is unavailable');
      return null;
    }
  };
}
