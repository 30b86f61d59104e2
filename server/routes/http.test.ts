/** What the app does with a request before a use case sees it, and with the headers of its answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { Client, formOf, install, ORIGIN, type Installation } from '../testing/installation.js';
import { PAGE_POLICY } from './element-files.js';

const SITE = 'https://cms.example.org';
const people = new MadeUpPeople(733);
let installation: Installation;
let head: Client;

beforeAll(async () => {
  installation = await install({ origins: [SITE], trustedProxies: ['10.0.0.9'], limits: { addressFailures: 2, searches: 2, files: 1 } });
  head = await installation.as('wang-head');
});
afterAll(() => installation.end());

/** A client of one instance: what a process counts in its memory, it counts for itself. */
const atOneInstance = (username: string) => new Client(installation.kit.fetch).signIn(username);

const registration = () => {
  const { name, sex, nationalId, birthDate } = people.person();
  return { name, sex, nationalId, birthDate, title: 'teacher' };
};

describe('the preflight of a listed site', () => {
  const preflight = (origin: string) =>
    installation.fetch(
      new Request(`${ORIGIN}/teachers`, { method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'PATCH' } }),
    );

  it('allows the methods of the contract, for ten minutes', async () => {
    const { status, headers } = await preflight(SITE);
    expect([status, headers.get('Access-Control-Allow-Methods'), headers.get('Access-Control-Max-Age')]).toEqual([
      204,
      'GET,POST,PUT,PATCH,DELETE',
      '600',
    ]);
    expect((await preflight('https://evil.example')).headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('is followed by an answer whose version, waiting time, file name and request id can be read', async () => {
    const { headers } = await installation.anyone.get('/codes', { headers: { Origin: SITE } });
    expect(headers.get('Access-Control-Expose-Headers')).toBe('ETag,Retry-After,Content-Disposition,X-Request-Id');
  });
});

describe('the kit’s own pages', () => {
  it('run no script and load nothing of another origin', async () => {
    for (const path of ['/sign-in', '/recover']) {
      const { headers, body } = await installation.anyone.get(path);
      expect(headers.get('Content-Security-Policy'), path).toBe(PAGE_POLICY);
      expect(body).toMatch(/<script type="module" src="elements\/[\w-]+\.js"><\/script>/);
    }
  });

  it('with the sign-in form keep the window that opened them, and the form for a forgotten password is not cached', async () => {
    expect((await installation.anyone.get('/sign-in')).headers.get('Cross-Origin-Opener-Policy')).toBe('unsafe-none');
    expect((await installation.anyone.get('/recover')).headers.get('Cache-Control')).toBe('no-store');
  });
});

describe('the address of a caller', () => {
  const failFrom = async (remoteAddress: string, forwarded?: string): Promise<number> => {
    const headers = { Origin: ORIGIN, 'Content-Type': 'application/json', ...(forwarded ? { 'X-Forwarded-For': forwarded } : {}) };
    const body = JSON.stringify({ username: 'nobody', password: 'wrong' });
    const request = new Request(`${ORIGIN}/session`, { method: 'POST', body, headers });
    return (await installation.kit.app.fetch(request, { incoming: { socket: { remoteAddress } } })).status;
  };

  it('is the same in IPv4 and mapped to IPv6', async () => {
    expect([await failFrom('10.1.0.1'), await failFrom('::ffff:10.1.0.1'), await failFrom('10.1.0.1')]).toEqual([401, 401, 429]);
    expect(await failFrom('::ffff:10.0.0.9', '10.1.0.2'), 'a trusted proxy, mapped').toBe(401);
    expect([await failFrom('10.1.0.2'), await failFrom('10.0.0.9', ' 10.1.0.2 ')]).toEqual([401, 429]);
  });

  it('is that of the proxy if the proxy names none', async () => {
    expect([await failFrom('10.0.0.9'), await failFrom('10.0.0.9'), await failFrom('10.0.0.9')]).toEqual([401, 401, 429]);
  });
});

describe('expensive reads', () => {
  it('of the directory are limited by address, and the answer says how long to wait', async () => {
    const anyone = new Client(installation.kit.fetch);
    const search = async () => (await anyone.get('/units/directory?q=014501')).status;
    expect([await search(), await search()]).toEqual([200, 200]);
    const refused = await anyone.get('/units/directory?q=014501');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited']);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('Retry-After'))).toBeLessThanOrEqual(60);
    installation.pass(61_000);
    expect(await search()).toBe(200);
  });

  it('of files are limited by account, exports and staged imports together', async () => {
    const [contact, other] = await Promise.all([atOneInstance('lin-contact'), atOneInstance('tsai-head')]);
    expect((await contact.get('/teachers/export?format=csv')).status).toBe(200);
    expect((await contact.post('/teachers/imports', { body: { cells: [['姓名'], ['甲']] } })).status).toBe(429);
    expect((await contact.get('/teachers/export?format=csv')).status).toBe(429);
    expect((await other.get('/teachers/export?format=csv')).status).toBe(200);
  });
});

describe('the type of a body', () => {
  const send = (path: string, type: string) =>
    head.post(path, { body: '{"nonsense":1}', headers: { 'Content-Type': type } }).then(({ status }) => status);

  it('is JSON, also with a parameter or a suffix, in any case', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/json ;charset=utf-8', 'APPLICATION/JSON', 'application/vnd.x+json'])
      expect(await send('/teachers', type), type).toBe(422);
  });

  it('is nothing else: a page of another site could send those without a preflight', async () => {
    for (const type of ['text/plain', 'text/plain; application/json', 'application/jsonp', 'application/x-www-form-urlencoded'])
      expect(await send('/teachers', type), type).toBe(415);
    expect(await send('/teachers', 'multipart/form-data; boundary=x'), 'no call for files').toBe(415);
  });
});

describe('a form with a file', () => {
  const stage = async (more: (form: FormData) => void) => {
    const form = new FormData();
    form.append('file', new File(['姓名\n甲'], 'a.csv'));
    more(form);
    const encoded = new Response(form);
    const headers = { 'Content-Type': encoded.headers.get('content-type')! };
    installation.pass(61_000);
    return head.post('/teachers/imports', { body: new Uint8Array(await encoded.arrayBuffer()), headers });
  };

  it('that names a field twice is malformed', async () => {
    expect((await stage((form) => form.append('file', new File(['姓名\n乙'], 'b.csv')))).body.code).toBe('malformed');
  });

  it('that breaks off is malformed', async () => {
    const answer = await head.post('/teachers/imports', {
      body: '--x\r\n',
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'malformed']);
  });

  it('may be as large as the contract says, unlike any other body', async () => {
    const large = Buffer.alloc(2 * 1024 * 1024, ',');
    installation.pass(61_000);
    expect((await head.post('/teachers/imports', await formOf(large, 'x.csv'))).status).not.toBe(413);
    expect((await head.post('/teachers', await formOf(large, 'x.csv'))).status).toBe(413);
    expect((await head.post('/teachers/imports', { body: JSON.stringify({ cells: [['x'.repeat(2 * 1024 * 1024)]] }) })).status).toBe(413);
    const tooLarge = Buffer.alloc(11 * 1024 * 1024, ',');
    expect((await head.post('/teachers/imports', await formOf(tooLarge, 'x.csv'))).status).toBe(413);
  });
});

describe('an id in a path', () => {
  it('has up to 128 letters, digits, dots, colons, hyphens and underscores; others belong to nothing', async () => {
    for (const id of ['a%20b', 'a%27--', '%00', 'x'.repeat(129), 'a%0Ab', 'a%C3%A9'])
      expect((await head.get(`/teachers/${id}`)).body.code, id).toBe('not-found');
  });
});

describe('a request that is sent again', () => {
  it('with its key gets the answer of the first, with its version and type, and is done once', async () => {
    const body = registration();
    const [first, again] = [await head.post('/teachers', { body, key: 'again' }), await head.post('/teachers', { body, key: 'again' })];
    expect([first.status, again.status, again.etag, again.body]).toEqual([201, 201, first.etag, first.body]);
    expect(again.headers.get('Content-Type')).toBe('application/json');
  });

  it('after an error of the fields gets that error again, as a problem', async () => {
    const body = { ...registration(), title: 'king' };
    const [first, again] = [await head.post('/teachers', { body, key: 'wrong' }), await head.post('/teachers', { body, key: 'wrong' })];
    expect([first.status, again.status, again.body]).toEqual([422, 422, first.body]);
    expect(again.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    expect(again.etag).toBe('');
  });

  it('after it was denied is decided anew', async () => {
    const contact = await installation.as('lin-contact');
    const { body: page } = await head.get('/accounts?q=chen-operator');
    const { id, version } = page.items[0];
    const send = () => contact.put(`/accounts/${id}/role`, { body: { role: 'contact' }, etag: `"${version}"`, key: 'denied' });
    const [first, again] = [await send(), await send()];
    expect([first.status, again.status]).toEqual([403, 403]);
    expect(again.body.requestId).not.toBe(first.body.requestId);
  });

  it('with a key of another call, or of another body, is refused', async () => {
    const body = registration();
    expect((await head.post('/teachers', { body, key: 'one use' })).status).toBe(201);
    expect((await head.post('/teachers', { body: registration(), key: 'one use' })).body.code).toBe('idempotency-key-reused');
    expect(
      (await (await installation.as('lin-contact')).post('/teachers', { body: registration(), key: 'one use' })).status,
      'another caller',
    ).toBe(201);
  });

  it('has a key of 1 to 255 characters', async () => {
    const body = registration();
    for (const key of ['', 'x'.repeat(256)])
      expect((await head.post('/teachers', { body, key })).body.errors).toEqual([
        expect.objectContaining({ path: 'Idempotency-Key', code: 'wrong-type' }),
      ]);
    expect((await head.post('/teachers', { body, key: 'x'.repeat(255) })).status).toBe(201);
  });

  it('gets 409 with Retry-After while the first one still runs', async () => {
    const body = registration();
    const one = await atOneInstance('wang-head');
    const answers = await Promise.all([1, 2, 3].map(() => one.post('/teachers', { body, key: 'at once' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const waiting = answers.find(({ status }) => status === 409)!;
    expect([waiting.body.code, waiting.headers.get('Retry-After')]).toEqual(['in-progress', '1']);
    expect((await head.post('/teachers', { body, key: 'at once' })).status).toBe(201);
  });
});

describe('the version that was read', () => {
  it('may be one of a list, weak or strong', async () => {
    const { body: teacher } = await head.post('/teachers', { body: registration() });
    const change = (remark: string, etag: string) => head.patch(`/teachers/${teacher.id}`, { body: { remark }, etag });
    expect((await change('一', `"99", W/"${teacher.version}"`)).status).toBe(200);
    expect((await change('二', `"99","98"`)).status).toBe(412);
    expect((await change('三', `${teacher.version + 1}`)).status, 'without quotation marks').toBe(412);
  });
});

describe('an error', () => {
  it('without a sign-in names the scheme; others do not', async () => {
    expect((await installation.anyone.get('/me')).headers.get('WWW-Authenticate')).toBe('Bearer');
    expect((await head.get('/nothing')).headers.get('WWW-Authenticate')).toBeNull();
  });

  it('names its kind by a URI, a code and a status', async () => {
    expect((await head.get('/nothing')).body).toMatchObject({
      type: 'https://inservice-kit.invalid/errors/not-found',
      code: 'not-found',
      status: 404,
    });
  });
});

describe('an installation on the loopback interface, without TLS', () => {
  it('has cookies that a browser accepts there, and does not ask for TLS', async () => {
    const url = 'http://localhost:8080';
    const local = await install({ publicUrl: url });
    try {
      const body = { username: 'wang-head', password: DEMO_PASSWORD };
      const { headers } = await new Client(local.fetch, '', url).post('/session', { body });
      const [cookie, device] = headers.getSetCookie() as [string, string];
      expect(device).toMatch(/^inservice_device=[\w.-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/);
      expect(cookie).toMatch(/^inservice_session=[\w-]{43}; /);
      expect(cookie.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Lax']);
      expect(headers.get('Strict-Transport-Security')).toBeNull();
      const signedIn = new Client(local.fetch, cookie.split(';')[0], url);
      const out = await signedIn.delete('/session');
      expect([out.status, out.headers.get('Set-Cookie')]).toEqual([
        204,
        expect.stringMatching(/^inservice_session=; Max-Age=0; Path=\/; /),
      ]);
    } finally {
      await local.end();
    }
  });
});
