/** Who a person is: outside identities of accounts, and look-ups and corrections of people on a roster. */
import { afterAll, beforeAll, expect, describe, it } from 'vitest';
import { MadeUpPeople } from '../reference/made-up.js';
import { install, type Client, type Installation } from '../testing/installation.js';

const people = new MadeUpPeople(735);
let installation: Installation;
let head: Client;
let other: Client;

beforeAll(async () => {
  installation = await install();
  [head, other] = (await Promise.all([installation.as('wang-head'), installation.as('tsai-head')])) as [Client, Client];
});
afterAll(() => installation.end());

const someone = () => {
  const { name, sex, nationalId, birthDate } = people.person();
  return { name, sex, nationalId, birthDate, title: 'teacher' };
};
const trail = async (query: string) =>
  (await head.get(`/audit?${query}`)).body.items as { outcome: string; before: object | null; after: object | null }[];

describe('an outside identity', () => {
  it('is linked to one account only', async () => {
    const link = async (username: string) => {
      const { id, version } = (await head.get(`/accounts?q=${username}`)).body.items[0];
      return head.post(`/accounts/${id}/identities`, { body: { issuer: 'portal', subject: 'one' }, etag: `"${version}"` });
    };
    expect((await link('chen-operator')).status).toBe(200);
    for (const username of ['chen-operator', 'lin-contact']) {
      const refused = await link(username);
      expect([refused.status, refused.body.code], username).toEqual([409, 'wrong-state']);
    }
  });
});

describe('a list', () => {
  it('leaves an entry with the number of people that it looks up', async () => {
    const [first, second] = [someone(), someone()];
    for (const body of [first, second]) expect((await other.post('/teachers', { body })).status).toBe(201);
    const row = ({ name, sex, nationalId }: typeof first) => [name, sex === 'male' ? '男' : '女', nationalId, '1970-01-01', '導師'];
    const cells = [['姓名', '性別', '身分證字號', '出生年月日', '職稱'], row(first), row(second)];
    expect((await head.post('/teachers/imports', { body: { cells } })).status).toBe(201);
    expect((await trail('action=teacher.look-up'))[0]).toMatchObject({ outcome: 'done', after: { count: 2 } });
  });
});

describe('a person who is registered again at the own school', () => {
  it('has the changed fields in the audit trail, before and after', async () => {
    const body = someone();
    const { id } = (await head.post('/teachers', { body })).body;
    expect((await head.post('/teachers', { body: { ...body, title: 'homeroom-teacher' } })).status).toBe(200);
    expect((await trail(`target=${id}&action=teacher.update`))[0]).toMatchObject({
      before: { title: 'teacher' },
      after: { title: 'homeroom-teacher' },
    });
  });
});
