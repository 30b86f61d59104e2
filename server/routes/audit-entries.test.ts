/** What each act leaves in the audit trail, and whom it informs by mail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taipeiDay } from '../domain/dates.js';
import type { TrailRecord } from '../store/records.js';
import { DEMO_PASSWORD } from '../reference/demo-data.js';
import { MadeUpPeople } from '../reference/made-up.js';
import { install, type Answer, type Client, type Installation } from '../testing/installation.js';
import { startMailbox, type Mailbox } from '../testing/mailbox.js';

const UNITS = ['MOE', 'A00', '014501', '014502', 'A99'];
const people = new MadeUpPeople(741);
let installation: Installation;
let mailbox: Mailbox;
let seen: Set<string>;
let head: Client;
let contact: Client;
let county: Client;
let other: Client;

beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await install({
    mail: { transport: mailbox.url, from: 'kit@example.test' },
    limits: { lookups: 1_000, reveals: 100, addressFailures: 100 },
  });
  const clients = await Promise.all(['wang-head', 'lin-contact', 'county-a', 'tsai-head'].map((name) => installation.as(name)));
  [head, contact, county, other] = clients as [Client, Client, Client, Client];
  seen = new Set((await entries()).map(({ id }) => id));
});
afterAll(async () => {
  await installation.end();
  await mailbox.end();
});

async function entries(): Promise<(TrailRecord & { unit: string })[]> {
  const { store } = installation.kit;
  const ofUnits = await Promise.all(
    UNITS.map(async (code) => {
      const unit = await store.unitByCode(code);
      if (!unit) return [];
      return (await store.trail({ unitId: unit.id, limit: 30 })).map((entry) => ({ ...entry, unit: code })).reverse();
    }),
  );
  return ofUnits.flat();
}

/** The new audit entries as text: unit, action, actor, target, reason, values. Today and instants have a name. */
async function left(): Promise<string[]> {
  const fresh = (await entries()).filter(({ id }) => !seen.has(id));
  for (const { id } of fresh) seen.add(id);
  const today = taipeiDay(installation.kit.internals.now());
  return fresh.map(({ unit, action, outcome, actor, target, reason, before, after }) =>
    [
      `${unit} ${action}${outcome === 'denied' ? ' denied' : ''}`,
      `by ${actor?.name ?? '-'}`,
      `on ${target.type} ${target.name ?? '-'}`,
      ...(reason === null ? [] : [`for ${reason}`]),
      ...(before === null && after === null ? [] : [`${JSON.stringify(before)} → ${JSON.stringify(after)}`]),
    ]
      .join(', ')
      .replaceAll(today, 'TODAY')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'INSTANT'),
  );
}

/** The recipients and subjects of the new letters. */
async function letters(): Promise<string[]> {
  await installation.delivered();
  return mailbox.received
    .splice(0)
    .map(({ to, subject }) => `${to}: ${subject}`)
    .sort();
}

const person = (name: string) => {
  const { sex, nationalId, birthDate } = people.person();
  return { name, sex, nationalId, birthDate, title: 'teacher' };
};
const account = async (username: string) => (await installation.kit.store.accountByUsername(username))!;
const onAccount = async (
  client: Client,
  username: string,
  step: string,
  body?: object,
  method: 'post' | 'put' | 'patch' | 'delete' = 'post',
) => {
  const { id, version } = await account(username);
  return client[method](`/accounts/${id}${step}`, { etag: `"${version}"`, ...(body ? { body } : {}) });
};
const on = (client: Client, { body, etag }: Answer, path: string, step: string, more: object = {}) =>
  client.post(`${path}/${(body.transfer ?? body).id}/${step}`, { etag: etag || `"${(body.transfer ?? body).version}"`, ...more });

const DECISION = 'applicant@example.test: ';
const HANDOVER = '@example.test: 總負責人移交 Hand-over of the head · 甲縣立第一國民小學';
const NEW_ENTRY =
  '"title":"teacher","email":null,"stage":null,"subjects":[],"unitNote":null,"remark":null,"status":"pending","departure":null}';
const newEntry = ({ name, sex }: { name: string; sex: string }) => `{"name":"${name}","sex":"${sex}",${NEW_ENTRY}`;

describe('the audit trail and the letters of an account', () => {
  it('cover its life, from the application to the deletion', async () => {
    const { unitId } = await account('wang-head');
    const profile = { name: '應徵者', sex: 'male', title: '組長', email: 'applicant@example.test', phone: '02-1234' };
    const application = { unitId, requestedRole: 'contact', username: 'applicant', password: 'a-Good-password-1' };
    await installation.anyone.post('/applications', { body: { ...profile, ...application } });
    expect(await left()).toEqual([
      '014501 account.apply, by -, on account 應徵者, null → {"status":"pending","role":null,"requestedRole":"contact","reason":null,"secondFactor":false,"name":"應徵者","sex":"male","title":"組長","email":"appl***@example.test","phone":"02-****34","fax":null}',
    ]);
    const byHead = '014501 account.';
    const of = ', by 王建民, on account 應徵者';
    const acts: [() => Promise<Answer>, string, string[]][] = [
      [
        () => onAccount(head, 'applicant', '/rejection', { reason: '資料不全' }),
        `${byHead}reject${of}, for 資料不全, {"status":"pending","reason":null} → {"status":"rejected","reason":"資料不全"}`,
        [`${DECISION}您的業務帳號申請未通過 Your application for a business account was rejected`],
      ],
      [
        () => onAccount(head, 'applicant', '/restoration'),
        `${byHead}restore${of}, {"status":"rejected","reason":"資料不全"} → {"status":"pending","reason":null}`,
        [`${DECISION}您的業務帳號恢復為待開通 Your business account is waiting for a decision again`],
      ],
      [
        () => onAccount(head, 'applicant', '/activation', { role: 'operator' }),
        `${byHead}activate${of}, {"status":"pending","role":null} → {"status":"active","role":"operator"}`,
        [`${DECISION}您的業務帳號已啟用 Your business account was enabled`, `${DECISION}請確認電子郵件 Please confirm your mail address`],
      ],
      [
        () => onAccount(head, 'applicant', '/role', { role: 'contact' }, 'put'),
        `${byHead}switch-role${of}, {"role":"operator"} → {"role":"contact"}`,
        [`${DECISION}您的業務帳號身分已變更 The role of your business account was changed`],
      ],
      [
        () => onAccount(head, 'applicant', '', { phone: '02-9999' }, 'patch'),
        `${byHead}update${of}, {"phone":"02-****34"} → {"phone":"02-****99"}`,
        [],
      ],
      [
        () => onAccount(head, 'applicant', '/identities', { issuer: 'portal', subject: 'p1' }),
        `${byHead}link${of}, null → {"issuer":"portal"}`,
        [`${DECISION}您的帳號已連結外部登入 An outside sign-in was linked to your account`],
      ],
      [
        async () => {
          const [identity] = await installation.kit.store.identitiesOf((await account('applicant')).id);
          return onAccount(head, 'applicant', `/identities/${identity!.id}`, undefined, 'delete');
        },
        `${byHead}link${of}, {"issuer":"portal"} → null`,
        [],
      ],
      [
        () => onAccount(head, 'applicant', '/deletion', { reason: '離職' }),
        `${byHead}delete${of}, for 離職, {"status":"active","reason":null} → {"status":"deleted","reason":"離職"}`,
        [`${DECISION}您的業務帳號已刪除 Your business account was deleted`],
      ],
    ];
    for (const [act, entry] of acts) {
      expect((await act()).status, entry).toBe(200);
      expect(await left()).toEqual([entry]);
    }
    expect(await letters()).toEqual(acts.flatMap(([, , subjects]) => subjects).sort());
  });

  it('cover denied acts, without the name of the target', async () => {
    expect((await onAccount(contact, 'chen-operator', '/deletion', { reason: '不該' })).status).toBe(403);
    expect(await left()).toEqual(['014501 account.delete denied, by 林怡君, on account -, null → {"code":"forbidden"}']);
    // There is no second factor to remove.
    expect((await onAccount(head, 'chen-operator', '/second-factor', undefined, 'delete')).status).toBe(409);
    expect(await left()).toEqual([]);
  });

  it('cover sign-ins and the own account', async () => {
    await installation.anyone.post('/session', { body: { username: 'chen-operator', password: 'wrong' } });
    expect(await left()).toEqual(['014501 session.fail denied, by -, on session 陳中良']);
    const operator = await installation.signIn('chen-operator');
    expect(await left()).toEqual(['014501 session.create, by 陳中良, on session 陳中良']);
    await operator.put('/me/password', { body: { current: DEMO_PASSWORD, next: 'another-Password-9' } });
    expect(await left()).toEqual(['014501 password.change, by 陳中良, on account 陳中良']);
    await operator.delete('/session');
    expect(await left()).toEqual(['014501 session.end, by 陳中良, on session 陳中良']);
    await contact.patch('/me', { etag: (await contact.get('/me')).etag, body: { phone: '02-5555' } });
    expect(await left()).toEqual(['014501 account.update, by 林怡君, on account 林怡君, {"phone":"02-****56"} → {"phone":"02-****55"}']);
  });
});

describe('the audit trail and the letters of a hand-over', () => {
  it('cover each step; letters go to the other parties only', async () => {
    const begin = async () => head.post('/handovers', { body: { to: (await account('lin-contact')).id } });
    const begun = await begin();
    const { id: toId } = await account('lin-contact');
    expect(await left()).toEqual([
      `014501 handover.begin, by 王建民, on handover 林怡君, null → {"to":"林怡君","toId":"${toId}","on":"TODAY"}`,
    ]);
    expect(await letters()).toEqual([`county-a${HANDOVER}`, `lin-contact${HANDOVER}`]);
    const consented = await on(contact, begun, '/handovers', 'consent');
    expect(await left()).toEqual(['014501 handover.consent, by 林怡君, on handover 林怡君']);
    expect(await letters()).toEqual([`county-a${HANDOVER}`, `wang-head${HANDOVER}`]);
    await on(county, consented, '/handovers', 'refusal', { body: { reason: '再議' } });
    expect(await left()).toEqual(['014501 handover.refuse, by 高淑惠, on handover 林怡君, for 再議']);
    expect(await letters()).toEqual([`lin-contact${HANDOVER}`, `wang-head${HANDOVER}`]);
    const again = await on(contact, await begin(), '/handovers', 'consent');
    await left();
    await letters();
    await on(county, again, '/handovers', 'approval');
    expect(await left()).toEqual([
      '014501 handover.approve, by 高淑惠, on handover 林怡君, null → {"on":"TODAY"}',
      '014501 account.switch-role, by 高淑惠, on account 王建民, {"role":"head"} → {"role":"contact"}',
      '014501 account.switch-role, by 高淑惠, on account 林怡君, {"role":"contact"} → {"role":"head"}',
    ]);
    expect(await letters()).toEqual([`lin-contact${HANDOVER}`, `wang-head${HANDOVER}`]);
  });
});

describe('the audit trail of a roster entry', () => {
  it('covers its life', async () => {
    const someone = person('甲師');
    const made = await contact.post('/teachers', { body: someone });
    const path = `/teachers/${made.body.id}`;
    const of = 'by 林怡君, on teacher 甲師';
    expect(await left()).toEqual([`014501 teacher.register, ${of}, null → ${newEntry(someone)}`]);
    const etag = async () => {
      const answer = await contact.get(path);
      expect(await left()).toEqual([`014501 teacher.read, ${of}`]);
      return answer.etag;
    };
    await contact.patch(path, { etag: await etag(), body: { title: 'director', email: 'a@example.test', unitNote: '註' } });
    expect(await left()).toEqual([
      `014501 teacher.update, ${of}, {"title":"teacher","email":null,"unitNote":null} → {"title":"director","email":"a***@example.test","unitNote":"註"}`,
    ]);
    await contact.post(`${path}/reveal`, { body: { reason: '核對' } });
    expect(await left()).toEqual([`014501 teacher.reveal, ${of}, for 核對`]);
    await contact.post(`${path}/departure`, { etag: await etag(), body: { kind: 'resigned' } });
    expect(await left()).toEqual([`014501 teacher.depart, ${of}, {"departure":null} → {"departure":{"kind":"resigned","on":"TODAY"}}`]);
    await contact.delete(`${path}/departure`, { etag: await etag() });
    expect(await left()).toEqual([`014501 teacher.return, ${of}, {"departure":{"kind":"resigned","on":"TODAY"}} → {"departure":null}`]);
    await contact.post(`${path}/invitation`, { etag: await etag() });
    expect(await left()).toEqual([`014501 teacher.update, ${of}, null → {"invitedUntil":"INSTANT"}`]);
    expect((await contact.get('/teachers/nobody')).status).toBe(404);
    expect(await left()).toEqual(['014501 teacher.read denied, by 林怡君, on teacher -, null → {"code":"not-found"}']);
  });

  it('covers downloads', async () => {
    const total = Number((await contact.get('/teachers')).body.total);
    const values = (personalData: boolean) =>
      `null → {"format":"csv","scope":"own","departed":false,"personalData":${personalData},"people":${total}}`;
    await contact.get('/teachers/export?format=csv');
    expect(await left()).toEqual([`014501 teacher.export, by 林怡君, on roster 甲縣立第一國民小學, ${values(false)}`]);
    await contact.raw('POST', '/teachers/exports', { body: { reason: '報部', format: 'csv', personalData: true } });
    expect(await left()).toEqual([`014501 teacher.export, by 林怡君, on roster 甲縣立第一國民小學, for 報部, ${values(true)}`]);
  });

  it('covers an import and its undo, entry by entry', async () => {
    const [one, two] = [person('表一'), person('表二')];
    const rows = [one, two].map((each) => [each.name, each.sex === 'male' ? '男' : '女', each.nationalId, each.birthDate, '合格專任教師']);
    const staged = await contact.post('/teachers/imports', {
      body: { cells: [['姓名', '性別', '身分證字號', '出生年月日', '職稱'], ...rows] },
    });
    const counts = '"new":2,"updated":0,"same":0,"transfer":0,"invalid":0,"skipped":0';
    expect(await left()).toEqual([
      '014501 teacher.look-up, by 林怡君, on roster 甲縣立第一國民小學, null → {"count":2}',
      `014501 import.stage, by 林怡君, on import -, null → {${counts}}`,
    ]);
    const path = `/teachers/imports/${staged.body.id}`;
    const committed = await contact.post(`${path}/commit`, { etag: staged.etag, body: { mode: 'valid' } });
    expect(await left()).toEqual([
      `014501 import.commit, by 林怡君, on import -, null → {"mode":"valid",${counts}}`,
      `014501 teacher.register, by 林怡君, on teacher 表一, null → ${newEntry(one)}`,
      `014501 teacher.register, by 林怡君, on teacher 表二, null → ${newEntry(two)}`,
    ]);
    await contact.post(`${path}/undo`, { etag: committed.etag });
    expect(await left()).toEqual([
      '014501 import.undo, by 林怡君, on import -, null → {"undone":2,"kept":0}',
      `014501 import.undo, by 林怡君, on teacher 表一, ${newEntry(one)} → null`,
      `014501 import.undo, by 林怡君, on teacher 表二, ${newEntry(two)} → null`,
    ]);
  });
});

describe('the audit trail of a transfer', () => {
  const atOther = '014502 transfer.';
  const lookup = (outcome = '') => `014502 teacher.look-up${outcome}, by 蔡慧敏, on roster 甲縣立第二國民中學, null → {"count":1}`;

  it('covers look-ups, and each step without the actor of the other school', async () => {
    const someone = person('乙師');
    await contact.post('/teachers', { body: someone });
    await left();
    expect((await other.post('/teachers/check', { body: someone })).body.outcome).toBe('transfer');
    expect(await left()).toEqual([lookup()]);
    expect((await other.post('/teachers/check', { body: { ...someone, birthDate: '1970-02-02' } })).body.code).toBe('registration-failed');
    expect(await left()).toEqual([lookup()]);
    await other.post('/teachers', { body: { ...someone, birthDate: '1970-02-02' } });
    expect(await left()).toEqual([lookup(' denied')]);
    const proposed = await other.post('/teachers', { body: someone });
    expect(await left()).toEqual([
      '014501 transfer.propose, by 蔡慧敏, on transfer 乙師',
      `${atOther}propose, by 蔡慧敏, on transfer 乙師`,
    ]);
    await on(contact, proposed, '/transfers', 'refusal', { body: { reason: '未離職' } });
    expect(await left()).toEqual([
      '014501 transfer.refuse, by 林怡君, on transfer 乙師, for 未離職',
      `${atOther}refuse, by -, on transfer 乙師, for 未離職`,
    ]);
    const again = await other.post('/teachers', { body: someone });
    await left();
    await on(contact, again, '/transfers', 'acceptance');
    expect(await left()).toEqual([
      '014501 transfer.accept, by 林怡君, on transfer 乙師',
      '014501 teacher.depart, by 林怡君, on teacher 乙師, null → {"departure":{"kind":"transferred","on":"TODAY"}}',
      `${atOther}accept, by -, on transfer 乙師`,
      `014502 teacher.register, by -, on teacher 乙師, null → ${newEntry(someone)}`,
    ]);
  });

  it('covers a dispute and its three decisions', async () => {
    const dispute = async (someone: ReturnType<typeof person>) =>
      other.post('/transfers', { body: { ...someone, dispute: true, reason: '證件在手' } });
    const decide = (made: Answer, decision: string, reason: string) =>
      on(county, made, '/transfers', 'decision', { body: { decision, reason } });
    const decided = (unit: string, by: string, name: string, reason: string, decision: string) =>
      `${unit} transfer.decide, by ${by}, on transfer ${name}, for ${reason}, null → {"decision":"${decision}"}`;

    const mistaken = person('丙師');
    await contact.post('/teachers', { body: { ...mistaken, name: '錯名', birthDate: '1971-01-01' } });
    await left();
    const first = await dispute(mistaken);
    expect(await left()).toEqual([lookup(), `${atOther}dispute, by 蔡慧敏, on transfer 丙師, for 證件在手`]);
    await decide(first, 'refuse', '查無');
    expect(await left()).toEqual([decided('A00', '高淑惠', '丙師', '查無', 'refuse'), decided('014502', '-', '丙師', '查無', 'refuse')]);
    const second = await dispute(mistaken);
    await left();
    await decide(second, 'correct', '誤登');
    expect(await left()).toEqual([
      decided('A00', '高淑惠', '丙師', '誤登', 'correct'),
      decided('014501', '高淑惠', '丙師', '誤登', 'correct'),
      decided('014502', '-', '丙師', '誤登', 'correct'),
      `014502 teacher.register, by -, on teacher 丙師, null → ${newEntry(mistaken)}`,
    ]);
    const moving = person('丁師');
    await contact.post('/teachers', { body: { ...moving, birthDate: '1971-01-01' } });
    const third = await dispute(moving);
    await left();
    await decide(third, 'move', '查戶籍');
    expect(await left()).toEqual([
      decided('A00', '高淑惠', '丁師', '查戶籍', 'move'),
      decided('014501', '高淑惠', '丁師', '查戶籍', 'move'),
      '014501 teacher.depart, by 高淑惠, on teacher 丁師, null → {"departure":{"kind":"transferred","on":"TODAY"}}',
      decided('014502', '-', '丁師', '查戶籍', 'move'),
      `014502 teacher.register, by -, on teacher 丁師, null → ${newEntry(moving)}`,
    ]);
  });
});

describe('the audit trail of a unit', () => {
  it('covers its creation, its changes and its integrations', async () => {
    const { unitId: countyId } = await account('county-a');
    const made = await county.post('/units', { body: { code: 'A99', name: '新校', level: 'school', parentId: countyId } });
    expect(await left()).toEqual([
      `A00 unit.create, by 高淑惠, on unit 新校, null → {"code":"A99","name":"新校","level":"school","parentId":"${countyId}","releasedTo":null}`,
    ]);
    await county.patch(`/units/${made.body.id}`, { etag: made.etag, body: { name: '新校名' } });
    expect(await left()).toEqual(['A99 unit.update, by 高淑惠, on unit 新校, {"name":"新校"} → {"name":"新校名"}']);
    const path = `/units/${countyId}/integrations`;
    const { body } = await county.post(path, { body: { name: '人事系統', scope: 'claims', days: 30 } });
    expect(await left()).toEqual([
      'A00 integration.create, by 高淑惠, on integration 人事系統, null → {"scope":"claims","expiresAt":"INSTANT"}',
    ]);
    await county.delete(`${path}/${body.id}`);
    expect(await left()).toEqual(['A00 integration.end, by 高淑惠, on integration 人事系統']);
  });
});

describe('the audit trail of a unit below', () => {
  it('shows readers above masked names, and of values only what they may see on the roster', async () => {
    const made = await other.post('/teachers', { body: person('戊師') });
    const read = await other.get(`/teachers/${made.body.id}`);
    await other.patch(`/teachers/${made.body.id}`, {
      etag: read.etag,
      body: { title: 'director', email: 'b@example.test', unitNote: '註' },
    });
    await left();
    const { unitId } = await account('tsai-head');
    const { items } = (await county.get(`/audit?unit=${unitId}&action=teacher.update`)).body;
    expect(items[0]).toMatchObject({ actor: { name: '蔡慧敏' }, target: { name: '戊○' } });
    expect([items[0].before, items[0].after]).toEqual([
      { title: 'teacher', email: null },
      { title: 'director', email: 'b***@example.test' },
    ]);
  });
});
