/** The only place that knows fetch: one request, its errors by code, and what to do when no answer comes. */
import type { Problem } from '../../server/contract/wire.js';
import { ApiError } from './api-error.js';

export interface ClientOptions {
  /** Where the kit is mounted: `/inservice`, `https://kit.example.tw/api`. */
  baseUrl: string;
  /** Asked for each request, never kept. */
  getToken?: (() => Promise<string | null>) | undefined;
  fetch?: typeof fetch | undefined;
}

export interface Sending {
  query?: object | undefined;
  /** JSON, or a form with a file. */
  body?: object | undefined;
  /** Milliseconds until an answer is missed. */
  patience?: number | undefined;
  /** The version that was read; sent as If-Match. */
  version?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Told when no answer came and the same bytes are sent once more. */
  onUncertain?: (() => void) | undefined;
}

/** A file as the server names it. */
export interface NamedFile {
  name: string;
  blob: Blob;
}

/** The part of a client that only reads. Elements hold this; `Screen.act` hands out the whole client for one write. */
export interface Reader {
  readonly baseUrl: string;
  get<T>(path: string, sending?: Sending): Promise<T>;
  ask<T>(path: string, sending: Sending): Promise<T>;
  download(path: string, query: object): Promise<NamedFile>;
}

const PATIENCE_MS = 15_000;
const PAUSES_MS = [1_000, 3_000];

export class Client implements Reader {
  readonly baseUrl: string;
  /** Language of the server's sentences. */
  locale = 'zh-Hant';
  #getToken: ClientOptions['getToken'];
  #fetch: typeof fetch;

  constructor({ baseUrl, getToken, fetch: send }: ClientOptions) {
    this.baseUrl = new URL(baseUrl, document.baseURI).href.replace(/\/$/, '');
    this.#getToken = getToken;
    this.#fetch = send ?? ((input, init) => globalThis.fetch(input, init));
  }

  get = <T>(path: string, sending: Sending = {}): Promise<T> => this.#send<T>('GET', path, sending);
  /** A question whose body must not stand in an address; it changes nothing. */
  ask = <T>(path: string, sending: Sending): Promise<T> => this.#send<T>('POST', path, sending);
  /** Writes that may come twice carry a key: the same bytes are asked again when no answer came. */
  post = <T>(path: string, sending: Sending = {}): Promise<T> => this.#write<T>('POST', path, sending);
  put = <T>(path: string, sending: Sending = {}): Promise<T> => this.#write<T>('PUT', path, sending);
  patch = <T>(path: string, sending: Sending = {}): Promise<T> => this.#write<T>('PATCH', path, sending);
  delete = <T>(path: string, sending: Sending = {}): Promise<T> => this.#write<T>('DELETE', path, sending);
  /** Reveals, passwords and tokens: sent once, never kept. */
  secret = <T>(method: 'POST' | 'PUT' | 'PATCH', path: string, sending: Sending = {}): Promise<T> => this.#send<T>(method, path, sending);

  /** A file, by the name that the server gives it. */
  async download(path: string, query: object, body?: object): Promise<NamedFile> {
    const response = await this.#fetch(this.#url(path, query), {
      headers: await this.#headers(body ? { 'Content-Type': 'application/json' } : {}),
      credentials: 'same-origin',
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    }).catch(offline);
    if (!response.ok) throw await errorOf(response);
    const encoded = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
    return { name: encoded ? decodeURIComponent(encoded) : 'download', blob: await response.blob() };
  }

  async #write<T>(method: string, path: string, sending: Sending): Promise<T> {
    const key = crypto.randomUUID();
    for (let time = 0; ; time++) {
      try {
        return await this.#send<T>(method, path, sending, key);
      } catch (error) {
        const unanswered =
          error instanceof ApiError && (error.code === 'timeout' || error.code === 'offline' || error.code === 'in-progress');
        const pause = PAUSES_MS[time];
        if (!unanswered || pause === undefined || !navigator.onLine) throw error;
        sending.onUncertain?.();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  async #send<T>(method: string, path: string, sending: Sending, key?: string): Promise<T> {
    const { body, query, version, signal } = sending;
    const patience = AbortSignal.timeout(sending.patience ?? PATIENCE_MS);
    const form = body instanceof FormData;
    const headers = await this.#headers({
      ...(body && !form ? { 'Content-Type': 'application/json' } : {}),
      ...(version === undefined ? {} : { 'If-Match': `"${version}"` }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    });
    const response = await this.#fetch(this.#url(path, query), {
      method,
      headers,
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      if (patience.aborted) throw new ApiError('timeout');
      return offline();
    });
    if (!response.ok) throw await errorOf(response);
    return (response.status === 204 ? undefined : await response.json().catch(strange)) as T;
  }

  #url(path: string, query: object = {}): string {
    const parameters = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== null);
    const search = new URLSearchParams(parameters.map(([name, value]) => [name, String(value)])).toString();
    return `${this.baseUrl}${path}${search ? `?${search}` : ''}`;
  }

  async #headers(more: Record<string, string>): Promise<Record<string, string>> {
    const token = await this.#getToken?.();
    return { 'Accept-Language': this.locale, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...more };
  }
}

/** An answer that is not the kit's: a captive portal's page, say. */
function strange(): never {
  throw new ApiError('unavailable');
}

function offline(): never {
  throw new ApiError('offline');
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  if (typeof problem?.code === 'string') return new ApiError(problem.code, problem, retryAfter);
  // Not one of ours: a proxy's page, say.
  return new ApiError(response.status === 503 || response.status === 502 || response.status === 504 ? 'unavailable' : 'internal');
}
