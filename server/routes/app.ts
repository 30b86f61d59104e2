/** The kit's Hono app: middleware for every request, then the calls of the contract, then a catch-all. */
import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import { v7 as newId } from 'uuid';
import { openApiDocument } from '../contract/openapi.js';
import { DomainError } from '../domain/errors.js';
import type { Identify } from '../identity/identify.js';
import type { OidcLogin } from '../identity/oidc.js';
import type { Kit } from '../services/core/kit.js';
import { version } from '../platform/version.js';
import { BODY_BYTES, discardUnread, limitBody, UPLOAD_BYTES } from './body-size.js';
import { CallRoutes, localeOf } from './call-routes.js';
import type { Env } from './env.js';
import { addElementFiles } from './element-files.js';
import { errorResponse, toDomainError } from './error-response.js';
import { addOidcRoutes } from './oidc.js';
import { MemoryLimit } from './memory-limit.js';
import { addRoutes } from './routes.js';
import { isUpload } from './upload.js';
import { whoCalls } from './who.js';

const YEAR_SECONDS = 31_536_000;

export interface AppOptions {
  kit: Kit;
  /** Null if the kit's password log-in is used. */
  identify: Identify | null;
  /** OpenID providers whose users get a session of the kit. */
  login: OidcLogin | null;
  /** The address of the kit's own pages. Requests from its origin may write. */
  publicUrl: string | null;
  /** Addresses of proxies whose X-Forwarded-For header is trusted. */
  trustedProxies: ReadonlySet<string>;
  /** Called with unexpected errors. They carry no personal data. */
  onInternalError: (error: unknown, requestId: string) => void;
}

function addressOf(c: Context, trusted: ReadonlySet<string>): string | null {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  const direct = incoming?.socket?.remoteAddress?.replace(/^::ffff:/, '') ?? null;
  if (direct === null || !trusted.has(direct)) return direct;
  return c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() ?? direct;
}

export function createApp({ kit, identify, login, publicUrl, trustedProxies, onInternalError }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const secure = publicUrl?.startsWith('https:') ?? false;
  const ownOrigins = new Set([...kit.origins, ...(publicUrl ? [new URL(publicUrl).origin] : [])]);

  app.onError((thrown, c) => {
    const { code, cause } = toDomainError(thrown);
    if (code === 'internal' || cause !== undefined) onInternalError(thrown, c.get('requestId'));
    return errorResponse(c, thrown, kit.locales.texts(localeOf(c, kit)));
  });

  app.use('*', discardUnread);
  app.use('*', async (c, next) => {
    c.set('requestId', newId());
    c.set('from', addressOf(c, trustedProxies));
    c.header('X-Request-Id', c.get('requestId'));
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    if (secure) c.header('Strict-Transport-Security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
    await next();
  });

  addElementFiles(app);

  app.use('*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    c.header('Cross-Origin-Resource-Policy', 'same-origin');
    await next();
  });
  app.use(
    '*',
    cors({
      origin: (origin) => (kit.origins.has(origin) ? origin : null),
      allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'Idempotency-Key', 'Accept-Language'],
      exposeHeaders: ['ETag', 'Retry-After', 'Content-Disposition', 'X-Request-Id'],
      maxAge: 600,
    }),
  );
  const [bodies, uploads] = [limitBody(BODY_BYTES), limitBody(UPLOAD_BYTES)];
  app.use('*', (c, next) => (isUpload(c) && c.req.path.endsWith('/teachers/imports') ? uploads : bodies)(c, next));

  const document = openApiDocument(version);
  app.get('/openapi.json', (c) => c.json(document));

  const on = new CallRoutes(app, kit, ownOrigins, (c) => whoCalls(kit, identify, secure, c));
  addRoutes(on, kit, {
    secure,
    searches: new MemoryLimit(kit.limits.searches, kit.limits.searchSeconds),
    files: new MemoryLimit(kit.limits.files, kit.limits.fileSeconds),
    providers: [...(login?.providers.values() ?? [])].map(({ settings: { id, names } }) => ({ id, names })),
  });
  if (login) addOidcRoutes(app, kit, login, secure, onInternalError);
  on.finish();
  on.refuseOtherMethods('/openapi.json', ['GET']);
  app.all('*', () => {
    throw new DomainError('not-found');
  });
  return app;
}
