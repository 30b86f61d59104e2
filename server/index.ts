/** The kit in a server: `createInserviceKit({ store, keys, identify, … })`. */
import type { Hono } from 'hono';
import { DEFAULT_CODES, type CodeLists } from './domain/codes.js';
import { DEFAULT_POLICY, type Policy } from './domain/authority.js';
import { passwordLogin, type Identify, type PasswordLogin } from './identity/identify.js';
import { Passwords } from './identity/passwords.js';
import { createApp } from './routes/app.js';
import type { Env } from './routes/call-routes.js';
import { Cipher, type Keys } from './services/cipher.js';
import { keepHouse } from './services/housekeeping.js';
import { DEFAULT_LIMITS, type Kit, type Limits } from './services/kit.js';
import type { OpenStore, Store } from './store/store.js';

export { fileKeys } from './identity/keys.js';
export { passwordLogin, type Identified, type Identify, type IdentifyInput, type PasswordLogin } from './identity/identify.js';
export { toNodeHandler } from './node.js';
export type { Keys } from './services/cipher.js';
export type { Limits } from './services/kit.js';
export type { CodeLists } from './domain/codes.js';
export type { Policy } from './domain/authority.js';
export type { Store } from './store/store.js';

export interface InserviceKitOptions {
  /** `sqliteStore({ file })` of `inservice-kit/server/sqlite`, `postgresStore({ url })` of `inservice-kit/server/postgres`. */
  store: OpenStore;
  /** `fileKeys(path)`: field encryption, look-up and trail keys. */
  keys: Keys;
  /** The portal's own log-in; without it, or with `passwordLogin()`, the kit's. */
  identify?: Identify | PasswordLogin;
  /** Which role holds which function. */
  policy?: Policy;
  codes?: CodeLists;
  /** Origins of other sites whose pages may carry the tags, exact: `https://school.example.tw`. */
  origins?: readonly string[];
  /** Where the kit's pages are reached; its origin may write, and https makes the cookie Secure. */
  publicUrl?: string;
  /** Addresses of reverse proxies whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  limits?: Partial<Limits>;
  /** Told of errors that we did not foresee, and of why the database was unavailable; without personal data. */
  onInternalError?: (error: unknown, requestId: string) => void;
  now?: () => Date;
}

export interface InserviceKit {
  app: Hono<Env>;
  fetch: (request: Request) => Response | Promise<Response>;
  store: Store;
  /** What the use cases work with; for the CLI and for tests. */
  internals: Kit;
  close(): Promise<void>;
}

/** 資通系統防護基準: records are kept for at least six months. */
const SHORTEST_TRAIL_DAYS = 180;

/** @throws Error in words that help, for an origin that is none */
function exactOrigins(origins: readonly string[]): Set<string> {
  for (const origin of origins) {
    if (!/^https?:\/\//.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(`origins: "${origin}" is not an exact origin such as https://school.example.tw (no path, no slash at the end, no *)`);
    }
  }
  return new Set(origins);
}

/** Opens the store and makes the app. */
export async function createInserviceKit(options: InserviceKitOptions): Promise<InserviceKit> {
  const { keys, identify = passwordLogin(), origins = [], now = () => new Date() } = options;
  const own = typeof identify !== 'function';
  const allowed = exactOrigins(origins);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (limits.trailDetailDays < SHORTEST_TRAIL_DAYS || limits.trailDays < limits.trailDetailDays)
    throw new Error(`limits: the trail is kept for at least ${SHORTEST_TRAIL_DAYS} days, its entries no shorter than their details`);
  const store = await options.store({ trailKey: keys.trail });
  const kit: Kit = {
    store,
    cipher: new Cipher(keys),
    passwords: new Passwords(),
    policy: options.policy ?? DEFAULT_POLICY,
    codes: options.codes ?? DEFAULT_CODES,
    now,
    ownLogin: own,
    origins: allowed,
    limits,
  };
  const told =
    options.onInternalError ??
    ((error: unknown, requestId: string) => console.error(requestId, error instanceof Error ? error.stack : error));
  const app = createApp({
    kit,
    identify: own ? null : identify,
    publicUrl: options.publicUrl ?? null,
    trustedProxies: new Set(options.trustedProxies),
    onInternalError: told,
  });
  const stop = keepHouse(kit, (error) => told(error, 'housekeeping'));
  return {
    app,
    fetch: (request) => app.fetch(request),
    store,
    internals: kit,
    async close() {
      await stop();
      await store.close();
    },
  };
}
