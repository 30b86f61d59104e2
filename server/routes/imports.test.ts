import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MadeUpPeople, type MadeUpPerson } from '../reference/made-up.js';
import { toBig5 } from '../testing/spreadsheets.js';
import { formOf, install, type Answer, type Client, type Installation } from '../testing/installation.js';

const HEAD = ['姓名', '性別', '身分證字號', '出生年月日', '職稱'];
const people = new MadeUpPeople(512);
let installation: Installation;
let clerk: Client;
let head: Client;
let other: Client;

beforeAll(async () => {
  installation = await install();
  [clerk, head, other] = (await Promise.all(['lin-contact', 'wang-head', 'tsai-head'].map((name) => installation.as(name)))) as [
    Client,
    Client,
    Client,
  ];
});
afterAll(() => installation.end());

const lineOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson, title = '導師'): string[] => [
  name,
  sex === 'male' ? '男' : '女',
  nationalId,
  birthDate,
  title,
];
const stage = (rows: string[][], client = clerk): Promise<Answer> => client.post('/teachers/imports', { body: { cells: [HEAD, ...rows] } });
const outcomes = ({ body }: Answer): string[] => body.results.map(({ outcome }: { outcome: string }) => outcome);
const codes = ({ body }: Answer, row: number): string[] =>
  body.results.find((result: { row: number }) => result.row === row).errors.map(({ code }: { code: string }) => code);
const commit = (id: string, mode = 'valid', client = clerk): Promise<Answer> =>
  client.post(`/teachers/imports/${id}/commit`, { body: { mode } });
const undo = (id: string): Promise<Answer> => clerk.post(`/teachers/imports/${id}/undo`);
const exported = async (query = ''): Promise<string> => (await clerk.get(`/teachers/export?format=csv${query}`)).body as string;
const registered = async (client: Client, person: MadeUpPerson): Promise<Answer> =>
  client.post('/teachers', { body: { ...bodyOf(person), title: 'teacher' } });
const bodyOf = ({ name, sex, nationalId, birthDate }: MadeUpPerson) => ({ name, sex, nationalId, birthDate });

const upload = async (bytes: Buffer, fileName: string, more: Record<string, string> = {}): Promise<Answer> =>
  clerk.post('/teachers/imports', await formOf(bytes, fileName, more));

describe('the dry run of an import', () => {
  it('returns the outcome of each row, and changes nothing', async () => {
    const [fresh, known, corrected, elsewhere, stranger] = Array.from({ length: 5 }, () => people.person());
    await registered(clerk, known!);
    await registered(clerk, corrected!);
    await registered(other, elsewhere!);
    await registered(other, stranger!);
    const before = await exported();
    const staged = await stage([
      lineOf(fresh!),
      lineOf(known!, '合格專任教師'),
      lineOf(corrected!, '組長'),
      lineOf(elsewhere!),
      lineOf({ ...stranger!, birthDate: '1970-01-01' }),
    ]);
    expect(staged.status).toBe(201);
    expect(outcomes(staged)).toEqual(['new', 'same', 'updated', 'transfer', 'invalid']);
    expect(codes(staged, 6)).toEqual(['registration-failed']);
    expect(staged.body.results[2].differs).toEqual(['title']);
    expect(staged.body.counts).toEqual({ new: 1, updated: 1, same: 1, transfer: 1, invalid: 1, skipped: 0 });
    expect(await exported()).toBe(before);
    expect((await clerk.get(`/teachers/imports/${staged.body.id}`)).body).toEqual(staged.body);
  });

  it('reports each fault by row and field, in the reader’s language', async () => {
    const good = people.person();
    const staged = await stage([
      ['王?明', '男', 'A123456789', '74/5/6', '導師'],
      ['王小明', '女', 'A123456789', '74/13/6', '國王'],
      ['', '', 'A12345678', '', ''],
      [good.name, good.sex, good.nationalId, '民國115年1月1日', '實習教師'],
    ]);
    expect(codes(staged, 2)).toEqual(['duplicate', 'lost-characters']);
    expect(codes(staged, 3)).toEqual(['duplicate', 'bad-date', 'unknown-code']);
    expect(codes(staged, 4)).toEqual(['national-id-length', 'required', 'required', 'required', 'required']);
    expect(codes(staged, 5)).toEqual(['intern-not-allowed']);
    expect(staged.body.results[0].errors[0]).toMatchObject({ column: 'nationalId', message: '重複：與第 3 列相同', rows: [3] });
    const english = await clerk.get(`/teachers/imports/${staged.body.id}`, { headers: { 'Accept-Language': 'en' } });
    expect(english.body.results[0].errors[0].message).toBe('Duplicate: also in row 3');
  });

  it('reads dates in every common format, with ROC and western years', async () => {
    const same = people.person();
    const birth = { ...same, birthDate: '1985-05-06' };
    for (const text of [
      '74/5/6',
      '0740506',
      '740506',
      '074.05.06',
      '74年5月6日',
      '民國74年5月6日',
      '1985-05-06',
      '1985/5/6',
      '７４／５／６',
    ]) {
      const staged = await stage([lineOf({ ...birth, birthDate: text })]);
      expect([text, ...outcomes(staged)]).toEqual([text, 'new']);
    }
  });

  it('accepts notes with Windows line breaks', async () => {
    const person = people.person();
    const { body } = await clerk.post('/teachers', { body: { ...bodyOf(person), title: 'homeroom-teacher', remark: '一\n二' } });
    const noted = (text: string) => [
      [...HEAD, '備註'],
      [...lineOf(person), text],
    ];
    for (const [text, outcome] of [
      ['一\r\n二', 'same'],
      ['一\r二', 'same'],
      ['二\r\n一', 'updated'],
    ] as const)
      expect(outcomes(await clerk.post('/teachers/imports', { body: { cells: noted(text) } }))).toEqual([outcome]);
    expect(body.remark).toBe('一\n二');
  });

  it('reads a Big5 file of any name, and finds columns by the headings that schools use', async () => {
    const person = people.person();
    const file = toBig5(
      `身份證字號,教師姓名,生日,性別,職務,國籍\r\n${person.nationalId},王雅婷,74/5/6,${person.sex === 'male' ? '男' : '女'},導師,中華民國\r\n`,
    );
    const staged = await upload(file, '名單.xlsx');
    expect(staged.body).toMatchObject({
      kind: 'csv',
      encoding: 'big5',
      fileName: '名單.xlsx',
      mapping: ['nationalId', 'name', 'birthDate', 'sex', 'title', null],
    });
    expect(outcomes(staged)).toEqual(['new']);
    const wrong = await upload(file, '名單.csv', { encoding: 'utf-8' });
    expect(wrong.status === 422 || outcomes(wrong)[0] === 'invalid').toBe(true);
  });

  it('remembers how a unit mapped its columns', async () => {
    const person = people.person();
    const cells = [['N', 'S', 'I', 'B', 'T'], lineOf(person)];
    const staged = await clerk.post('/teachers/imports', { body: { cells } });
    expect(staged.body.mapping).toEqual([null, null, null, null, null]);
    const mapping = ['name', 'sex', 'nationalId', 'birthDate', 'title'];
    const mapped = await clerk.patch(`/teachers/imports/${staged.body.id}`, { body: { mapping, remember: true } });
    expect(outcomes(mapped)).toEqual(['new']);
    expect(outcomes(await head.post('/teachers/imports', { body: { cells } }))).toEqual(['new']);
    expect((await other.post('/teachers/imports', { body: { cells } })).body.mapping).toEqual([null, null, null, null, null]);
  });

  it('is refused with its list where a unit would look up more people than it may', async () => {
    const small = await install({ limits: { allLookups: 3 } });
    try {
      const song = await small.as('song-head');
      const four = Array.from({ length: 4 }, () => lineOf(people.person()));
      expect((await stage(four, song)).status).toBe(429);
      expect((await song.get('/teachers/imports')).body.items).toEqual([]);
      // A refused list counts nothing, and what was counted is free.
      const staged = await stage(four.slice(1), song);
      expect(staged.status).toBe(201);
      expect((await commit(staged.body.id, 'valid', song)).status).toBe(200);
      expect((await stage(four.slice(1), song)).status).toBe(201);
      expect((await stage(four.slice(0, 1), song)).status).toBe(429);
    } finally {
      await small.end();
    }
  });
});

describe('a harmful staff list', () => {
  it('is refused row by row if its numbers and names were sorted apart', async () => {
    const [one, two] = [people.person(), people.person()];
    const ids = [(await registered(clerk, one)).body.id as string, (await registered(clerk, two)).body.id as string];
    const cells = [
      ['編號', '姓名', '身分證字號'],
      [ids[1]!, one.name, `${one.nationalId.slice(0, 3)}****${one.nationalId.slice(7)}`],
      [ids[0]!, two.name, ''],
    ];
    const staged = await clerk.post('/teachers/imports', { body: { cells } });
    expect(outcomes(staged)).toEqual(['invalid', 'invalid']);
    expect([codes(staged, 2), codes(staged, 3)]).toEqual([['not-this-person'], ['not-this-person']]);
  });

  it('reports both rows if it gives one person two numbers', async () => {
    const [person, renewed] = [people.person(), people.person()];
    const made = await registered(clerk, person);
    const { nationalId, sex, birthDate } = { ...renewed, birthDate: person.birthDate };
    const body = { nationalId, sex, birthDate, reason: '換證' };
    expect((await clerk.post(`/teachers/${made.body.id}/identity`, { body, etag: made.etag })).status).toBe(200);
    const both = await stage([lineOf(person), lineOf({ ...person, nationalId, sex })]);
    expect(
      both.body.results.map(({ errors }: { errors: { code: string; rows: number[] }[] }) => [errors[0]!.code, errors[0]!.rows]),
    ).toEqual([
      ['duplicate', [3]],
      ['duplicate', [2]],
    ]);
    // By the old number alone the person is found, and keeps the new one.
    const old = await stage([lineOf({ ...person, sex: person.sex }, '組長')]);
    await commit(old.body.id);
    const shown = await clerk.post(`/teachers/${made.body.id}/reveal`, { body: { reason: '核對' } });
    expect(shown.body.nationalId).toBe(nationalId);
  });

  it('gets a small response for many duplicate rows, and no 5xx for odd names and numbers', async () => {
    const twins = await clerk.post('/teachers/imports', {
      body: { cells: [['編號', '姓名'], ...Array.from({ length: 900 }, () => ['a', 'b'])] },
    });
    expect(twins.status).toBe(201);
    expect(JSON.stringify(twins.body).length).toBeLessThan(600_000);
    for (const cells of [
      [
        ['constructor', '__proto__', '編號'],
        ['x', 'y', 'a\u0000b'],
      ],
      [
        ['編號', '姓名'],
        ['\u0000', '王\u0001'],
      ],
    ]) {
      const staged = await clerk.post('/teachers/imports', { body: { cells, fileName: '名單\ud800.csv' } });
      expect(staged.status).toBe(201);
      expect((await clerk.raw('GET', `/teachers/imports/${staged.body.id as string}/errors?format=xlsx`)).status).toBe(200);
    }
    const { id } = twins.body;
    for (const row of ['0x2', '2e0', '-2', '2.0'])
      expect((await clerk.patch(`/teachers/imports/${id as string}/rows/${row}`, { body: { skip: true } })).status).toBe(404);
  });

  it('is not parsed if the caller may not import', async () => {
    const operator = await installation.as('wu-operator');
    const form = await formOf(Buffer.alloc(100_000, ','), 'x.csv');
    expect((await operator.post('/teachers/imports', form)).status).toBe(403);
  });
});

describe('correcting a staged import', () => {
  it('checks the row again, and the row that was its duplicate', async () => {
    const [one, two] = [people.person(), people.person()];
    const staged = await stage([lineOf(one), lineOf({ ...two, nationalId: one.nationalId, sex: one.sex })]);
    expect(outcomes(staged)).toEqual(['invalid', 'invalid']);
    const path = `/teachers/imports/${staged.body.id}`;
    const mended = await clerk.patch(`${path}/rows/3`, { body: { values: { nationalId: two.nationalId, sex: two.sex } } });
    expect(mended.body.results.map(({ row, outcome }: { row: number; outcome: string }) => [row, outcome])).toEqual([
      [2, 'new'],
      [3, 'new'],
    ]);
    expect((await clerk.patch(`${path}/rows/9`, { body: { skip: true } })).status).toBe(404);
  });

  it('leaving out a row makes its duplicate valid', async () => {
    const one = people.person();
    const staged = await stage([lineOf(one), lineOf(one)]);
    const skipped = await clerk.patch(`/teachers/imports/${staged.body.id}/rows/3`, { body: { skip: true } });
    expect(skipped.body.counts).toMatchObject({ new: 1, skipped: 1, invalid: 0 });
  });

  it('returns the failed rows as a file that can be imported', async () => {
    const one = people.person();
    const staged = await stage([lineOf(one), lineOf({ ...one, name: '=1+1', nationalId: 'A123456788' })]);
    const file = await clerk.get(`/teachers/imports/${staged.body.id}/errors?format=csv`);
    const lines = (file.body as string).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('姓名,性別,身分證字號,出生年月日,職稱,錯誤說明');
    expect(lines[1]).toMatch(/^'=1\+1,.*檢查碼不符/);
    const again = await upload(Buffer.from(file.body as string), 'errors.csv');
    expect(again.body.results[0].name).toBe('=1+1');
  });

  it('reports faults in the caller’s language, with its punctuation', async () => {
    const one = people.person();
    const staged = await stage([lineOf({ ...one, name: '', nationalId: 'A123456788' })]);
    const errors = async (language: string): Promise<string> => {
      const path = `/teachers/imports/${staged.body.id}/errors?format=csv`;
      return (await clerk.get(path, { headers: { 'Accept-Language': language } })).body as string;
    };
    expect(await errors('zh-Hant')).toContain('身分證字號：檢查碼不符');
    const english = await errors('en');
    expect(english).toContain('身分證字號: The check digit does not fit');
    expect(english).not.toMatch(/[：；]/);
  });
});

describe('the commit of an import', () => {
  it('registers all valid rows in one transaction, and answers a repeated request alike', async () => {
    const [one, two] = [people.person(), people.person()];
    const staged = await stage([lineOf(one), lineOf({ ...two, nationalId: 'A123456788' })]);
    const { id } = staged.body;
    expect((await commit(id, 'all-or-nothing')).body.code).toBe('wrong-state');
    const before = (await clerk.get('/teachers')).body.total;
    const first = await commit(id);
    expect(first.body).toMatchObject({ state: 'committed', counts: { new: 1, invalid: 1 } });
    expect((await commit(id)).body).toEqual(first.body);
    // What is kept of whom is on the roster now is the way back alone.
    expect(staged.body.samples).toEqual([lineOf(one), lineOf({ ...two, nationalId: 'A123456788' })]);
    expect(first.body.samples).toEqual([[], lineOf({ ...two, nationalId: 'A123456788' })]);
    expect((await clerk.get('/teachers')).body.total).toBe(before + 1);
    expect((await clerk.patch(`/teachers/imports/${id}`, { body: { calendar: 'roc' } })).body.code).toBe('wrong-state');
  });

  it('recognises a list that was committed before', async () => {
    const rows = [lineOf(people.person())];
    const { id } = (await stage(rows)).body;
    await commit(id);
    const again = await stage(rows);
    expect(again.body.repeats).toMatchObject({ id });
    expect(outcomes(again)).toEqual(['same']);
  });

  it('decides on the data at the moment of the commit', async () => {
    const one = people.person();
    const { id } = (await stage([lineOf(one)])).body;
    await registered(clerk, one);
    expect((await commit(id)).body.counts).toMatchObject({ new: 0, updated: 1 });
  });

  it('registers each person once if two commits run at the same time', async () => {
    const rows = Array.from({ length: 20 }, () => lineOf(people.person()));
    const ids = (await Promise.all([stage(rows), stage(rows, head)])).map(({ body }) => body.id as string);
    const before = (await clerk.get('/teachers')).body.total as number;
    await Promise.all([commit(ids[0]!), commit(ids[1]!, 'valid', head)]);
    expect((await clerk.get('/teachers')).body.total).toBe(before + 20);
    expect((await installation.kit.store.verify()).database).toEqual([]);
  });

  it('is forbidden to other schools and to callers without the function', async () => {
    const { id } = (await stage([lineOf(people.person())])).body;
    for (const [client, status] of [
      [other, 404],
      [await installation.as('wu-operator'), 403],
      [await installation.as('county-a'), 404],
    ] as const) {
      expect((await client.get(`/teachers/imports/${id}`)).status).toBe(status);
      expect((await commit(id, 'valid', client)).status).toBe(status);
      expect((await client.get(`/teachers/imports/${id}/errors`)).status).toBe(status);
    }
  });
});

describe('the undo of an import', () => {
  it('reverts entries that were not changed since, and lists the others', async () => {
    const persons = Array.from({ length: 7 }, () => people.person());
    const [fresh, changed, edited, claimed, moved, asked, back] = persons as [MadeUpPerson, ...MadeUpPerson[]];
    await registered(clerk, changed!);
    await registered(other, asked!);
    const left = await registered(clerk, back!);
    await clerk.post(`/teachers/${left.body.id}/departure`, { body: { kind: 'resigned' }, etag: left.etag });
    const [before, gone] = [await exported(), await exported('&departed=true')];
    const staged = await stage([fresh!, changed!, edited!, claimed!, moved!, asked!, back!].map((person) => lineOf(person!)));
    expect(outcomes(staged)).toEqual(['new', 'updated', 'new', 'new', 'new', 'transfer', 'updated']);
    const { id } = staged.body;
    await commit(id);

    const entryOf = async (person: MadeUpPerson) =>
      (await clerk.get(`/teachers?q=${encodeURIComponent(person.name)}`)).body.items as {
        id: string;
        version: number;
        nationalId: string;
      }[];
    const one = async (person: MadeUpPerson) =>
      (await entryOf(person)).find(
        ({ nationalId }) => nationalId.startsWith(person.nationalId.slice(0, 3)) && nationalId.endsWith(person.nationalId.slice(-3)),
      )!;
    const e = await one(edited!);
    await clerk.patch(`/teachers/${e.id}`, { body: { remark: '改過' }, etag: `"${e.version}"` });
    const c = await one(claimed!);
    const invitation = await clerk.post(`/teachers/${c.id}/invitation`, { etag: `"${c.version}"` });
    const { nationalId, birthDate } = claimed!;
    await installation.anyone.post('/claims', {
      body: { invitation: invitation.body.invitation, nationalId, birthDate, username: 'undo-claimed', password: 'a long one indeed' },
    });
    const { transfer } = (await registered(other, moved!)).body;
    await clerk.post(`/transfers/${transfer.id}/acceptance`, { etag: `"${transfer.version}"` });

    const undone = await undo(id);
    expect(undone.body.state).toBe('undone');
    expect(undone.body.kept.map(({ row, why }: { row: number; why: string }) => [row, why])).toEqual([
      [4, 'edited'],
      [5, 'claimed'],
      [6, 'transferred'],
    ]);
    const without = (text: string, persons: MadeUpPerson[]): string =>
      text
        .split('\r\n')
        .filter((line) => !persons.some((person) => line.includes(`,${person.name},`)))
        .join('\r\n');
    expect(without(await exported(), [edited!, claimed!, moved!])).toBe(without(before, [edited!, claimed!, moved!]));
    expect(without(await exported('&departed=true'), [moved!])).toBe(gone);
    expect((await undo(id)).body.code).toBe('nothing-to-undo');
    expect((await installation.kit.store.verify()).database).toEqual([]);
    // Those taken away can be entered as if they had never been here.
    expect((await registered(other, fresh!)).status).toBe(201);
    expect((await clerk.get('/transfers?direction=in&state=proposed')).body.items).toEqual([]);
  });

  it('restores an entry that existed before', async () => {
    const person = people.person();
    const first = await registered(other, person);
    await other.post(`/teachers/${first.body.id}/departure`, { body: { kind: 'transferred' }, etag: first.etag });
    const { id } = (await stage([lineOf(person)])).body;
    expect((await commit(id)).body.counts.new).toBe(1);
    await undo(id);
    const there = await other.get(`/teachers/${first.body.id}`);
    const returned = await other.delete(`/teachers/${first.body.id}/departure`, { etag: there.etag });
    expect(returned.status).toBe(200);
  });

  it('is possible for one day; then the rows of the list are deleted', async () => {
    const { id } = (await stage([lineOf(people.person())])).body;
    await commit(id);
    installation.pass(25 * 3600 * 1000);
    const again = await installation.signIn('lin-contact');
    expect((await again.post(`/teachers/imports/${id}/undo`)).body.code).toBe('nothing-to-undo');
    const now = new Date(Date.now() + 25 * 3600 * 1000).toISOString();
    await installation.kit.store.forgetExpired(now, now);
    expect((await installation.kit.store.import(id))!.payload).toBe('');
    const kept = await again.get(`/teachers/imports/${id}`);
    expect(kept.body).toMatchObject({ state: 'committed', counts: { new: 1 }, results: [] });
  });
});

describe('a full list of a term', () => {
  const leaving = (answer: Answer): string[] =>
    answer.body.gone.filter(({ leaves }: { leaves: boolean }) => leaves).map(({ name }: { name: string }) => name);

  it('is compared with the roster, reviewed, committed in one write and undone', async () => {
    const song = await installation.signIn('song-head');
    const roster = Array.from({ length: 6 }, () => people.person());
    for (const person of roster) await registered(song, person);
    const before = (await song.get('/teachers/export?format=csv')).body;
    const total = (await song.get('/teachers')).body.total as number;
    const all = (await song.get('/teachers?pageSize=200')).body.items as { name: string }[];
    const [first, second, third, fourth, ...gone] = roster as [MadeUpPerson, MadeUpPerson, MadeUpPerson, MadeUpPerson, ...MadeUpPerson[]];
    const fresh = people.person();
    const others = all.filter(({ name }) => !roster.some((person) => person.name === name));
    const exported = await song.raw('POST', '/teachers/exports', { body: { format: 'csv', personalData: true, reason: '開學' } });
    const kept = (await exported.text())
      .split('\r\n')
      .filter((line, index) => index > 0 && others.some(({ name }) => line.includes(`,${name},`)))
      .map((line) => line.split(','));
    const rows = [
      lineOf(first, '合格專任教師'),
      lineOf({ ...second, name: '改名' }, '合格專任教師'),
      lineOf(third, '主任'),
      lineOf({ ...fourth, nationalId: 'A123456788' }),
      lineOf(fresh),
      ...kept.map((cells) => [cells[2]!, cells[3]!, cells[4]!, cells[5]!, cells[6]!]),
    ];
    const { body } = await stage(rows, song);
    const path = `/teachers/imports/${body.id as string}`;
    const compared = await song.patch(path, { body: { complete: true, departure: { kind: 'retired', on: '2026-08-01' } } });
    expect(compared.status).toBe(200);
    expect(compared.body.counts).toMatchObject({ new: 1, updated: 2, invalid: 1 });
    // The one whose number is broken bears the name of somebody on the roster.
    expect(compared.body.gone.find(({ name }: { name: string }) => name === fourth.name)).toMatchObject({ doubtful: true, leaves: false });
    expect(leaving(compared).sort()).toEqual(gone.map(({ name }) => name).sort());
    const stays = compared.body.gone.find(({ name }: { name: string }) => name === gone[0]!.name).id as string;
    const doubtful = compared.body.gone.find(({ name }: { name: string }) => name === fourth.name).id as string;
    await song.patch(path, { body: { staying: [stays, doubtful] } });
    // Whoever came after the review does not leave by it.
    const late = people.person();
    await registered(song, late);
    expect((await commit(body.id, 'valid', song)).body.state).toBe('committed');
    expect((await song.get('/teachers')).body.total).toBe(total + 1);
    const left = (await song.get('/teachers?departed=true')).body.items;
    expect(left.map(({ name }: { name: string }) => name)).toContain(gone[1]!.name);
    expect(left[0].departure.kind).toBe('retired');
    await song.post(`${path}/undo`);
    const after = (await song.get('/teachers/export?format=csv')).body as string;
    expect(
      after
        .split('\r\n')
        .filter((line) => !line.includes(late.name))
        .join('\r\n'),
    ).toBe(before);
  });

  it('departs nobody whom the clerk has not reviewed, and nobody whose number was renewed', async () => {
    const peng = await installation.signIn('lin-contact');
    const [one, two] = [people.person(), people.person()];
    const entries = [(await registered(peng, one)).body, (await registered(peng, two)).body] as { id: string }[];
    const renewed = people.person();
    const { body } = await stage([lineOf(one), lineOf({ ...renewed, name: two.name })], peng);
    const path = `/teachers/imports/${body.id as string}`;
    const compared = await peng.patch(path, { body: { complete: true, staying: [] } });
    const of = (answer: Answer, id: string) => answer.body.gone.find((each: { id: string }) => each.id === id);
    expect(of(compared, entries[1]!.id)).toMatchObject({ doubtful: true });
    expect(of(compared, entries[0]!.id)).toBeUndefined();
    const fresh = people.person();
    const mended = await peng.patch(`${path}/rows/2`, {
      body: { values: { name: fresh.name, nationalId: fresh.nationalId, sex: fresh.sex, birthDate: fresh.birthDate } },
    });
    expect(of(mended, entries[0]!.id)).toMatchObject({ leaves: false });
  });

  it('departs nobody by itself if most of the roster is missing from it', async () => {
    const again = await installation.signIn('lin-contact');
    const { body } = await stage([lineOf(people.person())], again);
    const compared = await again.patch(`/teachers/imports/${body.id as string}`, { body: { complete: true } });
    expect(compared.body.gone.length).toBeGreaterThan(50);
    expect(leaving(compared)).toEqual([]);
  });
});

describe('the rate limit of look-ups', () => {
  it('stops guesses at a birth date row by row, and each attempt is audited', async () => {
    const feng = await installation.signIn('song-head');
    const stranger = people.person();
    await registered(await installation.signIn('tsai-head'), stranger);
    const { body } = await stage([lineOf({ ...stranger, birthDate: '1961-01-01' })], feng);
    const answers: string[] = [];
    for (let day = 2; day <= 28; day++) {
      const values = { birthDate: `1961-01-${String(day).padStart(2, '0')}` };
      const { status, body: edited } = await feng.patch(`/teachers/imports/${body.id as string}/rows/2`, { body: { values } });
      answers.push(`${status} ${edited.results[0].errors[0].code}`);
    }
    expect(answers).toEqual([...Array<string>(19).fill('200 registration-failed'), ...Array<string>(8).fill('200 asked-too-often')]);
    // Another list is checked as before.
    expect((await stage([lineOf(people.person())], feng)).status).toBe(201);
    const asked = (await feng.get('/audit?action=teacher.look-up')).body.items;
    expect(asked.length).toBeGreaterThan(15);
  });
});
