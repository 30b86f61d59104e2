/** A connection to one kit: its client, who is signed in, the code lists. Shared by all elements that it is handed to. */
import type { Codes, Me } from '../../server/contract/wire.js';
import { Client, type ClientOptions } from '../api/client.js';

export class Connection extends EventTarget {
  readonly client: Client;
  /** Kept in memory only, so that it ends with the page. */
  #token: string | null = null;
  #me: Promise<Me> | null = null;
  #codes: Promise<Codes> | null = null;

  /** Over a client of the page's own, or one made for a base URL. */
  constructor(over: ClientOptions | Client) {
    super();
    this.client = over instanceof Client ? over : new Client({ ...over, getToken: over.getToken ?? (async () => this.#token) });
  }

  /** Who is signed in, asked once until something changes. */
  me(): Promise<Me> {
    this.#me ??= this.client.call('GET /me').catch((error: unknown) => {
      this.#me = null;
      throw error;
    });
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
}

const byBaseUrl = new Map<string, Connection>();
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

/** The connection of elements that stand below no provider and name no base URL. */
export function configure(options: ClientOptions): Connection {
  configured = new Connection(options);
  return configured;
}

export function configuredConnection(): Connection | null {
  return configured;
}
