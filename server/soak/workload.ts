/** Clients that register and edit, one request after the other each, and write down what they were told. */
import { randomUUID } from 'node:crypto';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import type { Ledger, Registration } from './ledger.js';

const CLERK = 'wang-head';
const EDIT_EVERY = 4;
const PATIENCE_MS = 20_000;

export interface Sent {
  status: number;
  body: { id?: string; version?: number } | null;
}

export class Workload {
  #people: MadeUpPeople;
  #cookie = '';
  #count = 0;
  /** How often a client heard each status; 0 where nobody answered. */
  readonly heard = new Map<number, number>();

  constructor(
    private readonly ledger: Ledger,
    seed: number,
  ) {
    this.#people = new MadeUpPeople(seed);
  }

  async signIn(url: string): Promise<void> {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
      body: JSON.stringify({ username: CLERK, password: DEMO_PASSWORD }),
    });
    if (answer.status !== 200) throw new Error(`the clerk cannot sign in: ${answer.status}`);
    this.#cookie = answer.headers.get('set-cookie')!.split(';')[0]!;
  }

  /** Until `going` says no. The clients deal their requests to all addresses in turn. */
  async run(urls: readonly string[], clients: number, going: () => boolean): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, client) => this.#client(urls, client, going)));
  }

  async #client(urls: readonly string[], client: number, going: () => boolean): Promise<void> {
    const mine: Registration[] = [];
    const versions = new Map<string, number>();
    for (let turn = 0; going(); turn++) {
      const url = urls[(client + turn) % urls.length]!;
      const editable = turn % EDIT_EVERY === EDIT_EVERY - 1 ? mine.at(-1) : undefined;
      const answered = editable ? await this.#edit(url, editable, versions) : await this.#register(url, mine);
      // A server that is gone is not asked a thousand times a second.
      if (!answered) await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async #register(url: string, mine: Registration[]): Promise<boolean> {
    const { idKind: _kind, ...person } = this.#people.person();
    const note = `soak-${this.#count++}-${randomUUID().slice(0, 8)}`;
    const registration: Registration = {
      ...{ note, key: randomUUID(), told: 'nothing', id: null },
      body: { ...person, title: 'teacher', unitNote: note },
    };
    this.ledger.registrations.set(note, registration);
    const { status } = await this.repeat(url, registration);
    if (registration.told === 'acknowledged') mine.push(registration);
    return status !== 0;
  }

  /** Sends a registration, for the first time or again with the same key. */
  async repeat(url: string, registration: Registration): Promise<Sent> {
    const sent = await this.send(url, 'POST', '/teachers', registration.body, { 'Idempotency-Key': registration.key });
    if (sent.status === 201) Object.assign(registration, { told: 'acknowledged', id: sent.body?.id ?? null });
    else if (sent.status >= 400 && sent.status < 500) registration.told = 'refused';
    return sent;
  }

  async #edit(url: string, { id }: Registration, versions: Map<string, number>): Promise<boolean> {
    const version = versions.get(id!) ?? 1;
    const edits = this.ledger.edits.get(id!) ?? { acknowledged: null, open: null };
    // After an edit whose fate is open, the version is not known: nobody edits this entry again.
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

  async send(url: string, method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Sent> {
    const answer = await this.#ask(url, method, path, body, headers).catch((): Sent => ({ status: 0, body: null }));
    this.heard.set(answer.status, (this.heard.get(answer.status) ?? 0) + 1);
    return answer;
  }

  async #ask(url: string, method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Sent> {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json', Cookie: this.#cookie, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: /json/.test(answer.headers.get('content-type') ?? '') ? (JSON.parse(text) as Sent['body']) : null,
    };
  }
}
