/** The topmost unit has no level above, so the hand-over of its head is announced instead of approved. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taipeiDay } from '../domain/dates.js';
import { takeHandoversOn } from '../services/accounts/handovers.js';
import { Client, install, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

const DAY_MS = 24 * 3600_000;
const PASSWORD = 'a long one indeed';

let mailbox: Mailbox;
let installation: Installation;
let head: Client;
let successor: Client;
let successorId: string;
let unitId: string;

/** Enables a contact in the topmost unit. */
async function officer(username: string): Promise<string> {
  const email = `${username}@example.test`;
  const applicant = { username, name: '新承辦', sex: 'female', title: '科員', email, phone: '02-2345-6789', unitId, password: PASSWORD };
  expect((await installation.anyone.post('/applications', { body: applicant })).status).toBe(201);
  const { body } = await head.get(`/accounts?q=${username}`);
  const { id, version } = body.items[0];
  const enabled = await head.post(`/accounts/${id}/activation`, { body: { role: 'contact' }, etag: `"${version}"` });
  expect(enabled.status).toBe(200);
  return id as string;
}

const roleOf = async (username: string) => (await installation.kit.store.accountByUsername(username))!.role;
const dayIn = (days: number): string => taipeiDay(new Date(Date.now() + days * DAY_MS));

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' } });
  head = await installation.as('moe-head');
  unitId = (await head.get('/me')).body.unit.id;
  successorId = await officer('moe-successor');
  await officer('moe-colleague');
  successor = await new Client(installation.fetch).signIn('moe-successor', PASSWORD);
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

describe('the hand-over of the head of the topmost unit', () => {
  it('is announced to its officers for a week after the consent, and may be refused until then', async () => {
    const begun = await head.post('/handovers', { body: { to: successorId } });
    const consented = await successor.post(`/handovers/${begun.body.id}/consent`, { etag: begun.etag });
    expect(consented.body).toMatchObject({ state: 'approved', on: dayIn(7), acts: ['refuse'] });
    const { text } = await mailbox.letter('moe-colleague@example.test', '總負責人移交公告');
    expect(text).toContain(dayIn(7));
    await mailbox.letter('moe-head@example.test', '總負責人移交公告');
    expect(await takeHandoversOn(installation.kit.internals)).toBe(0);
    const refused = await head.post(`/handovers/${begun.body.id}/refusal`, { body: { reason: '再議' }, etag: consented.etag });
    expect(refused.body.state).toBe('refused');
    expect([await roleOf('moe-head'), await roleOf('moe-successor')]).toEqual(['head', 'contact']);
  });

  it('takes effect on its day, which is later than a week if the head has chosen so', async () => {
    const begun = await head.post('/handovers', { body: { to: successorId, on: dayIn(20) } });
    const consented = await successor.post(`/handovers/${begun.body.id}/consent`, { etag: begun.etag });
    expect(consented.body).toMatchObject({ state: 'approved', on: dayIn(20) });
    const [auditEntry] = (await head.get('/audit?action=handover.consent')).body.items;
    expect(auditEntry.after).toEqual({ on: dayIn(20) });
    installation.pass(21 * DAY_MS);
    expect(await takeHandoversOn(installation.kit.internals)).toBe(1);
    expect([await roleOf('moe-head'), await roleOf('moe-successor')]).toEqual(['contact', 'head']);
  });
});
