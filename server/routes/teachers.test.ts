import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taipeiDay } from '../domain/dates.js';
import { madeUpId, MadeUpPeople } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

let installation: Installation;
let head: Client;
let contact: Client;
let operator: Client;
let county: Client;
let elsewhere: Client;
const people = new MadeUpPeople(7);

beforeAll(async () => {
  installation = await install({ limits: { lookups: 200 } });
  [head, contact, operator, county, elsewhere] = (await Promise.all(
    ['wang-head', 'lin-contact', 'chen-operator', 'county-a', 'hsu-contact'].map(installation.as),
  )) as [Client, Client, Client, Client, Client];
});
afterAll(() => installation.end());

const tag = (thing: { version: number }): string => `"${thing.version}"`;
function someone(more: Record<string, unknown> = {}): Record<string, unknown> & { nationalId: string; name: string; birthDate: string } {
  const { idKind: _kind, ...person } = people.person();
  return { ...person, title: 'teacher', ...more };
}
const register = (who: Client, body: unknown): Promise<Answer> => who.post('/teachers', { body });
const summary = async (): Promise<Answer['body']> => (await contact.get('/teachers?pageSize=1')).body.summary;

describe('the roster', () => {
  it('has the sums of the manual: 88 = 86 + 2, 86 = 83 + 3', async () => {
    expect(await summary()).toEqual({ total: 88, applied: 86, pending: 2, teachers: 83, staff: 3, roaming: 4 });
    const { body } = await contact.get('/teachers');
    expect([body.total, body.pageSize, body.pageCount, body.items.length]).toEqual([88, 10, 9, 10]);
  });

  it('is filtered by name, subject, stage, status and category', async () => {
    expect((await contact.get('/teachers?status=pending')).body.total).toBe(2);
    expect((await contact.get('/teachers?category=staff')).body.total).toBe(3);
    const taught = await contact.get('/teachers?subject=elementary.science&pageSize=200');
    expect(taught.body.total).toBeGreaterThan(0);
    expect(taught.body.items.every((item: { subjects: string[] }) => item.subjects.includes('elementary.science'))).toBe(true);
    const surname = taught.body.items[0].name[0];
    const found = await contact.get(`/teachers?q=${encodeURIComponent(surname)}&pageSize=200`);
    expect(found.body.items.every((item: { name: string }) => item.name.includes(surname))).toBe(true);
  });

  it('masks identity numbers, also where one serves as user name, and hides them from operators', async () => {
    const { body } = await contact.get('/teachers?pageSize=200');
    for (const item of body.items) {
      expect(item.nationalId).toMatch(/^[A-Z][1289]\d\*{4}\d{3}$/);
      expect(item.username === null).toBe(item.status === 'pending');
    }
    expect((await operator.get('/teachers')).status).toBe(403);
  });

  it('is masked for units above, and hidden from siblings', async () => {
    const unit = (await county.get('/units?q=014501')).body.items[0];
    const seen = await county.get(`/teachers?unit=${unit.id}`);
    expect(seen.status).toBe(200);
    expect(seen.body.items[0].name).toContain('○');
    for (const { nationalId } of seen.body.items) expect(nationalId).toMatch(/^[A-Z]\*{9}$/);
    expect(seen.body.items[0].actions.every((action: { allowed: boolean }) => !action.allowed)).toBe(true);
    expect((await elsewhere.get(`/teachers?unit=${unit.id}`)).status).toBe(404);
    expect((await county.get('/teachers?scope=subtree&pageSize=1')).body.total).toBe(88 + 38 + 14);
  });
});

describe('a registration', () => {
  it('creates an entry that waits for an account', async () => {
    const before = await summary();
    const person = someone({ name: '  王小明 ' });
    const { status, body } = await register(contact, person);
    expect([status, body.status, body.username, body.name]).toEqual([201, 'pending', null, '王小明']);
    expect(await summary()).toEqual({ ...before, total: before.total + 1, pending: before.pending + 1 });
  });

  it.each([
    ['national', '1'],
    ['resident', '8'],
    ['resident-old', 'A'],
  ] as const)('takes a number of kind %s, typed in lower case and full width with blanks', async (kind, second) => {
    const id = madeUpId(kind, 'male', 123_456_7 + second.charCodeAt(0));
    const wide = [...id.toLowerCase()].map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).join('');
    const { status, body } = await register(contact, {
      ...someone(),
      sex: 'male',
      nationalId: ` ${wide.slice(0, 3)} ${wide.slice(3)}`,
      title: 'foreign-teacher',
    });
    expect([status, body.idKind]).toEqual([201, kind]);
  });

  it('fails with the three errors of the manual, each with its cause', async () => {
    const person = someone();
    const wrong = `${person.nationalId.slice(0, 9)}${(Number(person.nationalId[9]) + 1) % 10}`;
    const invalid = await register(contact, { ...person, nationalId: wrong });
    expect(invalid.body).toMatchObject({
      status: 422,
      code: 'national-id-invalid',
      title: '✘ 未儲存，身分證字號不正確',
      errors: [{ path: 'nationalId', code: 'national-id-check' }],
    });
    const mismatch = await register(contact, { ...person, sex: person['sex'] === 'male' ? 'female' : 'male' });
    expect(mismatch.body).toMatchObject({ status: 422, code: 'sex-mismatch', title: '✘ 未儲存，性別與身分證字號不符合' });
    const registered = someone();
    await register(elsewhere, registered);
    const failed = await register(contact, { ...registered, birthDate: '1970-01-01' });
    expect(failed.body).toMatchObject({ status: 422, code: 'registration-failed', title: '✘ 未儲存，資料登錄失敗' });
    expect(JSON.stringify(failed.body)).not.toContain('第二國民中學');
  });

  it('rejects 實習教師, an unknown title, an age out of range and more than six subjects', async () => {
    expect((await register(contact, someone({ title: 'intern' }))).body.code).toBe('intern-not-allowed');
    expect((await register(contact, someone({ title: 'wizard' }))).body.errors).toMatchObject([{ path: 'title', code: 'unknown-code' }]);
    expect((await register(contact, someone({ birthDate: '2015-01-01' }))).body.errors).toMatchObject([
      { path: 'birthDate', code: 'age-out-of-range' },
    ]);
    expect((await register(contact, someone({ birthDate: '115/1/5' }))).body.errors).toMatchObject([
      { path: 'birthDate', code: 'bad-date' },
    ]);
    expect((await register(contact, someone({ subjects: Array(7).fill('elementary.arts') }))).body.errors).toMatchObject([
      { path: 'subjects', code: 'too-many' },
    ]);
  });

  it('corrects a wrong field of an existing person if the name or the birth date matches', async () => {
    const person = someone();
    const first = await register(contact, person);
    const corrected = await register(contact, { ...person, birthDate: '1980-02-29' });
    expect([corrected.status, corrected.body.id]).toEqual([200, first.body.id]);
    const { body } = await contact.post(`/teachers/${first.body.id}/reveal`, { body: { reason: '核對生日' } });
    expect(body).toEqual({ nationalId: person.nationalId, birthDate: '1980-02-29' });
    const both = await register(contact, { ...person, name: '完全別人', birthDate: '1990-01-01' });
    expect([both.status, both.body.code]).toEqual([409, 'identity-conflict']);
    const check = await contact.post('/teachers/check', { body: { ...person, birthDate: '1981-03-03' } });
    expect(check.body).toEqual({ outcome: 'updated', id: first.body.id, differs: ['birthDate'] });
  });

  it('creates one entry for eight concurrent requests', async () => {
    const person = someone();
    const answers = await Promise.all(Array.from({ length: 8 }, () => register(contact, person)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('runs once for two requests with one idempotency key', async () => {
    const person = someone();
    const [first, second] = [
      await contact.post('/teachers', { body: person, key: 'once' }),
      await contact.post('/teachers', { body: person, key: 'once' }),
    ];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
  });

  it('is forbidden to an operator', async () => {
    expect((await register(operator, someone())).status).toBe(403);
  });
});

describe('a person on another school’s roster', () => {
  it('is proposed as a transfer that does not name the other school, and moves with the account', async () => {
    const person = someone();
    const there = (await register(elsewhere, person)).body;
    const asked = await register(contact, person);
    expect(asked.status).toBe(202);
    expect(asked.body.transfer).toMatchObject({ state: 'proposed', direction: 'in', toUnit: null, teacherId: null });
    expect((await register(contact, person)).body.transfer.id).toBe(asked.body.transfer.id);
    const out = (await elsewhere.get('/transfers?direction=out&state=proposed')).body.items[0];
    expect(out).toMatchObject({ direction: 'out', toUnit: { name: '甲縣立第一國民小學' }, teacherId: there.id });
    expect((await contact.post(`/transfers/${out.id}/acceptance`, { etag: tag(out) })).status).toBe(403);
    const done = await elsewhere.post(`/transfers/${out.id}/acceptance`, { etag: tag(out) });
    expect([done.status, done.body.state]).toEqual([200, 'accepted']);
    expect((await elsewhere.get(`/teachers/${there.id}`)).body.departure).toMatchObject({ kind: 'transferred' });
    expect(
      (await contact.get(`/teachers?q=${encodeURIComponent(person.name)}`)).body.items.some(
        (item: { name: string }) => item.name === person.name,
      ),
    ).toBe(true);
    expect(
      (await elsewhere.delete(`/teachers/${there.id}/departure`, { etag: tag((await elsewhere.get(`/teachers/${there.id}`)).body) })).body
        .code,
    ).toBe('nothing-to-undo');
  });

  it('stays if the transfer is refused, and the asking school reads the reason', async () => {
    const person = someone();
    await register(elsewhere, person);
    const { transfer } = (await register(contact, person)).body;
    const out = (await elsewhere.get('/transfers?state=proposed')).body.items.find((item: { id: string }) => item.id === transfer.id);
    expect((await elsewhere.post(`/transfers/${out.id}/refusal`, { body: { reason: '仍在職' }, etag: tag(out) })).status).toBe(200);
    expect((await contact.get('/transfers?direction=in&state=refused')).body.items[0]).toMatchObject({ id: transfer.id, reason: '仍在職' });
  });
});

describe('a roster entry', () => {
  const enter = async (more = {}): Promise<Answer> => register(contact, someone(more));

  it('can be edited: title, mail, stage and up to six subjects in order', async () => {
    const { body } = await enter();
    const subjects = ['elementary.science', 'elementary.mandarin'];
    const done = await contact.patch(`/teachers/${body.id}`, {
      body: { title: 'staff', email: 'x@example.test', stage: 'elementary', subjects, unitNote: '第一行\n第二行' },
      etag: tag(body),
    });
    expect(done.body).toMatchObject({ title: 'staff', category: 'staff', subjects, unitNote: '第一行\n第二行' });
    const emptied = await contact.patch(`/teachers/${body.id}`, { body: { email: '', subjects: [] }, etag: done.etag });
    expect(emptied.body).toMatchObject({ email: null, subjects: [] });
    const twice = await contact.patch(`/teachers/${body.id}`, {
      body: { subjects: ['elementary.arts', 'elementary.arts'] },
      etag: emptied.etag,
    });
    expect(twice.body.errors).toMatchObject([{ path: 'subjects.1', code: 'duplicate' }]);
  });

  it('departs with kind and day, also in the future, is restored, and is registered again with its history', async () => {
    const person = someone();
    const { body } = await register(contact, person);
    const before = await summary();
    expect((await contact.post(`/teachers/${body.id}/departure`, { body: { kind: 'other' }, etag: tag(body) })).body.errors).toMatchObject([
      { path: 'note' },
    ]);
    const inAYear = taipeiDay(new Date(Date.now() + 365 * 86_400_000).toISOString());
    const ahead = await contact.post(`/teachers/${body.id}/departure`, { body: { kind: 'retired', on: inAYear }, etag: tag(body) });
    expect(ahead.status).toBe(200);
    expect(await summary()).toEqual(before);
    const undone = await contact.delete(`/teachers/${body.id}/departure`, { etag: ahead.etag });
    expect(undone.body.departure).toBe(null);
    const left = await contact.post(`/teachers/${body.id}/departure`, { body: { kind: 'resigned' }, etag: undone.etag });
    expect((await summary()).total).toBe(before.total - 1);
    expect((await contact.get('/teachers?departed=true')).body.items.map((item: { id: string }) => item.id)).toContain(body.id);
    expect((await contact.patch(`/teachers/${body.id}`, { body: { remark: 'x' }, etag: left.etag })).body.code).toBe('wrong-state');
    const again = await register(contact, person);
    expect([again.status, again.body.id, again.body.departure]).toEqual([200, body.id, null]);
    const actions = (await head.get(`/audit?target=${body.id}`)).body.items.map((entry: { action: string }) => entry.action);
    expect(actions).toEqual(['teacher.return', 'teacher.depart', 'teacher.return', 'teacher.depart', 'teacher.register']);
  });

  it('of a departed person does not block a registration at another school', async () => {
    const person = someone();
    const { body } = await register(contact, person);
    await contact.post(`/teachers/${body.id}/departure`, { body: { kind: 'transferred' }, etag: tag(body) });
    expect((await register(elsewhere, person)).status).toBe(201);
    expect((await register(contact, person)).status).toBe(202);
  });

  it('gets a new identity number, keeps the old one as known, and never takes another person’s', async () => {
    const { body } = await enter({ sex: 'female', nationalId: madeUpId('resident-old', 'female', 55_555), title: 'foreign-teacher' });
    const renewed = { nationalId: madeUpId('resident', 'female', 66_666), sex: 'female', birthDate: '1985-05-06', reason: '換發新證' };
    const done = await contact.post(`/teachers/${body.id}/identity`, { body: renewed, etag: tag(body) });
    expect(done.body.idKind).toBe('resident');
    const old = await contact.post('/teachers/check', {
      body: { ...someone(), name: body.name, sex: 'female', nationalId: madeUpId('resident-old', 'female', 55_555) },
    });
    expect(old.body.id).toBe(body.id);
    const other = await enter({ sex: 'female', nationalId: madeUpId('national', 'female', 77_777) });
    const taken = await contact.post(`/teachers/${body.id}/identity`, {
      body: { ...renewed, nationalId: madeUpId('national', 'female', 77_777) },
      etag: done.etag,
    });
    expect([other.status, taken.body.code]).toEqual([201, 'registration-failed']);
  });

  it('is revealed only in the own unit, with a reason and an audit entry', async () => {
    const { body } = await enter();
    expect((await contact.post(`/teachers/${body.id}/reveal`, { body: { reason: ' ' } })).status).toBe(422);
    expect((await county.post(`/teachers/${body.id}/reveal`, { body: { reason: '好奇' } })).status).toBe(403);
    expect((await elsewhere.post(`/teachers/${body.id}/reveal`, { body: { reason: '好奇' } })).status).toBe(404);
    const { body: trail } = await contact.get(`/audit?target=${body.id}`);
    expect(trail.items.every((entry: { action: string }) => entry.action !== 'teacher.reveal')).toBe(true);
  });

  it('is audited when its detail is opened', async () => {
    const { body } = await enter();
    await county.get(`/teachers/${body.id}`);
    expect((await head.get(`/audit?target=${body.id}`)).body.items[0]).toMatchObject({ action: 'teacher.read', actor: { name: '高淑惠' } });
  });
});

describe('an export of the roster', () => {
  it('as CSV is UTF-8 with BOM and CRLF, masked, one row per person, with formulas escaped', async () => {
    await register(contact, someone({ name: '=HYPERLINK(1)' }));
    const { status, headers, body } = await contact.get('/teachers/export?format=csv');
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="teachers\.csv"; filename\*=UTF-8''%E7%94%B2/);
    const lines = String(body).trimEnd().split('\r\n');
    expect(lines[0]!.replace('\uFEFF', '')).toBe(
      '編號,使用者帳號,姓名,性別,身分證字號,職稱,類別,帳號狀況,任教階段,任教科目,信箱,單位註記,備註,離退日期',
    );
    expect(lines).toHaveLength((await summary()).total + 1);
    expect(body).toContain("'=HYPERLINK(1)");
    expect(body).not.toMatch(/[A-Z][1289]\d{8}/);
  });

  it('as .xlsx is a zip archive', async () => {
    const { status, headers, body } = await contact.get('/teachers/export');
    expect([status, String(body).slice(0, 2)]).toEqual([200, 'PK']);
    expect(headers.get('content-type')).toContain('spreadsheetml');
  });
});

it('after all tests the database and the audit chain are valid', async () => {
  expect(await installation.kit.store.verify()).toMatchObject({ database: [], chain: { fault: null } });
});
