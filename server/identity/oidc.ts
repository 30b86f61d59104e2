/**
 * Sign-in at OpenID Connect providers (authorization code flow, PKCE, state, nonce). A person is recognised by issuer and
 * subject together, because two providers may use the same subject; never by a mail address or an identity number.
 */
import type * as client from 'openid-client';
import type { Localized } from '../domain/locales.js';
import { peer } from '../platform/peer.js';
import { isIdentifier } from './identify.js';

type Client = typeof client;
const load = (): Promise<Client> => peer('openid-client', 'oidc()', () => import('openid-client'));

/** The claims that the provider signed, and an access token to ask it for more. */
export interface OidcGrant {
  claims: client.IDToken;
  accessToken: string;
}

export interface OidcProvider {
  /** Part of the callback's path: `<baseUrl>/session/oidc/<id>/callback`. */
  id: string;
  /** The label of its button, by locale. */
  names: Localized;
  /** All other settings are read from the issuer's discovery document. */
  issuer: string;
  clientId: string;
  clientSecret?: string;
  /** Default: `openid`. */
  scope?: string;
  /**
   * Decides whether the person may sign in, from the claims, which differ between counties. It cannot change who the person
   * is. Default: everybody who has signed in at the provider.
   */
  admit?: (grant: OidcGrant) => boolean | Promise<boolean>;
  timeoutSeconds?: number;
}

export interface OidcOptions {
  /** The public URL of the kit, for example `https://accounts.example.tw/api`. */
  baseUrl: string;
  providers: readonly OidcProvider[];
  /** Whether people may also sign in with the password log-in. */
  password?: boolean;
}

export interface OidcLogin {
  readonly kind: 'oidc';
  readonly password: boolean;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly baseUrl: string;
}

/** The state of one sign-in; the browser keeps it, encrypted, in a cookie until it returns from the provider. */
export interface Flow {
  provider: string;
  state: string;
  nonce: string;
  verifier: string;
  /** A path on the site of the kit. */
  returnTo: string;
  until: number;
}

/** A failed sign-in. `unavailable`: the provider did not respond; `refused`: any other reason. */
export class SignInRefused extends Error {
  constructor(
    readonly why: 'refused' | 'unavailable',
    cause: unknown,
  ) {
    super(`sign-in ${why}`, { cause });
    this.name = 'SignInRefused';
  }
}

/** How long a sign-in may take; its cookie ends at the same time. */
export const FLOW_SECONDS = 600;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** One provider. Its discovery document is fetched when it is first needed, and again after a fetch that failed. */
export class Provider {
  #config: Promise<client.Configuration> | null = null;

  constructor(
    readonly settings: OidcProvider,
    readonly callback: string,
  ) {}

  /** The URL that the browser is sent to, and the state to keep until it returns. */
  async begin(returnTo: string, now: Date): Promise<{ url: URL; flow: Flow }> {
    const client = await load();
    const config = await this.#configuration();
    const flow: Flow = {
      provider: this.settings.id,
      returnTo,
      until: now.getTime() + FLOW_SECONDS * 1000,
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.callback,
      scope: this.settings.scope ?? 'openid',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { url, flow };
  }

  /**
   * The identity of the person who returned from the provider.
   * @param search the query string of the callback
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
      if (!isIdentifier(claims.sub)) throw new Error('the subject is empty or not a text');
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
    // On the loopback interface nobody can intercept unencrypted requests.
    const allowHttp = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
    const config = await client.discovery(url, clientId, clientSecret, undefined, {
      timeout: timeoutSeconds,
      execute: allowHttp ? [client.allowInsecureRequests] : [],
    });
    // Verifies the signature of the ID token, in addition to the TLS connection that it came by.
    client.enableNonRepudiationChecks(config);
    return config;
  }
}

const OUTAGES = new Set(['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR']);

/** Whether the provider did not respond, or not with an OAuth response. */
function isOutage(client: Client, error: unknown): boolean {
  if (error instanceof client.ClientError) return OUTAGES.has(error.code ?? '');
  return error instanceof TypeError && error.message === 'fetch failed';
}

/** @throws Error for settings with which nobody could sign in, or the wrong person could */
export function oidc({ baseUrl, providers, password = false }: OidcOptions): OidcLogin {
  const base = baseUrl.replace(/\/$/, '');
  const byId = new Map(
    providers.map((settings) => {
      const { id, issuer, clientId } = settings;
      if (!/^[a-z0-9-]{1,32}$/.test(id))
        throw new Error(`oidc: the provider's id "${id}" must consist of lower-case letters, digits and -`);
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
