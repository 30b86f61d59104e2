/** The installation that the fuzzer calls: its signed-in clients, and the records that a request needs. */
import { createHash, randomBytes } from 'node:crypto';
import { URI, type TOTP } from 'otpauth';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { hashOf } from '../services/core/secrets.js';
import type { Answer, Client, Installation } from '../testing/installation.js';
import type { Mailbox } from '../testing/mailbox.js';

export interface FuzzRequest {
  client: Client;
  path: string;
  body?: unknown;
  etag?: string | undefined;
  headers?: Record<string, string>;
}

/** Prepares the records that the request needs, and makes the request. */
export type MakeRequest = () => Promise<FuzzRequest>;

/** Identifies a record that was prepared, at its current version. */
export interface PreparedRecord {
  id: string;
  etag: string;
}

/** @throws Error where a request of the preparation does not succeed */
export function expectSuccess(answer: Answer): Answer {
  if (answer.status >= 300) throw new Error(`the preparation got the status ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** The origin of a page that signs people in for a token. */
export const PAGE_ORIGIN = 'https://cms.example.test';
const SCHOOL = '014501';
/** Longer than it takes until the same client may begin a second factor again. */
const SECOND_FACTOR_PAUSE_MS = 121_000;

export type Clients = Record<'head' | 'contact' | 'operator' | 'county' | 'other' | 'ministry' | 'anyone', Client>;

/** Its own requests are not counted by the fuzzer. */
export class Fixture {
  readonly people = new MadeUpPeople(99);
  units: string[] = [];
  accounts: string[] = [];
  teachers: string[] = [];
  schoolId = '';
  #serial = 0;

  private constructor(
    readonly installation: Installation,
    readonly mailbox: Mailbox,
    public clients: Clients,
    /** Moves the clock of the installation and that of the authenticator. */
    readonly advanceClock: (ms: number) => void,
    readonly now: () => number,
  ) {}

  static async create(
    installation: Installation,
    mailbox: Mailbox,
    advanceClock: (ms: number) => void,
    now: () => number,
  ): Promise<Fixture> {
    const fixture = new Fixture(installation, mailbox, await Fixture.#signInAll(installation), advanceClock, now);
    const { ministry, head } = fixture.clients;
    fixture.schoolId = (await installation.kit.store.unitByCode(SCHOOL))!.id;
    fixture.units = (await ministry.get('/units?pageSize=200')).body.items.map(({ id }: PreparedRecord) => id);
    fixture.accounts = (await head.get('/accounts?pageSize=200')).body.items.map(({ id }: PreparedRecord) => id);
    fixture.teachers = (await head.get('/teachers?pageSize=200')).body.items.map(({ id }: PreparedRecord) => id);
    return fixture;
  }

  static async #signInAll(installation: Installation): Promise<Clients> {
    const usernames = {
      head: 'wang-head',
      contact: 'lin-contact',
      operator: 'wu-operator',
      county: 'county-a',
      other: 'tsai-head',
      ministry: 'moe-head',
    };
    const clients = await Promise.all(
      Object.entries(usernames).map(async ([key, username]) => [key, await installation.signIn(username)] as const),
    );
    return { ...Object.fromEntries(clients), anyone: installation.anyone } as Clients;
  }

  /** Signs all clients in again, after a request that may have ended a session. */
  async renewSessions(): Promise<void> {
    this.clients = await Fixture.#signInAll(this.installation);
  }

  nextNumber(): number {
    return this.#serial++;
  }

  registration(): Record<string, unknown> {
    const { name, sex, nationalId, birthDate } = this.people.person();
    return { name, sex, nationalId, birthDate, title: 'teacher' };
  }

  /** Registers a new person on the roster of `client`. */
  async registerEntry(
    client = this.clients.head,
    registration = this.registration(),
  ): Promise<PreparedRecord & { registration: Record<string, unknown> }> {
    const { body, etag } = await client.post('/teachers', { body: registration });
    this.teachers.push(body.id as string);
    return { id: body.id as string, etag, registration };
  }

  /** Writes an account of the school past the API, because hashing a password for each one would be slow. */
  async createAccount(status: 'pending' | 'active' | 'deleted', role: 'operator' | 'contact' = 'operator'): Promise<PreparedRecord> {
    const { store } = this.installation.kit;
    const model = (await store.accountByUsername('chen-operator'))!;
    const n = this.nextNumber();
    const account = {
      ...model,
      id: `fuzz-account-${n}`,
      username: `fuzz-${n}`,
      status,
      role: status === 'pending' ? null : role,
      requestedRole: role,
      referenceHash: null,
      version: 1,
      updatedAt: new Date(this.now()).toISOString(),
    };
    await store.apply(account, null, null, { guards: [], trail: [] });
    this.accounts.push(account.id);
    return { id: account.id, etag: '"1"' };
  }

  async proposeTransfer(): Promise<PreparedRecord> {
    const { registration } = await this.registerEntry();
    const { body } = await this.clients.other.post('/teachers', { body: registration });
    return { id: body.transfer.id as string, etag: `"${body.transfer.version as number}"` };
  }

  /** The token of the newest link; the links of earlier letters are no longer valid. */
  async mailLinkToken(address: string, purpose: string): Promise<string> {
    const { outbox, store, now } = this.installation.kit.internals;
    for (let attempt = 0; attempt < 200; attempt++) {
      await outbox.send(store, now, () => undefined);
      for (const { to, text } of [...this.mailbox.received].reverse()) {
        const token = new RegExp(`#${purpose}=([\\w-]+)`).exec(text)?.[1];
        if (to === address && token !== undefined && (await store.mailLink(hashOf(token)))) return token;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no link was sent to ${address}`);
  }

  /** The body of a request for a sign-in code, and the PKCE verifier for it. */
  signInCodeRequest(): { body: Record<string, unknown>; verifier: string } {
    const verifier = randomBytes(32).toString('base64url');
    return { verifier, body: { origin: PAGE_ORIGIN, challenge: createHash('sha256').update(verifier).digest('base64url') } };
  }

  /** Signs in after removing the second factor that earlier requests may have set up. */
  async signInWithoutSecondFactor(username: string): Promise<Client> {
    const { store } = this.installation.kit;
    const account = (await store.accountByUsername(username))!;
    if (account.secondFactor !== null)
      await store.saveAccounts([{ ...account, secondFactor: null, version: account.version + 1 }], [], { guards: [], trail: [] });
    return this.installation.signIn(username);
  }

  /** Begins to set up a second factor; returns the body that confirms it. */
  async beginSecondFactor(client: Client): Promise<{ setup: string; totp: string }> {
    const { body } = await client.post('/me/second-factor', { body: { password: DEMO_PASSWORD } });
    // Otherwise the rate limit of second factors would reject later requests.
    this.advanceClock(SECOND_FACTOR_PAUSE_MS);
    return { setup: body.setup as string, totp: (URI.parse(body.uri as string) as TOTP).generate({ timestamp: this.now() }) };
  }

  /** Refuses the hand-over of the school that waits, because a unit has at most one. */
  async endHandover(): Promise<void> {
    const { store } = this.installation.kit;
    const account = (await store.accountByUsername('wang-head'))!;
    for (const record of await store.handovers(this.schoolId, account.id, 50))
      if (record.unitId === this.schoolId && !['done', 'refused'].includes(record.state))
        await store.saveHandover({ ...record, state: 'refused', version: record.version + 1 }, [], { guards: [], trail: [] });
  }

  /** A day so far ahead that no hand-over takes effect while requests are made. */
  distantDay(): string {
    return new Date(this.now() + 300 * 86_400_000).toISOString().slice(0, 10);
  }
}
