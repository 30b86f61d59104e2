import { expect } from '@esm-bundle/chai';
import { account, json, me, problem, teacher } from '../testing/server.js';
import { ApiError } from './api-error.js';
import { Client, type ClientOptions, type UnauthenticatedEvent } from './client.js';

interface Sent {
  url: URL;
  method: string;
  headers: Headers;
  body: unknown;
}
type Reply = Response | Error | ((init: RequestInit) => Promise<Response>);

/** A client whose requests get these replies in turn, and the last one for all that follow. */
function clientThatGets(replies: Reply[], options: Partial<ClientOptions> = {}): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const reply = replies[Math.min(sent.length, replies.length - 1)]!;
    sent.push({ url: new URL(String(input)), method: init.method!, headers: new Headers(init.headers), body: init.body });
    if (reply instanceof Error) throw reply;
    return reply instanceof Response ? reply.clone() : reply(init);
  };
  return { client: new Client({ baseUrl: 'https://kit.test/api/', fetch, ...options }), sent };
}

/** No response until the request is aborted. */
const silence = ({ signal }: RequestInit): Promise<Response> =>
  new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(signal!.reason as Error);
    if (signal!.aborted) giveUp();
    signal!.addEventListener('abort', giveUp);
  });
const lost = new TypeError('Failed to fetch');
const page = (status: number): Response => new Response('<html>Sign in to the network</html>', { status });

async function refusal(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(ApiError);
  return error as ApiError;
}

const { setTimeout: timer } = globalThis;
/** Milliseconds that the client paused; a test does not wait for them. */
let pauses: number[];

describe('the client', () => {
  beforeEach(() => {
    pauses = [];
    globalThis.setTimeout = ((run: () => void, milliseconds: number) => {
      pauses.push(milliseconds);
      queueMicrotask(run);
      return 0;
    }) as unknown as typeof setTimeout;
  });
  afterEach(() => {
    globalThis.setTimeout = timer;
    // The getter of the prototype shows again.
    Reflect.deleteProperty(navigator, 'onLine');
  });

  const sendsChange = (client: Client, onUncertain?: () => void) =>
    client.call('PATCH /teachers/:id', { id: 't1', version: 3, body: { name: '王國雄' }, onUncertain });

  describe('a request', () => {
    it('goes to the path of the call, with each parameter encoded', async () => {
      const { client, sent } = clientThatGets([json({})]);
      await client.call('PATCH /teachers/imports/:id/rows/:row', { id: 'i1', row: 7, body: { skip: true } });
      await client.call('GET /applications/:reference', { reference: '甲/b?c=%' });
      expect(sent.map(({ method, url }) => `${method} ${url.href}`)).to.deep.equal([
        'PATCH https://kit.test/api/teachers/imports/i1/rows/7',
        'GET https://kit.test/api/applications/%E7%94%B2%2Fb%3Fc%3D%25',
      ]);
    });

    it('has its query encoded, and without the values that are empty', async () => {
      const { client, sent } = clientThatGets([json({})]);
      await client.call('GET /teachers', { query: { q: '王 &雄', unit: null, stage: '', status: undefined, departed: false, page: 2 } });
      expect(sent[0]!.url.search).to.equal('?q=%E7%8E%8B+%26%E9%9B%84&departed=false&page=2');
    });

    it('has its body as JSON, and the version that was read as If-Match', async () => {
      const { client, sent } = clientThatGets([json(teacher())]);
      await sendsChange(client);
      const { headers, body } = sent[0]!;
      expect([headers.get('Content-Type'), headers.get('If-Match'), body]).to.deep.equal(['application/json', '"3"', '{"name":"王國雄"}']);
    });

    it('sends a form as it is, whose type the browser sets with its boundary', async () => {
      const { client, sent } = clientThatGets([json({})]);
      const body = new FormData();
      await client.call('POST /teachers/imports', { body, once: true });
      expect([sent[0]!.headers.has('Content-Type'), sent[0]!.body]).to.deep.equal([false, body]);
    });

    it('asks for the token each time, and names the language', async () => {
      const tokens = ['first', null];
      const { client, sent } = clientThatGets([json(me())], { getToken: async () => tokens.shift()! });
      client.locale = 'en';
      await client.call('GET /me');
      await client.call('GET /me');
      expect(sent.map(({ headers }) => headers.get('Authorization'))).to.deep.equal(['Bearer first', null]);
      expect(sent[0]!.headers.get('Accept-Language')).to.equal('en');
    });

    it('goes to a path below the page where the base URL is relative', async () => {
      const { client, sent } = clientThatGets([json(me())], { baseUrl: '/inservice' });
      await client.call('GET /me');
      expect(sent[0]!.url.href).to.equal(`${location.origin}/inservice/me`);
    });
  });

  describe('a response', () => {
    it('is what the server sent, and nothing for 204', async () => {
      const { client } = clientThatGets([json(account()), new Response(null, { status: 204 })]);
      expect(await client.call('GET /accounts/:id', { id: 'a2' })).to.deep.equal(account());
      expect(await client.call('DELETE /session')).to.equal(undefined);
    });

    it('that refuses is an error with its code, its fields, the current version and the request id', async () => {
      const errors = [{ path: 'name', code: 'required', message: '請填寫' }];
      const { client } = clientThatGets([problem('precondition-failed', 412, { errors, current: teacher({ version: 4 }) })]);
      const error = await refusal(sendsChange(client));
      expect([error.code, error.status, error.requestId, error.message]).to.deep.equal([
        'precondition-failed',
        412,
        'r1',
        '標題 precondition-failed',
      ]);
      expect([error.fields, error.current()]).to.deep.equal([errors, teacher({ version: 4 })]);
    });

    it('that says that nobody is signed in is told with the token that was sent', async () => {
      const tokens = ['first', 'second', null];
      const answers = [problem('unauthenticated', 401), problem('forbidden', 403), problem('unauthenticated', 401)];
      const { client } = clientThatGets(answers, { getToken: async () => tokens.shift() ?? null });
      const told: (string | null)[] = [];
      client.addEventListener('unauthenticated', (event) => told.push((event as UnauthenticatedEvent).token));
      for (let time = 0; time < 3; time++) await refusal(client.call('GET /me'));
      expect(told).to.deep.equal(['first', null]);
    });

    it('says how many seconds to wait (Retry-After)', async () => {
      const busy = problem('rate-limited', 429);
      busy.headers.set('Retry-After', '30');
      const { client } = clientThatGets([busy, problem('rate-limited', 429)]);
      expect((await refusal(client.call('GET /me'))).retryAfter).to.equal(30);
      expect((await refusal(client.call('GET /me'))).retryAfter).to.equal(null);
    });

    it('of a proxy is unavailable for 502, 503 and 504, and internal for another failure', async () => {
      for (const [status, code] of [
        [502, 'unavailable'],
        [503, 'unavailable'],
        [504, 'unavailable'],
        [500, 'internal'],
        [404, 'internal'],
      ] as const) {
        const { client } = clientThatGets([page(status)]);
        expect((await refusal(client.call('GET /me'))).code, String(status)).to.equal(code);
      }
    });

    it('of a captive portal, a page with 200, is unavailable and not asked for again', async () => {
      const { client, sent } = clientThatGets([page(200)]);
      expect((await refusal(sendsChange(client))).code).to.equal('unavailable');
      expect(sent).to.have.length(1);
    });
  });

  describe('a write without a response', () => {
    it('is sent again after 1 and 3 seconds with the same bytes and key, and reports each attempt', async () => {
      let told = 0;
      const { client, sent } = clientThatGets([lost, lost, json(teacher())]);
      expect(await sendsChange(client, () => told++)).to.deep.equal(teacher());
      expect([sent.length, pauses, told]).to.deep.equal([3, [1_000, 3_000], 2]);
      const same = sent.map(({ url, method, headers, body }) => [url.href, method, [...headers], body]);
      expect(same[1]).to.deep.equal(same[0]);
      expect(same[2]).to.deep.equal(same[0]);
      expect(sent[0]!.headers.get('Idempotency-Key')).to.match(/^[0-9a-f-]{36}$/);
    });

    it('is sent again unchanged, even if its body object has changed since', async () => {
      const body = { name: '王國雄' };
      const { client, sent } = clientThatGets([lost, json(teacher())]);
      await client.call('PATCH /teachers/:id', { id: 't1', version: 3, body, onUncertain: () => (body.name = '王國') });
      expect(sent.map((each) => each.body)).to.deep.equal(['{"name":"王國雄"}', '{"name":"王國雄"}']);
    });

    it('is given up after the third attempt', async () => {
      const { client, sent } = clientThatGets([lost]);
      expect((await refusal(sendsChange(client))).code).to.equal('offline');
      expect(sent).to.have.length(3);
    });

    it('is sent again while the server still works on the first', async () => {
      const { client, sent } = clientThatGets([problem('in-progress', 409), json(teacher())]);
      await sendsChange(client);
      expect(sent).to.have.length(2);
    });

    it('is sent again when no response came in time', async () => {
      const { client, sent } = clientThatGets([silence, json(teacher())]);
      await client.call('DELETE /teachers/:id/departure', { id: 't1', version: 3, patience: 1 });
      expect(sent).to.have.length(2);
    });

    it('is not sent again once the browser is offline', async () => {
      let told = 0;
      Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
      const { client, sent } = clientThatGets([lost]);
      expect((await refusal(sendsChange(client, () => told++))).code).to.equal('offline');
      expect([sent.length, pauses, told]).to.deep.equal([1, [], 0]);
    });

    it('has another key than the write before it', async () => {
      const { client, sent } = clientThatGets([json(teacher())]);
      await sendsChange(client);
      await sendsChange(client);
      expect(sent[0]!.headers.get('Idempotency-Key')).not.to.equal(sent[1]!.headers.get('Idempotency-Key'));
    });

    it('is not sent again where the server refused', async () => {
      const { client, sent } = clientThatGets([problem('wrong-state', 409)]);
      expect((await refusal(sendsChange(client))).code).to.equal('wrong-state');
      expect(sent).to.have.length(1);
    });

    it('is sent once and without a key where the call is secret', async () => {
      for (const reply of [lost, problem('in-progress', 409), silence]) {
        const { client, sent } = clientThatGets([reply]);
        await refusal(client.call('POST /session', { body: { username: 'wang-head', password: 'x' }, once: true, patience: 1 }));
        expect([sent.length, sent[0]!.headers.has('Idempotency-Key')]).to.deep.equal([1, false]);
      }
    });
  });

  describe('a read', () => {
    it('is sent once and without a key', async () => {
      const { client, sent } = clientThatGets([lost]);
      expect((await refusal(client.call('GET /me'))).code).to.equal('offline');
      expect([sent.length, sent[0]!.headers.has('Idempotency-Key')]).to.deep.equal([1, false]);
    });

    it('times out', async () => {
      const { client } = clientThatGets([silence]);
      expect((await refusal(client.call('GET /me', { patience: 1 }))).code).to.equal('timeout');
    });

    it('that its caller gives up rejects with the caller’s reason and not with an error of the call', async () => {
      const { client, sent } = clientThatGets([silence]);
      const given = new AbortController();
      const read = client.call('GET /teachers', { signal: given.signal });
      const reason = new Error('another search');
      given.abort(reason);
      expect(await read.catch((error: unknown) => error)).to.equal(reason);
      expect(sent.length).to.equal(1);
    });
  });

  describe('a download', () => {
    const file = (disposition?: string): Response =>
      new Response('編號,姓名', { headers: disposition === undefined ? {} : { 'Content-Disposition': disposition } });

    it('has the name that the server gives it', async () => {
      const { client, sent } = clientThatGets([
        file(`attachment; filename="teachers.csv"; filename*=UTF-8''%E5%90%8D%E5%86%8A.csv`),
        file(),
      ]);
      const { name, blob } = await client.download('GET /teachers/export', { query: { format: 'csv' } });
      expect([name, await blob.text(), sent[0]!.url.href]).to.deep.equal([
        '名冊.csv',
        '編號,姓名',
        'https://kit.test/api/teachers/export?format=csv',
      ]);
      expect((await client.download('GET /me/data')).name).to.equal('download');
    });

    it('that wants a reason is a POST, sent once and without a key', async () => {
      const { client, sent } = clientThatGets([lost]);
      const body = { format: 'xlsx', personalData: true, reason: '勞保申報' } as const;
      expect((await refusal(client.download('POST /teachers/exports', { body, once: true }))).code).to.equal('offline');
      expect(sent.map(({ method, headers, body: bytes }) => [method, headers.has('Idempotency-Key'), bytes])).to.deep.equal([
        ['POST', false, JSON.stringify(body)],
      ]);
    });

    it('that is refused has its code', async () => {
      const { client } = clientThatGets([problem('forbidden', 403)]);
      expect((await refusal(client.download('GET /me/data'))).code).to.equal('forbidden');
    });
  });
});
