/** Routes from the table of calls, so that what /openapi.json says and what the server does are one thing. */
import { zValidator } from '@hono/zod-validator';
import type { Context, Hono } from 'hono';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call } from '../contract/calls.js';
import { faultsOf } from '../contract/fields.js';
import { DomainError } from '../domain/errors.js';
import { Act, AnsweredBefore, STATUS_OF_REPLY, type Fields, type Reply } from '../services/act.js';
import type { Kit } from '../services/kit.js';
import type { AnswerRecord } from '../store/records.js';
import { WriteConflict } from '../store/store.js';
import { toDomainError, problemOf, STATUS_OF } from './error-response.js';
import { mustBeOurs, type Who } from './who.js';

export interface Env {
  Variables: { requestId: string; from: string | null; who: Who };
}

export interface Input<Query extends z.ZodType, Body extends z.ZodType> {
  /** A parameter of the path. */
  param: (name: string) => string;
  query: Fields<z.output<Query>>;
  body: Fields<z.output<Body>>;
}

type Handler<Query extends z.ZodType, Body extends z.ZodType> = (act: Act, input: Input<Query, Body>, c: Context<Env>) => Promise<unknown>;

/** How often a decision is made anew, when what it was made on changed between the reading and the writing. */
const DECISIONS = 5;
/** Refusals that a repetition hears again; what depends on the moment is judged anew. */
const KEPT_REFUSALS = new Set([409, 412, 422]);

/** A schema whose value reads late: the contract puts 404, 403 and 412 before the fields. */
function late<S extends z.ZodType>(schema: S) {
  return z.unknown().transform((sent): Fields<z.output<S>> => () => {
    const read = schema.safeParse(sent, { reportInput: true });
    if (read.success) return read.data;
    throw new DomainError('validation', { errors: faultsOf(read.error) });
  });
}

const nothing: Fields<never> = () => {
  throw new DomainError('internal');
};

async function mustBeJson(c: Context, next: () => Promise<void>): Promise<void> {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(c.req.header('Content-Type') ?? ''))
    throw new DomainError('unsupported-media-type');
  await next();
}

export class CallRoutes {
  /** Keys of writes under way in this process. */
  readonly #running = new Set<string>();

  constructor(
    private readonly app: Hono<Env>,
    private readonly kit: Kit,
    private readonly ownOrigins: ReadonlySet<string>,
  ) {}

  on<Query extends z.ZodType, Body extends z.ZodType>(call: Call<Query, Body>, handle: Handler<Query, Body>): void {
    const { path, method, query, body } = call;
    const pass = async (_c: Context, next: () => Promise<void>): Promise<void> => next();
    this.app.on(
      method.toUpperCase(),
      path,
      async (c, next) => {
        this.#admit(c, call);
        await next();
      },
      query ? zValidator('query', late(query)) : pass,
      body ? mustBeJson : pass,
      body ? zValidator('json', late(body)) : pass,
      async (c) => {
        const valid = (target: 'query' | 'json'): Fields<never> => c.req.valid(target as never) as unknown as Fields<never>;
        const input: Input<Query, Body> = {
          param: (name) => c.req.param(name) ?? '',
          query: query ? valid('query') : nothing,
          body: body ? valid('json') : nothing,
        };
        return this.#answer(c, call, (act) => handle(act, input, c));
      },
    );
  }

  /** Every method of a known path that no call has. */
  refuseOtherMethods(calls: readonly Call[]): void {
    const methods = new Map<string, string[]>();
    for (const { path, method } of calls) methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
    for (const [path, known] of methods) {
      const allow = known.includes('GET') ? [...known, 'HEAD'] : known;
      this.app.all(path, () => {
        throw new DomainError('method-not-allowed', { allow });
      });
    }
  }

  #admit(c: Context<Env>, { access, method, path }: Pick<Call, 'access' | 'method' | 'path'>): void {
    const { caller, outside } = c.get('who');
    if (access !== 'anyone' && !caller) {
      if (!outside) throw new DomainError('unauthenticated');
      if (access === 'account') throw new DomainError('no-account');
    }
    if (method !== 'get') mustBeOurs(c, this.ownOrigins);
    // A first password is changed before anything else.
    if (caller?.account.mustChangePassword && access === 'account' && path !== '/me/password') throw new DomainError('forbidden');
  }

  async #answer(c: Context<Env>, call: Call, handle: (act: Act) => Promise<unknown>): Promise<Response> {
    const repeat = await repeatOf(c, call);
    const { caller, outside } = c.get('who');
    const facts = { requestId: c.get('requestId'), from: c.get('from'), ifMatch: c.req.header('If-Match') ?? null, repeat };
    const first = new Act(this.kit, facts, caller, outside);
    const running = repeat && `${first.callerKey}\n${repeat.key}`;
    if (running && this.#running.has(running)) throw new DomainError('in-progress', { retryAfter: 1 });
    if (running) this.#running.add(running);
    try {
      return send(c, await decided(() => handle(new Act(this.kit, facts, caller, outside))));
    } catch (error) {
      if (error instanceof AnsweredBefore) return again(c, error.answer);
      await keepRefusal(first, error, c);
      throw error;
    } finally {
      if (running) this.#running.delete(running);
    }
  }
}

async function repeatOf(c: Context<Env>, { method, secret, body }: Call): Promise<{ key: string; fingerprint: string } | null> {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined || method === 'get' || secret) return null;
  if (key === '' || key.length > 255) throw new DomainError('validation', { errors: [{ path: 'Idempotency-Key', code: 'wrong-type' }] });
  const sent = body ? await c.req.text() : '';
  return { key, fingerprint: createHash('sha256').update(`${method} ${c.req.path}\n${sent}`).digest('base64url') };
}

/** Decides anew from fresh data where a guard no longer held; after a few times the database is too busy for us. */
async function decided<T>(decide: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      if (time === DECISIONS) throw new DomainError('unavailable', { retryAfter: 1 });
    }
  }
}

function send(c: Context<Env>, result: unknown): Response {
  if (result instanceof Response) return result;
  const reply: Reply = isReply(result) ? result : { as: 'ok', body: result };
  const status = STATUS_OF_REPLY[reply.as];
  if (status === 204) return c.body(null, 204);
  const version = (reply.body as { version?: unknown } | null)?.version;
  if (typeof version === 'number') c.header('ETag', `"${version}"`);
  return c.json(reply.body, status);
}

function isReply(result: unknown): result is Reply {
  return typeof result === 'object' && result !== null && 'as' in result && 'body' in result;
}

function again(c: Context<Env>, { status, etag, body }: AnswerRecord): Response {
  if (etag) c.header('ETag', etag);
  const type = status >= 400 ? 'application/problem+json; charset=utf-8' : 'application/json';
  return status === 204 ? c.body(null, 204) : c.body(body, status as 200, { 'Content-Type': type });
}

/** A refusal had no effect, so it is kept after the fact. */
async function keepRefusal(act: Act, error: unknown, c: Context<Env>): Promise<void> {
  const refusal = toDomainError(error);
  const status = STATUS_OF[refusal.code];
  if (!KEPT_REFUSALS.has(status) || refusal.code === 'idempotency-key-reused' || refusal.code === 'in-progress') return;
  const answer = act.kept(status, problemOf(refusal, c.req.header('Accept-Language'), act.request.requestId));
  if (answer) await act.store.keepAnswer({ ...answer, etag: null }).catch(() => undefined);
}
