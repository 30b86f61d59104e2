/** Makes the routes from the table of calls, so that /openapi.json and the server cannot differ. */
import { zValidator } from '@hono/zod-validator';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Call } from '../contract/call.js';
import type { ParameterOf } from '../contract/call-types.js';
import { faultsOf } from '../contract/fields.js';
import { DomainError, type ErrorCode } from '../domain/errors.js';
import { pickLocale, type Locale } from '../domain/locales.js';
import { Act, type Fields, type RequestFacts } from '../services/core/act.js';
import { denied } from '../services/core/audit.js';
import { NOBODY, type Caller, type Who } from '../services/core/caller.js';
import type { Kit } from '../services/core/kit.js';
import { mustChangePassword, mustSetSecondFactor } from '../services/sign-in/password-rules.js';
import { WriteConflict } from '../store/store.js';
import { limitBody, OPEN_BODY_BYTES } from './body-size.js';
import type { Env } from './env.js';
import { toDomainError } from './error-response.js';
import { AnsweredBefore, HttpExchange, sendAgain } from './idempotency.js';
import { MemoryLimit } from './memory-limit.js';
import { send } from './reply.js';
import { isUpload, uploadOf } from './upload.js';
import { mustBeOurs } from './who.js';

/** What a schema of a call reads; unknown where the call has none. */
type ReadBy<Schema> = Schema extends z.ZodType ? z.output<Schema> : unknown;

export interface Input<C extends Call> {
  /** The value of a parameter that the path has. */
  param: (name: ParameterOf<C['path']>) => string;
  query: Fields<ReadBy<C['query']>>;
  body: Fields<ReadBy<C['body']>>;
}

type Handler<C extends Call> = (act: Act, input: Input<C>, c: Context<Env>) => Promise<unknown>;

/** A handler for each call of a table, and no other. */
type Handlers<Table extends { [Name in keyof Table]: Call }> = { [Name in keyof Table]: Handler<Table[Name]> };

/** How often a use case runs when its guards fail, before the answer is 503. */
const MAX_ATTEMPTS = 5;

/** A schema that validates when its value is read: the contract puts 404, 403 and 412 before 422. */
function late<S extends z.ZodType>(schema: S) {
  return z.unknown().transform((sent): Fields<z.output<S>> => () => {
    const read = schema.safeParse(sent, { reportInput: true });
    if (read.success) return read.data;
    throw new DomainError('validation', { errors: faultsOf(read.error) });
  });
}

/** An id of another form belongs to no record, and PostgreSQL would reject some of them with an error. */
function idOf(sent = ''): string {
  if (!/^[\w.:-]{1,128}$/.test(sent)) throw new DomainError('not-found');
  return sent;
}

/** What the validators of a call leave in its context. */
interface Validated {
  in: { query: unknown; json: unknown };
  out: { query: Fields<unknown>; json: Fields<unknown> };
}

/** The errors of a body that no client of the kit sends. */
const INVALID_BODY: ReadonlySet<ErrorCode> = new Set(['malformed', 'too-large', 'unsupported-media-type', 'validation']);

const nothing: Fields<never> = () => {
  throw new DomainError('internal');
};

function mustBeJson(orUpload = false) {
  return async (c: Context, next: () => Promise<void>): Promise<void> => {
    if (!(orUpload && isUpload(c)) && !isJson(c)) throw new DomainError('unsupported-media-type');
    await next();
  };
}

/** Reads multipart forms here; the validator reads everything else. */
function readBody(schema: z.ZodType): MiddlewareHandler<Env, string, Validated> {
  const validated: MiddlewareHandler<Env, string, Validated> = zValidator('json', late(schema));
  return async (c, next) => {
    if (!isUpload(c)) return validated(c, next);
    const sent = await uploadOf(c);
    c.set('body', late(schema).parse(sent));
    await next();
  };
}

function isJson(c: Context): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(c.req.header('Content-Type') ?? '');
}

export class CallRoutes {
  /** Idempotency keys of the writes that are running in this process. */
  readonly #running = new Set<string>();
  readonly #invalidBodies: MemoryLimit;
  readonly #storedRefusals: MemoryLimit;
  readonly #waiting: { path: string; method: string; add: () => void }[] = [];

  constructor(
    private readonly app: Hono<Env>,
    private readonly kit: Kit,
    private readonly ownOrigins: ReadonlySet<string>,
    private readonly whoCalls: (c: Context<Env>) => Promise<Who>,
  ) {
    const { invalidBodies, invalidBodySeconds, storedRefusals, storedRefusalSeconds } = kit.limits;
    this.#invalidBodies = new MemoryLimit(invalidBodies, invalidBodySeconds);
    this.#storedRefusals = new MemoryLimit(storedRefusals, storedRefusalSeconds);
  }

  /** Collects the routes of a table. A call without a handler does not compile, nor does a handler without a call. */
  serve<const Table extends { [Name in keyof Table]: Call }>(table: Table, handlers: Handlers<Table>): void {
    for (const name of Object.keys(handlers) as (keyof Table)[]) {
      const [call, handle] = [table[name], handlers[name]];
      const { path, method } = call;
      this.#waiting.push({ path, method: method.toUpperCase(), add: () => this.#add(call, handle) });
    }
  }

  /** Adds the collected routes: paths without parameters first, each followed by a 405 for all other methods. */
  finish(): void {
    for (const some of [(path: string) => !path.includes(':'), (path: string) => path.includes(':')]) {
      const calls = this.#waiting.filter(({ path }) => some(path));
      for (const { add } of calls) add();
      for (const path of new Set(calls.map((call) => call.path))) {
        const methods = calls.filter((call) => call.path === path).map(({ method }) => method);
        this.refuseOtherMethods(path, methods);
      }
    }
  }

  refuseOtherMethods(path: string, methods: string[]): void {
    const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
    this.app.all(path, () => {
      throw new DomainError('method-not-allowed', { allow });
    });
  }

  #add<C extends Call>(call: C, handle: Handler<C>): void {
    const { path, method, query, body } = call;
    const pass = async (_c: Context, next: () => Promise<void>): Promise<void> => next();
    const open = call.access === 'anyone' && body !== undefined;
    this.app.on(
      method.toUpperCase(),
      path,
      async (c, next) => {
        // Public reads such as the health check and the code lists do not need to identify the caller.
        const unknown = call.access === 'anyone' && method === 'get';
        c.set('who', unknown ? NOBODY : await this.whoCalls(c));
        await this.#admit(c, call);
        await next();
      },
      query ? zValidator('query', late(query)) : pass,
      open ? (c, next) => this.#countInvalidBody(c, next) : pass,
      open ? limitBody(OPEN_BODY_BYTES) : pass,
      body ? mustBeJson(call.upload !== undefined) : pass,
      body ? readBody(body) : pass,
      async (c: Context<Env, string, Validated>) => {
        const input = {
          param: (name: string) => idOf(c.req.param(name)),
          query: query ? (c.req.valid('query') as Fields<ReadBy<C['query']>>) : nothing,
          body: body ? ((c.get('body') ?? c.req.valid('json')) as Fields<ReadBy<C['body']>>) : nothing,
        };
        return this.#answer(c, call, async (act) => {
          const result = await handle(act, input, c);
          // If no handler reads the query, it is validated here, so that an unknown parameter is still an error.
          if (query && method === 'get') input.query();
          return result;
        });
      },
    );
  }

  /** Counts an invalid body of an open call by its address. It is counted before the body is read; a valid one is not counted. */
  async #countInvalidBody(c: Context<Env>, next: () => Promise<void>): Promise<void> {
    const address = c.get('from') ?? '';
    this.#invalidBodies.count(address, this.kit.now().getTime());
    await next();
    if (!c.error || !INVALID_BODY.has(toDomainError(c.error).code)) this.#invalidBodies.giveBack(address);
  }

  /** Records a denied read of a signed-in caller. The services record denied writes themselves. */
  async #noteDeniedRead(act: Act, { reads, path }: Call, error: unknown, c: Context<Env>): Promise<void> {
    const { code } = toDomainError(error);
    if (!reads || !act.maybeCaller || (code !== 'forbidden' && code !== 'not-found')) return;
    const type = reads.startsWith('account') ? 'account' : reads.startsWith('unit') ? 'unit' : path.includes(':id') ? 'teacher' : 'roster';
    const id = c.req.param('id') ?? c.req.query('unit') ?? act.caller.unit.id;
    await denied(act, reads, { type, id, name: null }, code);
  }

  async #admit(c: Context<Env>, call: Call): Promise<void> {
    const { access, method, reads, denies, settles } = call;
    const who = c.get('who');
    const { caller, outside, integration } = who;
    if (access !== 'anyone' && !caller && !outside) throw new DomainError('unauthenticated');
    if (access === 'account' && !caller) throw new DomainError('no-account');
    if (method !== 'get') mustBeOurs(c, who, this.ownOrigins);
    // An integration token is valid only for calls of its scope, and only integration tokens are valid for those.
    const scope = (access === 'integration') === (integration !== null);
    // A caller with a first password must change it before any other call, and then set up a required second factor.
    const owes = caller && access === 'account' ? owed(this.kit, caller) : null;
    const welcome = call.upload === undefined || (caller?.functions.includes(call.upload) ?? false);
    if (scope && welcome && (owes === null || owes === settles)) return;
    const act = new Act(this.kit, factsOf(c, this.kit), who);
    const id = caller?.account.id ?? '';
    throw await denied(act, reads ?? denies ?? 'session.fail', { type: 'session', id, name: null });
  }

  async #answer(c: Context<Env>, call: Call, handle: (act: Act) => Promise<unknown>): Promise<Response> {
    const facts = factsOf(c, this.kit);
    const exchange = await HttpExchange.of(c, this.kit, call, this.#storedRefusals);
    const { runningKey } = exchange;
    if (runningKey !== null && this.#running.has(runningKey)) throw new DomainError('in-progress', { retryAfter: 1 });
    if (runningKey !== null) this.#running.add(runningKey);
    const who = c.get('who');
    try {
      const result = await withRetries(async (attempt) => {
        // A failed guard may mean that the caller lost the role, so the caller is identified and admitted again.
        if (attempt > 1) c.set('who', await this.whoCalls(c));
        if (attempt > 1) await this.#admit(c, call);
        return handle(new Act(this.kit, facts, c.get('who'), exchange));
      });
      return send(c, result);
    } catch (error) {
      if (error instanceof AnsweredBefore) return sendAgain(c, this.kit, error.answer);
      await exchange.storeError(error, this.kit.locales.texts(facts.locale), facts.requestId);
      await this.#noteDeniedRead(new Act(this.kit, facts, who), call, error, c);
      throw error;
    } finally {
      if (runningKey !== null) this.#running.delete(runningKey);
    }
  }
}

/** The locale of the response, from `Accept-Language`. */
export function localeOf(c: Context, { locales }: Kit): Locale {
  return pickLocale(c.req.header('Accept-Language'), locales.tags);
}

function factsOf(c: Context<Env>, kit: Kit): RequestFacts {
  return { requestId: c.get('requestId'), from: c.get('from'), locale: localeOf(c, kit) };
}

/** The step that a caller must complete before any other call; null if there is none. */
function owed(kit: Kit, { account, session }: Caller): Call['settles'] | null {
  // A caller who signed in with a provider has not used the password.
  if (session?.issuer != null) return null;
  if (mustChangePassword(kit, account)) return 'password';
  return mustSetSecondFactor(kit, account) ? 'second-factor' : null;
}

/** Re-runs the decision with fresh data when a guard fails (at most 5 times). */
async function withRetries<T>(decide: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await decide(attempt);
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      if (attempt === MAX_ATTEMPTS) throw new DomainError('unavailable', { retryAfter: 1 });
    }
  }
}
