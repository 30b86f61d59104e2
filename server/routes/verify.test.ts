/** What `verify` notices of changes that were made by SQL, and how the kit answers for what it cannot read. */
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import type { RecordReport } from '../store/store.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';

const INTACT = { faults: [], untold: [], unreadable: [] };
const SCHOOL = "(select id from units where code = '014502')";
const HEAD = "(select id from accounts where username = 'wang-head')";

/** The findings after a change by SQL, of an installation of its own in which somebody has worked. */
async function findingsAfter(...sql: string[]): Promise<RecordReport> {
  const victim = await install();
  try {
    await work(victim);
    expect((await victim.kit.store.verify()).records).toMatchObject(INTACT);
    for (const each of sql) await victim.database.exec(each);
    const { chain, records } = await victim.kit.store.verify();
    expect(chain.fault).toBe(null);
    return records;
  } finally {
    await victim.end();
  }
}

/** Some acts, so that records are told of by several entries. */
async function work({ as }: Installation): Promise<void> {
  const head = await as('wang-head');
  const [entry] = (await head.get('/teachers')).body.items;
  expect((await head.patch(`/teachers/${entry.id}`, { body: { remark: '一' }, etag: `"${entry.version}"` })).status).toBe(200);
  const accounts = (await head.get('/accounts?status=pending')).body.items;
  for (const { id, version, requestedRole } of accounts)
    await head.post(`/accounts/${id}/activation`, { body: { role: requestedRole }, etag: `"${version}"` });
}

describe('verify compares with the audit trail', () => {
  it.each([
    ['a role', `update accounts set role = 'operator' where id = ${HEAD}`, /account .* differs from the audit trail: role/],
    ['a status', `update accounts set status = 'deleted' where id = ${HEAD}`, /account .*: status/],
    ['the name of an account', `update accounts set name = '張三' where id = ${HEAD}`, /account .*: name/],
    ['a mail address, to which links are sent', `update accounts set email = 'x@example.test' where id = ${HEAD}`, /account .*: email/],
    ['the name of a teacher', `update teachers set name = '張三' where unit_id = ${SCHOOL}`, /roster entry .*: name/],
    ['the status of a teacher', `update teachers set status = 'roaming' where unit_id = ${SCHOOL}`, /roster entry .*: status/],
    ['a remark', `update teachers set remark = '二' where remark = '一'`, /roster entry .*: remark/],
    ['the name of a unit', `update units set name = '他校' where id = ${SCHOOL}`, /unit .*: name/],
    ['the unit of an account', `update accounts set unit_id = 'elsewhere' where id = ${HEAD}`, /is missing/],
    ['the presence of an entry', `delete from teachers where remark = '一'`, /is missing/],
    [
      'the outside identities of an account',
      `insert into identities (id, account_id, issuer, subject) values ('i', ${HEAD}, 'https://idp.example.test', 'me')`,
      /outside identity of the account/,
    ],
  ])('%s that was changed by SQL', async (_what, sql, fault) => {
    const { faults } = await findingsAfter(sql);
    expect(faults[0]).toMatch(fault);
  });

  it('an account that was inserted by SQL', async () => {
    const columns = "unit_id, 'intruder', 'intruder', name, name_order, search, sex, title, email, phone, 'contact', status";
    const rest = 'must_change_password, applied_at, version, updated_at';
    const { untold, faults } = await findingsAfter(
      `insert into accounts (id, unit_id, username, username_key, name, name_order, search, sex, title, email, phone, role, status, ${rest}) select 'intruder', ${columns}, ${rest} from accounts where id = ${HEAD}`,
    );
    expect([untold, faults]).toEqual([['account intruder'], []]);
  });

  it('a hand-over whose state was changed by SQL', async () => {
    const victim = await install();
    const head = await victim.as('wang-head');
    const successor = (await head.get('/accounts?status=active')).body.items.find(({ role }: { role: string }) => role !== 'head');
    expect((await head.post('/handovers', { body: { to: successor.id } })).status).toBe(201);
    expect((await victim.kit.store.verify()).records).toMatchObject(INTACT);
    await victim.database.exec("update handovers set state = 'approved'");
    expect((await victim.kit.store.verify()).records.faults).toMatchObject([expect.stringContaining('the state of the hand-over')]);
    await victim.end();
  });

  it('nothing of an account that retention has emptied, but what was changed since', async () => {
    const kept = await install();
    const head = await kept.as('wang-head');
    const contact = (await head.get('/accounts?status=active')).body.items.find(({ role }: { role: string }) => role === 'contact');
    await head.delete(`/accounts/${contact.id}`, { body: { reason: '離職' }, etag: `"${contact.version}"` });
    kept.pass(2 * 365 * 24 * 3600_000);
    const { purgePeople } = await import('../services/upkeep/housekeeping.js');
    expect(await purgePeople(kept.kit.internals)).toBeGreaterThan(0);
    expect((await kept.kit.store.verify()).records).toMatchObject(INTACT);
    await kept.database.exec(`update accounts set name = '張三' where id = '${contact.id}'`);
    expect((await kept.kit.store.verify()).records.faults).toHaveLength(1);
    await kept.end();
  });
});

describe('verify opens every encrypted value', () => {
  it.each([
    [
      'an identity number copied to another row',
      `update teachers set national_id = (select national_id from teachers order by id limit 1)`,
      'teachers.nationalId',
    ],
    ['a birth date that was cut short', `update teachers set birth_date = substr(birth_date, 1, 20)`, 'teachers.birthDate'],
    [
      'the number by which a person is found',
      `update person_numbers set sealed = (select sealed from person_numbers limit 1)`,
      'personNumbers.sealed',
    ],
    ['a second factor that was put in', `update accounts set second_factor = 'f1.AAAA' where id = ${HEAD}`, 'accounts.secondFactor'],
  ])('%s', async (_what, sql, column) => {
    const { unreadable } = await findingsAfter(sql);
    expect(unreadable[0]).toContain(`${column} cannot be opened`);
  });

  it('and an index of another number by which a person would be found', async () => {
    const [one, other] = ['min', 'max'].map((which) => `(select ${which}(number) from person_numbers)`);
    const { unreadable } = await findingsAfter(
      `delete from person_numbers where number = ${other}`,
      `update person_numbers set number = number || 'x' where number = ${one}`,
    );
    expect(unreadable).toMatchObject([expect.stringContaining('not the one by which its person is found')]);
  });
});

it('verify says that the heads files are missing, where there are audit entries', async () => {
  const victim = await install();
  await work(victim);
  expect((await victim.kit.store.verify()).chain).toMatchObject({ headsMissing: false });
  for (const name of readdirSync(victim.folder))
    if (name.endsWith('heads')) renameSync(join(victim.folder, name), join(victim.folder, 'away'));
  expect((await victim.kit.store.verify()).chain).toMatchObject({ headsMissing: true, knownHeads: 0, fault: null });
  await victim.end();
});

describe('an entry that cannot be read', () => {
  let installation: Installation;
  let head: Client;
  let other: Client;
  const people = new MadeUpPeople(911);
  const damaged = people.person();
  let id: string;

  const bodyOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson) => ({ name, sex, nationalId, birthDate, title: 'teacher' });
  const stage = (row: Record<string, string>): Promise<Answer> =>
    head.post('/teachers/imports', { body: { cells: [Object.keys(row), Object.values(row)] } });
  const theOne = async (): Promise<Answer['body']> => (await head.get(`/teachers/${id}`)).body;

  beforeAll(async () => {
    installation = await install({ onInternalError: () => undefined });
    [head, other] = [await installation.as('wang-head'), await installation.as('tsai-head')];
    id = (await head.post('/teachers', { body: bodyOf(damaged) })).body.id;
    await installation.database.exec(
      `update teachers set national_id = (select national_id from teachers where id <> '${id}' order by id limit 1) where id = '${id}'`,
    );
  });
  afterAll(() => installation.end());

  it('is listed as such, and the others as ever', async () => {
    const { status, body } = await head.get('/teachers?pageSize=200');
    expect(status).toBe(200);
    const [bad, ...good] = body.items.toSorted((a: { unreadable: boolean }) => (a.unreadable ? -1 : 1));
    expect(bad).toMatchObject({ id, name: damaged.name, nationalId: null, unreadable: true });
    expect(good.filter(({ unreadable, nationalId }: { unreadable: boolean; nationalId: string }) => unreadable || !nationalId)).toEqual([]);
    expect(await theOne()).toMatchObject({ id, nationalId: null, unreadable: true });
    const above = (
      await (await installation.as('county-a')).get(`/teachers?scope=subtree&pageSize=200&q=${encodeURIComponent(damaged.name)}`)
    ).body;
    expect(above.items).toMatchObject([{ id, nationalId: null, unreadable: true }]);
  });

  it('is in both exported files, which name it as unreadable', async () => {
    const plain = await (await head.raw('GET', '/teachers/export?format=csv')).text();
    expect(plain).toMatch(new RegExp(`${damaged.name}.*無法讀取`));
    const body = { format: 'csv', filters: {}, personalData: true, reason: '查核' };
    const whole = await (await head.raw('POST', '/teachers/exports', { body })).text();
    expect(whole).toMatch(new RegExp(`${damaged.name}.*無法讀取`));
  });

  it('is not revealed: the answer says why, in both languages', async () => {
    for (const [locale, title] of [
      ['zh-Hant', '無法讀取'],
      ['en', 'Cannot be read'],
    ]) {
      const { status, body } = await head.post(`/teachers/${id}/reveal`, {
        body: { reason: '查核' },
        headers: { 'Accept-Language': locale! },
      });
      expect([status, body.code, body.title]).toEqual([409, 'unreadable', title]);
    }
  });

  it('is nobody’s: a registration of the person here or elsewhere, and a claim, are refused as if the day were wrong', async () => {
    expect((await head.post('/teachers', { body: bodyOf({ ...damaged, name: '另一人' }) })).body.code).toBe('identity-conflict');
    expect((await head.post('/teachers', { body: bodyOf(damaged) })).body.code).toBe('unreadable');
    expect((await other.post('/teachers', { body: bodyOf(damaged) })).body.code).toBe('registration-failed');
    const { body: invited } = await head.post(`/teachers/${id}/invitation`, { etag: `"${(await theOne()).version}"` });
    const claim = { invitation: invited.invitation, nationalId: damaged.nationalId, birthDate: damaged.birthDate };
    const { body } = await installation.anyone.post('/claims', {
      body: { ...claim, username: 'nobody-yet', password: 'Korrektes-Pferd-9' },
    });
    expect(body.code).toBe('registration-failed');
  });

  it('is one refused row of an import', async () => {
    const heading = { 姓名: damaged.name, 性別: '男', 出生年月日: damaged.birthDate, 職稱: '合格專任教師' };
    for (const row of [
      { 編號: id, 姓名: damaged.name },
      { ...heading, 身分證字號: damaged.nationalId },
    ]) {
      const { body } = await stage(row);
      expect(body.results[0]).toMatchObject({ outcome: 'invalid' });
      expect(body.results[0].errors.map(({ code }: { code: string }) => code)).toContain('unreadable');
    }
  });

  it('departs with a full list that does not name it, and stays as it is when that is undone', async () => {
    const { name, sex, nationalId, birthDate } = people.person();
    const row = { 姓名: name, 性別: sex === 'male' ? '男' : '女', 身分證字號: nationalId, 出生年月日: birthDate, 職稱: '合格專任教師' };
    const path = `/teachers/imports/${(await stage(row)).body.id as string}`;
    const { gone } = (await head.patch(path, { body: { complete: true } })).body;
    const staying = gone.map(({ id: each }: { id: string }) => each).filter((each: string) => each !== id);
    expect((await head.patch(path, { body: { complete: true, staying } })).status).toBe(200);
    expect((await head.post(`${path}/commit`, { body: { mode: 'valid' } })).body.state).toBe('committed');
    expect((await theOne()).departure).toMatchObject({ kind: 'resigned' });
    expect((await head.post(`${path}/undo`)).body.state).toBe('undone');
    expect(await theOne()).toMatchObject({ departure: null, unreadable: true });
  });

  it('is readable again once its identity is corrected', async () => {
    const { version } = await theOne();
    const { nationalId, birthDate, sex } = damaged;
    const corrected = await head.post(`/teachers/${id}/identity`, {
      body: { nationalId, birthDate, sex, reason: '修復' },
      etag: `"${version}"`,
    });
    expect(corrected.body).toMatchObject({ unreadable: false, nationalId: expect.stringMatching(/^[A-Z]/) as string });
    expect((await installation.kit.store.verify()).records).toMatchObject(INTACT);
  });
});

describe('a transfer that cannot be read', () => {
  it('is listed as such and can be refused, and a dispute too', async () => {
    const installation = await install({ onInternalError: () => undefined });
    const [giving, asking, county] = await Promise.all(['wang-head', 'tsai-head', 'county-a'].map((name) => installation.as(name)));
    const people = new MadeUpPeople(912);
    const bodyOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson) => ({ name, sex, nationalId, birthDate, title: 'teacher' });
    const [moving, disputed] = [people.person(), people.person()];
    for (const person of [moving, { ...disputed, birthDate: '1971-01-01' }]) await giving!.post('/teachers', { body: bodyOf(person) });
    expect((await asking!.post('/teachers', { body: bodyOf(moving) })).status).toBe(202);
    expect((await asking!.post('/transfers', { body: { ...bodyOf(disputed), dispute: true, reason: '證件在手' } })).status).toBe(202);
    await installation.database.exec('update transfers set registration = substr(registration, 1, 30)');

    const [listed] = (await giving!.get('/transfers?direction=out&state=proposed&pageSize=200')).body.items.filter(
      ({ unreadable }: { unreadable: boolean }) => unreadable,
    );
    expect(listed).toMatchObject({ name: '—', nationalId: null });
    const etag = `"${listed.version}"`;
    expect((await giving!.post(`/transfers/${listed.id}/acceptance`, { etag })).body.code).toBe('unreadable');
    expect((await giving!.post(`/transfers/${listed.id}/refusal`, { body: { reason: '無法讀取' }, etag })).body.state).toBe('refused');
    const [decides] = (await county!.get('/transfers?direction=decide')).body.items;
    expect(decides).toMatchObject({ unreadable: true, sides: { asking: null, giving: { name: disputed.name } } });
    const decided = await county!.post(`/transfers/${decides.id}/decision`, {
      body: { decision: 'refuse', reason: '無法讀取' },
      etag: `"${decides.version}"`,
    });
    expect(decided.body.state).toBe('refused');
    await installation.end();
  });
});
