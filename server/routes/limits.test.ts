/** The limits that are counted in the database: what each counts, by whom, and when the window ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople } from '../reference/made-up.js';
import { install, ORIGIN, type Client, type Installation } from '../testing/installation.js';

const SECONDS = 100;
const people = new MadeUpPeople(734);
let installation: Installation;
let head: Client;
let contact: Client;

beforeAll(async () => {
  installation = await install({
    limits: {
      reveals: 2,
      revealSeconds: SECONDS,
      exports: 1,
      exportSeconds: SECONDS,
      applications: 2,
      applicationSeconds: SECONDS,
      claims: 2,
      claimSeconds: SECONDS,
    },
  });
  [head, contact] = (await Promise.all([installation.as('wang-head'), installation.as('lin-contact')])) as [Client, Client];
});
afterAll(() => installation.end());

async function register() {
  const { name, sex, nationalId, birthDate } = people.person();
  const { body, etag } = await head.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });
  return { id: body.id as string, etag, nationalId, birthDate };
}

/** Sends a call from an address of the network. */
async function from(remoteAddress: string, path: string, body: object) {
  const headers = { Origin: ORIGIN, 'Content-Type': 'application/json' };
  const request = new Request(`${ORIGIN}${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  const response = await installation.kit.app.fetch(request, { incoming: { socket: { remoteAddress } } });
  return { status: response.status, body: (await response.json()) as { code?: string; status?: string } };
}

describe('identity numbers', () => {
  it('are shown in full twice to an account, then not until the window has ended; each time leaves an entry', async () => {
    const { id } = await register();
    const reveal = (client = head) => client.post(`/teachers/${id}/reveal`, { body: { reason: '核對' } });
    expect([(await reveal()).status, (await reveal()).status]).toEqual([200, 200]);
    const refused = await reveal();
    expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited']);
    const wait = Number(refused.headers.get('Retry-After'));
    expect(wait).toBeGreaterThan(SECONDS - 30);
    expect(wait).toBeLessThanOrEqual(SECONDS);
    expect((await reveal(contact)).status, 'another account').toBe(200);
    const { body } = await head.get(`/audit?target=${id}&action=teacher.reveal`);
    expect(body.items.map(({ outcome, reason }: { outcome: string; reason: string }) => [outcome, reason])).toEqual(
      Array(3).fill(['done', '核對']),
    );
    installation.pass(SECONDS * 1000);
    expect((await reveal()).status).toBe(200);
  });
});

describe('the export with identity numbers', () => {
  const send = (client: Client, filters: object = {}) =>
    client.post('/teachers/exports', { body: { format: 'csv', filters, personalData: true, reason: '年度核對' } });
  const trail = async () => (await head.get('/audit?action=teacher.export')).body.items as { outcome: string; reason: string | null }[];

  it('is of the own unit alone; what is refused leaves an entry and does not count', async () => {
    const { id } = (await (await installation.as('tsai-head')).get('/me')).body.unit;
    expect((await send(head, { unit: id })).status).toBe(404);
    expect((await send(head, { scope: 'subtree' })).status).toBe(403);
    expect((await send(await installation.as('county-a'))).status).toBe(200);
    expect((await trail()).map(({ outcome }) => outcome)).toEqual(['denied', 'denied']);
  });

  it('is made once by an account, then not until the window has ended', async () => {
    const { nationalId } = await register();
    const first = await send(head);
    expect([first.status, String(first.body).includes(nationalId)]).toEqual([200, true]);
    expect((await send(head)).body.code).toBe('rate-limited');
    expect((await send(contact)).status, 'another account').toBe(200);
    installation.pass(SECONDS * 1000);
    expect((await send(head)).status).toBe(200);
    expect((await trail()).filter(({ reason }) => reason === '年度核對')).toHaveLength(3);
  });
});

describe('applications', () => {
  const apply = async (address: string, username: string) => {
    const unitId = (await head.get('/me')).body.unit.id as string;
    const person = { name: '新人', sex: 'female', title: '幹事', email: 'new@example.test', phone: '02-2345-6789' };
    return (await from(address, '/applications', { ...person, unitId, username, requestedRole: 'contact', password: 'a long one indeed' }))
      .status;
  };

  it('are limited by address, also those that are refused for their user name', async () => {
    expect([await apply('10.2.0.1', 'first-one'), await apply('10.2.0.1', 'wang-head'), await apply('10.2.0.1', 'third-one')]).toEqual([
      201, 422, 429,
    ]);
    expect(await apply('10.2.0.2', 'third-one')).toBe(201);
    installation.pass(SECONDS * 1000);
    expect(await apply('10.2.0.1', 'fourth-one')).toBe(201);
  });
});

describe('claims', () => {
  let serial = 0;
  const claim = (address: string, body: object) =>
    from(address, '/claims', { username: `limits-${serial++}`, password: 'a long one indeed', ...body });
  const invite = async () => {
    const { id, etag, ...identity } = await register();
    const { body } = await head.post(`/teachers/${id}/invitation`, { etag });
    return { ...identity, invitation: body.invitation as string };
  };

  it('that fail are limited by address; those that succeed do not count', async () => {
    for (let time = 0; time < 4; time++) expect(await claim('10.3.0.1', await invite())).toMatchObject({ status: 200 });
    const wrong = async () => (await claim('10.3.0.1', { ...(await invite()), invitation: `made up ${serial}` })).status;
    expect([await wrong(), await wrong(), await wrong()]).toEqual([422, 422, 429]);
    expect((await claim('10.3.0.1', await invite())).status).toBe(429);
  });

  it('that fail are limited by invitation too, from whichever address they come', async () => {
    const invited = await invite();
    const guess = async (address: string) => (await claim(address, { ...invited, birthDate: '1950-01-01' })).status;
    expect([await guess('10.3.1.1'), await guess('10.3.1.2'), await guess('10.3.1.3')]).toEqual([422, 422, 429]);
    expect((await claim('10.3.1.4', invited)).status).toBe(429);
    installation.pass(SECONDS * 1000);
    expect((await claim('10.3.1.4', invited)).status).toBe(200);
  });
});
