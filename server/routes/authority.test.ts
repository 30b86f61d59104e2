/** The permission model against its second source, over HTTP: is the verb allowed, is it hidden, may it be granted. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authorityCases,
  authorityField,
  AUTHORITY_PASSWORD,
  findField,
  type AuthorityCase,
  type AuthorityField,
} from '../conformance/authority-cases.js';
import { AUTHORITY } from '../domain/authority-matrix.js';
import { loadInstallation, type LoadFile } from '../reference/load.js';
import { madeUpId } from '../reference/made-up.js';
import { Client, install, type Installation } from '../testing/installation.js';

let installation: Installation;
let field: AuthorityField;
const clients = new Map<string, Promise<Client>>();
const as = (username: string): Promise<Client> => {
  const held = clients.get(username) ?? new Client(installation.fetch).signIn(username, AUTHORITY_PASSWORD);
  clients.set(username, held);
  return held;
};

beforeAll(async () => {
  const data = authorityField((n) => madeUpId('national', 'female', 7_000_000 + n)) as LoadFile;
  installation = await install({ data, limits: { addressFailures: 10_000 } });
  field = await findField(async (username) => {
    const client = await as(username);
    return ({ method, path, body }) => client.send(method, path, { body });
  });
});
afterAll(() => installation.end());

/** All that a denied call must leave as it is. */
async function digest(): Promise<string> {
  const hash = createHash('sha256');
  for await (const { table, rows } of installation.kit.store.contents())
    if (!table.startsWith('trail') && table !== 'answers')
      hash.update(JSON.stringify([table, rows.map((row) => ({ ...row, lastSignInAt: null }))]));
  return hash.digest('hex');
}

const unitOf = (username: string): string => field.units[username.slice(0, username.lastIndexOf('-')).toUpperCase()] ?? '';

/** What is wrong with an answer; null where nothing is. */
async function faultIn({ name, caller, method, path, body, status, denied, hidden }: AuthorityCase): Promise<string | null> {
  const client = caller === null ? installation.anyone : await as(caller);
  const answer = await client.send(method, path, { body });
  if (answer.status !== status) return `${name}: ${answer.status} instead of ${status}`;
  const said = JSON.stringify(answer.body) + JSON.stringify([...answer.headers]);
  const shown = hidden.find((secret) => said.includes(secret));
  if (shown !== undefined) return `${name}: shows ${shown}`;
  if (!denied) return null;
  const [auditEntry] = await installation.kit.store.trail({ unitId: unitOf(caller!), limit: 1 });
  return auditEntry?.outcome === 'denied' && auditEntry.requestId === answer.headers.get('X-Request-Id') ? null : `${name}: no denied line`;
}

async function faults(some: (each: AuthorityCase) => boolean = () => true): Promise<string[]> {
  const found: string[] = [];
  for (const each of authorityCases(field).filter(some)) {
    const fault = await faultIn(each);
    if (fault !== null) found.push(fault);
  }
  return found;
}

describe('the authority matrix', () => {
  it('is enforced for every role in every relation, and a denied call changes nothing', async () => {
    const before = await digest();
    const cases = authorityCases(field);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(await faults()).toEqual([]);
    expect(await digest()).toBe(before);
    console.log(`authority: ${cases.length} cases, none skipped`);
  });

  // Each mutant flips one cell; the cases are those that ask that part, so that the runs stay short.
  const M = AUTHORITY;
  const mutants: [what: string, flip: () => () => void, about: RegExp][] = [
    ['the own head no longer decides on members', () => swap(M.decides.head.own, 'member', false), /edit a member/],
    ['a head decides on the own head level', () => swap(M.decides.head.own, 'head', true), /one who asks to be head/],
    ['a grandparent decides on heads', () => swap(M.decides.head.above, 'head', true), /delete a head/],
    ['a parent decides on members', () => swap(M.decides.head.parent, 'member', true), /reject one/],
    ['a sibling sees accounts', () => swap(M.seesAccounts.head, 'none', { head: 'masked', member: 'masked' }), /read a member/],
    ['a parent sees members whole', () => swap(M.seesAccounts.head.parent, 'member', 'whole'), /read a member|list accounts/],
    ['a grandparent sees heads whole', () => swap(M.seesAccounts.head.above, 'head', 'whole'), /read a head|read a unit/],
    ['a parent sees a roster whole', () => swap(M.seesRoster.head, 'parent', 'whole'), /read an entry|list a roster/],
    ['a parent writes a roster', () => swap(M.writesRoster.head, 'parent', true), /edit an entry/],
    ['a foreign head sees units', () => swap(M.seesUnits.head, 'none', true), /read a unit/],
    ['a grandparent enables', () => swap(M.grants.head.pending.above as Record<string, unknown>, 'head', ['head']), /enable one who asks/],
  ];
  it.each(mutants)('fails where %s', async (_what, flip, about) => {
    const undo = flip();
    try {
      expect((await faults(({ name }) => about.test(name))).length).toBeGreaterThan(0);
    } finally {
      undo();
    }
  });
});

/** Flips a cell and answers how to flip it back. */
function swap<T extends object, K extends keyof T>(row: T, cell: K, value: T[K]): () => void {
  const held = row[cell];
  row[cell] = value;
  return () => {
    row[cell] = held;
  };
}

describe('a head who was refused an act on somebody below', () => {
  it.each([
    ['x-a-head', 'x-a1-operator', '祕A1operator'],
    ['x-m-head', 'x-a1-head', '祕A1head'],
  ])('%s on %s reads the name masked in the own trail too', async (caller, username, name) => {
    const head = await as(caller);
    const id = field.accounts[username]!;
    expect((await head.patch(`/accounts/${id}`, { body: {} })).status).toBe(403);
    const own = await head.get(`/audit?target=${id}`);
    expect(own.body.items[0]).toMatchObject({ action: 'account.update', outcome: 'denied' });
    expect(JSON.stringify(own.body)).not.toContain(name);
  });

  it('and so is that of an entry', async () => {
    const head = await as('x-a-head');
    const id = field.teachers['X-A1']!;
    expect((await head.patch(`/teachers/${id}`, { body: {} })).status).toBe(403);
    const own = await head.get(`/audit?target=${id}`);
    expect(own.body.items[0]).toMatchObject({ action: 'teacher.update', outcome: 'denied' });
    expect(JSON.stringify(own.body)).not.toContain('祕A1教師');
  });
});

describe('what may be granted', () => {
  // By hand from the contract: to whom, by the head of which unit, which role, and what it is answered. Each unit has a head.
  const GRANTS: [to: string, by: string, role: string, status: number][] = [
    ['operator pending', 'x-a1', 'operator', 200],
    ['operator pending', 'x-a1', 'contact', 200],
    ['operator pending', 'x-a1', 'head', 403],
    ['operator pending', 'x-a', 'head', 409],
    ['operator pending', 'x-a', 'contact', 403],
    ['operator pending', 'x-m', 'head', 403],
    ['operator pending', 'x-a2', 'operator', 404],
    ['operator pending', 'x-a1d', 'operator', 404],
    ['head pending', 'x-a1', 'head', 403],
    ['head pending', 'x-a1', 'contact', 200],
    ['head pending', 'x-a1', 'operator', 200],
    ['head pending', 'x-a', 'head', 409],
    ['head pending', 'x-a', 'operator', 403],
    ['head pending', 'x-m', 'head', 403],
    ['operator active', 'x-a1', 'contact', 200],
    ['operator active', 'x-a1', 'head', 403],
    ['operator active', 'x-a', 'head', 409],
    ['operator active', 'x-a', 'contact', 403],
    ['operator active', 'x-m', 'head', 403],
    ['operator active', 'x-b', 'contact', 404],
    ['contact active', 'x-a1', 'operator', 200],
  ];
  it.each(GRANTS.map((grant, index) => [...grant, index] as const))('to an %s, by %s: %s is %i', async (to, by, role, status, index) => {
    const [asked, state] = to.split(' ') as [string, string];
    const username = `grant-${index}`;
    const person = { name: '被授權者', sex: 'female', title: '幹事', email: `${username}@example.tw`, phone: '02-2345-6789' };
    await loadInstallation(installation.kit.internals, {
      accounts: [{ unitCode: 'X-A1', username, ...person, role: asked, status: state }],
    } as LoadFile);
    const before = (await installation.kit.store.accountByUsername(username))!;
    const head = await as(`${by}-head`);
    const sending = { body: { role }, etag: `"${before.version}"` };
    const path = `/accounts/${before.id}`;
    const answer = state === 'pending' ? await head.post(`${path}/activation`, sending) : await head.put(`${path}/role`, sending);
    expect(answer.status).toBe(status);
    const after = (await installation.kit.store.account(before.id))!;
    if (status === 200) expect([after.status, after.role]).toEqual(['active', role]);
    else expect(after).toEqual(before);
  });

  it('nobody grants himself anything, and with `replace` the parent’s head changes the head', async () => {
    const head = await as('x-a1-head');
    const own = await installation.kit.store.accountByUsername('x-a1-head');
    for (const role of ['contact', 'operator', 'head'])
      expect((await head.put(`/accounts/${own!.id}/role`, { body: { role }, etag: `"${own!.version}"` })).status).toBe(403);
    const next = (await installation.kit.store.accountByUsername('x-a1-contact'))!;
    const county = await as('x-a-head');
    const sending = { body: { role: 'head', replace: true }, etag: `"${next.version}"` };
    expect((await county.put(`/accounts/${next.id}/role`, sending)).status).toBe(200);
    expect((await installation.kit.store.accountByUsername('x-a1-head'))!.role).toBe('contact');
    // No permission is kept from one request to the next.
    expect((await head.get('/accounts')).status).toBe(403);
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });
});
