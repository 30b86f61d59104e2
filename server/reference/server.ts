/** The self-hosted server: the API under /api, the pages under /, the elements' files beside them. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { pino, type Logger } from 'pino';
import { pickLocale, type Locale } from '../domain/locales.js';
import { createInserviceKit, fileKeys, type InserviceKit } from '../index.js';
import { elementFile, PAGE_POLICY } from '../routes/element-files.js';
import { sqliteStore } from '../store/sqlite/index.js';
import { demoPage, pageAt } from './pages.js';
import type { Settings } from './settings.js';

export interface RunningServer {
  url: string;
  kit: InserviceKit;
  close(): Promise<void>;
}

/** Opens the database and the keys of these settings. */
export async function openKit(settings: Settings, log?: Logger): Promise<InserviceKit> {
  mkdirSync(dirname(settings.databaseFile), { recursive: true });
  return createInserviceKit({
    store: sqliteStore({ file: settings.databaseFile }),
    keys: fileKeys(settings.keyFile),
    publicUrl: settings.publicUrl,
    origins: settings.allowedOrigins,
    trustedProxies: settings.trustedProxies,
    onInternalError: (error, requestId) => log?.error({ requestId, err: error }, 'internal error'),
  });
}

function pagesApp(kit: InserviceKit, demo: boolean, log: Logger): Hono {
  const app = new Hono();
  app.use('*', async (c, next) => {
    const start = performance.now();
    await next();
    // The route's pattern, never the path: a reference of an application is a secret.
    log.info({
      method: c.req.method,
      route: c.req.routePath,
      status: c.res.status,
      ms: Math.round(performance.now() - start),
      requestId: c.res.headers.get('X-Request-Id'),
    });
  });
  app.route('/api', kit.app as unknown as Hono);
  const localeOf = (lang: string | undefined, accepted: string | undefined): Locale =>
    lang === undefined ? pickLocale(accepted) : pickLocale(lang);
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
  const app = pagesApp(kit, demo, log);
  const server = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  }).catch(async (error: unknown) => {
    await kit.close();
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`port ${settings.port} is in use; choose another with PORT`)
      : error;
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${settings.host}:${port}`,
    kit,
    async close() {
      // Calls under way are answered; idle connections are not waited for.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      await closed;
      await kit.close();
    },
  };
}
