/**
 * Signing in at OpenID Connect providers (authorization code flow, PKCE, state, nonce). A person is (issuer, subject),
 * never a mail address or an id number: two providers may have the same subject.
 */
import type * as client from 'openid-client';
import type { Localized } from '../domain/locales.js';
import { peer } from '../platform/peer.js';

type Client = typeof client;
const load = (): Promise<Client> => peer('openid-client', 'oidc()', () => import('openid-client'));

/** What the provider has signed, and the means to ask it for more. */
export interface OidcGrant {
  claims: client.IDToken;
  accessToken: string;
}

export interface OidcProvider {
  /** Its name in the path of its callback: `<baseUrl>/session/oidc/<id>/callback`. */
  id: string;
  /** What its button says. */
  names: Localized;
  /** Its issuer; the rest is read from its discovery document. */
  issuer: string;
  clientId: string;
  clientSecret?: string;
  /** Default: `openid`. */
  scope?: string;
  /**
   * Whether this person may come in, by the portal's own reading of the claims; counties name them differently. The
   * person remains (issuer, subject), whatever it answers. Default: everybody whom the provider vouches for.
   */
  admit?: (grant: OidcGrant) => boolean | Promise<boolean>;
  timeoutSeconds?: number;
}

export interface OidcOptions {
  /** Where the kit is reached: `https://accounts.example.tw/api`. */
  baseUrl: string;
  providers: readonly OidcProvider[];
  /** Whether the kit's own user names and passwords are asked for too. */
  password?: boolean;
}

export interface OidcLogin {
  readonly kind: 'oidc';
  readonly password: boolean;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly baseUrl: string;
}

/** What the browser carries, encrypted, from the going out to the coming back. */
export interface Flow {
  provider: string;
  state: string;
  nonce: string;
  verifier: string;
  /** Path on the kit's own site. */
  returnTo: string;
  until: number;
}

/** Why nobody was let in. `unavailable`: the provider did not answer; `refused`: all else. */
export class SignInRefused extends Error {
  constructor(
    readonly why: 'refused' | 'unavailable',
    cause: unknown,
  ) {
    super(`sign-in ${why}`, { cause });
    this.name = 'SignInRefused';
  }
}

const FLOW_SECONDS = 600;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** One provider, asked for its discovery document when it is first needed, and again after it could not be had. */
export class Provider {
  #config: Promise<client.Configuration> | null = null;

  constructor(
    readonly settings: OidcProvider,
    readonly callback: string,
  ) {}

  /** Where the browser is sent, and what it carries meanwhile. */
  async begin(returnTo: string, now: Date): Promise<{ url: URL; flow: Flow }> {
    const client = await load();
    const config = await this.#configuration();
    const flow: Flow = {
      ...{ provider: this.settings.id, returnTo, until: now.getTime() + FLOW_SECONDS * 1000 },
      ...{ state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() },
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.callback,
      scope: this.settings.scope ?? 'openid',
      ...{ state: flow.state, nonce: flow.nonce },
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { url, flow };
  }

  /**
   * Who came back.
   * @param search the query that the browser was sent back with
   * @throws SignInRefused
   */
  async finish(search: string, flow: Flow): Promise<{ issuer: string; subject: string }> {
    const client = await load();
    const config = await this.#configuration();
    try {
      const tokens = await client.authorizationCodeGrant(config, new URL(`${this.callback}${search}`), {
        pkceCodeVerifier: flow.verifier,
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const { admit = () => true } = this.settings;
      if (!(await admit({ claims, accessToken: tokens.access_token }))) throw new Error('not admitted');
      return { issuer: claims.iss, subject: claims.sub };
    } catch (error) {
      throw new SignInRefused(isOutage(client, error) ? 'unavailable' : 'refused', error);
    }
  }

  async #configuration(): Promise<client.Configuration> {
    this.#config ??= this.#discover();
    try {
      return await this.#config;
    } catch (error) {
      this.#config = null;
      throw new SignInRefused('unavailable', error);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const client = await load();
    const { issuer, clientId, clientSecret, timeoutSeconds = 5 } = this.settings;
    const url = new URL(issuer);
    // Where the other end is this very machine, there is no line to tap.
    const plain = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
    const config = await client.discovery(url, clientId, clientSecret, undefined, {
      timeout: timeoutSeconds,
      execute: plain ? [client.allowInsecureRequests] : [],
    });
    // The ID token's signature is checked too, not only the line it came by.
    client.enableNonRepudiationChecks(config);
    return config;
  }
}

const OUTAGES = new Set(['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR']);

/** Nobody answered, or not in words of OAuth: the provider's trouble, not the person's. */
function isOutage(client: Client, error: unknown): boolean {
  if (error instanceof client.ClientError) return OUTAGES.has(error.code ?? '');
  return error instanceof TypeError && error.message === 'fetch failed';
}

/** @throws Error for settings with which nobody, or the wrong one, would get in */
export function oidc({ baseUrl, providers, password = false }: OidcOptions): OidcLogin {
  const base = baseUrl.replace(/\/$/, '');
  const byId = new Map(
    providers.map((settings) => {
      const { id, issuer, clientId } = settings;
      if (!/^[a-z0-9-]{1,32}$/.test(id)) throw new Error(`oidc: the provider's id "${id}" must be small letters, digits and -`);
      if (!URL.canParse(issuer)) throw new Error(`oidc: ${id}: the issuer "${issuer}" is not a URL`);
      const { protocol, hostname } = new URL(issuer);
      if (protocol !== 'https:' && !LOOPBACK.test(hostname)) throw new Error(`oidc: ${id}: the issuer must be https`);
      if (!clientId) throw new Error(`oidc: ${id}: the client's id is missing`);
      return [id, new Provider(settings, `${base}/session/oidc/${id}/callback`)] as const;
    }),
  );
  if (byId.size !== providers.length) throw new Error('oidc: two providers have the same id');
  if (new Set(providers.map(({ issuer }) => issuer)).size !== providers.length) throw new Error('oidc: two providers have the same issuer');
  return { kind: 'oidc', password, providers: byId, baseUrl: base };
}
