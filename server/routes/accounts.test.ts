import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

let installation: Installation;
let head: Client;
let contact: Client;
let county: Client;

beforeAll(async () => {
  installation = await install();
  head = await installation.as('wang-head');
  contact = await installation.as('lin-contact');
  county = await installation.as('county-a');
});
afterAll(() => installation.end());

const find = async (who: Client, q: string, query = ''): Promise<Answer['body']> => {
  const { body } = await who.get(`/accounts?q=${encodeURIComponent(q)}${query}`);
  return body.items[0];
};
const tag = (thing: { version: number }): string => `"${thing.version}"`;

describe('the list of a unit’s accounts', () => {
  it('shows the head all accounts except deleted ones, with counts by status', async () => {
    const { status, body } = await head.get('/accounts?pageSize=50');
    expect(status).toBe(200);
    expect(body.counts).toEqual({ pending: 3, active: 4, rejected: 1, deleted: 1 });
    expect(body.total).toBe(8);
    expect(body.items.every((item: { status: string }) => item.status !== 'deleted')).toBe(true);
  });

  it('is sorted by stroke count', async () => {
    const { body } = await head.get('/accounts?pageSize=50');
    const names = body.items.map((item: { name: string }) => item.name);
    expect(names).toEqual([...names].sort(new Intl.Collator('zh-TW').compare));
  });

  it('finds one and two characters, a user name and a mail address; % and _ are literal', async () => {
    for (const q of ['雅', '雅婷', 'YATING', 'yating@example']) expect((await find(head, q)).name).toBe('黃雅婷');
    for (const q of ['%', '_']) expect((await head.get(`/accounts?q=${encodeURIComponent(q)}`)).body.total).toBe(0);
  });

  it('shows a county officer the heads of its schools and the applicants for head', async () => {
    const { body } = await county.get('/accounts?scope=children&pageSize=50');
    expect(body.items.map((item: { username: string }) => item.username).sort()).toEqual(['peng-head', 'tsai-head', 'wang-head']);
  });

  it('shows the level above the heads by name, and masks all other accounts of units below', async () => {
    const { unitId } = await find(county, '王建民', '&scope=children');
    const { body: mine } = await head.get('/accounts?pageSize=50');
    const refused = mine.items.find((item: { status: string }) => item.status === 'rejected');
    const { body: seen } = await county.get(`/accounts?unit=${unitId}&pageSize=50`);
    const of = (page: Answer['body'], id: string) => page.items.find((item: { id: string }) => item.id === id);
    expect(of(seen, mine.items.find((item: { role: string }) => item.role === 'head').id)).toMatchObject({
      name: '王建民',
      username: 'wang-head',
      email: 'wang-head@example.test',
      phone: '02-7712-3456',
    });
    expect(of(seen, refused.id)).toMatchObject({
      name: '徐○○',
      username: 'no-c*****',
      email: 'no-c***@example.test',
      phone: '02-****56',
      reason: null,
    });
    expect((await (await installation.as('moe-head')).get(`/accounts?unit=${unitId}&role=head`)).body.items[0].name).toBe('王○○');
  });

  it('is forbidden to a contact', async () => {
    expect((await contact.get('/accounts')).status).toBe(403);
  });

  it('answers 404 for a school of another county', async () => {
    const { unitId } = await find(county, '王建民', '&scope=children');
    expect((await (await installation.as('deng-head')).get(`/accounts?unit=${unitId}`)).status).toBe(404);
  });

  it('rejects unknown and repeated query parameters and values out of range', async () => {
    for (const query of ['?nope=1', '?page=1&page=2', '?page=0', '?pageSize=201', '?status=odd', '?sort=phone']) {
      expect((await head.get(`/accounts${query}`)).status, query).toBe(422);
    }
  });

  it('returns an empty page past the end', async () => {
    const { status, body } = await head.get('/accounts?page=99');
    expect([status, body.items.length, body.page]).toEqual([200, 0, 99]);
  });
});

describe('activating an account and changing its role', () => {
  it('is allowed to the head for contacts and operators, and writes an audit entry with actor, target and time', async () => {
    const waiting = await find(head, '黃雅婷');
    const done = await head.post(`/accounts/${waiting.id}/activation`, { body: { role: 'contact' }, etag: tag(waiting) });
    expect([done.status, done.body.status, done.body.role]).toEqual([200, 'active', 'contact']);
    const switched = await head.put(`/accounts/${waiting.id}/role`, { body: { role: 'operator' }, etag: done.etag });
    expect([switched.status, switched.body.role]).toEqual([200, 'operator']);
    const { body: trail } = await head.get(`/audit?target=${waiting.id}`);
    expect(trail.items.map((entry: { action: string }) => entry.action)).toEqual(['account.switch-role', 'account.activate', 'load']);
    expect(trail.items[0]).toMatchObject({
      actor: { name: '王建民' },
      target: { name: '黃雅婷' },
      before: { role: 'contact' },
      after: { role: 'operator' },
    });
  });

  it('lets only the parent unit appoint a head', async () => {
    const waiting = await find(head, '李俊傑');
    expect((await head.post(`/accounts/${waiting.id}/activation`, { body: { role: 'head' }, etag: tag(waiting) })).status).toBe(403);
    expect((await contact.post(`/accounts/${waiting.id}/activation`, { body: { role: 'contact' }, etag: tag(waiting) })).status).toBe(403);
    const ministry = await installation.as('moe-head');
    expect((await ministry.post(`/accounts/${waiting.id}/activation`, { body: { role: 'head' }, etag: tag(waiting) })).status).toBe(403);
    const unchanged = await find(head, '李俊傑');
    expect(unchanged).toEqual(waiting);
  });

  it('gives a school without a head its first head', async () => {
    const asking = await find(county, '彭靜宜', '&scope=children');
    const done = await county.post(`/accounts/${asking.id}/activation`, { body: { role: 'head' }, etag: tag(asking) });
    expect([done.status, done.body.role]).toEqual([200, 'head']);
  });

  it('requires `replace` while a head is active, and makes the old head a contact in the same write', async () => {
    const second = await install();
    try {
      const above = await second.as('county-a');
      const old = await find(above, '王建民', '&scope=children');
      const lin = (await above.get(`/accounts?unit=${old.unitId}&q=${encodeURIComponent('林怡君')}`)).body.items[0];
      const refused = await above.put(`/accounts/${lin.id}/role`, { body: { role: 'head' }, etag: tag(lin) });
      expect([refused.status, refused.body.code]).toEqual([409, 'head-exists']);
      const done = await above.put(`/accounts/${lin.id}/role`, { body: { role: 'head', replace: true }, etag: tag(lin) });
      expect([done.status, done.body.role]).toEqual([200, 'head']);
      expect((await (await second.as('wang-head')).get('/me')).body.role).toBe('contact');
      expect((await (await second.as('wang-head')).get('/accounts')).status).toBe(403);
    } finally {
      await second.end();
    }
  });

  it('is forbidden for the own account and to a sibling unit', async () => {
    const self = await find(head, '王建民');
    expect((await head.put(`/accounts/${self.id}/role`, { body: { role: 'contact' }, etag: tag(self) })).status).toBe(403);
    expect((await head.post(`/accounts/${self.id}/deletion`, { body: { reason: '調職' }, etag: tag(self) })).status).toBe(403);
    const sibling = await installation.as('tsai-head');
    const denied = await sibling.post(`/accounts/${self.id}/deletion`, { body: { reason: '調職' }, etag: tag(self) });
    expect([denied.status, denied.body.code]).toEqual([404, 'not-found']);
    expect(JSON.stringify(denied.body)).not.toContain('王建民');
    const { body: trail } = await sibling.get('/audit');
    expect(trail.items.find((entry: { outcome: string }) => entry.outcome === 'denied')).toMatchObject({
      action: 'account.delete',
      actor: { name: '蔡慧敏' },
    });
  });

  it('returns in `actions` what the caller may do, and who may do the rest', async () => {
    const self = await find(head, '王建民');
    expect(self.actions.find((action: { name: string }) => action.name === 'account.delete')).toEqual({
      name: 'account.delete',
      allowed: false,
      why: 'own-account',
      who: { unitId: expect.any(String), unitName: '甲縣教育處', headName: '高淑惠' },
    });
    const operator = await find(head, '陳中良');
    expect(operator.actions.find((action: { name: string }) => action.name === 'account.switch-role')).toMatchObject({
      allowed: true,
      roles: ['contact'],
    });
  });
});

describe('rejecting, deleting and restoring an account', () => {
  it('requires a reason', async () => {
    const operator = await find(head, '吳佩芬');
    for (const body of [{}, { reason: '' }, { reason: '   ' }]) {
      const refused = await head.post(`/accounts/${operator.id}/deletion`, { body, etag: tag(operator) });
      expect([refused.status, refused.body.errors[0]]).toMatchObject([422, { path: 'reason', code: 'required', message: '請填寫' }]);
    }
  });

  it('a deletion ends the sessions and keeps the user name reserved; a restored account is pending', async () => {
    const session = await installation.as('wu-operator');
    const operator = await find(head, '吳佩芬');
    const gone = await head.post(`/accounts/${operator.id}/deletion`, { body: { reason: '調職' }, etag: tag(operator) });
    expect([gone.status, gone.body.status, gone.body.reason]).toEqual([200, 'deleted', '調職']);
    expect((await session.get('/me')).status).toBe(401);
    const again = await installation.anyone.post('/applications', { body: application(operator.unitId, { username: 'WU-operator' }) });
    expect([again.status, again.body.code]).toEqual([422, 'username-taken']);
    const back = await head.post(`/accounts/${operator.id}/restoration`, { etag: gone.etag });
    expect([back.status, back.body.status, back.body.role, back.body.requestedRole]).toEqual([200, 'pending', null, 'operator']);
  });

  it('only the parent unit rejects an applicant for head', async () => {
    const unit = (await county.get('/units?q=014303')).body.items[0];
    const { body } = await installation.anyone.post('/applications', {
      body: application(unit.id, { requestedRole: 'head', username: 'wants-head' }),
    });
    const asking = await find(county, 'wants-head', '&scope=children');
    const own = await installation.as('peng-head');
    expect((await own.post(`/accounts/${asking.id}/rejection`, { body: { reason: '不是本校人員' }, etag: tag(asking) })).status).toBe(403);
    expect((await county.post(`/accounts/${asking.id}/rejection`, { body: { reason: '不是本校人員' }, etag: tag(asking) })).status).toBe(
      200,
    );
    expect((await installation.anyone.get(`/applications/${body.reference}`)).body).toMatchObject({
      status: 'rejected',
      reason: '不是本校人員',
    });
  });

  it('answers 409 in the wrong state', async () => {
    const deleted = (await head.get('/accounts?status=deleted')).body.items[0];
    const twice = await head.post(`/accounts/${deleted.id}/deletion`, { body: { reason: '再一次' }, etag: tag(deleted) });
    expect([twice.status, twice.body.code]).toEqual([409, 'wrong-state']);
  });
});

describe('writing to one account', () => {
  it('requires If-Match: 428 without it, 412 with the current account when it is stale', async () => {
    const operator = await find(head, '陳中良');
    expect((await head.patch(`/accounts/${operator.id}`, { body: { title: '組長' } })).status).toBe(428);
    const done = await head.patch(`/accounts/${operator.id}`, { body: { title: '設備組長' }, etag: `W/${tag(operator)}` });
    expect([done.status, done.body.title, done.etag]).toEqual([200, '設備組長', `"${operator.version + 1}"`]);
    const stale = await head.patch(`/accounts/${operator.id}`, { body: { title: '其他' }, etag: tag(operator) });
    expect([stale.status, stale.body.current.title]).toEqual([412, '設備組長']);
  });

  it('runs once for two requests with one idempotency key, and answers both alike', async () => {
    const operator = await find(head, '陳中良');
    const sending = { body: { title: '註冊組長' }, etag: tag(operator), key: 'key-1' };
    const first = await head.patch(`/accounts/${operator.id}`, sending);
    const second = await head.patch(`/accounts/${operator.id}`, sending);
    expect(second).toMatchObject({ status: first.status, body: first.body, etag: first.etag });
    const other = await head.patch(`/accounts/${operator.id}`, { ...sending, body: { title: '別的' } });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('rejects user name, unit, role and status as fields', async () => {
    const operator = await find(head, '陳中良');
    for (const field of ['username', 'unitId', 'role', 'status']) {
      const refused = await head.patch(`/accounts/${operator.id}`, { body: { [field]: 'head' }, etag: tag(operator) });
      expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'unknown-field']);
    }
  });

  it('accepts one of eight concurrent writes, and answers 412 to the others', async () => {
    const operator = await find(head, '陳中良');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => head.patch(`/accounts/${operator.id}`, { body: { title: `職務 ${n}` }, etag: tag(operator) })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
  });
});

describe('an application', () => {
  it('creates a pending account that only its secret reference finds', async () => {
    const unit = (await installation.anyone.get(`/units/directory?q=${encodeURIComponent('第一國民')}`)).body.items[0];
    expect(unit.path).toEqual(['教育部', '甲縣教育處']);
    const made = await installation.anyone.post('/applications', { body: application(unit.id, {}) });
    expect(made.status).toBe(201);
    expect((await installation.anyone.get(`/applications/${made.body.reference}`)).body).toMatchObject({
      status: 'pending',
      unitName: '甲縣立第一國民小學',
    });
    expect((await installation.anyone.get('/applications/guess')).status).toBe(404);
  });

  it('reports errors field by field', async () => {
    const refused = await installation.anyone.post('/applications', {
      body: {
        unitId: 'x',
        username: 'a b',
        name: '壞\u202E名',
        sex: 'x',
        title: '',
        email: 'nope',
        phone: '',
        requestedRole: 'king',
        password: 'short',
        extra: 1,
      },
    });
    expect(refused.status).toBe(422);
    expect(Object.fromEntries(refused.body.errors.map(({ path, code }: { path: string; code: string }) => [path, code]))).toEqual({
      username: 'bad-username',
      name: 'bad-characters',
      sex: 'not-allowed',
      title: 'required',
      email: 'bad-email',
      phone: 'required',
      requestedRole: 'not-allowed',
      password: 'too-short',
      extra: 'unknown-field',
    });
  });
});

function application(unitId: string, more: Record<string, unknown>): Record<string, unknown> {
  return {
    unitId,
    username: 'new-clerk',
    name: '新來的',
    sex: 'female',
    title: '幹事',
    email: 'new@example.test',
    phone: '02-1234-5678',
    password: 'long enough words',
    ...more,
  };
}
