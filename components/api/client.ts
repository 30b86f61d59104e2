/** The only place that uses fetch: one request, its errors by code, and its retries. */
import type {
  BodyOf,
  CallPath,
  FileCall,
  ParametersOf,
  QueryOf,
  ReadCall,
  ResponseOf,
  SecretCall,
  UploadCall,
  VersionedCall,
} from '../../server/contract/call-types.js';
import type { Problem } from '../../server/contract/wire.js';
import { ApiError } from './api-error.js';

export interface ClientOptions {
  /** The URL where the kit is mounted, such as `/inservice` or `https://kit.example.tw/api`. */
  baseUrl: string;
  /** Called for each request; the token is not stored. */
  getToken?: (() => Promise<string | null>) | undefined;
  fetch?: typeof fetch | undefined;
}

/** Options of any request. */
export interface Sending {
  /** Milliseconds until a request without a response is aborted. */
  patience?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Called when no response came and the same bytes are sent again. */
  onUncertain?: (() => void) | undefined;
}

/** What a call takes besides the parameters of its path. */
interface Asked<C extends CallPath> {
  query: Record<never, never> extends QueryOf<C> ? QueryOf<C> | undefined : QueryOf<C>;
  /** Sent as JSON, or a form with a file. */
  body: C extends UploadCall ? BodyOf<C> | FormData : BodyOf<C>;
  /** The version of the record that was read; sent as If-Match. */
  version: C extends VersionedCall ? number : undefined;
  /** Sent once and without an idempotency key, so that its response is stored nowhere. */
  once: C extends SecretCall ? true : true | undefined;
}

/** What may be undefined may be left out. */
type Given<T> = { [Field in keyof T as undefined extends T[Field] ? never : Field]: T[Field] } & {
  [Field in keyof T as undefined extends T[Field] ? Field : never]?: T[Field];
};
type InputOf<C extends CallPath> = ParametersOf<C> & Given<Asked<C>> & Sending;
type ArgumentsOf<C extends CallPath> = Record<never, never> extends InputOf<C> ? [input?: InputOf<C>] : [input: InputOf<C>];

/** A file as the server names it. */
export interface NamedFile {
  name: string;
  blob: Blob;
}

/** The part of a client that only reads. Elements hold this; `Screen.act` hands out the whole client for one write. */
export interface Reader {
  readonly baseUrl: string;
  call<C extends Exclude<ReadCall, FileCall>>(path: C, ...input: ArgumentsOf<C>): Promise<ResponseOf<C>>;
  download<C extends Extract<ReadCall, FileCall>>(path: C, ...input: ArgumentsOf<C>): Promise<NamedFile>;
}

/** The input of any call; the parameters of its path are read by their names. */
interface AnyInput extends Sending {
  query?: object;
  body?: object;
  version?: number;
  once?: true;
}

/** The request, made once, so that each retry has the same bytes. */
interface Sent {
  path: string;
  init: { method: string; headers: Record<string, string>; body: string | FormData | null };
  signal: AbortSignal | undefined;
}

/** Nobody is signed in: `token` is the one that the request was sent with. */
export class UnauthenticatedEvent extends Event {
  constructor(readonly token: string | null) {
    super('unauthenticated');
  }
}

const PATIENCE_MS = 15_000;
const PAUSES_MS = [1_000, 3_000];

/** Dispatches `unauthenticated`. */
export class Client extends EventTarget implements Reader {
  readonly baseUrl: string;
  /** The language of the server's texts. */
  locale = 'zh-Hant';
  #getToken: ClientOptions['getToken'];
  #fetch: typeof fetch;

  constructor({ baseUrl, getToken, fetch: send }: ClientOptions) {
    super();
    this.baseUrl = new URL(baseUrl, document.baseURI).href.replace(/\/$/, '');
    this.#getToken = getToken;
    this.#fetch = send ?? ((input, init) => globalThis.fetch(input, init));
  }

  /**
   * One call of the contract: `client.call('PATCH /teachers/:id', { id, version, body })`. A write has an idempotency
   * key, and the same bytes are sent again when no response came, unless it is sent `once`.
   * @throws ApiError
   */
  async call<C extends Exclude<CallPath, FileCall>>(path: C, ...[given]: ArgumentsOf<C>): Promise<ResponseOf<C>> {
    const input: AnyInput = given ?? {};
    const { once, onUncertain, patience = PATIENCE_MS } = input;
    const repeats = !once && !path.startsWith('GET');
    const sent = sentOf(path, input, repeats ? crypto.randomUUID() : null);
    for (let time = 0; ; time++) {
      try {
        const response = await this.#send(sent, AbortSignal.timeout(patience));
        return (response.status === 204 ? undefined : await response.json().catch(strange)) as ResponseOf<C>;
      } catch (error) {
        const uncertain =
          error instanceof ApiError && (error.code === 'timeout' || error.code === 'offline' || error.code === 'in-progress');
        const pause = PAUSES_MS[time];
        if (!repeats || !uncertain || pause === undefined || !navigator.onLine) throw error;
        onUncertain?.();
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /**
   * A file, by the name that the server gives it. It is sent once and waits as long as it takes.
   * @throws ApiError
   */
  async download<C extends FileCall>(path: C, ...[given]: ArgumentsOf<C>): Promise<NamedFile> {
    const response = await this.#send(sentOf(path, given ?? {}, null));
    const encoded = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
    return { name: encoded ? decodeURIComponent(encoded) : 'download', blob: await response.blob() };
  }

  async #send({ path, init, signal }: Sent, patience?: AbortSignal): Promise<Response> {
    const token = (await this.#getToken?.()) ?? null;
    const response = await this.#fetch(`${this.baseUrl}${path}`, {
      ...init,
      headers: { 'Accept-Language': this.locale, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...init.headers },
      credentials: 'same-origin',
      signal: signal && patience ? AbortSignal.any([signal, patience]) : (signal ?? patience ?? null),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ApiError(patience?.aborted ? 'timeout' : 'offline');
    });
    if (response.ok) return response;
    const error = await errorOf(response);
    if (error.code === 'unauthenticated') this.dispatchEvent(new UnauthenticatedEvent(token));
    throw error;
  }
}

function sentOf(call: CallPath, input: AnyInput, key: string | null): Sent {
  const { query = {}, body, version, signal } = input;
  const [method, path] = call.split(' ') as [string, string];
  const parameters = input as Record<string, string>;
  const filled = path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(parameters[name]!));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  const json = body !== undefined && !(body instanceof FormData);
  const headers: Record<string, string> = {};
  if (json) headers['Content-Type'] = 'application/json';
  if (version !== undefined) headers['If-Match'] = `"${version}"`;
  if (key !== null) headers['Idempotency-Key'] = key;
  return {
    path: `${filled}${search ? `?${search}` : ''}`,
    init: { method, headers, body: json ? JSON.stringify(body) : (body ?? null) },
    signal,
  };
}

/** A response that is not the kit's: a captive portal's page, for example. */
function strange(): never {
  throw new ApiError('unavailable');
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  if (typeof problem?.code === 'string') return new ApiError(problem.code, problem, retryAfter);
  // Not a response of the kit, for example a proxy's page.
  return new ApiError(response.status === 503 || response.status === 502 || response.status === 504 ? 'unavailable' : 'internal');
}
