/** More than a clerk does in the busiest month, under the limits of look-ups. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople } from '../../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../../testing/installation.js';

const HEADINGS = ['姓名', '性別', '身分證字號', '出生年月日', '職稱'];
const people = new MadeUpPeople(78);
let installation: Installation;

beforeAll(async () => {
  installation = await install();
});
afterAll(() => installation.end());

const someone = () => {
  const { name, sex, nationalId, birthDate } = people.person();
  return { name, sex, nationalId, birthDate, title: 'teacher' };
};
const row = ({ name, sex, nationalId, birthDate }: ReturnType<typeof someone>): string[] => [
  name,
  sex === 'male' ? '男' : '女',
  nationalId,
  birthDate,
  '導師',
];
const stage = (client: Client, rows: string[][]): Promise<Answer> =>
  client.post('/teachers/imports', { body: { cells: [HEADINGS, ...rows] } });

describe('an ordinary August is never limited', () => {
  it('with 200 registrations, typing errors, 30 transfers, and the list of 5,000 staged three times', { timeout: 300_000 }, async () => {
    const clerk = await installation.as('lin-contact');
    const there = await installation.as('tsai-head');
    const statuses = new Map<string, number>();
    const note = (way: string, { status }: Answer): void =>
      void statuses.set(`${way} ${status}`, (statuses.get(`${way} ${status}`) ?? 0) + 1);
    for (let index = 0; index < 200; index++) {
      const person = someone();
      note('checked', await clerk.post('/teachers/check', { body: person }));
      note('registered', await clerk.post('/teachers', { body: person }));
      if (index % 10 === 0) {
        note('again', await clerk.post('/teachers', { body: person }));
        note('mistyped', await clerk.post('/teachers', { body: { ...person, name: '王大明', birthDate: '1970-01-01' } }));
      }
    }
    for (let index = 0; index < 30; index++) {
      const person = someone();
      await there.post('/teachers', { body: person });
      note('elsewhere', await clerk.post('/teachers/check', { body: { ...person, birthDate: '1970-01-01' } }));
      note('asked', await clerk.post('/teachers/check', { body: person }));
      note('proposed', await clerk.post('/teachers', { body: person }));
    }
    const rows = Array.from({ length: 5_000 }, () => row(someone()));
    const faults: unknown[] = [];
    let last = '';
    for (let time = 0; time < 3; time++) {
      const staged = await stage(clerk, rows);
      note('staged', staged);
      last = staged.body.id;
      faults.push(...staged.body.results.flatMap(({ errors }: { errors: unknown[] }) => errors));
    }
    const path = `/teachers/imports/${last}`;
    note('edited', await clerk.patch(`${path}/rows/2`, { body: { values: { birthDate: '1971-02-03' } } }));
    note('committed', await clerk.post(`${path}/commit`, { body: { mode: 'valid' } }));
    note('committed again', await clerk.post(`${path}/commit`, { body: { mode: 'valid' } }));
    note('next list', await stage(clerk, [row(someone())]));
    expect(faults).toEqual([]);
    expect(Object.fromEntries(statuses)).toEqual({
      'checked 200': 200,
      'registered 201': 200,
      'again 200': 20,
      'mistyped 409': 20,
      'elsewhere 422': 30,
      'asked 200': 30,
      'proposed 202': 30,
      'staged 201': 3,
      'edited 200': 1,
      'committed 200': 1,
      'committed again 200': 1,
      'next list 201': 1,
    });
  });
});
