import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../contract/call.js';
import { calls } from '../contract/calls.js';
import { purgeTrails } from '../services/upkeep/housekeeping.js';
import { demoData } from '../reference/demo-data.js';
import { install, ORIGIN, type Client, type Installation } from '../testing/installation.js';

let installation: Installation;
let head: Client;

beforeAll(async () => {
  installation = await install({ limits: { invalidBodies: 100_000 } });
  head = await installation.as('wang-head');
});
afterAll(() => installation.end());

const known = Object.entries(calls) as unknown as [string, Call][];
const pathOf = (call: Call): string => call.path.replace(/:\w+/g, 'nothing');
const raw = (path: string, init: RequestInit) =>
  installation.fetch(new Request(`${ORIGIN}${path}`, { ...init, headers: { Origin: ORIGIN, ...init.headers } }));

describe('/openapi.json', () => {
  it('describes every call of the server, and no other', async () => {
    const { body } = await installation.anyone.get('/openapi.json');
    const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const routed = installation.kit.app.routes
      .filter(
        ({ method, path }) =>
          method !== 'ALL' &&
          !path.startsWith('/session/oidc/') &&
          !['/openapi.json', '/sign-in', '/recover', '/elements/:file'].includes(path),
      )
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(described)].sort()).toEqual([...new Set(routed)].sort());
  });

  it('is OpenAPI 3.1 with a schema for every declared response', async () => {
    const { body } = await installation.anyone.get('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    for (const [id, call] of known) {
      const operation = body.paths[call.path.replace(/:(\w+)/g, '{$1}')][call.method];
      expect(operation.operationId).toBe(id);
      for (const status of Object.keys(call.answers)) expect(operation.responses[status], `${id} ${status}`).toBeDefined();
    }
  });
});

describe('every call', () => {
  it('that requires a sign-in answers 401 without one', async () => {
    for (const [id, call] of known.filter(([, { access }]) => access !== 'anyone')) {
      expect((await installation.anyone.send(call.method.toUpperCase(), pathOf(call), call.body ? { body: {} } : {})).status, id).toBe(401);
    }
  });

  it('with a body answers 415 for another media type and 400 for invalid JSON', async () => {
    for (const [id, call] of known.filter(([, { body, access }]) => body && (access === 'anyone' || access === 'identity'))) {
      const method = call.method.toUpperCase();
      expect((await raw(pathOf(call), { method, body: 'a=1', headers: { 'Content-Type': 'text/plain' } })).status, id).toBe(415);
      expect((await raw(pathOf(call), { method, body: '{', headers: { 'Content-Type': 'application/json' } })).status, id).toBe(400);
    }
  });

  it('on an unknown id answers 404, before the fields are validated', async () => {
    for (const [id, call] of known.filter(([, { path }]) => path.includes(':id'))) {
      const answer = await head.send(call.method.toUpperCase(), pathOf(call), call.body ? { body: { nonsense: 1 } } : {});
      expect(answer.status, id).toBe(404);
    }
  });
});

describe('invalid input', () => {
  it('gets 404 for an unknown path, and 405 with Allow for another method', async () => {
    expect((await head.get('/nothing/here')).body.code).toBe('not-found');
    const other = await head.put('/accounts', { body: {} });
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('gets 413 if it is too large, 422 if it is nested or of the wrong shape, and no 5xx', async () => {
    const big = await raw('/session', {
      method: 'POST',
      body: JSON.stringify({ username: 'x'.repeat(1_100_000), password: 'y' }),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(big.status).toBe(413);
    const deep = `${'['.repeat(8_000)}${']'.repeat(8_000)}`;
    for (const body of [
      deep,
      'null',
      '1',
      '"x"',
      '[]',
      '{"username":{"$ne":null},"password":["x"]}',
      '{"__proto__":{"a":1},"username":"x","password":"y","constructor":1}',
    ]) {
      const answer = await raw('/session', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
      expect(answer.status, body.slice(0, 40)).toBe(422);
    }
  });

  it('is reported in the reader’s language, with the request id', async () => {
    const english = await head.get('/accounts?page=0', { headers: { 'Accept-Language': 'en-GB,en;q=0.9,zh;q=0.5' } });
    expect(english.body).toMatchObject({ title: 'Some fields are wrong', errors: [{ path: 'page', message: 'Not an allowed value' }] });
    expect(english.headers.get('content-type')).toContain('application/problem+json');
    expect(english.headers.get('x-request-id')).toBe(english.body.requestId);
    expect((await head.get('/accounts?page=0')).body.title).toBe('欄位有誤');
  });

  it('gets no 5xx for 1,000 random bodies', async () => {
    const values = [
      null,
      true,
      0,
      -1,
      Number.MAX_VALUE,
      '',
      ' ',
      'x'.repeat(5000),
      '\ud800',
      '\u0000',
      '=1+1',
      '<script>',
      {},
      [],
      [[]],
      'A123456789',
      '2020-02-30',
    ];
    const writes = known.filter(([, { body }]) => body);
    let asked = 0;
    for (let round = 0; round < 1_000; round++) {
      const [id, call] = writes[round % writes.length]!;
      const fields = [
        'name',
        'sex',
        'nationalId',
        'birthDate',
        'title',
        'email',
        'reason',
        'role',
        'kind',
        'on',
        'unitId',
        'username',
        'password',
        'code',
        'subjects',
      ];
      const body = Object.fromEntries(
        fields
          .filter((_, index) => (round * 7 + index * 13) % 3 === 0)
          .map((field, index) => [field, values[(round + index * 5) % values.length]]),
      );
      const { status } = await head.send(call.method.toUpperCase(), pathOf(call), { body, etag: '"1"' });
      expect(status, `${id} ${JSON.stringify(body)}`).toBeLessThan(500);
      asked++;
    }
    expect(asked).toBe(1_000);
  });
});

describe('units', () => {
  it('are created only by the head of the parent, and found by code', async () => {
    const unit = { code: '014599', name: '甲縣立新設國民小學', level: 'school' };
    const county = await installation.as('county-a');
    const { unit: own } = (await county.get('/me')).body;
    const made = await county.post('/units', { body: { ...unit, parentId: own.id } });
    expect([made.status, made.body.parentId]).toEqual([201, own.id]);
    expect((await county.post('/units', { body: { ...unit, parentId: own.id } })).body.errors).toMatchObject([
      { path: 'code', code: 'code-taken' },
    ]);
    expect((await head.post('/units', { body: { ...unit, code: 'X1', parentId: own.id } })).status).toBe(403);
    const renamed = await county.patch(`/units/${made.body.id}`, { body: { name: '甲縣立新設小學' }, etag: made.etag });
    expect(renamed.body.name).toBe('甲縣立新設小學');
  });

  it('are moved with their subtree by the head above both parents, and never below themselves', async () => {
    const [ministry, countyA, countyB] = await Promise.all([
      installation.as('moe-head'),
      installation.as('county-a'),
      installation.as('county-b'),
    ]);
    const b = (await countyB.get('/me')).body.unit;
    const school = (await countyA.get('/units?q=014502')).body.items[0];
    const etag = `"${school.version}"`;
    expect((await countyA.patch(`/units/${school.id}`, { body: { parentId: b.id }, etag })).status).toBe(403);
    const moved = await ministry.patch(`/units/${school.id}`, { body: { parentId: b.id }, etag });
    expect([moved.status, moved.body.parentId]).toEqual([200, b.id]);
    expect((await countyB.get(`/teachers?unit=${school.id}`)).status).toBe(200);
    expect((await countyA.get(`/teachers?unit=${school.id}`)).status).toBe(404);
    const itself = await ministry.patch(`/units/${b.id}`, {
      body: { parentId: school.id },
      etag: `"${(await ministry.get(`/units/${b.id}`)).body.version}"`,
    });
    expect(itself.body.errors).toMatchObject([{ path: 'parentId', code: 'own-subtree' }]);
    expect(await installation.kit.store.verify()).toMatchObject({ database: [] });
  });
});

describe('the audit trail', () => {
  it('is append-only: the database rejects updates and deletions of entries', async () => {
    for (const sql of [
      "update trail set action = 'load'",
      'delete from trail',
      "update trail_details set details = '{}'",
      'delete from trail_details',
    ])
      await expect(installation.database.exec(sql)).rejects.toThrow(/append-only/);
  });

  it('detects a changed entry, a lost tail, changed or missing details, and a forged purge', async () => {
    const unit = '(select unit_id from trail group by unit_id having count(*) > 5 order by unit_id limit 1)';
    for (const [tamper, what] of [
      [`update trail set action = 'purge' where seq = 2 and unit_id = ${unit}`, 'changed'],
      [`update trail_details set details = replace(details, 'null', '1') where seq = 2 and unit_id = ${unit}`, 'details were changed'],
      [`delete from trail_details where seq = 2 and unit_id = ${unit}`, 'details are missing'],
      [`delete from trail where seq = 2 and unit_id = ${unit}`, 'entry 2 is missing'],
      ['delete from trail where seq = (select max(seq) from trail t where t.unit_id = trail.unit_id)', 'ends before'],
      [`delete from trail where unit_id = ${unit}`, 'missing'],
      [
        `insert into trail_segments select unit_id, 'entries', 3, mac, at, mac from trail where seq = 3 and unit_id = ${unit}`,
        'purge was changed',
      ],
    ] as const) {
      const victim = await install();
      await victim.database.unguard();
      await victim.database.exec(tamper);
      expect((await victim.kit.store.verify()).chain.fault?.what, tamper).toContain(what);
      await victim.end();
    }
  });

  it('detects a tail that was cut off together with its recorded head, by the heads files', async () => {
    const victim = await install();
    await victim.database.unguard();
    const newest = '(select max(seq) from trail t where t.unit_id = trail_heads.unit_id)';
    for (const sql of [
      'delete from trail_details where seq = (select max(seq) from trail t where t.unit_id = trail_details.unit_id)',
      'delete from trail where seq = (select max(seq) from trail t where t.unit_id = trail.unit_id)',
      `update trail_heads set mac = (select mac from trail t where t.unit_id = trail_heads.unit_id and t.seq = ${newest}), seq = ${newest} where exists (select 1 from trail t where t.unit_id = trail_heads.unit_id)`,
    ])
      await victim.database.exec(sql);
    expect((await victim.kit.store.verify()).chain.fault?.what).toContain('were acknowledged and are missing');
    await victim.end();
  });

  it('is purged in whole months after the retention period, with an entry for it, and verifies from there on', async () => {
    const kept = await install();
    const head = await kept.as('wang-head');
    const note = { body: { remark: '舊' }, etag: '"1"' };
    const [teacher] = (await head.get('/teachers')).body.items;
    await head.patch(`/teachers/${teacher.id}`, note);
    kept.pass(3 * 365 * 24 * 3600_000);
    expect(await purgeTrails(kept.kit.internals)).toBeGreaterThan(0);
    const later = await kept.signIn('wang-head');
    const [purge, ...rest] = (await later.get('/audit?to=2100-01-01T00:00:00Z')).body.items.slice(1);
    expect(purge).toMatchObject({ action: 'purge', outcome: 'done', after: { kind: 'details' } });
    expect(rest[0]).toMatchObject({ action: 'teacher.update', before: null, after: null });
    kept.pass(3 * 365 * 24 * 3600_000);
    await purgeTrails(kept.kit.internals);
    expect((await (await kept.signIn('wang-head')).get('/audit?action=teacher.update')).body.items).toEqual([]);
    expect(await kept.kit.store.verify()).toMatchObject({ database: [], chain: { fault: null } });
    expect(await purgeTrails(kept.kit.internals)).toBe(0);
    await kept.end();
    await expect(install({ limits: { trailDays: 90 } })).rejects.toThrow(/at least 180 days/);
  });

  it('is not purged where it was changed, because a purge would hide the change', async () => {
    const victim = await install();
    await victim.database.unguard();
    await victim.database.exec("update trail set at = '2001-01-01T00:00:00.000Z' where seq = 1");
    await expect(purgeTrails(victim.kit.internals)).rejects.toThrow(/nothing is purged/);
    expect((await victim.kit.store.verify()).chain.fault?.what).toContain('changed');
    await victim.end();
  });

  it('is not continued by a running server after its tail was cut off, and `verify` reports it', async () => {
    const victim = await install({ onInternalError: () => undefined });
    const head = await victim.as('wang-head');
    const [entry] = (await head.get('/teachers')).body.items;
    const note = async (remark: string): Promise<number> => {
      // Opening an entry leaves a line too.
      const { status, body } = await head.get(`/teachers/${entry.id}`);
      if (status !== 200) return status;
      return (await head.patch(`/teachers/${entry.id}`, { body: { remark }, etag: `"${body.version}"` })).status;
    };
    for (const remark of ['一', '二', '三', '四']) expect(await note(remark)).toBe(200);
    await victim.database.unguard();
    const unit = `(select unit_id from teachers where id = '${entry.id}')`;
    for (const sql of [
      `delete from trail_details where unit_id = ${unit} and seq > 5`,
      `delete from trail where unit_id = ${unit} and seq > 5`,
      `update trail_heads set seq = 5, mac = (select mac from trail t where t.unit_id = trail_heads.unit_id and t.seq = 5) where unit_id = ${unit}`,
    ])
      await victim.database.exec(sql);
    const answers = [await note('五'), await note('六')];
    expect(answers.some((status) => status >= 500)).toBe(true);
    expect((await victim.kit.store.verify()).chain.fault?.what).toMatch(/acknowledged/);
    await victim.end();
  });

  it('holds no identity number or birth date in plain text, nor does the database', async () => {
    await installation.kit.store.ping();
    const text = await installation.database.text();
    expect(text).toContain('wang-head');
    for (const { nationalId, birthDate } of demoData().teachers!) {
      expect(text.includes(nationalId)).toBe(false);
      expect(text.includes(`"${birthDate}"`)).toBe(false);
    }
  });
});

describe('an Authorization scheme that browsers send by themselves', () => {
  it('is not a token: the Origin is checked and the cookie is used', async () => {
    const contact = await installation.signIn('lin-contact');
    const basic = { Authorization: `Basic ${Buffer.from('portal:secret').toString('base64')}` };
    expect((await contact.get('/me', { headers: basic })).status).toBe(200);
    const elsewhere = await contact.delete('/session', { headers: { ...basic, Origin: 'https://evil.example' } });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'origin-not-allowed']);
  });
});
