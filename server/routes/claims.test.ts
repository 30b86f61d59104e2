import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNationalId } from '../domain/national-id.js';
import { madeUpId } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

let installation: Installation;
let head: Client;
let county: Client;

beforeAll(async () => {
  installation = await install({ limits: { claims: 1000, reveals: 1000 } });
  [head, county] = await Promise.all([installation.as('wang-head'), installation.as('county-a')]);
});
afterAll(() => installation.end());

const SENT = { name: '林可蘭', sex: 'female', birthDate: '1990-03-04', title: 'teacher' };
let counter = 7_000_500;

async function waiting(client = head): Promise<{ id: string; etag: string; nationalId: string }> {
  const nationalId = madeUpId('national', 'female', counter++);
  const { body, etag, status } = await client.post('/teachers', { body: { ...SENT, nationalId } });
  expect(status).toBe(201);
  return { id: body.id, etag, nationalId };
}

async function invited(): Promise<{ id: string; nationalId: string; invitation: string }> {
  const { id, etag, nationalId } = await waiting();
  const { status, body } = await head.post(`/teachers/${id}/invitation`, { etag });
  expect(status).toBe(200);
  return { id, nationalId, invitation: body.invitation };
}

const stripped = ({ status, body: { requestId: _id, ...body } }: Answer) => ({ status, body });
let names = 0;
const login = () => ({ username: `teacher-${names++}`, password: 'a long one indeed' });

describe('an invitation to claim a roster entry', () => {
  it('links the entry to its owner, once', async () => {
    const { id, nationalId, invitation } = await invited();
    const body = { invitation, nationalId, birthDate: SENT.birthDate, ...login() };
    const claimed = await installation.anyone.post('/claims', { body });
    expect(claimed).toMatchObject({ status: 200, body: { status: 'active', username: body.username } });
    expect((await head.get(`/teachers/${id}`)).body).toMatchObject({ status: 'active', username: body.username, updatedBy: null });
    expect(await installation.kit.signInTeacher(body.username.toUpperCase(), body.password, null)).toMatchObject({
      teacherId: id,
      name: SENT.name,
    });
    const trail = await head.get(`/audit?target=${id}&action=teacher.claim`);
    expect(trail.body.items).toMatchObject([{ outcome: 'done', actor: null, after: { status: 'active' } }]);
    expect((await installation.anyone.post('/claims', { body: { ...body, ...login() } })).status).toBe(422);
  });

  it('gives the same answer for every failure', async () => {
    const { nationalId, invitation } = await invited();
    const other = await invited();
    const send = (change: object) =>
      installation.anyone.post('/claims', { body: { invitation, nationalId, birthDate: SENT.birthDate, ...login(), ...change } });
    const answers = [
      await send({ invitation: 'made-up' }),
      await send({ invitation: other.invitation }),
      await send({ nationalId: other.nationalId }),
      await send({ nationalId: madeUpId('national', 'female', 9_009_000) }),
      await send({ nationalId: 'rubbish' }),
      await send({ birthDate: '1990-03-05' }),
    ];
    expect(answers[0]).toMatchObject({ status: 422, body: { code: 'registration-failed' } });
    for (const answer of answers) expect(stripped(answer)).toEqual(stripped(answers[0]!));
    expect((await send({})).status).toBe(200);
  });

  it('expires after two weeks, with a newer invitation, and with the departure of the person', async () => {
    const first = await waiting();
    const make = async () => (await head.post(`/teachers/${first.id}/invitation`, { etag: first.etag })).body.invitation as string;
    const [old, newer] = [await make(), await make()];
    const send = (invitation: string) =>
      installation.anyone.post('/claims', { body: { invitation, nationalId: first.nationalId, birthDate: SENT.birthDate, ...login() } });
    expect((await send(old)).status).toBe(422);
    const departed = await head.post(`/teachers/${first.id}/departure`, { body: { kind: 'resigned' }, etag: first.etag });
    expect((await send(newer)).status).toBe(422);
    await head.delete(`/teachers/${first.id}/departure`, { etag: departed.etag });
    const again = await head.get(`/teachers/${first.id}`);
    const late = (await head.post(`/teachers/${first.id}/invitation`, { etag: again.etag })).body.invitation as string;
    installation.pass(15 * 24 * 3600_000);
    expect((await send(late)).status).toBe(422);
    [head, county] = await Promise.all([installation.signIn('wang-head'), installation.signIn('county-a')]);
  });

  it('keeps the log-in of a person who moved to another school', async () => {
    const { id, nationalId, invitation } = await invited();
    const own = login();
    const claim = { nationalId, birthDate: SENT.birthDate, ...own };
    expect((await installation.anyone.post('/claims', { body: { ...claim, invitation } })).status).toBe(200);
    const { etag } = await head.get(`/teachers/${id}`);
    await head.post(`/teachers/${id}/departure`, { body: { kind: 'transferred' }, etag });
    const other = await installation.signIn('tsai-head');
    const entered = await other.post('/teachers', { body: { ...SENT, nationalId } });
    expect(entered.status).toBe(201);
    const { body } = await other.post(`/teachers/${entered.body.id}/invitation`, { etag: entered.etag });
    expect(await installation.anyone.post('/claims', { body: { ...claim, invitation: body.invitation } })).toMatchObject({
      status: 200,
      body: { username: own.username },
    });
    // The user name is a person's: an officer cannot apply for it.
    const applicant = {
      username: own.username,
      name: '新人',
      sex: 'female',
      title: '幹事',
      email: 'n@example.test',
      phone: '02-2345-6789',
    };
    const unitId = (await head.get('/me')).body.unit.id as string;
    expect(
      (await installation.anyone.post('/applications', { body: { ...applicant, unitId, password: 'a long one indeed' } })).body.code,
    ).toBe('username-taken');
  });

  it('gives a log-in for the portal’s pages, which locks after five failures and ends with the departure', async () => {
    const { id, nationalId, invitation } = await invited();
    const own = login();
    await installation.anyone.post('/claims', { body: { invitation, nationalId, birthDate: SENT.birthDate, ...own } });
    const signIn = (password = own.password) => installation.kit.signInTeacher(own.username, password, '10.0.0.1');
    expect(await installation.kit.signInTeacher('nobody', own.password, null)).toBeNull();
    for (let time = 0; time < 5; time++) expect(await signIn('wrong')).toBeNull();
    expect(await signIn()).toBeNull();
    installation.pass(16 * 60_000);
    expect(await signIn()).toMatchObject({ teacherId: id });
    const { etag } = await head.get(`/teachers/${id}`);
    await head.post(`/teachers/${id}/departure`, { body: { kind: 'resigned' }, etag });
    expect(await signIn()).toBeNull();
  });

  it('rejects a user name that is taken', async () => {
    const { nationalId, invitation } = await invited();
    const body = { invitation, nationalId, birthDate: SENT.birthDate, ...login() };
    expect((await installation.anyone.post('/claims', { body: { ...body, username: 'WANG-head' } })).body.code).toBe('username-taken');
    expect((await installation.anyone.post('/claims', { body: { ...body, password: 'password1' } })).body.code).toBe('validation');
  });
});

describe('an integration token', () => {
  const token = async (client: Client, unitId: string) => {
    const { status, body } = await client.post(`/units/${unitId}/integrations`, {
      body: { name: '縣市單一登入', scope: 'claims', days: 30 },
    });
    expect(status).toBe(201);
    return body as { id: string; token: string };
  };
  const unitOf = async (client: Client): Promise<string> => (await client.get('/me')).body.unit.id;
  const claim = (bearer: string, nationalId: string, more: object = {}, key?: string) =>
    installation.anyone.post('/teachers/claims', {
      body: { nationalId, birthDate: SENT.birthDate, issuer: 'https://sso.hlc.example', subject: `s-${counter++}`, ...more },
      headers: { Authorization: `Bearer ${bearer}` },
      ...(key === undefined ? {} : { key }),
    });

  it('claims entries in its unit and below, in the name of its creator', async () => {
    const { token: bearer } = await token(county, await unitOf(county));
    const { id, nationalId } = await waiting();
    const claimed = await claim(bearer, nationalId, {}, 'once');
    expect(claimed).toMatchObject({ status: 200, body: { status: 'roaming' } });
    expect(claimed.body.username).toMatch(/^RM_\w{10}$/);
    expect((await head.get(`/teachers/${id}`)).body.status).toBe('roaming');
    const { body } = await head.get(`/audit?target=${id}&action=teacher.claim`);
    expect(body.items[0].actor.unitId).toBe(await unitOf(county));
  });

  it('does not find what a mask hides: failed claims of similar numbers count together, by unit', async () => {
    const unitId = await unitOf(head);
    const tokens = [(await token(head, unitId)).token, (await token(head, unitId)).token];
    const { nationalId } = await waiting();
    const candidates = Array.from(
      { length: 2_000 },
      (_, hidden) => nationalId.slice(0, 3) + String(hidden).padStart(4, '0') + nationalId.slice(7),
    )
      .filter((each) => each !== nationalId && readNationalId(each).ok)
      .slice(0, 22);
    const statuses: number[] = [];
    for (const [index, candidate] of candidates.entries()) statuses.push((await claim(tokens[index % 2]!, candidate)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(422), 429, 429]);
    expect((await claim(tokens[0]!, nationalId)).status).toBe(429);
    const other = await waiting();
    expect((await claim(tokens[0]!, other.nationalId)).status).toBe(200);
  });

  it('is rejected outside its unit and its scope', async () => {
    const school = await token(head, await unitOf(head));
    const elsewhere = await installation.as('song-head');
    const { nationalId } = await waiting(elsewhere);
    expect((await claim(school.token, nationalId)).body.code).toBe('registration-failed');
    const asToken = { headers: { Authorization: `Bearer ${school.token}` } };
    for (const path of ['/me', '/teachers', '/accounts', '/audit', '/units'])
      expect((await installation.anyone.get(path, asToken)).status, path).toBe(403);
    expect((await installation.anyone.post('/teachers', { ...asToken, body: {} })).status).toBe(403);
    expect((await installation.anyone.post('/applications', { ...asToken, body: {} })).status).toBe(403);
    expect((await head.post('/teachers/claims', { body: {} })).status).toBe(403);
  });

  it('ends with its creator’s role, with its expiry, and when it is revoked', async () => {
    const unitId = await unitOf(head);
    const made = await token(head, unitId);
    const { nationalId } = await waiting();
    expect((await head.delete(`/units/${unitId}/integrations/${made.id}`)).status).toBe(204);
    expect((await claim(made.token, nationalId)).status).toBe(401);
    const { body } = await head.get(`/units/${unitId}/integrations`);
    expect(JSON.stringify(body)).not.toContain(made.token);
    expect(body.items.find(({ id }: { id: string }) => id === made.id).endedAt).not.toBeNull();

    const another = await token(head, unitId);
    const accounts = await county.get('/accounts?scope=children&q=wang');
    const { id, version } = accounts.body.items[0];
    const demoted = await county.put(`/accounts/${id}/role`, { body: { role: 'contact' }, etag: `"${version}"` });
    expect(demoted.status).toBe(200);
    expect((await claim(another.token, nationalId)).body.code).toBe('registration-failed');
    await county.put(`/accounts/${id}/role`, { body: { role: 'head' }, etag: demoted.etag });
    expect((await claim(another.token, nationalId)).status).toBe(200);
    const { nationalId: last } = await waiting();
    installation.pass(31 * 24 * 3600_000);
    expect((await claim(another.token, last)).status).toBe(401);
  });
});

it('all integration tokens of a unit share one limit of failed claims', async () => {
  const limited = await install({ limits: { claims: 4 } });
  try {
    const maker = await limited.signIn('wang-head');
    const unitId = (await maker.get('/me')).body.unit.id as string;
    const answers: number[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      const made = await maker.post(`/units/${unitId}/integrations`, { body: { name: `系統${attempt}`, scope: 'claims', days: 30 } });
      const nationalId = madeUpId('national', 'female', 8_100_000 + attempt * 1000);
      const body = { nationalId, birthDate: SENT.birthDate, issuer: 'https://id.example.test', subject: `s${attempt}` };
      const headers = { Authorization: `Bearer ${made.body.token}` };
      answers.push((await limited.anyone.post('/teachers/claims', { body, headers })).status);
    }
    expect(answers).toEqual([422, 422, 422, 422, 429, 429]);
  } finally {
    await limited.end();
  }
});
