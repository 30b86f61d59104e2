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
  received: { headers: IncomingHttpHeaders; body: string }[];
  /** The statuses of the next responses, in order; after them 204. */
  statuses: number[];
}

async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 204, { Location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ending.push(() => new Promise((resolve) => void server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/facts`, received, statuses };
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(condition()).toBe(true);
}

async function register(installation: Installation): Promise<string> {
  const head = await installation.as('wang-head');
  const nationalId = madeUpId('national', 'female', serial++);
  const { status, body } = await head.post('/teachers', { body: { ...SENT, nationalId } });
  expect(status).toBe(201);
  return body.id as string;
}

describe('a webhook', () => {
  it('delivers a signed fact without personal data', async () => {
    const receiver = await startReceiver();
    const installation = await install({ webhooks: [{ url: receiver.url, secret: SECRET, allowPrivate: true }] });
    ending.push(() => installation.end());
    const id = await register(installation);
    await until(() => receiver.received.length > 0);
    const [{ headers, body }] = receiver.received as [Receiver['received'][number]];
    const payload = new Webhook(SECRET).verify(body, headers as Record<string, string>) as { type: string; data: { target: object } };
    expect(payload).toMatchObject({ type: 'teacher.registered', data: { target: { type: 'teacher', id } } });
    expect(body).not.toMatch(/林可蘭|1990|王建民/);
    expect(() => new Webhook(`whsec_${randomBytes(32).toString('base64')}`).verify(body, headers as Record<string, string>)).toThrow();
  });

  it('repeats a delivery with the same id until the receiver accepts it, and does not follow redirects', async () => {
    const receiver = await startReceiver();
    receiver.statuses.push(500, 302);
    const reported: string[] = [];
    const installation = await install({
      webhooks: [{ url: receiver.url, secret: SECRET, allowPrivate: true }],
      onInternalError: (error) => void reported.push(String(error)),
    });
    ending.push(() => installation.end());
    await register(installation);
    await until(() => reported.length === 1);
    installation.pass(11_000);
    await until(() => reported.length === 2);
    installation.pass(21_000);
    await until(() => receiver.received.length === 3);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(reported.join()).toMatch(/status 500[^]*status 302/);
    installation.pass(3600_000);
    await installation.delivered();
    expect(receiver.received).toHaveLength(3);
  }, 60_000);

  it('delivers nothing for a refused call', async () => {
    const receiver = await startReceiver();
    const installation = await install({ webhooks: [{ url: receiver.url, secret: SECRET, allowPrivate: true }] });
    ending.push(() => installation.end());
    const operator = await installation.as('wu-operator');
    await operator.post('/teachers', { body: { ...SENT, nationalId: madeUpId('national', 'female', serial++) } });
    const head = await installation.as('wang-head');
    await head.post('/teachers', { body: { ...SENT, nationalId: 'A123456780' } });
    await installation.delivered();
    expect(receiver.received).toHaveLength(0);
  });

  it('rejects private addresses, unencrypted URLs and short secrets at start-up', async () => {
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

  it('does not connect to a host name that resolves to a private address', async () => {
    await expect(
      (await webhook({ url: 'https://localhost:9/', secret: SECRET })).deliver({ id: 'x', type: 'teacher.updated', at: '' }, 'x'),
    ).rejects.toThrow('not a public address');
    const refusal = await new Promise((resolve) => publicLookup('localhost', { all: true }, (error) => resolve(error?.message)));
    expect(refusal).toBe('localhost is not a public address');
  });
});

describe('isPublicAddress', () => {
  it('accepts addresses of the public internet only', () => {
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
  it('calls the listener after the commit, and again after it threw', async () => {
    const reported: unknown[] = [];
    const installation = await install({ onInternalError: (error) => void reported.push(error) });
    ending.push(() => installation.end());
    const facts: Fact[] = [];
    installation.kit.on('teacher.registered', (fact) => {
      facts.push(fact);
      if (facts.length === 1) throw new Error('not now');
    });
    const id = await register(installation);
    await until(() => reported.length === 1);
    installation.pass(11_000);
    await until(() => facts.length === 2);
    expect(facts.map(({ target }) => target.id)).toEqual([id, id]);
  });
});

describe('a consumer that never finishes', () => {
  it('delays neither another consumer nor the shutdown', async () => {
    const mailbox = await startMailbox();
    ending.push(() => mailbox.end());
    const installation = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' }, onInternalError: () => undefined });
    installation.kit.on('account.rejected', () => new Promise(() => undefined));
    const head = await installation.as('wang-head');
    const { body } = await head.get('/accounts?status=pending');
    for (const { id, version } of body.items)
      await head.post(`/accounts/${id}/rejection`, { body: { reason: '資料不全' }, etag: `"${version}"` });
    await mailbox.letter('lee-jj@example.test', '資料不全');
    await mailbox.letter('yating@example.test', '資料不全');
    const startedMs = Date.now();
    await installation.end();
    expect(Date.now() - startedMs).toBeLessThan(15_000);
  }, 60_000);
});

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (engine) => {
  it('delivers the facts and letters of an acknowledged change after the server was killed before their delivery', async () => {
    const receiver = await startReceiver();
    const mailbox = await startMailbox();
    ending.push(() => mailbox.end());
    const rig = await Rig.make(engine, 1);
    ending.push(() => rig.end());
    const env = {
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: SECRET,
      WEBHOOK_ALLOW_PRIVATE: 'true',
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'kit@example.test',
    };
    // Deliveries before the kill fail.
    receiver.statuses.push(500, 500);
    mailbox.refusing = true;
    const first = await rig.start({ env });
    const head = await clientAt(first.url).signIn('wang-head');
    const { body } = await head.get('/accounts?q=lee-jj');
    const { id, version } = body.items[0];
    expect((await head.post(`/accounts/${id}/rejection`, { body: { reason: '資料不全' }, etag: `"${version}"` })).status).toBe(200);
    first.kill('SIGKILL');
    await first.ended;
    receiver.statuses.length = 0;
    receiver.received.length = 0;
    mailbox.refusing = false;
    const second = await rig.start({ env });
    expect((await mailbox.letter('lee-jj@example.test', '資料不全')).subject).toContain('was rejected');
    await until(() => receiver.received.some(({ body: sent }) => sent.includes('account.rejected')));
    second.kill('SIGTERM');
    await second.ended;
  }, 90_000);
});
