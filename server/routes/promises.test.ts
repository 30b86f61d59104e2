/** What must hold whoever acts when; each was broken once. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import type { Client } from '../testing/installation.js';
import { install, ORIGIN, type Answer, type Installation } from '../testing/installation.js';

const SITE = 'https://cms.example.org';
let installation: Installation;
let here: Client;
let there: Client;
let county: Client;
const people = new MadeUpPeople(31);

beforeAll(async () => {
  installation = await install({ origins: [SITE], limits: { lookups: 1000, addressFailures: 1000 } });
  [here, there, county] = (await Promise.all(['wang-head', 'tsai-head', 'county-a'].map(installation.as))) as [Client, Client, Client];
});
afterAll(() => installation.end());

const tag = (thing: { version: number }): string => `"${thing.version}"`;
const someone = () => {
  const { idKind: _kind, ...person } = people.person();
  return { ...person, title: 'teacher' };
};
const trailOf = async (who: Client, query = ''): Promise<Answer['body'][]> => (await who.get(`/audit${query}`)).body.items;

describe('a person is on one roster', () => {
  it('when one school undoes a departure while another registers the person', async () => {
    for (let round = 0; round < 8; round++) {
      const person = someone();
      const { body } = await here.post('/teachers', { body: person });
      const left = await here.post(`/teachers/${body.id}/departure`, { body: { kind: 'resigned' }, etag: tag(body) });
      const [back, entered] = await Promise.all([
        round % 2 ? here.delete(`/teachers/${body.id}/departure`, { etag: left.etag }) : here.post('/teachers', { body: person }),
        there.post('/teachers', { body: person }),
      ]);
      // One of the two has the person; the other proposes, or finds nothing to undo.
      expect([`${back.status} ${entered.status}`]).toSatisfy(([pair]: string[]) => ['200 202', '409 201', '202 201'].includes(pair!));
    }
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });

  it('and an outdated proposal neither blocks a move nor stays open', async () => {
    const person = someone();
    const first = (await there.post('/teachers', { body: person })).body;
    const { transfer } = (await here.post('/teachers', { body: person })).body;
    await there.post(`/teachers/${first.id}/departure`, { body: { kind: 'resigned' }, etag: tag(first) });
    expect((await here.post('/teachers', { body: person })).status).toBe(201);
    const waiting = (await there.get('/transfers?state=proposed')).body.items.map(({ id }: { id: string }) => id);
    expect(waiting).not.toContain(transfer.id);
    const again = await there.post('/teachers', { body: person });
    const out = (await here.get('/transfers?state=proposed')).body.items.find(({ id }: { id: string }) => id === again.body.transfer.id);
    expect((await here.post(`/transfers/${out.id}/acceptance`, { etag: tag(out) })).status).toBe(200);
  });
});

describe('the school of a person stays secret', () => {
  it('in the audit trail and the entry, after the other school has decided', async () => {
    for (const decision of ['acceptance', 'refusal']) {
      const person = someone();
      await there.post('/teachers', { body: person });
      const { transfer } = (await here.post('/teachers', { body: person })).body;
      const out = (await there.get('/transfers?state=proposed')).body.items.find(({ id }: { id: string }) => id === transfer.id);
      await there.post(`/transfers/${out.id}/${decision}`, {
        ...(decision === 'refusal' ? { body: { reason: '仍在職' } } : {}),
        etag: tag(out),
      });
      expect(JSON.stringify(await trailOf(here, `?target=${transfer.id}`))).not.toContain('蔡慧敏');
      const found = (await here.get(`/teachers?q=${encodeURIComponent(person.name)}`)).body.items;
      expect(JSON.stringify(found)).not.toContain('蔡慧敏');
    }
  });

  it('from unnoticed queries: each look-up of a person is audited and rate-limited', async () => {
    const small = await install({ limits: { lookups: 3 } });
    try {
      const [asking, giving] = await Promise.all([small.as('wang-head'), small.as('tsai-head')]);
      const person = someone();
      await giving.post('/teachers', { body: person });
      const own = (await asking.post('/teachers', { body: someone() })).body;
      const identity = { nationalId: person.nationalId, sex: person.sex, birthDate: person.birthDate, reason: '換證' };
      const answers = [
        await asking.post('/teachers/check', { body: person }),
        await asking.post('/teachers/check', { body: { ...person, birthDate: '1970-01-01' } }),
        await asking.post(`/teachers/${own.id}/identity`, { body: identity, etag: tag(own) }),
        await asking.post('/teachers/check', { body: { ...person, birthDate: '1970-01-02' } }),
        await asking.post('/teachers/check', { body: { ...person, birthDate: '1970-01-03' } }),
        // What was counted before is answered again.
        await asking.post('/teachers/check', { body: person }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 422, 422, 422, 429, 200]);
      const recorded = (await trailOf(asking, '?action=teacher.look-up')).reverse();
      expect(recorded.map(({ outcome, after }) => `${outcome} ${after.count}`)).toEqual([
        ...Array<string>(4).fill('done 1'),
        'denied 1',
        'done 1',
      ]);
      expect((await asking.post('/teachers', { body: someone() })).status).toBe(201);
    } finally {
      await small.end();
    }
  });
});

describe('readers above the unit see masked people', () => {
  it('in an export, as in the list', async () => {
    const { body } = await county.get('/teachers/export?scope=subtree&format=csv');
    const rows = String(body)
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(','));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.every(([, , name]) => /^.○+$/u.test(name!))).toBe(true);
    expect(rows.every(([, , , , nationalId]) => /^[A-Z]\*{9}$/.test(nationalId!))).toBe(true);
    expect(body).not.toContain('t001@');
  });

  it('in the audit trail, as on the roster; the school sees who exported', async () => {
    const { body } = await here.post('/teachers', { body: { ...someone(), name: '全名測試', unitNote: '健康因素' } });
    const unit = (await county.get('/units?q=014501')).body.items[0];
    const seen = JSON.stringify(await trailOf(county, `?unit=${unit.id}&target=${body.id}`));
    expect(seen).not.toMatch(/全名測試|健康因素/);
    expect(JSON.stringify(await trailOf(here, `?target=${body.id}`))).toContain('全名測試');
    await county.get(`/teachers/export?unit=${unit.id}&format=csv`);
    expect((await trailOf(here, '?action=teacher.export'))[0]).toMatchObject({ actor: { name: '高淑惠' } });
  });
});

describe('guesses at a password', () => {
  it('are counted one by one when they come together: after five, even the right password is refused there', async () => {
    const small = await install();
    try {
      const guess = (password: string) => small.anyone.post('/session', { body: { username: 'song-head', password } });
      const answers = await Promise.all([...Array.from({ length: 20 }, () => guess('wrong')), guess(DEMO_PASSWORD)]);
      expect(answers.every(({ status }) => status === 401)).toBe(true);
      const more = await Promise.all(Array.from({ length: 20 }, () => guess('wrong')));
      // The network has 20 failures of its 30: the right password, though the account was locked, is none.
      expect(more.filter(({ status }) => status === 429)).toHaveLength(10);
    } finally {
      await small.end();
    }
  });

  it('lock the account at the change of a password too, and are audited', async () => {
    const me = await installation.signIn('tang-head');
    for (let time = 0; time < 5; time++) await me.put('/me/password', { body: { current: 'wrong', next: 'long enough words' } });
    const right = await me.put('/me/password', { body: { current: DEMO_PASSWORD, next: 'long enough words' } });
    expect(right.body.errors).toMatchObject([{ path: 'current', code: 'wrong-password' }]);
    expect(await trailOf(me, '?action=session.fail')).toHaveLength(6);
  });
});

describe('tokens and codes of a session end with it', () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const code = async (page: Client): Promise<string> => (await page.post('/session/code', { body: { origin: SITE, challenge } })).body.code;
  const trade = (made: string) => installation.anyone.post('/session/token', { body: { code: made, verifier }, headers: { Origin: SITE } });

  it('at a sign-out and at a change of the password', async () => {
    const page = await installation.signIn('he-contact');
    const made = await code(page);
    await page.delete('/session');
    expect((await trade(made)).status).toBe(401);
    const [one, other] = [await installation.signIn('he-contact'), await installation.signIn('he-contact')];
    const second = await code(one);
    await other.put('/me/password', { body: { current: DEMO_PASSWORD, next: 'another long one' } });
    expect((await trade(second)).status).toBe(401);
  });

  it('and not later', async () => {
    const page = await installation.signIn('hsu-contact');
    const { body } = await trade(await code(page));
    const { token_hash: _hash, ...held } = { token_hash: '', expiresAt: body.expiresAt };
    expect(Date.parse(held.expiresAt) - Date.now()).toBeLessThanOrEqual(12 * 3600_000 + 24 * 3600_000);
  });
});

describe('ill-formed text is not stored', () => {
  it('an ill-formed id is rejected in body and path, and the audit chain stays valid', async () => {
    const body = '{"code":"zz1","name":"甲","level":"department","parentId":"\\ud800"}';
    expect((await here.post('/units', { body })).status).toBe(422);
    for (const path of ['/teachers/%ED%A0%80', '/teachers/%00', '/accounts/%E2%80%AE']) expect((await here.get(path)).status).toBe(404);
    expect((await installation.kit.store.verify()).chain.fault).toBe(null);
  });
});

describe('denied requests', () => {
  it('are audited for reads, as for writes', async () => {
    const [contact, operator] = await Promise.all([installation.as('lin-contact'), installation.as('chen-operator')]);
    const unit = (await there.get('/me')).body.unit.id;
    const reads: [Client, string, string][] = [
      [contact, '/accounts', 'account.read'],
      [contact, '/audit', 'audit.read'],
      [operator, '/teachers', 'teacher.read'],
      [operator, '/teachers/export', 'teacher.export'],
      [operator, '/transfers', 'teacher.read'],
      [here, `/units/${unit}`, 'unit.read'],
      [here, `/teachers?unit=${unit}`, 'teacher.read'],
      [here, `/accounts?unit=${unit}`, 'account.read'],
    ];
    for (const [who, path, action] of reads) {
      expect([403, 404]).toContain((await who.get(path)).status);
      expect((await trailOf(here))[0], path).toMatchObject({ action, outcome: 'denied' });
    }
  });
});

describe('a decision that runs again', () => {
  it('identifies the caller again: one of four concurrent changes of a profile succeeds, the others get 412', async () => {
    const me = await installation.signIn('peng-head').catch(() => installation.signIn('deng-head'));
    const { version } = (await me.get('/me')).body.account;
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) => me.patch('/me', { body: { title: `校長 ${n}` }, etag: `"${version}"` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect(answers.find(({ status }) => status === 200)!.etag).toBe(`"${version + 1}"`);
  });
});

describe('a repeated request', () => {
  it('creates one application with one reference, and changes a profile once', async () => {
    const unit = (await installation.anyone.get('/units/directory?q=014502')).body.items[0];
    const wish = {
      unitId: unit.id,
      username: 'sent-twice',
      name: '兩次',
      sex: 'male',
      title: '幹事',
      email: 't@example.test',
      phone: '02-1234-5678',
      password: 'long enough words',
    };
    const [first, second] = [
      await installation.anyone.post('/applications', { body: wish, key: 'a1' }),
      await installation.anyone.post('/applications', { body: wish, key: 'a1' }),
    ];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    const { version } = (await there.get('/me')).body.account;
    const sending = { body: { title: '代理校長' }, etag: `"${version}"`, key: 'm1' };
    expect((await there.patch('/me', sending)).status).toBe(200);
    expect((await there.patch('/me', sending)).status).toBe(200);
  });

  it('is stored encrypted: the database shows neither response nor request', async () => {
    const rows = (await installation.database.rows('select body, fingerprint from answers')) as { body: string }[];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ body }) => body === '' || /^f[0-9a-f]{8}\./.test(body))).toBe(true);
  });
});

describe('the end of a period', () => {
  it('ends the right to restore an account, and lets a rejected outside identity apply again', async () => {
    const portal = await install({
      identify: (request) =>
        request.headers.get('X-User')
          ? { issuer: 'p', subject: request.headers.get('X-User')! }
          : { accountId: request.headers.get('X-Account') ?? '' },
    });
    try {
      const head = (await portal.kit.store.accountByUsername('wang-head'))!;
      const asHead = { headers: { 'X-Account': head.id } };
      const unit = (await portal.anyone.get('/units/directory?q=014501')).body.items[0];
      const wish = { unitId: unit.id, name: '再申請', sex: 'male', title: '幹事', email: 't@example.test', phone: '02-1234-5678' };
      const apply = (username: string) => portal.anyone.post('/applications', { body: { ...wish, username }, headers: { 'X-User': 'u1' } });
      expect((await apply('first-try')).status).toBe(201);
      expect((await apply('at-once')).status).toBe(409);
      const asked = (await portal.anyone.get('/accounts?q=first-try', asHead)).body.items[0];
      const rejected = await portal.anyone.post(`/accounts/${asked.id}/rejection`, {
        body: { reason: '資料不全' },
        etag: tag(asked),
        ...asHead,
      });
      expect((await apply('second-try')).status).toBe(201);
      portal.pass(200 * 24 * 3600_000);
      expect((await portal.anyone.post(`/accounts/${asked.id}/restoration`, { etag: rejected.etag, ...asHead })).body.code).toBe('gone');
    } finally {
      await portal.end();
    }
  });
});

describe('a database that is locked by another process', () => {
  it('blocks neither reads nor liveness, and readiness reports it', async () => {
    const letGo = await installation.database.hold();
    try {
      installation.pass(61_000);
      const start = performance.now();
      expect((await here.get('/me')).status).toBe(200);
      expect((await here.get('/teachers')).status).toBe(200);
      expect((await here.get('/healthz')).status).toBe(200);
      expect(performance.now() - start).toBeLessThan(2_000);
      expect((await installation.anyone.get('/readyz')).status).toBe(503);
    } finally {
      await letGo();
    }
    expect((await installation.anyone.get('/readyz')).status).toBe(200);
    expect(ORIGIN).toMatch(/^https/);
  });
});

describe('concurrent requests', () => {
  it('of four writers to one account, one succeeds in each of 200 rounds, and the others get 412 or 409', async () => {
    const target = (await here.get('/accounts?q=lin-contact')).body.items[0];
    for (let round = 0; round < 200; round++) {
      const etag = (await here.get(`/accounts/${target.id}`)).etag;
      const answers = await Promise.all(
        [0, 1, 2, 3].map((writer) =>
          writer % 2
            ? here.patch(`/accounts/${target.id}`, { body: { title: `第${round}輪${writer}` }, etag })
            : here.put(`/accounts/${target.id}/role`, { body: { role: round % 2 ? 'contact' : 'operator' }, etag }),
        ),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses[0], `round ${round}`).toBe(200);
      expect(statuses.slice(1).every((status) => status === 412 || status === 409)).toBe(true);
    }
    expect((await installation.kit.store.verify()).chain.fault).toBe(null);
  });

  it('of eight registrations of one person create one entry', async () => {
    for (let round = 0; round < 5; round++) {
      const person = someone();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => (index % 2 ? here : there).post('/teachers', { body: person })),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(statuses.every((status) => [200, 201, 202].includes(status))).toBe(true);
      const found = await Promise.all([here, there].map((who) => who.get(`/teachers?q=${encodeURIComponent(person.name)}&pageSize=200`)));
      const ids = new Set(answers.filter(({ status }) => status < 202).map(({ body }) => body.id));
      expect(ids.size).toBe(1);
      expect(found.flatMap(({ body }) => body.items).filter(({ id }: { id: string }) => ids.has(id))).toHaveLength(1);
    }
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });
});
