/** Staged lists that another version of the kit has stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Sealed } from '../domain/fields.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { sealBinding } from '../services/core/seal-binding.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

const HEAD = ['姓名', '性別', '身分證字號', '出生年月日', '職稱'];
const people = new MadeUpPeople(514);
let installation: Installation;
let clerk: Client;
beforeAll(async () => {
  installation = await install();
  clerk = await installation.as('lin-contact');
});
afterAll(() => installation.end());

/** Stages a list of one person, and changes the stored JSON of its content. */
async function stagedAs(change: (content: Record<string, unknown>) => void): Promise<{ id: string; staged: Answer }> {
  const { name, sex, nationalId, birthDate } = people.person();
  const row = [name, sex === 'male' ? '男' : '女', nationalId, birthDate, '導師'];
  const staged = await clerk.post('/teachers/imports', { body: { cells: [HEAD, row] } });
  const id = staged.body.id as string;
  const { cipher, store } = installation.kit.internals;
  const place = sealBinding('imports.payload', id);
  const from = (await store.import(id))!.payload as Sealed;
  const content = JSON.parse(inflateSync(Buffer.from(cipher.open(from, place), 'base64')).toString()) as Record<string, unknown>;
  change(content);
  const to = cipher.seal(deflateSync(JSON.stringify(content)).toString('base64'), place);
  await store.reseal('imports.payload', [{ row: id, from, to }]);
  return { id, staged };
}

describe('a staged list', () => {
  it('opens where it was stored before formats had numbers', async () => {
    const { id, staged } = await stagedAs((content) => {
      expect(content['format']).toBe(1);
      delete content['format'];
    });
    const read = await clerk.get(`/teachers/imports/${id}`);
    expect([read.status, read.body]).toEqual([200, staged.body]);
    expect(read.body.format).toBeUndefined();
  });

  it('of a newer format is refused in the reader’s language, and does not hide the other lists', async () => {
    const { id } = await stagedAs((content) => (content['format'] = 99));
    const read = (locale: string): Promise<Answer> => clerk.get(`/teachers/imports/${id}`, { headers: { 'Accept-Language': locale } });
    const mend = (): Promise<Answer> => clerk.patch(`/teachers/imports/${id}`, { body: { complete: true }, etag: '"1"' });
    for (const answer of [await read('en'), await mend()]) expect([answer.status, answer.body.code]).toEqual([503, 'newer-format']);
    expect((await read('en')).body.detail).toContain('newer version');
    expect((await read('zh-Hant')).body.detail).toContain('較新版本');
    const list = await clerk.get('/teachers/imports');
    expect(list.status).toBe(200);
    expect(list.body.items.map((item: { id: string }) => item.id)).toContain(id);
    expect((await installation.kit.store.import(id))!.state).toBe('staged');
  });
});
