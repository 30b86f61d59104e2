import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taipeiDay } from '../../domain/dates.js';
import { install, type Client, type Installation } from '../../testing/installation.js';
import type { AccountRecord } from '../../store/records.js';
import { startMailbox, type Mailbox } from '../../testing/mailbox.js';
import { remindHeads } from './attention.js';

const DAY_MS = 86_400_000;
let installation: Installation;
let mailbox: Mailbox;
let county: Client;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' } });
  county = await installation.as('county-a');
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

const daysAgo = (days: number) => new Date(installation.kit.internals.now().getTime() - days * DAY_MS).toISOString();

/** Past the use cases: none of them sets these columns to a time of the past. */
async function set(
  username: string,
  column: 'applied_at' | 'activated_at' | 'last_sign_in_at',
  time: string | null,
): Promise<AccountRecord> {
  await installation.database.exec(
    `update accounts set ${column} = ${time === null ? 'null' : `'${time}'`} where username = '${username}'`,
  );
  return (await installation.kit.store.accountByUsername(username))!;
}

const attention = async (client = county) => (await client.get('/units/attention')).body;

describe('what needs attention', () => {
  it('is a head who last signed in more than 160 days ago, or was enabled so long ago and never signed in', async () => {
    const head = await set('wang-head', 'last_sign_in_at', daysAgo(161));
    await set('tsai-head', 'last_sign_in_at', daysAgo(160));
    await set('song-head', 'last_sign_in_at', null);
    const { idleHeads } = await attention();
    expect(idleHeads).toEqual([
      {
        unit: { id: head.unitId, name: expect.any(String) },
        head: { id: head.id, name: head.name },
        lastSignInAt: head.lastSignInAt,
        days: 161,
      },
    ]);
    await set('tsai-head', 'last_sign_in_at', null);
    await set('tsai-head', 'activated_at', daysAgo(160));
    expect((await attention()).idleHeads).toHaveLength(1);
    const absent = await set('tsai-head', 'activated_at', daysAgo(161));
    expect((await attention()).idleHeads).toContainEqual({
      unit: { id: absent.unitId, name: expect.any(String) },
      head: { id: absent.id, name: absent.name },
      lastSignInAt: null,
      days: 161,
    });
    await set('tsai-head', 'activated_at', daysAgo(0));
  });

  it('is an application at the own unit that is older than 7 days', async () => {
    const account = await set('lee-jj', 'applied_at', daysAgo(8));
    const head = await installation.as('wang-head');
    const listed = (await attention(head)).oldApplications;
    expect(listed.find(({ id }: { id: string }) => id === account.id)).toEqual({
      id: account.id,
      name: account.name,
      unit: { id: account.unitId, name: (await installation.kit.store.unit(account.unitId))!.name },
      appliedAt: account.appliedAt,
      days: 8,
    });
    await set('lee-jj', 'applied_at', daysAgo(7));
    expect((await attention(head)).oldApplications.map(({ id }: { id: string }) => id)).not.toContain(account.id);
  });

  it('is shown to heads alone', async () => {
    const statuses = await Promise.all(
      ['lin-contact', 'wu-operator', 'wang-head'].map(async (name) => (await installation.as(name)).get('/units/attention')),
    );
    expect(statuses.map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
      [200, undefined],
    ]);
    expect((await installation.anyone.get('/units/attention')).status).toBe(401);
  });
});

describe('a reminder', () => {
  it('goes to heads whose address is confirmed and who have something open, once in an ISO week', async () => {
    const head = (await installation.kit.store.accountByUsername('county-a'))!;
    await installation.kit.store.saveAccounts([{ ...head, emailConfirmed: false, version: head.version + 1 }], [], {
      guards: [],
      trail: [],
    });
    await set('lee-jj', 'applied_at', daysAgo(30));
    // To the Wednesday of the next week, by the calendar of Taipei.
    const weekday = new Date(`${taipeiDay(installation.kit.internals.now())}T00:00:00Z`).getUTCDay();
    installation.pass((10 - (weekday || 7)) * DAY_MS);
    expect(await remindHeads(installation.kit.internals)).toBeGreaterThan(0);
    expect(await remindHeads(installation.kit.internals), 'the same day').toBe(0);
    installation.pass(4 * DAY_MS);
    expect(await remindHeads(installation.kit.internals), 'Sunday').toBe(0);
    await installation.delivered();
    expect(mailbox.received.map(({ to }) => to)).not.toContain(head.email);
    installation.pass(DAY_MS);
    expect(await remindHeads(installation.kit.internals), 'Monday').toBeGreaterThan(0);
  });
});
