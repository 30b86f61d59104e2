/** What strangers who guess passwords may cost, and that they keep no owner out. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { install, ORIGIN, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

const HOUR = 3600_000;
const WRONG = 'not the password';
const DEVICE = '__Host-inservice_device';

let mailbox: Mailbox;
let installation: Installation;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({
    mail: { transport: mailbox.url, from: 'kit@example.test' },
    limits: { unknownDeviceFailures: 12, resets: 2, claims: 2, claimSeconds: 100 },
  });
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});
// Each test begins without counted failures.
afterEach(() => installation.pass(2 * HOUR));

interface Answer {
  status: number;
  body: { code?: string; errors?: { code: string }[] };
  headers: Headers;
  /** The device cookie that was set. */
  device: string | undefined;
}

/** Sends a call from an address, with the cookie of a device. */
async function from(address: string, method: string, path: string, body: object, cookie = ''): Promise<Answer> {
  const headers = { Origin: ORIGIN, 'Content-Type': 'application/json', ...(cookie ? { Cookie: cookie } : {}) };
  const request = new Request(`${ORIGIN}${path}`, { method, body: JSON.stringify(body), headers });
  const response = await installation.kit.app.fetch(request, { incoming: { socket: { remoteAddress: address } } });
  const text = await response.text();
  const set = response.headers.getSetCookie().find((each) => each.startsWith(DEVICE));
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
    headers: response.headers,
    device: set?.split(';')[0],
  };
}

const signIn = (address: string, username: string, password = DEMO_PASSWORD, device = '') =>
  from(address, 'POST', '/session', { username, password }, device);

const statuses = async (answers: Promise<Answer>[]): Promise<number[]> => [
  ...new Set((await Promise.all(answers)).map(({ status }) => status)),
];

/** Wrong passwords from an address, one after the other. */
async function guess(address: string, username: string, times: number, device = ''): Promise<void> {
  for (let time = 0; time < times; time++) expect((await signIn(address, username, WRONG, device)).status).toBe(401);
}

const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function attemptKeys(prefix: string): Promise<string[]> {
  const rows = await installation.database.rows('select key from failures');
  return rows.map(({ key }) => String(key)).filter((key) => key.startsWith(prefix));
}

describe('right passwords', () => {
  it('are all admitted where 60 come at once from one address, and so are the next ten', async () => {
    expect(await statuses(times(60).map(() => signIn('198.51.100.1', 'wang-head')))).toEqual([200]);
    expect(await statuses(times(10).map(() => signIn('198.51.100.1', 'lin-contact')))).toEqual([200]);
  });

  it('are admitted beside as many failures as an address may have', async () => {
    for (const name of times(29)) await guess('198.51.100.2', `made-up-${name}`, 1);
    expect(await statuses(times(5).map(() => signIn('198.51.100.2', 'tsai-head')))).toEqual([200]);
    await guess('198.51.100.2', 'made-up', 1);
    const refused = await signIn('198.51.100.2', 'tsai-head');
    expect([refused.status, Number(refused.headers.get('Retry-After')) > 0]).toEqual([429, true]);
    expect((await signIn('198.51.100.3', 'tsai-head')).status, 'from another address').toBe(200);
  });

  it('are admitted beside as many failures as an account may have from one address', async () => {
    await guess('198.51.100.4', 'tsai-head', 4);
    expect(await statuses(times(5).map(() => signIn('198.51.100.4', 'tsai-head')))).toEqual([200]);
  });

  it('of a caller who has signed in do not count against each other', async () => {
    const owner = await installation.signIn('tang-head');
    const answers = times(12).map(() => owner.post('/me/second-factor', { body: { password: DEMO_PASSWORD } }));
    expect([...new Set((await Promise.all(answers)).map(({ status }) => status))]).toEqual([200]);
  });
});

describe('other attempts of which only failures count', () => {
  it('do not count against each other where they succeed: mail links', async () => {
    const names = [
      'wang-head',
      'lin-contact',
      'chen-operator',
      'tsai-head',
      'he-contact',
      'song-head',
      'tang-head',
      'wu-operator',
      'county-b',
    ];
    for (const [index, username] of names.entries())
      expect((await from(`198.51.101.${index}`, 'POST', '/password-resets', { username })).status).toBe(204);
    const links = await Promise.all(names.map((name) => mailbox.letter(`${name}@example.test`, '#reset=')));
    const tokens = links.map(({ text }) => /#reset=([\w-]+)/.exec(text)![1]!);
    // A common password: the link stays valid.
    const follow = (token: string) => from('198.51.101.99', 'PUT', '/password-resets', { token, next: 'password123' });
    expect(await statuses(tokens.map(follow))).toEqual([422]);
    for (const time of times(8)) expect((await follow(`made-up-${time}`)).status).toBe(410);
    expect((await follow('made-up')).status).toBe(429);
  });

  it('do not count against each other where they succeed: claims', async () => {
    const head = await installation.signIn('wang-head');
    const people = new MadeUpPeople(88);
    const invited = await Promise.all(
      times(6).map(async (index) => {
        const { name, sex, nationalId, birthDate } = people.person();
        const { body, etag } = await head.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });
        const { body: invitation } = await head.post(`/teachers/${body.id}/invitation`, { etag });
        return {
          invitation: invitation.invitation as string,
          nationalId,
          birthDate,
          username: `claims-${index}`,
          password: 'a long one indeed',
        };
      }),
    );
    expect(await statuses(invited.map((claim) => from('198.51.102.1', 'POST', '/claims', claim)))).toEqual([200]);
  });
});

describe('an account that strangers guess the password of', () => {
  it('stays open to its owner at another address', async () => {
    await guess('203.0.113.1', 'song-head', 6);
    expect((await signIn('203.0.113.1', 'song-head')).status, 'the address of the stranger').toBe(401);
    expect((await signIn('203.0.113.2', 'song-head')).status).toBe(200);
  });

  it('stays open to a browser that has signed in before, also at the address of the stranger', async () => {
    const { device } = await signIn('203.0.113.3', 'song-head');
    await guess('203.0.113.3', 'song-head', 6);
    for (const name of times(30)) await signIn('203.0.113.3', `made-up-${name}`, WRONG);
    expect((await signIn('203.0.113.3', 'song-head')).status).toBe(429);
    expect((await signIn('203.0.113.3', 'song-head', DEMO_PASSWORD, device)).status).toBe(200);
  });

  it('is closed to unknown browsers after the failures of many addresses, and stays open to known ones and by mail', async () => {
    const { device } = await signIn('203.0.113.4', 'tsai-head');
    for (const index of times(12)) await guess(`203.0.114.${index}`, 'tsai-head', 1);
    expect((await signIn('203.0.113.5', 'tsai-head')).status).toBe(401);
    expect((await signIn('203.0.113.4', 'tsai-head', DEMO_PASSWORD, device)).status).toBe(200);
    mailbox.received.length = 0;
    await from('203.0.113.5', 'POST', '/password-resets', { username: 'tsai-head' });
    const { text } = await mailbox.letter('tsai-head@example.test', '#reset=');
    const reset = await from('203.0.113.5', 'PUT', '/password-resets', {
      token: /#reset=([\w-]+)/.exec(text)![1]!,
      next: 'another for tsai',
    });
    expect(reset.status).toBe(204);
    for (const index of times(12)) await guess(`203.0.115.${index}`, 'tsai-head', 1);
    expect((await signIn('203.0.113.5', 'tsai-head', 'another for tsai')).status).toBe(401);
    expect((await signIn('203.0.113.5', 'tsai-head', 'another for tsai', reset.device)).status).toBe(200);
    expect((await signIn('203.0.113.4', 'tsai-head', 'another for tsai', device)).status, 'known by the password before').toBe(401);
  });

  it('lets its owner, who has signed in, change the password', async () => {
    const owner = await installation.signIn('he-contact');
    for (const index of times(12)) await guess(`203.0.116.${index}`, 'he-contact', 1);
    expect((await owner.put('/me/password', { body: { current: DEMO_PASSWORD, next: 'a new one for he' } })).status).toBe(204);
  });

  it('lets its owner ask for a mail link in a known browser, when strangers have asked too often', async () => {
    const { device } = await signIn('203.0.113.6', 'wu-operator');
    for (const index of times(20)) await from(`203.0.117.${index}`, 'POST', '/password-resets', { username: 'wu-operator' });
    await installation.delivered();
    mailbox.received.length = 0;
    await from('203.0.113.6', 'POST', '/password-resets', { username: 'wu-operator' });
    await installation.delivered();
    expect(mailbox.received).toEqual([]);
    await from('203.0.113.6', 'POST', '/password-resets', { username: 'wu-operator' }, device);
    await mailbox.letter('wu-operator@example.test', '#reset=');
  });

  it('answers a locked account like an unknown name, and leaves no audit entry then', async () => {
    const head = await installation.signIn('wang-head');
    const entries = async () => (await head.get('/audit?action=session.fail&pageSize=100')).body.total as number;
    await guess('203.0.113.7', 'lin-contact', 5);
    const before = await entries();
    const answers = await Promise.all([signIn('203.0.113.7', 'lin-contact'), signIn('203.0.113.7', 'nobody', WRONG)]);
    const [locked, unknown] = answers.map(({ status, body: { requestId: _id, ...body } }: Answer & { body: { requestId?: string } }) => ({
      status,
      body,
    }));
    expect(locked).toEqual(unknown);
    expect(await entries()).toBe(before);
  });
});

describe('a known browser', () => {
  it('is none for another account, with a made-up cookie, or after its time', async () => {
    const { device } = await signIn('203.0.118.1', 'county-a');
    await guess('203.0.118.1', 'county-a', 5);
    await guess('203.0.118.1', 'county-b', 5);
    expect((await signIn('203.0.118.1', 'county-b', DEMO_PASSWORD, device)).status).toBe(401);
    for (const made of [`${DEVICE}=made-up`, `${device!.slice(0, -3)}AAA`])
      expect((await signIn('203.0.118.1', 'county-a', DEMO_PASSWORD, made)).status).toBe(401);
    expect((await signIn('203.0.118.1', 'county-a', DEMO_PASSWORD, device)).status).toBe(200);
    installation.pass(181 * 24 * HOUR);
    await guess('203.0.118.1', 'county-a', 5);
    expect((await signIn('203.0.118.1', 'county-a', DEMO_PASSWORD, device)).status).toBe(401);
  });

  it('knows several accounts, as the computer of an office does', async () => {
    const first = await signIn('203.0.118.2', 'county-a');
    const { device } = await signIn('203.0.118.2', 'county-b', DEMO_PASSWORD, first.device);
    for (const username of ['county-a', 'county-b']) {
      await guess('203.0.118.2', username, 5);
      expect((await signIn('203.0.118.2', username, DEMO_PASSWORD, device)).status, username).toBe(200);
    }
  });

  it('counts its own failures, which lock neither the account nor another known browser', async () => {
    const [one, other] = [await signIn('203.0.118.3', 'county-b'), await signIn('203.0.118.3', 'county-b')];
    await guess('203.0.118.3', 'county-b', 5, one.device);
    expect((await signIn('203.0.118.3', 'county-b', DEMO_PASSWORD, one.device)).status).toBe(401);
    expect((await signIn('203.0.118.3', 'county-b', DEMO_PASSWORD, other.device)).status).toBe(200);
    expect((await signIn('203.0.118.3', 'county-b')).status).toBe(200);
  });

  it('stays known after its user changed the password there', async () => {
    const entered = await signIn('203.0.118.4', 'chen-operator');
    const session = entered.headers
      .getSetCookie()
      .find((each) => each.startsWith('__Host-inservice_session'))!
      .split(';')[0]!;
    const body = { current: DEMO_PASSWORD, next: 'a new one for chen' };
    const changed = await from('203.0.118.4', 'PUT', '/me/password', body, `${session}; ${entered.device}`);
    expect(changed.status).toBe(204);
    await guess('203.0.118.4', 'chen-operator', 5);
    expect((await signIn('203.0.118.4', 'chen-operator', 'a new one for chen', changed.device)).status).toBe(200);
  });

  it('has a cookie that no script can read, and that names no account', async () => {
    const { headers, device } = await signIn('203.0.118.5', 'county-a');
    const set = headers.getSetCookie().find((each) => each.startsWith(DEVICE))!;
    expect(set).toMatch(/; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const { id } = (await installation.kit.store.accountByUsername('county-a'))!;
    expect(Buffer.from(device!.split('.')[1]!, 'base64url').toString('latin1')).not.toContain(id);
  });
});

describe('a flood of sign-ins', () => {
  it('is answered with 503 and Retry-After beyond the queue; known browsers go first, and a quiet address gets in', async () => {
    const { device } = await signIn('203.0.113.9', 'county-a');
    const order: string[] = [];
    const send = async (sender: string, ...sent: Parameters<typeof signIn>): Promise<Answer> => {
      const answer = await signIn(...sent);
      if (answer.status !== 503) order.push(sender);
      return answer;
    };
    const strangers = times(160).map((index) => send('stranger', `203.0.122.${index % 16}`, `made-up-${index % 7}`, WRONG));
    const quiet = send('quiet', '203.0.113.8', 'county-b');
    const known = send('known', '203.0.122.1', 'county-a', DEMO_PASSWORD, device);
    expect([(await quiet).status, (await known).status]).toEqual([200, 200]);
    const answers = await Promise.all(strangers);
    expect(order.indexOf('known')).toBeLessThan(8);
    expect(order.indexOf('quiet'), 'about one of each address').toBeLessThan(40);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(30);
    for (const { headers, body } of refused) expect([headers.get('Retry-After'), body.code]).toEqual(['5', 'unavailable']);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 503]));
  });
});

describe('the log-in of a teacher', () => {
  it('stays open to its owner at another address and in a known browser', async () => {
    const head = await installation.signIn('wang-head');
    const { name, sex, nationalId, birthDate } = new MadeUpPeople(89).person();
    const { body, etag } = await head.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });
    const { body: invitation } = await head.post(`/teachers/${body.id}/invitation`, { etag });
    const own = { username: 'own-teacher', password: 'a long one indeed' };
    expect(
      (await installation.anyone.post('/claims', { body: { invitation: invitation.invitation, nationalId, birthDate, ...own } })).status,
    ).toBe(200);
    const enter = (address: string, password = own.password, device?: string) =>
      installation.kit.signInTeacher(own.username, password, address, device);
    const { device } = (await enter('203.0.119.1'))!;
    for (const _ of times(5)) expect(await enter('203.0.119.1', WRONG)).toBe(null);
    expect(await enter('203.0.119.1')).toBe(null);
    expect(await enter('203.0.119.2')).toMatchObject({ teacherId: body.id });
    expect(await enter('203.0.119.1', own.password, device)).toMatchObject({ teacherId: body.id });
  });
});

describe('the table of attempts', () => {
  it('does not grow with made-up names, links and invitations', async () => {
    const invitations = await attemptKeys('claim:invitation');
    for (const index of times(150)) {
      const address = `203.0.120.${index}`;
      const name = `made-up-name-${index}`;
      if (index < 5) await signIn(address, name, WRONG);
      await from(address, 'POST', '/password-resets', { username: name });
      const identity = { nationalId: 'A123456789', birthDate: '1990-01-01', username: name, password: 'a long one indeed' };
      if (index < 5) await from(address, 'POST', '/claims', { invitation: `made-up-${index}`, ...identity });
    }
    const byName = async (prefix: string) => new Set((await attemptKeys(`${prefix}nobody:`)).map((key) => key.split(':')[2]));
    expect((await byName('sign-in:')).size).toBeGreaterThan(0);
    expect((await byName('reset:')).size).toBeLessThanOrEqual(64);
    expect((await attemptKeys('')).filter((key) => key.includes('made-up'))).toEqual([]);
    expect(await attemptKeys('claim:invitation')).toEqual(invitations);
  });

  it('counts all addresses of an IPv6 network as one', async () => {
    await guess('2001:db8:7:7::1', 'county-a', 3);
    await guess('2001:db8:7:7:ffff::2', 'county-a', 2);
    expect((await signIn('2001:db8:7:7::3', 'county-a')).status).toBe(401);
    expect((await signIn('2001:db8:7:8::3', 'county-a')).status).toBe(200);
  });
});
