/** The self-hosted server: the API under /api, the pages and the element files under /. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { pino, type Logger } from 'pino';
import { BUILT_IN_LOCALES, pickLocale, type BuiltInLocale } from '../domain/locales.js';
import { createInserviceKit, fileKeys, oidc, passwordLogin, type InserviceKit, type OidcLogin, type PasswordLogin } from '../index.js';
import { discardUnread } from '../routes/body-size.js';
import { elementFile, PAGE_POLICY } from '../routes/element-files.js';
import { DomainError } from '../domain/errors.js';
import { postgresStore } from '../store/postgres/index.js';
import { sqliteStore } from '../store/sqlite/index.js';
import type { OpenStore } from '../store/store.js';
import { demoPage, pageAt } from './pages.js';
import type { Settings } from './settings.js';

export interface RunningServer {
  url: string;
  kit: InserviceKit;
  close(): Promise<void>;
}

/** The store for the database of the settings. */
export function storeOf({ database, heads }: Settings): OpenStore {
  if (database.engine === 'postgres') return postgresStore({ url: database.url, heads });
  return async (secrets, options) => {
    if (options?.purpose !== 'inspect') mkdirSync(dirname(database.file), { recursive: true });
    return sqliteStore({ file: database.file, heads })(secrets, options);
  };
}

/** The password log-in, OpenID providers, or both. */
function signInOf({ providers, password, publicUrl }: Settings): OidcLogin | PasswordLogin {
  if (providers.length === 0) {
    if (!password) throw new Error('with PASSWORD_LOGIN=false nobody could sign in: set OIDC_ISSUER too');
    return passwordLogin();
  }
  return oidc({ baseUrl: `${publicUrl.replace(/\/$/, '')}/api`, providers, password });
}

/** Opens the kit with the database and the keys of the settings. */
export async function openKit(settings: Settings, log?: Logger): Promise<InserviceKit> {
  return createInserviceKit({
    store: storeOf(settings),
    keys: fileKeys(settings.keyFile),
    publicUrl: settings.publicUrl,
    identify: signInOf(settings),
    secondFactor: settings.secondFactor,
    ...(settings.mail ? { mail: settings.mail } : {}),
    ...(settings.webhook ? { webhooks: [settings.webhook] } : {}),
    ...(settings.preset ? { preset: settings.preset } : {}),
    origins: settings.allowedOrigins,
    trustedProxies: settings.trustedProxies,
    onInternalError: (error, requestId) => {
      if (error instanceof DomainError) log?.warn({ requestId, cause: error.cause }, 'the database is unavailable');
      else log?.error({ requestId, err: error }, 'internal error');
    },
  });
}

const SWEEP_MS = 50;
/** How long the server waits at shutdown for requests that are running. */
const PATIENCE_MS = 15_000;

function pagesApp(kit: InserviceKit, demo: boolean, log: Logger, ending: () => boolean): Hono {
  const app = new Hono();
  app.use('*', async (c, next) => {
    const start = performance.now();
    // A load balancer stops sending requests here, and the connection closes after the response.
    if (ending()) c.header('Connection', 'close');
    if (ending() && c.req.path === '/api/readyz') return c.json({ status: 'unavailable' }, 503);
    await next();
    // Logs the pattern of the route, never the path: the reference of an application is a secret.
    log.info({
      method: c.req.method,
      route: c.req.routePath,
      status: c.res.status,
      ms: Math.round(performance.now() - start),
      requestId: c.res.headers.get('X-Request-Id'),
    });
  });
  app.use('*', discardUnread);
  app.route('/api', kit.app as unknown as Hono);
  const localeOf = (lang: string | undefined, accepted: string | undefined): BuiltInLocale =>
    pickLocale(lang ?? accepted, BUILT_IN_LOCALES);
  const headers = {
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
  app.get('/:file{[\\w.-]+\\.(?:js|css|map)}', (c) => elementFile(c.req.param('file')).catch(() => c.notFound()));
  app.get('*', (c) => {
    const locale = localeOf(c.req.query('lang'), c.req.header('Accept-Language'));
    const page = demo && c.req.path === '/demo' ? demoPage(locale) : pageAt(c.req.path, locale, demo);
    return page === null ? c.notFound() : c.html(page, 200, headers);
  });
  return app;
}

export async function startServer(settings: Settings, { demo = false }: { demo?: boolean } = {}): Promise<RunningServer> {
  const log = pino({ level: settings.logLevel, base: null });
  const kit = await openKit(settings, log);
  let ending = false;
  const app = pagesApp(kit, demo, log, () => ending);
  const server = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  }).catch(async (error: unknown) => {
    await kit.close();
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`port ${settings.port} is in use; choose another one with PORT`)
      : error;
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${settings.host}:${port}`,
    kit,
    async close() {
      ending = true;
      await endConnections(server as Server);
      await kit.close();
    },
  };
}

/** Finishes the requests that are running. A keep-alive connection closes after its response, a hanging one after a while. */
async function endConnections(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const patience = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(patience);
}
