import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeUpId } from '../reference/made-up.js';
import { disclosures, findPerson, personalData } from '../services/trail/people.js';
import { purgePeople } from '../services/upkeep/housekeeping.js';
import { install, type Client, type Installation } from '../testing/installation.js';

const DAY = 24 * 3600_000;
let installation: Installation;
let head: Client;

beforeAll(async () => {
  installation = await install({ limits: { accountDays: 200, departedDays: 400, trailDetailDays: 4000, trailDays: 4000, reveals: 100 } });
  head = await installation.as('wang-head');
});
afterAll(() => installation.end());

const SENT = { name: '林可蘭', sex: 'female', birthDate: '1990-03-04', title: 'teacher' };
const number = (serial: number): string => madeUpId('national', 'female', 5_100_000 + serial);

describe('the disclosure report of a person', () => {
  it('lists everybody who opened, revealed or exported the person’s data, and the report itself', async () => {
    const contact = await installation.as('lin-contact');
    await contact.get('/teachers/export?format=csv');
    const { body } = await contact.post('/teachers', { body: { ...SENT, nationalId: number(1) } });
    await head.get(`/teachers/${body.id}`);
    await contact.post(`/teachers/${body.id}/reveal`, { body: { reason: '核對證件' } });
    await (await installation.as('wu-operator')).get(`/teachers/${body.id}`);
    await contact.get('/teachers/export?format=csv');
    // Those above look down over all below.
    const above = await installation.as('county-a');
    await above.get('/teachers/export?format=csv&scope=subtree');
    await above.get('/teachers/export?format=csv');
    await above.get(`/teachers?scope=subtree&q=${encodeURIComponent('可蘭')}`);
    await (await installation.as('tsai-head')).get('/teachers/export?format=csv');
    const kit = installation.kit.internals;
    const seen = await disclosures(kit, await findPerson(kit, { nationalId: number(1) }));
    expect(seen.map(({ who, action, reason }) => [who?.name, action, reason])).toEqual([
      ['王建民', 'teacher.read', null],
      ['林怡君', 'teacher.reveal', '核對證件'],
      ['林怡君', 'teacher.export', null],
      ['高淑惠', 'teacher.export', null],
      ['高淑惠', 'teacher.read', null],
    ]);
    expect(seen[0]!.who).toEqual({ name: '王建民', role: 'head', unit: '甲縣立第一國民小學' });
    const again = await disclosures(kit, await findPerson(kit, { teacherId: body.id as string }));
    expect(again.at(-1)).toMatchObject({ who: null, reason: 'report disclosure' });
    await expect(findPerson(kit, { nationalId: number(999) })).rejects.toThrow('nobody');
  });

  it('an export of the person’s data contains everything stored, with number and birth date, without secrets', async () => {
    const kit = installation.kit.internals;
    const data = await personalData(kit, await findPerson(kit, { nationalId: number(1) }));
    expect(data).toMatchObject({
      entries: [{ name: '林可蘭', nationalId: number(1), birthDate: '1990-03-04', unit: '甲縣立第一國民小學' }],
    });
    const officer = JSON.stringify(await personalData(kit, await findPerson(kit, { username: 'wu-operator' })));
    expect(officer).toContain('吳佩芬');
    expect(officer).not.toMatch(/argon2|Hash/);
  });
});

describe('people after the retention period', () => {
  it('are deleted with an audit entry each; a user name stays reserved, and a person can be registered again', async () => {
    const { body: entry, etag } = await head.post('/teachers', { body: { ...SENT, name: '離職者', nationalId: number(2) } });
    await head.post(`/teachers/${entry.id}/departure`, { body: { kind: 'resigned' }, etag });
    const { body: leaving, etag: leavingTag } = await head.post('/teachers', { body: { ...SENT, name: '回任者', nationalId: number(3) } });
    const left = await head.post(`/teachers/${leaving.id}/departure`, { body: { kind: 'resigned' }, etag: leavingTag });
    expect(left.status).toBe(200);
    expect(await purgePeople(installation.kit.internals)).toBe(0);

    installation.pass(199 * DAY);
    expect(await purgePeople(installation.kit.internals)).toBe(0);
    installation.pass(2 * DAY);
    // The demo has one deleted and one rejected account.
    expect(await purgePeople(installation.kit.internals)).toBe(2);
    expect(await purgePeople(installation.kit.internals)).toBe(0);
    head = await installation.signIn('wang-head');
    const deleted = (await head.get('/accounts?status=deleted')).body.items[0];
    expect(deleted).toMatchObject({ username: 'old-clerk', name: '—', email: '', phone: '' });
    expect((await head.post(`/accounts/${deleted.id}/restoration`, { etag: `"${deleted.version}"` })).body.code).toBe('gone');
    const again = {
      unitId: (await head.get('/me')).body.unit.id,
      username: 'Old-Clerk',
      name: '新人',
      sex: 'female',
      title: '幹事',
      email: 'n@example.test',
      phone: '02-2345-6789',
      password: 'a long one indeed',
    };
    expect((await installation.anyone.post('/applications', { body: again })).body.code).toBe('username-taken');

    // One comes back in time.
    const returned = await head.post('/teachers', { body: { ...SENT, name: '回任者', nationalId: number(3) } });
    expect(returned.status).toBe(200);
    installation.pass(220 * DAY);
    const purged = await purgePeople(installation.kit.internals);
    expect(purged).toBeGreaterThanOrEqual(1);
    head = await installation.signIn('wang-head');
    expect((await head.get(`/teachers/${entry.id}`)).status).toBe(404);
    expect((await head.get(`/teachers/${leaving.id}`)).status).toBe(200);
    const fresh = await head.post('/teachers', { body: { ...SENT, name: '離職者', nationalId: number(2) } });
    expect(fresh.status).toBe(201);
    expect(fresh.body.id).not.toBe(entry.id);
    const { body: trail } = await head.get('/audit?action=purge');
    expect(trail.items.filter(({ target }: { target: { id: string } }) => target.id === entry.id)).toMatchObject([
      { actor: null, after: { kind: 'person' }, target: { name: null } },
    ]);
    const { database, chain } = await installation.kit.store.verify();
    expect([database, chain.fault]).toEqual([[], null]);
  });
});
