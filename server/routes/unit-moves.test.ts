/** A move of a unit moves the rights over its accounts, so nobody may bring a unit under themselves alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, type Client, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

let mailbox: Mailbox;
let installation: Installation;
let ministry: Client;
let county: Client;
let school: Client;
let ids: { ministry: string; county: string; school: string; department: string };

const unitOf = async (client: Client): Promise<string> => (await client.get('/me')).body.unit.id as string;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({ mail: { transport: mailbox.url, from: 'kit@example.test' } });
  [ministry, county, school] = (await Promise.all(['moe-head', 'county-a', 'wang-head'].map(installation.as))) as [Client, Client, Client];
  const [ministryId, countyId, schoolId] = (await Promise.all([ministry, county, school].map(unitOf))) as [string, string, string];
  const body = { code: 'WANG-1', name: '教務處', level: 'department', parentId: schoolId };
  const department = await school.post('/units', { body });
  ids = { ministry: ministryId, county: countyId, school: schoolId, department: department.body.id };
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

async function change(client: Client, unitId: string, body: object) {
  const { etag } = await ministry.get(`/units/${unitId}`);
  return client.patch(`/units/${unitId}`, { body, etag });
}

describe('a unit', () => {
  it('is brought under a county only by the level above the county, not by the county itself', async () => {
    expect((await change(county, ids.department, { parentId: ids.county })).status).toBe(403);
    expect((await change(county, ids.department, { releasedTo: ids.county })).status).toBe(403);
    const moved = await change(ministry, ids.department, { parentId: ids.county });
    expect([moved.status, moved.body.parentId]).toEqual([200, ids.county]);
    // Out of its own reach neither: the accounts of the department would be taken from the level above.
    expect((await change(county, ids.department, { parentId: ids.school })).status).toBe(403);
    expect((await change(ministry, ids.department, { parentId: ids.school })).status).toBe(200);
  });

  it('is brought under the topmost unit only after the head of its parent has released it', async () => {
    const alone = await change(ministry, ids.school, { parentId: ids.ministry });
    expect([alone.status, alone.body.code]).toEqual([409, 'wrong-state']);
    expect((await change(ministry, ids.school, { releasedTo: ids.ministry })).status).toBe(403);
    expect((await change(school, ids.school, { releasedTo: ids.ministry })).status).toBe(403);
    const elsewhere = await change(county, ids.school, { releasedTo: ids.county });
    expect(elsewhere.body.errors).toMatchObject([{ path: 'releasedTo', code: 'not-your-unit' }]);
    const released = await change(county, ids.school, { releasedTo: ids.ministry });
    expect([released.status, released.body.releasedTo]).toEqual([200, ids.ministry]);
    expect((await change(county, ids.school, { releasedTo: null })).body.releasedTo).toBe(null);
    expect((await change(ministry, ids.school, { parentId: ids.ministry })).status).toBe(409);
    await change(county, ids.school, { releasedTo: ids.ministry });
    const moved = await change(ministry, ids.school, { parentId: ids.ministry });
    expect([moved.status, moved.body.parentId, moved.body.releasedTo]).toEqual([200, ids.ministry, null]);
    // The head of the topmost unit gives away a unit of its own.
    expect((await change(ministry, ids.school, { parentId: ids.county })).status).toBe(200);
    expect((await change(ministry, ids.school, { parentId: ids.ministry })).status).toBe(409);
  });

  it('takes its departments along, and a release of one of them stays', async () => {
    await change(school, ids.department, { releasedTo: ids.ministry });
    const other = (await installation.kit.store.accountByUsername('county-b'))!.unitId;
    expect((await change(ministry, ids.school, { parentId: other })).status).toBe(200);
    expect((await ministry.get(`/units/${ids.department}`)).body.releasedTo).toBe(ids.ministry);
    expect((await change(ministry, ids.school, { parentId: ids.county })).status).toBe(200);
    await change(school, ids.department, { releasedTo: null });
  });
});

describe('the heads concerned', () => {
  it('receive a letter about a move, and both parents read of it in their own trails', async () => {
    const other = (await installation.kit.store.accountByUsername('county-b'))!.unitId;
    mailbox.received.length = 0;
    const { body: before } = await ministry.get(`/units/${ids.school}`);
    await change(ministry, ids.school, { parentId: other });
    for (const address of ['wang-head', 'county-a', 'county-b']) {
      const { text } = await mailbox.letter(`${address}@example.test`, '單位隸屬已變更');
      expect(text).toContain(before.name);
    }
    expect(mailbox.received.map(({ to }) => to)).not.toContain('moe-head@example.test');
    const countyB = await installation.as('county-b');
    for (const client of [county, countyB]) {
      const { items } = (await client.get(`/audit?target=${ids.school}`)).body;
      expect(items[0]).toMatchObject({ action: 'unit.move', outcome: 'done', unitId: await unitOf(client) });
    }
    await change(ministry, ids.school, { parentId: ids.county });
  });
});
