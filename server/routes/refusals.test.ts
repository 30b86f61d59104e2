/** Requests that a use case refuses for their fields or for the state of a record: status, code and field of each. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

const people = new MadeUpPeople(742);
const SITE = 'https://cms.example.org';
const RETENTION_SECONDS = 100;
let installation: Installation;
let head: Client;
let contact: Client;
let county: Client;
let other: Client;

beforeAll(async () => {
  installation = await install({ origins: [SITE], limits: { lookups: 1_000, retentionSeconds: RETENTION_SECONDS } });
  const clients = await Promise.all(['wang-head', 'lin-contact', 'county-a', 'tsai-head'].map((name) => installation.as(name)));
  [head, contact, county, other] = clients as [Client, Client, Client, Client];
});
afterAll(() => installation.end());

const person = () => {
  const { name, sex, nationalId, birthDate } = people.person();
  return { name, sex, nationalId, birthDate, title: 'teacher' };
};
const register = async (body: object = person(), client = contact) => (await client.post('/teachers', { body })).body;
const account = async (username: string) => (await installation.kit.store.accountByUsername(username))!;
const onAccount = async (client: Client, username: string, step: string, body?: object, method: 'post' | 'put' | 'delete' = 'post') => {
  const { id, version } = await account(username);
  return client[method](`/accounts/${id}${step}`, { etag: `"${version}"`, ...(body ? { body } : {}) });
};
const onTeacher = async (id: string, step: string, body: object, method: 'post' | 'patch' = 'post') =>
  contact[method](`/teachers/${id}${step}`, { etag: (await contact.get(`/teachers/${id}`)).etag, body });
const onTransfer = (client: Client, { body }: Answer, step: string, more: object = {}) =>
  client.post(`/transfers/${body.transfer.id}/${step}`, { etag: `"${body.transfer.version}"`, ...more });

/** Status, code, and each faulty field with its code. */
const refusal = ({ status, body }: Answer): string =>
  [status, body.code, ...((body.errors ?? []) as { path: string; code: string }[]).map(({ path, code }) => `${path} ${code}`)].join(', ');

describe('an account', () => {
  it('rejects roles that the caller may not grant, and identities that it does not have', async () => {
    expect(refusal(await onAccount(head, 'chen-operator', '/role', { role: 'head' }, 'put'))).toBe('403, forbidden');
    expect(refusal(await onAccount(head, 'chen-operator', '/role', { role: 'operator' }, 'put'))).toBe('409, wrong-state');
    expect(refusal(await onAccount(head, 'chen-operator', '/identities/nothing', undefined, 'delete'))).toBe('404, not-found');
    expect(refusal(await onAccount(head, 'chen-operator', '/activation', { role: 'operator' }))).toBe('409, wrong-state');
  });

  it('is restored within the retention period only', async () => {
    const restoredAfter = async (seconds: number) => {
      await onAccount(head, 'chen-operator', '/deletion', { reason: '試' });
      const { kit } = installation;
      const later = new Date(kit.internals.now().getTime() + seconds * 1000);
      const { version, id } = await account('chen-operator');
      installation.pass(later.getTime() - kit.internals.now().getTime());
      const answer = await head.post(`/accounts/${id}/restoration`, { etag: `"${version}"` });
      if (answer.status === 200) await onAccount(head, 'chen-operator', '/activation', { role: 'operator' });
      return refusal(answer);
    };
    expect(await restoredAfter(RETENTION_SECONDS - 5)).toBe('200, ');
    expect(await restoredAfter(RETENTION_SECONDS + 5)).toBe('410, gone');
  });

  it('is applied for at an existing unit, with a password', async () => {
    const profile = { name: '應徵', sex: 'male', title: '組長', email: 'a@example.test', phone: '02-1234', username: 'new-applicant' };
    const apply = (more: object) => installation.anyone.post('/applications', { body: { ...profile, ...more } });
    expect(refusal(await apply({ unitId: 'nothing', password: 'a-Good-password-1' }))).toBe('422, validation, unitId not-allowed');
    const { unitId } = await account('wang-head');
    expect(refusal(await apply({ unitId }))).toBe('422, validation, password required');
    expect(refusal(await apply({ unitId, password: 'password123' }))).toBe('422, validation, password common-password');
  });

  it('confirms a mail address and resets a password only where letters are sent', async () => {
    expect(refusal(await contact.post('/me/email-confirmation'))).toBe('404, not-found');
    expect(refusal(await installation.anyone.post('/password-resets', { body: { username: 'wang-head' } }))).toBe('404, not-found');
  });
});

describe('a sign-in code', () => {
  it('is made for allowed origins only', async () => {
    const challenge = 'a'.repeat(43);
    const ask = (origin: string) => contact.post('/session/code', { body: { origin, challenge } });
    expect(refusal(await ask('https://unlisted.example.org'))).toBe('403, origin-not-allowed');
    expect((await ask(SITE)).status).toBe(200);
  });
});

describe('a claim', () => {
  it('requires a user name and a password without an outside identity', async () => {
    const { name: _name, title: _title, sex: _sex, ...identity } = person();
    const claim = (more: object) => installation.anyone.post('/claims', { body: { ...identity, invitation: 'nothing', ...more } });
    expect(refusal(await claim({}))).toBe('422, validation, username required');
    expect(refusal(await claim({ username: 'somebody-new' }))).toBe('422, validation, password required');
    expect(refusal(await claim({ username: 'somebody-new', password: 'password123' }))).toBe('422, validation, password common-password');
  });
});

describe('a roster entry', () => {
  it('rejects wrong fields of an edit', async () => {
    const { id } = await register();
    const edit = async (body: object) => refusal(await onTeacher(id, '', body, 'patch'));
    expect(await edit({ title: 'nothing' })).toBe('422, validation, title unknown-code');
    expect(await edit({ title: 'intern' })).toBe('422, intern-not-allowed, title not-allowed');
    expect(await edit({ subjects: ['nothing'] })).toBe('422, validation, subjects.0 unknown-code');
    const category = async () => (await contact.get(`/teachers/${id}`)).body.category;
    expect(await category()).toBe('teacher');
    expect(await edit({ title: 'clerk' })).toBe('200, ');
    expect(await category()).toBe('staff');
  });

  it('rejects an identity number that is wrong, of the other sex, of a child, or taken', async () => {
    const [made, taken] = [person(), person()];
    const { id } = await register(made);
    await register(taken);
    const correct = async (more: object) => refusal(await onTeacher(id, '/identity', { ...identityOf(made), reason: '換證', ...more }));
    const fresh = person();
    expect(await correct({ nationalId: 'A123456780' })).toBe('422, national-id-invalid, nationalId national-id-check');
    expect(await correct({ ...identityOf(fresh), sex: fresh.sex === 'male' ? 'female' : 'male' })).toBe(
      '422, sex-mismatch, sex sex-mismatch, nationalId sex-mismatch',
    );
    expect(await correct({ birthDate: '2020-01-01' })).toBe('422, validation, birthDate age-out-of-range');
    expect(await correct(identityOf(taken))).toMatch(/^4(09|22)/);
    expect((await onTeacher(id, '/identity', { ...identityOf(fresh), reason: '換證' })).status).toBe(200);
  });

  it('rejects wrong fields of a departure, and writes after it', async () => {
    const { id } = await register();
    const { unitId } = await account('wang-head');
    const depart = async (body: object) => refusal(await onTeacher(id, '/departure', body));
    const today = installation.kit.internals.now();
    const inYears = (years: number) => `${today.getFullYear() + years}-06-01`;
    expect(await depart({ kind: 'other' })).toBe('422, validation, note required');
    expect(await depart({ kind: 'resigned', on: inYears(3) })).toBe('422, validation, on bad-date');
    expect(await depart({ kind: 'resigned', on: inYears(-3) })).toBe('422, validation, on bad-date');
    expect(await depart({ kind: 'transferred', toUnitId: unitId })).toBe('422, validation, toUnitId not-allowed');
    expect(await depart({ kind: 'transferred', toUnitId: 'nothing' })).toBe('422, validation, toUnitId not-allowed');
    expect(await depart({ kind: 'resigned', on: inYears(-2) })).toBe('200, ');
    for (const [step, body, method] of [
      ['', { remark: '遲' }, 'patch'],
      ['/identity', { ...identityOf(person()), reason: '換證' }, 'post'],
      ['/departure', { kind: 'retired' }, 'post'],
      ['/invitation', {}, 'post'],
    ] as const)
      expect(refusal(await onTeacher(id, step, body, method)), step).toBe('409, wrong-state');
  });
});

const identityOf = ({ nationalId, birthDate, sex }: ReturnType<typeof person>) => ({ nationalId, birthDate, sex });

describe('a transfer', () => {
  it('is decided once, and while the person is on the roster', async () => {
    const [one, two] = [person(), person()];
    await register(one);
    const { id } = await register(two);
    const first = await other.post('/teachers', { body: one });
    expect((await onTransfer(contact, first, 'acceptance')).status).toBe(200);
    expect(refusal(await onTransfer(contact, { ...first, body: { transfer: { ...first.body.transfer, version: 2 } } }, 'acceptance'))).toBe(
      '409, wrong-state',
    );
    const second = await other.post('/teachers', { body: two });
    await onTeacher(id, '/departure', { kind: 'resigned' });
    expect(refusal(await onTransfer(contact, second, 'acceptance'))).toBe('409, wrong-state');
  });

  it('in dispute is not corrected after the person has left', async () => {
    const someone = person();
    const { id } = await register({ ...someone, birthDate: '1971-01-01' });
    const disputed = await other.post('/transfers', { body: { ...someone, dispute: true, reason: '證件在手' } });
    await onTeacher(id, '/departure', { kind: 'resigned' });
    for (const decision of ['correct', 'move'])
      expect(refusal(await onTransfer(county, disputed, 'decision', { body: { decision, reason: '查' } })), decision).toBe(
        '409, wrong-state',
      );
    expect((await onTransfer(county, disputed, 'decision', { body: { decision: 'refuse', reason: '查' } })).status).toBe(200);
  });
});

describe('the check of a registration', () => {
  it('returns what the registration would do', async () => {
    const someone = person();
    const outcome = async (body: object) => (await contact.post('/teachers/check', { body })).body;
    expect(await outcome(someone)).toEqual({ outcome: 'new', differs: [] });
    const { id } = await register(someone);
    expect(await outcome(someone)).toEqual({ outcome: 'same', id, differs: [] });
    expect(await outcome({ ...someone, title: 'director' })).toEqual({ outcome: 'updated', id, differs: ['title'] });
    expect((await outcome({ ...someone, name: '別人', birthDate: '1970-01-01' })).code).toBe('identity-conflict');
    await onTeacher(id, '/departure', { kind: 'resigned' });
    expect(await outcome(someone)).toMatchObject({ outcome: 'returned', id });
  });
});

describe('the audit trail', () => {
  it('rejects an impossible day', async () => {
    expect(refusal(await head.get('/audit?from=2026-13-45'))).toBe('422, validation, from bad-date');
    expect(refusal(await head.get('/audit?to=2026-13-45'))).toBe('422, validation, to bad-date');
  });
});

describe('a unit', () => {
  it('rejects a taken code, an unknown parent and its own subtree', async () => {
    const ministry = await installation.as('moe-head');
    const { unitId: countyId } = await account('county-a');
    const { unitId: schoolId } = await account('wang-head');
    const change = async (client: Client, id: string, body: object) => {
      const { etag } = await client.get(`/units/${id}`);
      return refusal(await client.patch(`/units/${id}`, { etag, body }));
    };
    expect(await change(county, schoolId, { code: '014502' })).toBe('422, validation, code code-taken');
    expect(await change(ministry, schoolId, { parentId: 'nothing' })).toBe('422, validation, parentId not-your-unit');
    expect(await change(ministry, countyId, { parentId: schoolId })).toBe('422, validation, parentId own-subtree');
    expect(await change(ministry, schoolId, { name: '不該改名' })).toBe('403, forbidden');
    expect(await change(county, schoolId, { parentId: (await account('county-b')).unitId })).toBe('403, forbidden');
  });
});
