/** An installation for the fuzzer: who calls, what there is to call about, and for each call a way to ask rightly. */
import { createHash, randomBytes } from 'node:crypto';
import { URI } from 'otpauth';
import type { CallName } from '../contract/calls.js';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { hashOf } from '../services/core/secrets.js';
import type { Answer, Installation, Client } from '../testing/installation.js';
import type { Mailbox } from '../testing/mailbox.js';

export interface Asked {
  client: Client;
  path: string;
  body?: unknown;
  etag?: string | undefined;
  headers?: Record<string, string>;
}

interface Thing {
  id: string;
  etag: string;
}

/** @throws where what was only preparation is not answered as it should be */
function fine(answer: Answer): Answer {
  if (answer.status >= 300) throw new Error(`the preparation was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

export const SITE = 'https://cms.example.test';
const SCHOOL = '014501';

export type Clients = Record<'head' | 'contact' | 'operator' | 'county' | 'other' | 'ministry' | 'anyone', Client>;

/** Prepares what a right request needs, by requests of its own, which are not counted. */
export class World {
  readonly people = new MadeUpPeople(99);
  units: string[] = [];
  accounts: string[] = [];
  teachers: string[] = [];
  #serial = 0;
  #school = '';

  constructor(
    readonly at: Installation,
    readonly mailbox: Mailbox,
    public clients: Clients,
    /** Moves the clock and the authenticator's with it. */
    readonly pass: (ms: number) => void,
    readonly now: () => number,
  ) {}

  static async make(at: Installation, mailbox: Mailbox, pass: (ms: number) => void, now: () => number): Promise<World> {
    const world = new World(at, mailbox, await World.#signedIn(at), pass, now);
    const { ministry, head } = world.clients;
    world.#school = (await at.kit.store.unitByCode(SCHOOL))!.id;
    world.units = (await ministry.get('/units?pageSize=200')).body.items.map(({ id }: Thing) => id);
    world.accounts = (await head.get('/accounts?pageSize=200')).body.items.map(({ id }: Thing) => id);
    world.teachers = (await head.get('/teachers?pageSize=200')).body.items.map(({ id }: Thing) => id);
    return world;
  }

  static async #signedIn(at: Installation): Promise<Clients> {
    const names = {
      head: 'wang-head',
      contact: 'lin-contact',
      operator: 'wu-operator',
      county: 'county-a',
      other: 'tsai-head',
      ministry: 'moe-head',
    };
    const clients = await Promise.all(Object.entries(names).map(async ([who, name]) => [who, await at.signIn(name)] as const));
    return { ...Object.fromEntries(clients), anyone: at.anyone } as Clients;
  }

  /** Signed in anew, after something that may have ended a session. */
  async renew(): Promise<void> {
    this.clients = await World.#signedIn(this.at);
  }

  #next(): number {
    return this.#serial++;
  }

  registration(): Record<string, unknown> {
    const { name, sex, nationalId, birthDate } = this.people.person();
    return { name, sex, nationalId, birthDate, title: 'teacher' };
  }

  async #entered(
    client = this.clients.head,
    registration = this.registration(),
  ): Promise<Thing & { registration: Record<string, unknown> }> {
    const { body, etag } = await client.post('/teachers', { body: registration });
    this.teachers.push(body.id as string);
    return { id: body.id as string, etag, registration };
  }

  /** An account of the school in this state, without the cost of a new password each time. */
  async #account(status: 'pending' | 'active' | 'deleted', role: 'operator' | 'contact' = 'operator'): Promise<Thing> {
    const { store } = this.at.kit;
    const model = (await store.accountByUsername('chen-operator'))!;
    const n = this.#next();
    const account = {
      ...model,
      ...{ id: `fuzz-account-${n}`, username: `fuzz-${n}`, status, role: status === 'pending' ? null : role, requestedRole: role },
      ...{ referenceHash: null, version: 1, updatedAt: new Date(this.now()).toISOString() },
    };
    await store.apply(account, null, null, { guards: [], trail: [] });
    this.accounts.push(account.id);
    return { id: account.id, etag: '"1"' };
  }

  async #proposal(): Promise<Thing> {
    const { registration } = await this.#entered();
    const { body } = await this.clients.other.post('/teachers', { body: registration });
    return { id: body.transfer.id as string, etag: `"${body.transfer.version as number}"` };
  }

  /** The token of the newest link; those of before are in letters too, and are worth nothing. */
  async #linkTo(address: string, purpose: string): Promise<string> {
    const { outbox, store, now } = this.at.kit.internals;
    for (let time = 0; time < 200; time++) {
      await outbox.send(store, now, () => undefined);
      for (const { to, text } of [...this.mailbox.received].reverse()) {
        const token = new RegExp(`#${purpose}=([\\w-]+)`).exec(text)?.[1];
        if (to === address && token !== undefined && (await store.mailLink(hashOf(token)))) return token;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no link came to ${address}`);
  }

  async #code(): Promise<{ body: Record<string, unknown>; verifier: string }> {
    const verifier = randomBytes(32).toString('base64url');
    return { verifier, body: { origin: SITE, challenge: createHash('sha256').update(verifier).digest('base64url') } };
  }

  /** Signed in without a second factor, whatever was done to it before. */
  async #bare(username: string): Promise<Client> {
    const { store } = this.at.kit;
    const account = (await store.accountByUsername(username))!;
    if (account.secondFactor !== null)
      await store.saveAccounts([{ ...account, secondFactor: null, version: account.version + 1 }], [], { guards: [], trail: [] });
    return this.at.signIn(username);
  }

  async #begun(client: Client): Promise<{ setup: string; totp: string }> {
    const { body } = await client.post('/me/second-factor', { body: { password: DEMO_PASSWORD } });
    // The tries of a quarter of an hour are limited.
    this.pass(121_000);
    return { setup: body.setup as string, totp: URI.parse(body.uri as string).generate({ timestamp: this.now() } as never) };
  }

  readonly rightly: Record<CallName, () => Promise<Asked>> = {
    readMe: async () => ({ client: this.clients.head, path: '/me' }),
    updateMe: async () => {
      const { etag } = await this.clients.contact.get('/me');
      return { client: this.clients.contact, path: '/me', etag, body: { phone: '02-7712-9999' } };
    },
    changePassword: async () => {
      const [current, next] = this.#next() % 2 ? ['Another-one-12', DEMO_PASSWORD] : [DEMO_PASSWORD, 'Another-one-12'];
      const client = await this.at.anyone.signIn('song-head', current).catch(() => this.at.anyone.signIn('song-head', next));
      return { client, path: '/me/password', body: { current, next } };
    },
    signIn: async () => ({ client: this.at.anyone, path: '/session', body: { username: 'wang-head', password: DEMO_PASSWORD } }),
    signOut: async () => ({ client: await this.at.signIn('chen-operator'), path: '/session' }),
    createSignInCode: async () => ({ client: this.clients.head, path: '/session/code', body: (await this.#code()).body }),
    createToken: async () => {
      const { body, verifier } = await this.#code();
      const made = await this.clients.head.post('/session/code', { body });
      return { client: this.at.anyone, path: '/session/token', body: { code: made.body.code, verifier }, headers: { Origin: SITE } };
    },
    listProviders: async () => ({ client: this.at.anyone, path: '/session/providers' }),
    listSessions: async () => ({ client: this.clients.head, path: '/me/sessions' }),
    endSession: async () => {
      const client = await this.at.signIn('chen-operator');
      const { body } = await client.get('/me/sessions');
      return { client, path: `/me/sessions/${body.items.find(({ current }: { current: boolean }) => current).id as string}` };
    },
    beginSecondFactor: async () => ({ client: this.clients.operator, path: '/me/second-factor', body: { password: DEMO_PASSWORD } }),
    confirmSecondFactor: async () => {
      const client = await this.#bare('county-b');
      return { client, path: '/me/second-factor', body: await this.#begun(client) };
    },
    endSecondFactor: async () => {
      const client = await this.#bare('hsu-contact');
      await client.put('/me/second-factor', { body: await this.#begun(client) });
      return { client, path: '/me/second-factor/removal', body: { password: DEMO_PASSWORD } };
    },
    readOwnData: async () => ({ client: this.clients.county, path: '/me/data' }),
    askForReset: async () => ({ client: this.at.anyone, path: '/password-resets', body: { username: 'nobody-at-all' } }),
    resetPassword: async () => {
      await this.at.anyone.post('/password-resets', { body: { username: 'peng-clerk' } });
      const token = await this.#linkTo('peng-clerk@example.test', 'reset');
      return { client: this.at.anyone, path: '/password-resets', body: { token, next: `Reset-again-${this.#next()}` } };
    },
    askForConfirmation: async () => {
      const account = (await this.at.kit.store.accountByUsername('feng-clerk'))!;
      if (account.emailConfirmed)
        await this.at.kit.store.saveAccounts([{ ...account, emailConfirmed: false, version: account.version + 1 }], [], {
          guards: [],
          trail: [],
        });
      return { client: await this.at.as('feng-clerk'), path: '/me/email-confirmation' };
    },
    confirmEmail: async () => {
      const { client, path } = await this.rightly.askForConfirmation();
      await client.post(path);
      return {
        client: this.at.anyone,
        path: '/email-confirmations',
        body: { token: await this.#linkTo('feng-clerk@example.test', 'confirm') },
      };
    },
    inviteTeacher: async () => {
      const { id, etag } = await this.#entered();
      return { client: this.clients.head, path: `/teachers/${id}/invitation`, etag };
    },
    claim: async () => {
      const { id, etag, registration } = await this.#entered();
      const { body } = await this.clients.head.post(`/teachers/${id}/invitation`, { etag });
      const { nationalId, birthDate } = registration;
      return {
        ...{ client: this.at.anyone, path: '/claims' },
        body: { invitation: body.invitation, nationalId, birthDate, username: `claimed-${this.#next()}`, password: 'a long one indeed' },
      };
    },
    claimForTeacher: async () => {
      const { registration } = await this.#entered();
      const { nationalId, birthDate } = registration;
      const made = await this.clients.county.post(`/units/${this.#school}/integrations`, {
        body: { name: '單一登入', scope: 'claims' },
      });
      return {
        ...{ client: this.at.anyone, path: '/teachers/claims', headers: { Authorization: `Bearer ${made.body.token as string}` } },
        body: { nationalId, birthDate, issuer: 'https://sso.example', subject: `s-${this.#next()}` },
      };
    },
    listIntegrations: async () => ({ client: this.clients.county, path: `/units/${this.#school}/integrations` }),
    createIntegration: async () => ({
      client: this.clients.head,
      path: `/units/${this.#school}/integrations`,
      body: { name: '縣市平臺', scope: 'claims', days: 3 },
    }),
    endIntegration: async () => {
      const { client, path, body } = await this.rightly.createIntegration();
      const made = await client.post(path, { body });
      return { client, path: `${path}/${made.body.id as string}` };
    },

    listUnits: async () => ({ client: this.clients.ministry, path: '/units' }),
    searchDirectory: async () => ({ client: this.at.anyone, path: `/units/directory?q=${encodeURIComponent('國民')}` }),
    readUnit: async () => ({ client: this.clients.county, path: `/units/${this.#school}` }),
    createUnit: async () => ({
      ...{ client: this.clients.head, path: '/units' },
      body: { code: `F${this.#next()}`, name: '教務處', level: 'department', parentId: this.#school },
    }),
    updateUnit: async () => {
      const { client, path, body } = await this.rightly.createUnit();
      const made = fine(await client.post(path, { body }));
      return { client, path: `/units/${made.body.id as string}`, etag: made.etag, body: { name: '學務處' } };
    },
    apply: async () => ({
      ...{ client: this.at.anyone, path: '/applications' },
      body: {
        ...{ unitId: this.#school, username: `applied-${this.#next()}`, name: '新人', sex: 'female', title: '幹事' },
        ...{ email: 'n@example.test', phone: '02-2345-6789', password: 'a long one indeed' },
      },
    }),
    readApplication: async () => {
      const { client, path, body } = await this.rightly.apply();
      const made = await client.post(path, { body });
      return { client, path: `/applications/${made.body.reference as string}` };
    },
    listAccounts: async () => ({ client: this.clients.head, path: '/accounts' }),
    readAccount: async () => ({ client: this.clients.head, path: `/accounts/${(await this.#account('active')).id}` }),
    updateAccount: async () => this.#on('active', '', { title: '組長' }),
    activateAccount: async () => this.#on('pending', '/activation', { role: 'operator' }),
    switchRole: async () => this.#on('active', '/role', { role: 'contact' }),
    rejectAccount: async () => this.#on('pending', '/rejection', { reason: '資料不全' }),
    deleteAccount: async () => this.#on('active', '/deletion', { reason: '離職' }),
    restoreAccount: async () => this.#on('deleted', '/restoration'),
    linkIdentity: async () => this.#on('active', '/identities', { issuer: 'https://id.example', subject: `s-${this.#next()}` }),
    unlinkIdentity: async () => {
      const { client, path, etag, body } = await this.rightly.linkIdentity();
      const made = fine(await client.post(path, { body, etag }));
      return { client, path: `${path}/${made.body.items[0].id as string}`, etag: made.etag };
    },
    removeSecondFactor: async () => {
      const { id } = await this.#account('active');
      const { store } = this.at.kit;
      await store.saveAccounts([{ ...(await store.account(id))!, secondFactor: 'x', version: 2 }], [], { guards: [], trail: [] });
      return { client: this.clients.head, path: `/accounts/${id}/second-factor`, etag: '"2"' };
    },

    listTeachers: async () => ({ client: this.clients.head, path: '/teachers' }),
    exportTeachers: async () => ({ client: this.clients.head, path: '/teachers/export?format=csv' }),
    exportPersonalData: async () => ({
      ...{ client: await this.at.signIn('wang-head'), path: '/teachers/exports' },
      body: { format: 'csv', personalData: true, reason: '報局' },
    }),
    stageImport: async () => this.#list(),
    listImports: async () => ({ client: this.clients.contact, path: '/teachers/imports' }),
    readTemplate: async () => ({ client: this.clients.contact, path: '/teachers/imports/template?format=csv' }),
    readImport: async () => this.#onImport(''),
    updateImport: async () => this.#onImport('', { calendar: 'roc', remember: true }),
    updateImportRow: async () => this.#onImport('/rows/2', { values: { remark: '備註' } }),
    commitImport: async () => this.#onImport('/commit', { mode: 'all-or-nothing' }),
    undoImport: async () => {
      const { client, path } = await this.rightly.commitImport();
      fine(await client.post(path, { body: { mode: 'valid' } }));
      return { client, path: path.replace('/commit', '/undo') };
    },
    readImportErrors: async () => this.#onImport('/errors?format=csv'),
    checkRegistration: async () => ({ client: this.clients.contact, path: '/teachers/check', body: this.registration() }),
    registerTeacher: async () => {
      const turn = this.#next() % 3;
      if (turn === 0) return { client: this.clients.contact, path: '/teachers', body: this.registration() };
      const { registration } = await this.#entered();
      return { client: turn === 1 ? this.clients.contact : this.clients.other, path: '/teachers', body: registration };
    },
    readTeacher: async () => ({ client: this.clients.contact, path: `/teachers/${(await this.#entered()).id}` }),
    updateTeacher: async () => this.#onTeacher('', { remark: '備註', subjects: ['elementary.mandarin'] }),
    correctIdentity: async () => {
      const { sex, nationalId, birthDate } = this.people.person();
      return this.#onTeacher('/identity', { sex, nationalId, birthDate, reason: '換證' });
    },
    departTeacher: async () => this.#onTeacher('/departure', { kind: 'resigned' }),
    returnTeacher: async () => {
      const { client, path, body, etag } = await this.rightly.departTeacher();
      const left = await client.post(path, { body, etag });
      return { client, path, etag: left.etag };
    },
    revealTeacher: async () => this.#onTeacher('/reveal', { reason: '核對' }),
    listTransfers: async () => ({ client: this.clients.head, path: '/transfers' }),
    disputeTransfer: async () => {
      const { registration } = await this.#entered();
      return {
        ...{ client: await this.at.signIn('tsai-head'), path: '/transfers' },
        body: { ...registration, birthDate: '1970-01-02', dispute: true, reason: '證件在手' },
      };
    },
    decideTransfer: async () => {
      const { client, path, body } = await this.rightly.disputeTransfer();
      const { transfer } = fine(await client.post(path, { body })).body;
      const decision = ['move', 'correct', 'refuse'][this.#next() % 3];
      const decided = { decision, reason: '查核證件' };
      return { client: this.clients.county, path: `/transfers/${transfer.id as string}/decision`, etag: '"1"', body: decided };
    },
    listHandovers: async () => ({ client: this.clients.county, path: '/handovers' }),
    beginHandover: async () => {
      await this.#noHandover();
      return {
        client: this.clients.head,
        path: '/handovers',
        body: { to: (await this.#account('active', 'contact')).id, on: this.#nextSummer() },
      };
    },
    consentToHandover: async () => this.#onHandover('/consent'),
    approveHandover: async () => {
      const { client, path, etag } = await this.#onHandover('/consent');
      fine(await client.post(path, { etag }));
      return { client: this.clients.county, path: path.replace('consent', 'approval'), etag: '"2"' };
    },
    refuseHandover: async () => {
      const { path, etag } = await this.#onHandover('/refusal');
      return { client: this.clients.county, path, etag, body: { reason: '人選待議' } };
    },
    readAttention: async () => ({ client: this.clients.county, path: '/units/attention' }),
    readStatistics: async () => ({ client: this.clients.county, path: '/statistics?scope=subtree' }),
    acceptTransfer: async () => {
      const { id, etag } = await this.#proposal();
      return { client: this.clients.head, path: `/transfers/${id}/acceptance`, etag };
    },
    refuseTransfer: async () => {
      const { id, etag } = await this.#proposal();
      return { client: this.clients.head, path: `/transfers/${id}/refusal`, etag, body: { reason: '仍在本校' } };
    },
    readTrail: async () => ({ client: this.clients.head, path: '/audit' }),
    readCodes: async () => ({ client: this.at.anyone, path: '/codes' }),
    readNotice: async () => ({ client: this.at.anyone, path: '/notice' }),
    live: async () => ({ client: this.at.anyone, path: '/healthz' }),
    ready: async () => ({ client: this.at.anyone, path: '/readyz' }),
  };

  /** Ends the one that waits. */
  async #noHandover(): Promise<void> {
    const { store } = this.at.kit;
    const nothing = { guards: [], trail: [] };
    const account = (await store.accountByUsername('wang-head'))!;
    for (const record of await store.handovers(this.#school, account.id, 50))
      if (record.unitId === this.#school && !['done', 'refused'].includes(record.state))
        await store.saveHandover({ ...record, state: 'refused', version: record.version + 1 }, [], nothing);
  }

  /** So far ahead that nobody's role changes while requests are made. */
  #nextSummer(): string {
    return new Date(this.now() + 300 * 86_400_000).toISOString().slice(0, 10);
  }

  async #onHandover(rest: string): Promise<Asked & { etag: string }> {
    await this.#noHandover();
    const successor = (await this.at.kit.store.accountByUsername('lin-contact'))!;
    const made = fine(await this.clients.head.post('/handovers', { body: { to: successor.id, on: this.#nextSummer() } }));
    return { client: this.clients.contact, path: `/handovers/${made.body.id as string}${rest}`, etag: made.etag };
  }

  #list(): Asked {
    const { name, sex, nationalId, birthDate } = this.people.person();
    const cells = [
      ['姓名', '性別', '身分證字號', '生日', '職稱', '備註'],
      [name, sex, nationalId, birthDate, '導師', ''],
    ];
    return { client: this.clients.contact, path: '/teachers/imports', body: { cells } };
  }

  async #onImport(rest: string, body?: unknown): Promise<Asked> {
    const { client, path, body: list } = this.#list();
    const made = fine(await client.post(path, { body: list }));
    const staged = `${path}/${made.body.id as string}`;
    // An earlier request may have had the unit remember something else for these headings.
    fine(
      await client.patch(staged, { body: { mapping: ['name', 'sex', 'nationalId', 'birthDate', 'title', 'remark'], calendar: 'western' } }),
    );
    return { client, path: `${staged}${rest}`, ...(body === undefined ? {} : { body }) };
  }

  async #on(status: 'pending' | 'active' | 'deleted', rest: string, body?: unknown): Promise<Asked> {
    const { id, etag } = await this.#account(status);
    return { client: this.clients.head, path: `/accounts/${id}${rest}`, etag, ...(body === undefined ? {} : { body }) };
  }

  async #onTeacher(rest: string, body: unknown): Promise<Asked> {
    const { id, etag } = await this.#entered();
    return { client: this.clients.contact, path: `/teachers/${id}${rest}`, etag, body };
  }
}
