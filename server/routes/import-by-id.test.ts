/** Imports of an exported list, whose rows carry the id of their entry. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

const people = new MadeUpPeople(736);
let installation: Installation;
let clerk: Client;
let other: Client;

beforeAll(async () => {
  installation = await install();
  [clerk, other] = (await Promise.all([installation.as('lin-contact'), installation.as('tsai-head')])) as [Client, Client];
});
afterAll(() => installation.end());

async function register(client = clerk): Promise<MadeUpPerson & { id: string }> {
  const person = people.person();
  const { name, sex, nationalId, birthDate } = person;
  const { status, body } = await client.post('/teachers', { body: { name, sex, nationalId, birthDate, title: 'teacher' } });
  expect(status).toBe(201);
  return { ...person, id: body.id as string };
}

/** Stages one row: its headings with its cells. */
const stage = (row: Record<string, string>): Promise<Answer> =>
  clerk.post('/teachers/imports', { body: { cells: [Object.keys(row), Object.values(row)] } });

async function staged(row: Record<string, string>): Promise<{ outcome: string; faults: [string, string][]; differs: string[] }> {
  const { status, body } = await stage(row);
  expect(status).toBe(201);
  const { outcome, errors, differs } = body.results[0];
  return { outcome, differs, faults: errors.map(({ column, code }: { column: string; code: string }) => [column, code]) };
}

const masked = ({ nationalId }: MadeUpPerson) => `${nationalId.slice(0, 3)}****${nationalId.slice(-3)}`;

describe('a row that is matched by the id of an export', () => {
  it('changes the other fields, and needs neither the number nor the birth date', async () => {
    const { id, name } = await register();
    expect(await staged({ 編號: id, 姓名: name, 職稱: '導師' })).toEqual({ outcome: 'updated', differs: ['title'], faults: [] });
    expect(await staged({ 編號: id, 姓名: name, 職稱: '合格專任教師' })).toMatchObject({ outcome: 'same', differs: [] });
  });

  it('does not change the name unless the number or the birth date agrees', async () => {
    const { id, nationalId, birthDate } = await register();
    const refused = { outcome: 'invalid', faults: [['name', 'not-this-person']] };
    expect(await staged({ 編號: id, 姓名: '改名' })).toMatchObject(refused);
    expect(await staged({ 編號: id, 姓名: '改名', 出生年月日: '1950-01-01' })).toMatchObject(refused);
    for (const proof of [{ 身分證字號: nationalId }, { 出生年月日: birthDate }])
      expect(await staged({ 編號: id, 姓名: '改名', ...proof })).toEqual({ outcome: 'updated', differs: ['name'], faults: [] });
  });

  it('treats its own masked number as unchanged, and rejects that of another person', async () => {
    const person = await register();
    const { id, name } = person;
    expect(await staged({ 編號: id, 姓名: name, 身分證字號: masked(person) })).toMatchObject({ outcome: 'same' });
    const letter = person.nationalId.startsWith('A') ? 'B' : 'A';
    expect(await staged({ 編號: id, 姓名: name, 身分證字號: `${letter}${masked(person).slice(1)}` })).toMatchObject({
      outcome: 'invalid',
      faults: [['nationalId', 'not-this-person']],
    });
  });

  it('does not change the number', async () => {
    const { id, name } = await register();
    expect(await staged({ 編號: id, 姓名: name, 身分證字號: people.person().nationalId })).toMatchObject({
      outcome: 'invalid',
      faults: [['nationalId', 'not-this-person']],
    });
  });

  it('is refused if the id belongs to nobody, or to an entry of another school', async () => {
    const elsewhere = await register(other);
    const own = await register();
    for (const id of ['nobody', elsewhere.id])
      expect(await staged({ 編號: id, 姓名: own.name, 職稱: '導師' })).toMatchObject({
        outcome: 'invalid',
        faults: expect.arrayContaining([['id', 'not-this-person']]),
      });
  });

  it('is written under the id, with its name as it was', async () => {
    const { id, name } = await register();
    const { body } = await stage({ 編號: id, 姓名: name, 備註: '學年度' });
    expect((await clerk.post(`/teachers/imports/${body.id}/commit`, { body: { mode: 'valid' } })).status).toBe(200);
    expect((await clerk.get(`/teachers/${id}`)).body).toMatchObject({ name, remark: '學年度', version: 2 });
  });
});
