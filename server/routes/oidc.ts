/** Sends the browser to an OpenID provider and back. On failure it returns to the page where the sign-in began, with a reason code. */
import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { DomainError } from '../domain/errors.js';
import { DEFAULT_LOCALE } from '../domain/locales.js';
import { FLOW_SECONDS, SignInRefused, type Flow, type OidcLogin } from '../identity/oidc.js';
import { Act } from '../services/core/act.js';
import { NOBODY } from '../services/core/caller.js';
import type { Kit } from '../services/core/kit.js';
import { enterFromOutside, resume } from '../services/sign-in/sessions.js';
import type { Env } from './env.js';
import { cookieName } from './who.js';

/** The associated data of the encrypted flow cookie. */
const PLACE = 'oidc|flow';
const LONGEST_RETURN = 1_000;

/** Accepts only a path of the kit's own site, so that this is no open redirect. */
function ownPath(wanted: string | undefined, site: string): string {
  const fallback = '/';
  if (!wanted?.startsWith('/') || wanted.length > LONGEST_RETURN || !URL.canParse(wanted, site)) return fallback;
  const url = new URL(wanted, site);
  // `/..//evil.example` resolves to this origin, but its path alone is a protocol-relative URL of another one.
  const away = url.origin !== new URL(site).origin || url.pathname.startsWith('//');
  return away ? fallback : `${url.pathname}${url.search}`;
}

function withOutcome(path: string, why: string): string {
  const url = new URL(path, 'http://site.invalid');
  url.searchParams.set('sign-in', why);
  return `${url.pathname}${url.search}`;
}

export function addOidcRoutes(
  app: Hono<Env>,
  kit: Kit,
  login: OidcLogin,
  secure: boolean,
  told: (error: unknown, requestId: string) => void,
): void {
  const cookie = { httpOnly: true, sameSite: 'Lax', secure, path: '/' } as const;
  const prefix = secure ? '__Host-' : '';
  const flowCookie = (state: string): string => `${prefix}inservice_flow_${state.slice(0, 8).replace(/[^\w-]/g, '')}`;
  const providerOf = (c: Context<Env>) => {
    const provider = login.providers.get(c.req.param('provider') ?? '');
    if (!provider) throw new DomainError('not-found');
    return provider;
  };
  const refused = (c: Context<Env>, error: unknown, returnTo: string): Response => {
    if (!(error instanceof SignInRefused)) throw error;
    if (error.why === 'unavailable') told(error.cause, c.get('requestId'));
    return c.redirect(withOutcome(returnTo, error.why), 303);
  };

  app.get('/session/oidc/:provider', async (c) => {
    const provider = providerOf(c);
    const returnTo = ownPath(c.req.query('return'), login.baseUrl);
    try {
      const { url, flow } = await provider.begin(returnTo, kit.now());
      setCookie(c, flowCookie(flow.state), kit.cipher.seal(JSON.stringify(flow), PLACE), { ...cookie, maxAge: FLOW_SECONDS });
      return c.redirect(url.href, 303);
    } catch (error) {
      return refused(c, error, returnTo);
    }
  });

  app.get('/session/oidc/:provider/callback', async (c) => {
    const provider = providerOf(c);
    const name = flowCookie(c.req.query('state') ?? '');
    const flow = readFlow(kit, getCookie(c, name), provider.settings.id);
    deleteCookie(c, name, cookie);
    // The flow cookie is missing: the sign-in was started in another browser or by somebody else.
    if (!flow) return refused(c, new SignInRefused('refused', 'no flow'), '/');
    try {
      const identity = await provider.finish(new URL(c.req.url).search, flow);
      const facts = { requestId: c.get('requestId'), from: c.get('from'), locale: DEFAULT_LOCALE };
      const held = getCookie(c, cookieName(secure));
      const who = (held === undefined ? null : await resume(kit, held, 'cookie')) ?? NOBODY;
      const token = await enterFromOutside(new Act(kit, facts, who), identity);
      setCookie(c, cookieName(secure), token, { ...cookie, maxAge: kit.limits.sessionSeconds });
      return c.redirect(flow.returnTo, 303);
    } catch (error) {
      return refused(c, error, flow.returnTo);
    }
  });
}

function readFlow(kit: Kit, sealed: string | undefined, provider: string): Flow | null {
  const opened = sealed === undefined ? null : kit.cipher.openOrNull(sealed, PLACE);
  if (opened === null) return null;
  const flow = JSON.parse(opened) as Flow;
  return flow.provider === provider && flow.until > kit.now().getTime() ? flow : null;
}
