/** The entry of the kit in a server: `createInserviceKit({ store, keys, identify, … })`. */
import type { Hono } from 'hono';
import { DEFAULT_CODES, type CodeLists } from './domain/codes.js';
import { DEFAULT_LOCALE } from './domain/locales.js';
import { namedIn, serverLocales, type AddedLocale } from './domain/server-texts/server-locales.js';
import { DEFAULT_POLICY, type Policy } from './domain/authority.js';
import { defaultNotice, type Notice } from './domain/notice.js';
import { Listeners, type Listener } from './delivery/listeners.js';
import { mailConsumer, type MailOptions } from './delivery/mail.js';
import { webhook, type WebhookOptions } from './delivery/webhook.js';
import type { FactType } from './domain/facts.js';
import { passwordLogin, type Identify, type PasswordLogin } from './identity/identify.js';
import type { OidcLogin } from './identity/oidc.js';
import { Passwords } from './identity/passwords.js';
import { FairQueue } from './platform/fair-queue.js';
import { createApp } from './routes/app.js';
import type { Env } from './routes/env.js';
import { v7 as newId } from 'uuid';
import { Act } from './services/core/act.js';
import { NOBODY } from './services/core/caller.js';
import { Cipher, type Keys } from './services/core/cipher.js';
import { signInTeacher, type TeacherIdentity } from './services/registration/claims.js';
import { keepHouse } from './services/upkeep/housekeeping.js';
import { DEFAULT_LIMITS, PRESETS, type Kit, type Limits, type Preset } from './services/core/kit.js';
import { Letters } from './services/core/letters.js';
import { Outbox } from './services/core/outbox.js';
import { storeSecrets } from './services/core/store-secrets.js';
import { announceKeys } from './services/upkeep/rotation.js';
import { WrongKeyFile, type OpenStore, type Store } from './store/store.js';

export { bearer, type BearerOptions } from './identity/bearer.js';
export { fileKeys } from './identity/keys.js';
export { oidc, type OidcGrant, type OidcLogin, type OidcOptions, type OidcProvider } from './identity/oidc.js';
export type { MailOptions } from './delivery/mail.js';
export type { WebhookOptions } from './delivery/webhook.js';
export type { Fact, FactType } from './domain/facts.js';
export type { TeacherIdentity } from './services/registration/claims.js';
export { firstOf, passwordLogin, type Identified, type Identify, type IdentifyInput, type PasswordLogin } from './identity/identify.js';
export { toNodeHandler } from './routes/node-handler.js';
export type { Keys } from './services/core/cipher.js';
export type { Limits, Preset } from './services/core/kit.js';
export type { CodeLists } from './domain/codes.js';
export type { AddedLocale } from './domain/server-texts/server-locales.js';
export type { CodeNames, ErrorText, LetterText, LetterTexts, PartialServerTexts, ServerTexts } from './domain/server-texts/server-texts.js';
export type { Policy } from './domain/authority.js';
export type { Notice } from './domain/notice.js';
export type { Store } from './store/store.js';

export interface InserviceKitOptions {
  /** `sqliteStore({ file })` of `inservice-kit/server/sqlite`, `postgresStore({ url })` of `inservice-kit/server/postgres`. */
  store: OpenStore;
  /** `fileKeys(path)`: field encryption, look-up and trail keys. */
  keys: Keys;
  /** How the portal identifies its users. Without it, or with `passwordLogin()`, the kit's password log-in is used. */
  identify?: Identify | PasswordLogin | OidcLogin;
  /** The functions of each role. */
  policy?: Policy;
  /** Code lists in the place of the built-in ones. */
  codes?: Partial<CodeLists>;
  /**
   * Texts of the server in further locales, by BCP 47 tag; `Accept-Language` chooses among them. A complete table is
   * checked by its type (`ServerTexts`); a partial one names the locale that has the texts it lacks. Letters hold the built-in
   * locales and each added one that has letters.
   */
  locales?: Readonly<Record<string, AddedLocale>>;
  /** The privacy notice shown before people enter their data (個資法 §8). */
  notice?: Notice;
  /** Exact origins of other sites that may embed the elements: `https://school.example.tw`. */
  origins?: readonly string[];
  /** The public address of the kit's pages. Requests from its origin may write; https makes the cookie Secure. */
  publicUrl?: string;
  /** Addresses of reverse proxies whose X-Forwarded-For header is trusted. */
  trustedProxies?: readonly string[];
  /** `tw-baseline`: 資通系統防護基準. */
  preset?: Preset;
  /** `required`: every password sign-in needs a second factor. */
  secondFactor?: 'optional' | 'required';
  limits?: Partial<Limits>;
  /** How letters are sent; without it no letters are written. */
  mail?: MailOptions;
  /** Webhooks that receive signed facts (Standard Webhooks). */
  webhooks?: readonly WebhookOptions[];
  /** Called with unexpected errors and with the reason why the database was unavailable. They carry no personal data. */
  onInternalError?: (error: unknown, requestId: string) => void;
  now?: () => Date;
}

export interface InserviceKit {
  app: Hono<Env>;
  fetch: (request: Request) => Response | Promise<Response>;
  store: Store;
  /**
   * Calls the listener with each fact after its commit, at least once, also with facts that a killed process left. Any
   * instance with a listener may deliver a fact. If the listener throws, the fact is delivered again later. Returns a function that removes the listener.
   */
  on(type: FactType, listener: Listener): () => void;
  /**
   * The teacher with this user name and password, who has claimed the entry; for the portal's own pages. Null if they do not match.
   * @param from the teacher's network address, by which failures are limited; null if it is not known
   * @param device the `device` of an earlier answer, which the page keeps in a cookie of the browser; then strangers cannot lock the teacher out
   * @throws DomainError `rate-limited` after too many failures from this address, `unavailable` if too many wait
   */
  signInTeacher(username: string, password: string, from: string | null, device?: string | null): Promise<TeacherIdentity | null>;
  /** The dependencies of the use cases; for the CLI and tests. */
  internals: Kit;
  close(): Promise<void>;
}

/** Of claims and mail links. Each takes a few milliseconds, or its turn to hash a password. */
const GUESSES = { running: 16, waiting: 200 };

/** Counts of look-ups. Each takes a few milliseconds, that of a list of 5,000 some hundred. */
const LOOKUPS = { running: 8, waiting: 400 };

/** 資通系統防護基準: records must be kept for at least six months. */
const SHORTEST_TRAIL_DAYS = 180;

/** @throws Error if an origin is not exact */
function exactOrigins(origins: readonly string[]): Set<string> {
  for (const origin of origins) {
    if (!/^https?:\/\/[^*]+$/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(`origins: "${origin}" is not an exact origin such as https://school.example.tw (no path, no slash at the end, no *)`);
    }
  }
  return new Set(origins);
}

/** @throws Error naming the key file where it is missing: the one that was created in its place is removed again */
async function openStore(open: OpenStore, keys: Keys): Promise<Store> {
  try {
    return await open(storeSecrets(keys));
  } catch (error) {
    const path = error instanceof WrongKeyFile ? (keys.discardNew?.() ?? null) : null;
    if (path === null) throw error;
    throw new Error(`the key file ${path} is missing, and the database was written with it. Nothing was written; put it in its place.`, {
      cause: error,
    });
  }
}

/** Opens the store, makes the app, and starts the scheduled work. */
export async function createInserviceKit(options: InserviceKitOptions): Promise<InserviceKit> {
  const { keys, identify = passwordLogin(), origins = [], now = () => new Date() } = options;
  const portal = typeof identify === 'function' ? identify : null;
  const login = typeof identify !== 'function' && identify.kind === 'oidc' ? identify : null;
  const allowed = exactOrigins(origins);
  const limits = { ...DEFAULT_LIMITS, ...(options.preset ? PRESETS[options.preset] : {}), ...options.limits };
  if (limits.trailDetailDays < SHORTEST_TRAIL_DAYS || limits.trailDays < limits.trailDetailDays)
    throw new Error(`limits: the trail is kept for at least ${SHORTEST_TRAIL_DAYS} days, its entries no shorter than their details`);
  if (limits.accountDays * 24 * 3600 < limits.retentionSeconds)
    throw new Error('limits: accountDays is shorter than the time in which an account can be restored (retentionSeconds)');
  const consumers = await Promise.all([...(options.mail ? [mailConsumer(options.mail)] : []), ...(options.webhooks ?? []).map(webhook)]);
  const locales = serverLocales(options.locales);
  const site = options.publicUrl?.replace(/\/$/, '') ?? null;
  const store = await openStore(options.store, keys);
  const cipher = new Cipher(keys);
  const listeners = new Listeners();
  const outbox = new Outbox(cipher, [...consumers, listeners]);
  const kit: Kit = {
    store,
    cipher,
    outbox,
    secondFactor: options.secondFactor ?? 'optional',
    site,
    passwords: new Passwords(),
    guesses: new FairQueue(GUESSES),
    lookups: new FairQueue(LOOKUPS),
    policy: options.policy ?? DEFAULT_POLICY,
    codes: namedIn(locales, { ...DEFAULT_CODES, ...options.codes }),
    locales,
    letters: new Letters(locales.letters, site),
    now,
    ownLogin: portal === null && (login === null || login.password),
    origins: allowed,
    limits,
    notice: options.notice ?? defaultNotice(locales),
  };
  const reportError =
    options.onInternalError ??
    ((error: unknown, requestId: string) => console.error(requestId, error instanceof Error ? error.stack : error));
  const app = createApp({
    kit,
    identify: portal,
    login,
    publicUrl: options.publicUrl ?? null,
    trustedProxies: new Set(options.trustedProxies),
    onInternalError: reportError,
  });
  const stop = keepHouse(kit, (error) => reportError(error, 'housekeeping'));
  const stopAnnouncing = announceKeys(kit, (error) => reportError(error, 'keys'));
  const stopSending = outbox.begin(store, now, (error) => reportError(error, 'outbox'));
  return {
    app,
    fetch: (request) => app.fetch(request),
    store,
    internals: kit,
    on: (type, listener) => listeners.on(type, listener),
    signInTeacher: (username, password, from, device = null) =>
      signInTeacher(new Act(kit, { requestId: newId(), from, locale: DEFAULT_LOCALE }, NOBODY), username, password, device),
    async close() {
      await stopSending();
      await stopAnnouncing();
      await stop();
      await store.close();
    },
  };
}
