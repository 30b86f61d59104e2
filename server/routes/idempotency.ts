/** Idempotency-Key and If-Match, as the contract orders them: after the permission checks, before fields and state. */
import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import type { Call } from '../contract/call.js';
import { DomainError } from '../domain/errors.js';
import type { ServerTexts } from '../domain/server-texts/server-texts.js';
import type { Cipher } from '../services/core/cipher.js';
import { ADDRESS, callerKey } from '../services/core/caller.js';
import type { Exchange, Reply } from '../services/core/exchange.js';
import type { Kit } from '../services/core/kit.js';
import { sealBinding } from '../services/core/seal-binding.js';
import type { StoredResponse } from '../store/records.js';
import type { Env } from './env.js';
import { problemOf, STATUS_OF, toDomainError } from './error-response.js';
import type { MemoryLimit } from './memory-limit.js';
import { etagOf, STATUS_OF_REPLY } from './reply.js';
import { isUpload, uploadOf } from './upload.js';

/** Errors whose answer is stored. Others depend on the moment, so a repeated request is decided again. */
const STORED_ERRORS = new Set([409, 412, 422]);

/** A larger refusal is not stored. Those of the kit's own clients are a few hundred bytes, or one record with `current`. */
const MAX_STORED_REFUSAL = 16 * 1024;

/** The same request was answered before. */
export class AnsweredBefore extends Error {
  constructor(readonly answer: StoredResponse) {
    super('answered before');
  }
}

/** A stored answer may hold what only its caller may read, so its body is encrypted and bound to its key. */
const bodyColumn = (key: string): string => sealBinding('answers.body', key);

export class HttpExchange implements Exchange {
  private constructor(
    private readonly kit: Kit,
    private readonly caller: string,
    private readonly ifMatch: string | null,
    private readonly repeat: { key: string; fingerprint: string } | null,
    private readonly storedRefusals: MemoryLimit,
  ) {}

  /** @throws DomainError `validation` for a key that is empty or longer than 255 characters */
  static async of(c: Context<Env>, kit: Kit, call: Call, storedRefusals: MemoryLimit): Promise<HttpExchange> {
    const repeat = await repeatOf(kit.cipher, c, call);
    return new HttpExchange(kit, callerKey(c.get('who'), c.get('from')), c.req.header('If-Match') ?? null, repeat, storedRefusals);
  }

  /** Identifies the request among those that are still running; null without a key. */
  get runningKey(): string | null {
    return this.repeat && `${this.caller}\n${this.repeat.key}`;
  }

  async checkPreconditions(thing?: { version: number }, current?: () => unknown): Promise<void> {
    if (this.repeat) {
      const answer = await this.kit.store.storedResponse(this.caller, this.repeat.key);
      if (answer && answer.fingerprint !== this.repeat.fingerprint) throw new DomainError('idempotency-key-reused');
      if (answer) throw new AnsweredBefore(answer);
    }
    if (!thing) return;
    if (this.ifMatch === null) throw new DomainError('precondition-required');
    // Proxies add W/; only the version is compared.
    const versions = this.ifMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!versions.includes(`"${thing.version}"`)) throw new DomainError('precondition-failed', { current: await current?.() });
  }

  answerToStore({ as, body }: Reply): StoredResponse | undefined {
    return this.#answer(STATUS_OF_REPLY[as], body, etagOf(body));
  }

  /**
   * Stores the answer of a failed request. The request changed nothing, so this needs no common transaction. Refusals of
   * strangers, large ones and those above the limit are not stored: a repeated request is then decided again, and the database
   * cannot be filled by requests that change nothing.
   */
  async storeError(error: unknown, texts: ServerTexts, requestId: string): Promise<void> {
    if (!this.repeat || this.caller.startsWith(ADDRESS)) return;
    const refusal = toDomainError(error);
    const status = STATUS_OF[refusal.code];
    if (!STORED_ERRORS.has(status) || refusal.code === 'idempotency-key-reused' || refusal.code === 'in-progress') return;
    const problem = problemOf(refusal, texts, requestId);
    if (JSON.stringify(problem).length > MAX_STORED_REFUSAL) return;
    if (!this.storedRefusals.take(this.caller, this.kit.now().getTime())) return;
    const answer = this.#answer(status, problem, null);
    if (answer) await this.kit.store.storeResponse(answer).catch(() => undefined);
  }

  #answer(status: number, body: unknown, etag: string | null): StoredResponse | undefined {
    if (!this.repeat) return undefined;
    const { key, fingerprint } = this.repeat;
    const sealed = body === undefined ? '' : this.kit.cipher.seal(JSON.stringify(body), bodyColumn(key));
    return { caller: this.caller, key, fingerprint, status, etag, location: null, body: sealed, at: this.kit.now().toISOString() };
  }
}

/** Sends the stored answer. */
export function sendAgain(c: Context<Env>, { cipher }: Kit, { status, etag, key, body: sealed }: StoredResponse): Response {
  const body = sealed === '' ? '' : cipher.open(sealed, bodyColumn(key));
  if (etag) c.header('ETag', etag);
  const type = status >= 400 ? 'application/problem+json; charset=utf-8' : 'application/json';
  return status === 204 ? c.body(null, 204) : c.body(body, status as 200, { 'Content-Type': type });
}

async function repeatOf(cipher: Cipher, c: Context<Env>, { method, secret, body }: Call) {
  const key = c.req.header('Idempotency-Key');
  if (key === undefined || method === 'get' || secret) return null;
  if (key === '' || key.length > 255) throw new DomainError('validation', { errors: [{ path: 'Idempotency-Key', code: 'wrong-type' }] });
  const sent = body ? await textOf(c) : '';
  // A keyed hash, because a body may hold a password.
  return { key, fingerprint: cipher.fingerprint(`${method} ${c.req.path}\n${sent}`) };
}

/** The body as text. Of a form its fields, because the boundary differs each time it is sent. */
async function textOf(c: Context<Env>): Promise<string> {
  if (!isUpload(c)) return c.req.text();
  return JSON.stringify(await uploadOf(c), (_key, value: unknown) =>
    value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value,
  );
}
