/** What a day of work leaves behind contains no identity number, birth date, password or token, in any encoding. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URI } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../soak/rig.js';
import { Client, formOf, type Answer } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';
import { DEMO_PASSWORD, demoData } from './demo-data.js';
import { madeUpId } from './made-up.js';

/** All encodings in which a secret could be stored. */
function spellings(secret: string): Buffer[] {
  const utf8 = Buffer.from(secret);
  const plain = [secret, encodeURIComponent(secret), utf8.toString('hex'), JSON.stringify(secret).slice(1, -1)];
  // In base64, a text begins at one of three offsets, and its neighbours change its ends.
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, -1);
  });
  const wide = Buffer.from(secret, 'utf16le');
  return [
    ...[...plain, ...base64, ...base64.map((each) => each.replace(/\+/g, '-').replace(/\//g, '_'))]
      .filter((each) => each.length >= 6)
      .map((each) => Buffer.from(each)),
    wide,
  ];
}

/** The secrets that are found, by location. */
function scan(places: ReadonlyMap<string, Buffer>, secrets: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [what, secret] of secrets) {
    for (const spelling of new Set(spellings(secret).map((each) => each.toString('latin1')))) {
      for (const [location, bytes] of places) if (bytes.includes(spelling, 0, 'latin1')) found.push(`${what} in ${location}`);
    }
  }
  return [...new Set(found)];
}

function filesIn(folder: string, into = new Map<string, Buffer>(), name = ''): Map<string, Buffer> {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) filesIn(path, into, `${name}${entry}/`);
    else into.set(`${name}${entry}`, readFileSync(path));
  }
  return into;
}

const secrets = new Map<string, string>([['the demo’s password', DEMO_PASSWORD]]);
const problems: string[] = [];
const urls: string[] = [];
const events: string[] = [];
let rig: Rig;
let mailbox: Mailbox;
let places: Map<string, Buffer>;
let backups: string;
let seen = 0;
const hook = createServer((request, response) => {
  request.on('data', (chunk) => events.push(String(chunk)));
  request.on('end', () => response.writeHead(204).end());
});

const SEX = 'female';
let serial = 8_100_000;
function person(): { name: string; sex: typeof SEX; nationalId: string; birthDate: string; title: string } {
  const nationalId = madeUpId('national', SEX, serial++);
  const birthDate = `19${61 + (serial % 30)}-0${1 + (serial % 9)}-1${serial % 10}`;
  secrets.set(`the number ${nationalId}`, nationalId);
  secrets.set(`the birthday of ${nationalId}`, birthDate);
  return { name: '林可蘭', sex: SEX, nationalId, birthDate, title: 'teacher' };
}

const keep = <T extends string>(what: string, secret: T): T => {
  secrets.set(what, secret);
  return secret;
};

async function aDay(url: string): Promise<void> {
  const watched = async (request: Request): Promise<Response> => {
    request.headers.set('Sec-Fetch-Site', 'same-origin');
    urls.push(request.url);
    const response = await fetch(request);
    seen++;
    const token = /inservice_session=([\w-]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    if (token) keep(`session ${secrets.size}`, token);
    if (response.status >= 400) problems.push(`${JSON.stringify([...response.headers])}${await response.clone().text()}`);
    return response;
  };
  const anyone = new Client(watched, '', `${url}/api`);
  const [head, contact, county] = await Promise.all(['wang-head', 'lin-contact', 'county-a'].map((name) => anyone.signIn(name)));
  const ok = (answer: Answer, status = 200): Answer => {
    if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  // A person is registered, corrected, given a new number, revealed, and refused in every way.
  const people = [person(), person(), person(), person()];
  const entries = [];
  for (const each of people) entries.push(ok(await contact!.post('/teachers', { body: each }), 201));
  const [entry] = entries as [Answer];
  ok(await contact!.post('/teachers', { body: { ...people[0]!, remark: '改' } }));
  const renewed = person();
  const { id } = entry.body as { id: string };
  const current = await contact!.get(`/teachers/${id}`);
  ok(
    await contact!.post(`/teachers/${id}/identity`, {
      body: { nationalId: renewed.nationalId, sex: SEX, birthDate: renewed.birthDate, reason: '換證' },
      etag: current.etag,
    }),
  );
  ok(await contact!.post(`/teachers/${id}/reveal`, { body: { reason: '核對證件' } }));
  const stranger = person();
  await contact!.post('/teachers', {
    body: { ...stranger, nationalId: `${stranger.nationalId.slice(0, 9)}${(Number(stranger.nationalId[9]) + 1) % 10}` },
  });
  await contact!.post('/teachers', { body: { ...stranger, sex: 'male' } });
  await contact!.post('/teachers', { body: { ...stranger, surprise: stranger.birthDate } });
  await contact!.post('/teachers', { body: JSON.stringify(stranger).slice(0, -1) });
  await contact!.post('/teachers/check', { body: stranger });
  const other = await anyone.signIn('tsai-head');
  ok(await other.post('/teachers', { body: people[1] }), 202);
  await other.post('/teachers', { body: { ...people[2], birthDate: stranger.birthDate } });
  await contact!.post('/teachers', { body: people[3], key: 'twice' });
  await contact!.post('/teachers', { body: people[3], key: 'twice' });
  ok(await contact!.get('/teachers/export?format=csv'));
  // A claim by invitation, and one by an integration.
  const invited = ok(await contact!.post(`/teachers/${entries[1]!.body.id as string}/invitation`, { etag: entries[1]!.etag })).body as {
    invitation: string;
  };
  const claim = {
    invitation: keep('an invitation', invited.invitation),
    nationalId: people[1]!.nationalId,
    birthDate: people[1]!.birthDate,
  };
  await anyone.post('/claims', {
    body: { ...claim, birthDate: stranger.birthDate, username: 'kelan-1', password: keep('a teacher’s password', 'Teacher-Password-1') },
  });
  ok(await anyone.post('/claims', { body: { ...claim, username: 'kelan-1', password: 'Teacher-Password-1' } }));
  const unitId = (await county!.get('/me')).body.unit.id as string;
  const integration = ok(await county!.post(`/units/${unitId}/integrations`, { body: { name: '單一登入', scope: 'claims' } }), 201)
    .body as { token: string };
  const asSystem = { headers: { Authorization: `Bearer ${keep('an integration’s token', integration.token)}` } };
  ok(
    await anyone.post('/teachers/claims', {
      ...asSystem,
      body: { nationalId: people[2]!.nationalId, birthDate: people[2]!.birthDate, issuer: 'https://sso.example', subject: 's' },
    }),
  );
  await anyone.post('/teachers/claims', {
    ...asSystem,
    body: { nationalId: people[2]!.nationalId, birthDate: '1999-01-01', issuer: 'https://sso.example', subject: 't' },
  });
  // An application, its reference, a decision; a wrong, a changed and a forgotten password; a second factor.
  const applied = ok(
    await anyone.post('/applications', {
      body: {
        unitId: (await head!.get('/me')).body.unit.id as string,
        username: 'new-clerk',
        name: '新人',
        sex: SEX,
        title: '幹事',
        email: 'new@example.test',
        phone: '02-2345-6789',
        password: keep('an applicant’s password', 'Applicant-Password-1'),
      },
    }),
    201,
  ).body as { reference: string };
  ok(await anyone.get(`/applications/${keep('an application’s reference', applied.reference)}`));
  await anyone.post('/session', { body: { username: 'wu-operator', password: keep('a wrong password', 'Wrong-Password-1') } });
  const wu = await anyone.signIn('wu-operator');
  ok(await wu.put('/me/password', { body: { current: DEMO_PASSWORD, next: keep('a new password', 'Changed-Password-1') } }), 204);
  const setup = ok(await wu.post('/me/second-factor', { body: { password: 'Changed-Password-1' } })).body as {
    setup: string;
    secret: string;
    uri: string;
  };
  keep('a second factor’s secret', setup.secret);
  ok(await wu.put('/me/second-factor', { body: { setup: setup.setup, totp: URI.parse(setup.uri).generate() } }), 204);
  ok(await anyone.post('/password-resets', { body: { username: 'chen-operator' } }), 204);
  const { text } = await mailbox.letter('chen-operator@example.test', '#reset=');
  const token = keep('a reset link', /#reset=([\w-]+)/.exec(text)![1]!);
  ok(await anyone.put('/password-resets', { body: { token, next: keep('a password set by link', 'Reset-Password-11') } }), 204);
  await anyone.put('/password-resets', { body: { token, next: 'Reset-Password-22' } });
  ok(await head!.get('/audit'));
  await aList(contact!, other, county!, ok);
}

/** A staff list: dry run, correction, commit, undo; a refused one; a dispute and its decision; the full export. */
async function aList(contact: Client, other: Client, county: Client, ok: (answer: Answer, status?: number) => Answer): Promise<void> {
  const listed = [person(), person(), person()];
  const rows = listed.map(({ name, nationalId, birthDate }) => [name, '女', nationalId, birthDate, '導師']);
  rows[2]![3] = '不是日期';
  const csv = [['姓名', '性別', '身分證字號', '生日', '職稱'], ...rows].map((row) => row.join(',')).join('\n');
  const staged = ok(await contact.post('/teachers/imports', await formOf(Buffer.from(csv), '名單.csv')), 201);
  const path = `/teachers/imports/${staged.body.id as string}`;
  ok(await contact.patch(`${path}/rows/4`, { body: { values: { birthDate: listed[2]!.birthDate } } }));
  ok(await contact.get(`${path}/errors?format=csv`));
  ok(await contact.post(`${path}/commit`, { body: { mode: 'valid' }, key: 'a list' }));
  ok(await contact.post(`${path}/undo`));
  await contact.post('/teachers/imports', await formOf(Buffer.from(`PK\x03\x04${csv}`, 'latin1'), '名單.xlsx'));
  await contact.post('/teachers/imports', { body: { cells: [[csv]] } });
  ok(await contact.post('/teachers/exports', { body: { format: 'csv', personalData: true, reason: '報局' } }));
  const disputed = person();
  ok(await contact.post('/teachers', { body: disputed }), 201);
  const claimed = { ...disputed, birthDate: person().birthDate };
  await other.post('/teachers', { body: claimed });
  const dispute = ok(await other.post('/transfers', { body: { ...claimed, dispute: true, reason: '證件在手' } }), 202);
  ok(await county.get('/transfers?direction=decide'));
  const { id } = dispute.body.transfer as { id: string };
  ok(await county.post(`/transfers/${id}/decision`, { etag: '"1"', body: { decision: 'refuse', reason: '查核戶籍' } }));
}

beforeAll(async () => {
  await new Promise<void>((resolve) => void hook.listen(0, '127.0.0.1', resolve));
  mailbox = await startMailbox();
  backups = mkdtempSync(join(tmpdir(), 'inservice-scan-'));
  for (const { nationalId } of demoData().teachers!) secrets.set(`the number ${nationalId}`, nationalId);
  rig = await Rig.make('SQLite', 1);
  const server = await rig.start({
    env: {
      LOG_LEVEL: 'debug',
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'kit@example.test',
      WEBHOOK_URL: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
      WEBHOOK_SECRET: `whsec_${'c2Nhbi1mb3ItdGVzdHMtYWxvbmUtMTIz'}`,
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
  });
  await aDay(server.url);
  const backup = await rig.command(`backup ${join(backups, 'copy')}`);
  expect(backup, backup.output).toMatchObject({ code: 0 });
  for (let time = 0; time < 100 && events.length < 5; time++) await new Promise((resolve) => setTimeout(resolve, 50));
  places = filesIn(rig.folder);
  places.delete('kit.keys');
  for (const [name, bytes] of filesIn(backups)) places.set(`backup: ${name}`, bytes);
  places.set('the log', Buffer.from(server.log()));
  places.set('problem bodies and headers', Buffer.from(problems.join('\n')));
  // The path contains an application's reference, so the server logs the pattern of the route instead.
  places.set('URLs', Buffer.from(urls.filter((url) => !/\/applications\/[\w-]{43}$/.test(url)).join('\n')));
  places.set('events', Buffer.from(events.join('\n')));
}, 120_000);
afterAll(async () => {
  await rig.end();
  await mailbox.end();
  await new Promise((resolve) => void hook.close(resolve));
  rmSync(backups, { recursive: true, force: true });
});

describe('a day’s work', () => {
  it('leaves a database with its WAL, a backup, a log, refusals and events, none of them empty', () => {
    const sizes = Object.fromEntries([...places].map(([name, bytes]) => [name, bytes.length]));
    expect(Object.keys(sizes)).toEqual(
      expect.arrayContaining(['kit.sqlite', 'kit.sqlite-wal', 'the log', 'URLs', 'events', 'problem bodies and headers']),
    );
    for (const [name, bytes] of Object.entries(sizes)) if (!/heads|shm/.test(name)) expect(bytes, name).toBeGreaterThan(500);
    expect(problems.length).toBeGreaterThan(8);
    expect(seen).toBeGreaterThan(40);
    expect(secrets.size).toBeGreaterThan(100);
  });

  it('leaves no identity number, birth date, password or token in any of them', () => {
    expect(scan(places, secrets)).toEqual([]);
  });

  it('is searched reliably: a secret put into each of them is found, in every encoding', () => {
    const [what, secret] = [...secrets].find(([name]) => name.startsWith('the number'))!;
    for (const spelling of spellings(secret)) {
      for (const [location, bytes] of places) {
        const planted = new Map([[location, Buffer.concat([bytes.subarray(0, 100), spelling, bytes.subarray(100)])]]);
        expect(scan(planted, new Map([[what, secret]])), location).toEqual([`${what} in ${location}`]);
      }
    }
  });

  it('is searched reliably in the database: a value that is stored unencrypted is found', async () => {
    const { default: Database } = await import('better-sqlite3');
    const copy = join(backups, 'planted.sqlite');
    writeFileSync(copy, places.get('kit.sqlite')!);
    const db = new Database(copy);
    const [what, secret] = [...secrets].find(([name]) => name.startsWith('the birthday'))!;
    db.prepare('update teachers set remark = ? where id = (select id from teachers limit 1)').run(secret);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    expect(scan(new Map([['the copy', readFileSync(copy)]]), secrets)).toEqual([`${what} in the copy`]);
  });
});
