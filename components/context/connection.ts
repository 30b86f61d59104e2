/** A connection to one kit: its client, who is signed in, the code lists. Shared by all elements that it is handed to. */
import type { Codes, Me } from '../../server/contract/wire.js';
import { Client, type ClientOptions, type UnauthenticatedEvent } from '../api/client.js';

/**
 * Dispatches `change` when somebody signed in, signed out or changed who they are; `ended` when the session of the person who
 * is signed in has ended; `wanted` when the user asks for the sign-in.
 */
export class Connection extends EventTarget {
  readonly client: Client;
  /** Kept in memory only, so that it ends with the page. */
  #token: string | null = null;
  #me: Promise<Me> | null = null;
  /** Whether the last answer about the caller named somebody. */
  #signedIn = false;
  #codes: Promise<Codes> | null = null;

  /** Over a client of the page's own, or one made for a base URL. */
  constructor(over: ClientOptions | Client) {
    super();
    this.client = over instanceof Client ? over : new Client({ ...over, getToken: over.getToken ?? (async () => this.#token) });
    this.client.addEventListener('unauthenticated', (event) => this.#end((event as UnauthenticatedEvent).token));
  }

  /** Who is signed in, asked once until something changes. */
  me(): Promise<Me> {
    this.#me ??= this.client.call('GET /me').then(
      (me) => {
        this.#signedIn = true;
        return me;
      },
      (error: unknown) => {
        this.#me = null;
        throw error;
      },
    );
    return this.#me;
  }

  codes(): Promise<Codes> {
    this.#codes ??= this.client.call('GET /codes').catch((error: unknown) => {
      this.#codes = null;
      throw error;
    });
    return this.#codes;
  }

  /** Someone signed in, signed out, or changed who they are: every element on this connection reads anew. */
  changed(token: string | null = this.#token): void {
    this.#token = token;
    this.#me = null;
    this.dispatchEvent(new Event('change'));
  }

  /** Forgets who was signed in, as soon as one request is refused. A request that was sent with an older token says nothing. */
  #end(token: string | null): void {
    if (this.#token !== null && token !== this.#token) return;
    this.#token = null;
    this.#me = null;
    if (!this.#signedIn) return;
    this.#signedIn = false;
    this.dispatchEvent(new Event('ended'));
  }
}

const byBaseUrl = new Map<string, Connection>();
const byClient = new WeakMap<Client, Connection>();
let configured: Connection | null = null;

/** One connection for each base URL given as an attribute. */
export function connectionTo(baseUrl: string): Connection {
  const url = new URL(baseUrl, document.baseURI).href;
  let connection = byBaseUrl.get(url);
  if (!connection) {
    connection = new Connection({ baseUrl });
    byBaseUrl.set(url, connection);
  }
  return connection;
}

/** One connection for each client that a page sets on elements. */
export function connectionOver(client: Client): Connection {
  let connection = byClient.get(client);
  if (!connection) {
    connection = new Connection(client);
    byClient.set(client, connection);
  }
  return connection;
}

/** The connection of elements that stand below no provider and name no base URL. */
export function configure(options: ClientOptions): Connection {
  configured = new Connection(options);
  return configured;
}

export function configuredConnection(): Connection | null {
  return configured;
}
