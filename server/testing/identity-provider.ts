/** A real OpenID provider on the loopback interface, for tests: oidc-provider, with a log-in page that accepts any name. */
import { exportJWK, generateKeyPair } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider as OidcServer, type Configuration } from 'oidc-provider';

export const CLIENT = { clientId: 'inservice', clientSecret: 'a-secret-for-tests-alone-0123456789' };

export interface IdentityProvider {
  issuer: string;
  /** Stops the provider. */
  end: () => Promise<void>;
  /** Restarts the provider on the same port with another signing key. */
  rotate: () => Promise<void>;
}

/**
 * @param host browsers store cookies by host, so two providers in one browser need two hosts
 */
export async function startProvider(redirectUris: string[], host: '127.0.0.1' | 'localhost' = '127.0.0.1'): Promise<IdentityProvider> {
  let server = createServer();
  const listen = (port: number): Promise<void> => new Promise((resolve) => void server.listen(port, host, resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://${host}:${port}`;
  const serve = async (): Promise<void> => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const configuration: Configuration = {
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: `k${Math.random()}` }] },
      clients: [{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: redirectUris }],
      pkce: { required: () => true },
      cookies: { keys: ['for-tests-alone'] },
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, eduinfo: [{ schoolid: '153301', titles: ['教師'] }] }) }),
    };
    const provider = new OidcServer(issuer, configuration);
    const handle = provider.callback();
    server.removeAllListeners('request');
    server.on('request', (request, response) => void handle(request, response));
  };
  await serve();
  const close = (ended: Server): Promise<void> =>
    new Promise((resolve) => {
      ended.closeAllConnections();
      ended.close(() => resolve());
    });
  return {
    issuer,
    end: () => close(server),
    async rotate() {
      await close(server);
      server = createServer();
      await listen(port);
      await serve();
    },
  };
}

/** Cookies by origin, as in a browser. */
export class Walker {
  #jar = new Map<string, Map<string, string>>();

  constructor(private readonly fetch: (request: Request) => Response | Promise<Response>) {}

  cookie(origin: string, name: string): string | undefined {
    return this.#jar.get(origin)?.get(name);
  }

  async get(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#jar.get(origin) ?? new Map<string, string>();
    this.#jar.set(origin, jar);
    const headers = new Headers(init.headers);
    headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await this.fetch(new Request(url, { ...init, headers, redirect: 'manual' }));
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair!.indexOf('=');
      if (/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) jar.delete(pair!.slice(0, at));
      else jar.set(pair!.slice(0, at), pair!.slice(at + 1));
    }
    return response;
  }

  /** Signs in on the provider's pages; returns the address to which it redirects the browser. */
  async signInAt(url: string, login: string, home: string): Promise<string> {
    let at = url;
    for (let step = 0; step < 12; step++) {
      const response = await this.get(at);
      const location = response.headers.get('Location');
      if (location !== null) {
        at = new URL(location, at).href;
        if (at.startsWith(home)) return at;
        continue;
      }
      const page = await response.text();
      const action = /action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (action === undefined || prompt === undefined) throw new Error(`the provider answered ${response.status}: ${page.slice(0, 200)}`);
      const form = new URLSearchParams({ prompt, login, password: 'any' });
      const next = await this.get(new URL(action, at).href, { method: 'POST', body: form });
      at = new URL(next.headers.get('Location') ?? '', at).href;
      if (at.startsWith(home)) return at;
    }
    throw new Error('the provider never sent the browser back');
  }
}
