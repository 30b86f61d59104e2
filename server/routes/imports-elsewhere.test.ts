/** Imports of people who are on other rosters. Apart from imports.test.ts, because look-ups elsewhere are rate-limited by unit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

const HEAD = ['姓名', '性別', '身分證字號', '出生年月日', '職稱'];
const people = new MadeUpPeople(513);
let installation: Installation;
let clerk: Client;
let head: Client;
let other: Client;

beforeAll(async () => {
  installation = await install();
  clerk = await installation.as('lin-contact');
  head = await installation.as('wang-head');
  other = await installation.as('tsai-head');
});
afterAll(() => installation.end());

const lineOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson): string[] => [
  name,
  sex === 'male' ? '男' : '女',
  nationalId,
  birthDate,
  '導師',
];
const stage = (rows: string[][]): Promise<Answer> => clerk.post('/teachers/imports', { body: { cells: [HEAD, ...rows] } });
const outcomes = ({ body }: Answer): string[] => body.results.map(({ outcome }: { outcome: string }) => outcome);
const commit = (id: string): Promise<Answer> => clerk.post(`/teachers/imports/${id}/commit`, { body: { mode: 'valid' } });
const undo = (id: string): Promise<Answer> => clerk.post(`/teachers/imports/${id}/undo`);
const registered = (client: Client, { name, sex, nationalId, birthDate }: MadeUpPerson): Promise<Answer> =>
  client.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });

describe('a list that names people of another school', () => {
  const proposals = async (client: Client, direction: 'in' | 'out', { name }: MadeUpPerson): Promise<{ id: string; state: string }[]> =>
    (await client.get(`/transfers?direction=${direction}&pageSize=200`)).body.items.filter((each: { name: string }) => each.name === name);

  it('keeps a transfer that the school proposed before, and so does its undo', async () => {
    const [asked, alone] = [people.person(), people.person()];
    for (const person of [asked, alone]) await registered(other, person);
    const { transfer } = (await registered(clerk, asked)).body;
    const staged = await stage([lineOf(asked), lineOf(alone)]);
    expect(outcomes(staged)).toEqual(['transfer', 'transfer']);
    const { id } = staged.body;
    expect((await commit(id)).status).toBe(200);
    expect((await proposals(other, 'out', asked)).map((each) => each.id)).toEqual([transfer.id]);
    expect(await proposals(other, 'out', alone)).toMatchObject([{ state: 'proposed' }]);
    const { items } = (await head.get(`/audit?action=transfer.propose&target=${transfer.id}`)).body;
    expect(items).toHaveLength(1);
    await undo(id);
    expect(await proposals(other, 'out', asked)).toMatchObject([{ id: transfer.id, state: 'proposed' }]);
    expect((await proposals(other, 'out', alone)).filter(({ state }) => state === 'proposed')).toEqual([]);
  });

  it('proposes a transfer although another school proposed one, or this school did at an earlier school', async () => {
    const [both, moved] = [people.person(), people.person()];
    const third = await installation.signIn('song-head');
    for (const person of [both, moved]) await registered(other, person);
    expect((await registered(third, both)).status).toBe(202);
    // The school asks for the person, who then moves on without an answer to it.
    expect((await registered(clerk, moved)).status).toBe(202);
    const toThird = (await registered(third, moved)).body.transfer;
    expect((await other.post(`/transfers/${toThird.id}/acceptance`, { etag: `"${toThird.version}"` })).status).toBe(200);
    const { id } = (await stage([lineOf(both), lineOf(moved)])).body;
    await commit(id);
    expect(await proposals(other, 'out', both)).toMatchObject([{ state: 'proposed' }, { state: 'proposed' }]);
    expect(await proposals(third, 'out', moved)).toMatchObject([{ state: 'proposed' }]);
    expect((await proposals(clerk, 'in', moved)).filter(({ state }) => state === 'proposed')).toHaveLength(1);
  });
});
