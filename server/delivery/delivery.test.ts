import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fact } from '../domain/facts.js';
import { madeUpId } from '../reference/made-up.js';
import { Rig } from '../soak/rig.js';
import { clientAt, install, type Installation } from '../testing/installation.js';
import { startMailbox } from '../testing/mailbox.js';
import { isPublicAddress, publicLookup } from './addresses.js';
import { webhook } from './webhook.js';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const SENT = { name: '林可蘭', sex: 'female', birthDate: '1990-03-04', title: 'teacher' };
let serial = 6_000_100;
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Receiver {
  url: string;
  got: { headers: IncomingHttpHeaders; body: string }[];
  /** What it answers, one after the other; then 204. */
  answers: number[];
}

async function receiver(): Promise<Receiver> {
  const got: Receiver['got'] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204, { Location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ending.push(() => new Promise((resolve) => void server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/facts`, got, answers };
}

async function until(holds: () => boolean): Promise<void> {
  for (let time = 0; time < 200 && !holds(); time++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(holds()).toBe(true);
}

async function register(at: Installation): Promise<string> {
  const head = await at.as('wang-head');
  const nationalId = madeUpId('national', 'female', serial++);
  const { status, body } = await head.post('/teachers', { body: { ...SENT, nationalId } });
  expect(status).toBe(201);
  return body.id as string;
}

describe('a webhook', () => {
  it('tells what happened to whom, signed, and nothing of the person', async () => {
    const to = await receiver();
    const at = await install({ webhooks: [{ url: to.url, secret: SECRET, allowPrivate: true }] });
    ending.push(() => at.end());
    const id = await register(at);
    await until(() => to.got.length > 0);
    const [{ headers, body }] = to.got as [Receiver['got'][number]];
    const payload = new Webhook(SECRET).verify(body, headers as Record<string, string>) as { type: string; data: { target: object } };
    expect(payload).toMatchObject({ type: 'teacher.registered', data: { target: { type: 'teacher', id } } });
    expect(body).not.toMatch(/林可蘭|1990|王建民/);
    expect(() => new Webhook(`whsec_${randomBytes(32).toString('base64')}`).verify(body, headers as Record<string, string>)).toThrow();
  });

  it('is sent again with the same id until it is taken, and follows no redirect', async () => {
    const to = await receiver();
    to.answers.push(500, 302);
    const told: string[] = [];
    const at = await install({
      webhooks: [{ url: to.url, secret: SECRET, allowPrivate: true }],
      onInternalError: (error) => void told.push(String(error)),
    });
    ending.push(() => at.end());
    await register(at);
    await until(() => told.length === 1);
    at.pass(11_000);
    await until(() => told.length === 2);
    at.pass(21_000);
    await until(() => to.got.length === 3);
    expect(new Set(to.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(told.join()).toMatch(/answered 500[^]*answered 302/);
    at.pass(3600_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(to.got).toHaveLength(3);
  }, 60_000);

  it('does not go out for what did not happen', async () => {
    const to = await receiver();
    const at = await install({ webhooks: [{ url: to.url, secret: SECRET, allowPrivate: true }] });
    ending.push(() => at.end());
    const operator = await at.as('wu-operator');
    await operator.post('/teachers', { body: { ...SENT, nationalId: madeUpId('national', 'female', serial++) } });
    const head = await at.as('wang-head');
    await head.post('/teachers', { body: { ...SENT, nationalId: 'A123456780' } });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(to.got).toHaveLength(0);
  });

  it('is refused at the start where it would reach inside, go unencrypted or be signed with too little', async () => {
    for (const url of [
      'https://127.0.0.1/',
      'https://10.1.2.3/',
      'https://[::1]/',
      'https://169.254.169.254/',
      'https://[::ffff:10.0.0.1]/',
      'http://example.com/',
      'https://u:p@example.com/',
      'ftp://example.com',
    ])
      await expect(webhook({ url, secret: SECRET }), url).rejects.toThrow('webhooks');
    await expect(webhook({ url: 'https://example.com/', secret: 'whsec_c2hvcnQ=' })).rejects.toThrow('24 bytes');
  });

  it('does not reach a name that leads inside', async () => {
    await expect(
      (await webhook({ url: 'https://localhost:9/', secret: SECRET })).deliver({ id: 'x', type: 'teacher.updated', at: '' }, 'x'),
    ).rejects.toThrow('not a public address');
    const looked = await new Promise((resolve) => publicLookup('localhost', { all: true }, (error) => resolve(error?.message)));
    expect(looked).toBe('localhost is not a public address');
  });
});

describe('addresses', () => {
  it('of the public internet are told from all others', () => {
    for (const address of ['8.8.8.8', '140.111.1.1', '2001:288::1', '2606:4700::1111'])
      expect(isPublicAddress(address), address).toBe(true);
    for (const address of [
      '0.0.0.0',
      '100.64.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      '2001:db8::1',
      'nonsense',
      '',
    ])
      expect(isPublicAddress(address), address).toBe(false);
  });
});

describe('kit.on', () => {
  it('is told after the commit, and again where it threw', async () => {
    const told: unknown[] = [];
    const at = await install({ onInternalError: (error) => void told.push(error) });
    ending.push(() => at.end());
    const heard: Fact[] = [];
    at.kit.on('teacher.registered', (fact) => {
      heard.push(fact);
      if (heard.length === 1) throw new Error('not now');
    });
    const id = await register(at);
    await until(() => told.length === 1);
    at.pass(11_000);
    await until(() => heard.length === 2);
    expect(heard.map(({ target }) => target.id)).toEqual([id, id]);
  });
});

describe('a consumer that hangs', () => {
  it('keeps no other waiting, and not the end either', async () => {
    const mailbox = await startMailbox();
    ending.push(() => mailbox.end());
    const at = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' }, onInternalError: () => undefined });
    at.kit.on('account.rejected', () => new Promise(() => undefined));
    const head = await at.as('wang-head');
    const { body } = await head.get('/accounts?status=pending');
    for (const { id, version } of body.items)
      await head.post(`/accounts/${id}/rejection`, { body: { reason: '資料不全' }, etag: `"${version}"` });
    await mailbox.letter('lee-jj@example.test', '資料不全');
    await mailbox.letter('yating@example.test', '資料不全');
    const began = Date.now();
    await at.end();
    expect(Date.now() - began).toBeLessThan(15_000);
  }, 60_000);
});

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (engine) => {
  it('what was acknowledged is told although its server was killed before it had told it', async () => {
    const to = await receiver();
    const mailbox = await startMailbox();
    ending.push(() => mailbox.end());
    const rig = await Rig.make(engine, 1);
    ending.push(() => rig.end());
    const env = {
      WEBHOOK_URL: to.url,
      WEBHOOK_SECRET: SECRET,
      WEBHOOK_ALLOW_PRIVATE: 'true',
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'kit@example.test',
    };
    // What is sent before the kill is not taken.
    to.answers.push(500, 500);
    mailbox.refusing = true;
    const first = await rig.start({ env });
    const clerk = clientAt(first.url);
    const head = await clerk.signIn('wang-head');
    const { body } = await head.get('/accounts?q=lee-jj');
    const { id, version } = body.items[0];
    expect((await head.post(`/accounts/${id}/rejection`, { body: { reason: '資料不全' }, etag: `"${version}"` })).status).toBe(200);
    first.kill('SIGKILL');
    await first.ended;
    to.answers.length = 0;
    to.got.length = 0;
    mailbox.refusing = false;
    const second = await rig.start({ env });
    expect((await mailbox.letter('lee-jj@example.test', '資料不全')).subject).toContain('was rejected');
    await until(() => to.got.some(({ body: sent }) => sent.includes('account.rejected')));
    second.kill('SIGTERM');
    await second.ended;
  }, 90_000);
});
