/** Clients that register and edit roster entries. Each sends one request after the other and notes the outcome in the ledger. */
import { randomUUID } from 'node:crypto';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import type { Ledger, Registration } from './ledger.js';

const USERNAME = 'wang-head';
/** Every fourth request is an edit. */
const EDIT_INTERVAL = 4;
const TIMEOUT_MS = 20_000;

export interface ApiResponse {
  status: number;
  body: { id?: string; version?: number } | null;
}

export class Workload {
  #people: MadeUpPeople;
  #cookie = '';
  #count = 0;
  /** How often the clients got each status. */
  readonly #statusCounts = new Map<number, number>();

  constructor(
    private readonly ledger: Ledger,
    seed: number,
  ) {
    this.#people = new MadeUpPeople(seed);
  }

  get unavailableResponses(): number {
    return this.#statusCounts.get(503) ?? 0;
  }

  async signIn(url: string): Promise<void> {
    const response = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
      body: JSON.stringify({ username: USERNAME, password: DEMO_PASSWORD }),
    });
    if (response.status !== 200) throw new Error(`"${USERNAME}" cannot sign in: status ${response.status}`);
    this.#cookie = response.headers.get('set-cookie')!.split(';')[0]!;
  }

  /** Runs until `active` returns false. Each client sends its requests to all servers in turn. */
  async run(urls: readonly string[], clients: number, active: () => boolean): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, client) => this.#client(urls, client, active)));
  }

  async #client(urls: readonly string[], client: number, active: () => boolean): Promise<void> {
    const registered: Registration[] = [];
    const versions = new Map<string, number>();
    for (let iteration = 0; active(); iteration++) {
      const url = urls[(client + iteration) % urls.length]!;
      const editable = iteration % EDIT_INTERVAL === EDIT_INTERVAL - 1 ? registered.at(-1) : undefined;
      const responded = editable ? await this.#edit(url, editable, versions) : await this.#register(url, registered);
      // Limits the requests to a server that is down.
      if (!responded) await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Returns whether the server responded; adds an acknowledged registration to `registered`. */
  async #register(url: string, registered: Registration[]): Promise<boolean> {
    const { idKind: _kind, ...person } = this.#people.person();
    const note = `soak-${this.#count++}-${randomUUID().slice(0, 8)}`;
    const registration: Registration = {
      note,
      key: randomUUID(),
      outcome: 'unknown',
      id: null,
      body: { ...person, title: 'teacher', unitNote: note },
    };
    this.ledger.registrations.set(note, registration);
    const { status } = await this.sendRegistration(url, registration);
    if (registration.outcome === 'acknowledged') registered.push(registration);
    return status !== 0;
  }

  /** Sends a registration for the first time, or again with the same idempotency key, and notes its outcome. */
  async sendRegistration(url: string, registration: Registration): Promise<ApiResponse> {
    const response = await this.send(url, 'POST', '/teachers', registration.body, { 'Idempotency-Key': registration.key });
    if (response.status === 201) {
      registration.outcome = 'acknowledged';
      registration.id = response.body?.id ?? null;
    } else if (response.status >= 400 && response.status < 500) registration.outcome = 'refused';
    return response;
  }

  /** Returns whether the server responded. */
  async #edit(url: string, { id }: Registration, versions: Map<string, number>): Promise<boolean> {
    const version = versions.get(id!) ?? 1;
    const edits = this.ledger.edits.get(id!) ?? { acknowledged: null, open: null };
    // After an edit with an unknown outcome the version is unknown, so the entry is not edited again.
    if (edits.open !== null) return true;
    const remark = `edit-${version}-${randomUUID().slice(0, 8)}`;
    this.ledger.edits.set(id!, { ...edits, open: remark });
    const { status } = await this.send(url, 'PATCH', `/teachers/${id}`, { remark }, { 'If-Match': `"${version}"` });
    if (status === 200) {
      this.ledger.edits.set(id!, { acknowledged: remark, open: null });
      versions.set(id!, version + 1);
    } else if (status >= 400 && status < 500) {
      this.ledger.edits.set(id!, edits);
    }
    return status !== 0;
  }

  async send(url: string, method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<ApiResponse> {
    const response = await this.#fetch(url, method, path, body, headers).catch((): ApiResponse => ({ status: 0, body: null }));
    this.#statusCounts.set(response.status, (this.#statusCounts.get(response.status) ?? 0) + 1);
    return response;
  }

  async #fetch(url: string, method: string, path: string, body: unknown, headers: Record<string, string>): Promise<ApiResponse> {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json', Cookie: this.#cookie, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: /json/.test(response.headers.get('content-type') ?? '') ? (JSON.parse(text) as ApiResponse['body']) : null,
    };
  }
}
