/** Days and months are Taipei's. Here it is 16:30 UTC on the last day of June: in Taipei it is 00:30 on 1 July. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { madeUpId } from '../reference/made-up.js';
import { disclosures, findPerson } from '../services/trail/people.js';
import { purgePeople } from '../services/upkeep/housekeeping.js';
import { install, type Client, type Installation } from '../testing/installation.js';

const DAY = 24 * 3600_000;
const JULY_BEGINS = Date.parse('2025-06-30T16:30:00.000Z');
let clock = JULY_BEGINS;
let installation: Installation;
let clerk: Client;

beforeAll(async () => {
  installation = await install({ now: () => new Date(clock), limits: { departedDays: 400 } });
  clerk = await installation.signIn('lin-contact');
});
afterAll(() => installation.end());

it('statistics count a registration in the Taipei month in which it was made', async () => {
  expect((await clerk.get('/statistics')).body.registered).toEqual([{ key: '2025-07', count: 88 }]);
});

it('a day in a query of the audit trail lasts from midnight to midnight in Taipei', async () => {
  const head = await installation.signIn('wang-head');
  const countOn = async (query: string): Promise<number> => (await head.get(`/audit?action=session.create&${query}`)).body.items.length;
  expect(await countOn('from=2025-07-01&to=2025-07-01')).toBeGreaterThan(0);
  expect(await countOn('to=2025-06-30')).toBe(0);
  expect(await countOn('from=2025-07-02')).toBe(0);
  expect(await countOn('from=2025-07-01T00:30:00')).toBeGreaterThan(0);
  expect(await countOn('from=2025-07-01T00:30:01')).toBe(0);
  expect((await head.get('/audit?to=2025-13-01')).body.errors).toMatchObject([{ path: 'to', code: 'bad-date' }]);
});

it('the error file of an import has the Taipei day of the staging in its name', async () => {
  const { body } = await clerk.post('/teachers/imports', {
    body: {
      cells: [
        ['姓名', '身分證字號'],
        ['王小明', 'A123456788'],
      ],
    },
  });
  const { headers } = await clerk.get(`/teachers/imports/${body.id}/errors?format=csv`);
  expect(decodeURIComponent(headers.get('content-disposition')!)).toContain('-2025-07-01.csv');
});

it('a departed person is not in an export of the next Taipei day, and is purged after the retention period in Taipei days', async () => {
  const nationalId = madeUpId('national', 'female', 5_200_001);
  const person = { name: '林可蘭', sex: 'female', birthDate: '1990-03-04', title: 'teacher', nationalId };
  const { body, etag } = await clerk.post('/teachers', { body: person });
  await clerk.get('/teachers/export?format=csv');
  await clerk.post(`/teachers/${body.id}/departure`, { body: { kind: 'resigned' }, etag });
  clock += DAY;
  await (await installation.signIn('lin-contact')).get('/teachers/export?format=csv');
  const kit = installation.kit.internals;
  const seen = await disclosures(kit, await findPerson(kit, { teacherId: body.id as string }));
  expect(seen.filter(({ action, who }) => action === 'teacher.export' && who !== null).map((each) => each.at)).toEqual([
    new Date(JULY_BEGINS).toISOString(),
  ]);
  const isThereAt = async (hour: string): Promise<boolean> => {
    clock = Date.parse(`2025-07-01T${hour}:00:00.000Z`) + 400 * DAY;
    await purgePeople(kit);
    return (await installation.kit.store.teacher(body.id as string)) !== null;
  };
  expect([await isThereAt('15'), await isThereAt('16')]).toEqual([true, false]);
});
