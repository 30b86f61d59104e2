import { expect } from '@esm-bundle/chai';
import '../index.js';
import {
  all,
  choose,
  clearPage,
  click,
  enter,
  failure,
  faultOf,
  fillIn,
  fixture,
  focused,
  get,
  has,
  said,
  settled,
  speak,
  text,
} from '../testing/harness.js';
import { client, me, problem, type Kit } from '../testing/server.js';

const ENTRY = {
  id: 'e1',
  at: '2026-11-20T01:00:00Z',
  actor: null,
  unitId: 'u1',
  outcome: 'done',
  reason: null,
  action: 'teacher.update',
  target: { type: 'teacher', id: 't1', name: '王國雄' },
};

const trail = (...items: object[]) =>
  client(({ path }) => (path === '/audit' ? { items: items.map((item) => ({ ...ENTRY, ...item })), nextCursor: null } : undefined));

describe('<audit-trail>', () => {
  afterEach(clearPage);

  it('shows changes in words, not codes', async () => {
    const before = { sex: 'male', title: 'teacher', stage: null, status: 'pending', subjects: [] };
    const after = { sex: 'female', title: 'director', stage: 'elementary', status: 'active', subjects: ['elementary.mandarin'] };
    const shown = text(await fixture('audit-trail', trail({ before, after })));
    expect(shown).to.contain('性別 男 → 女').and.to.contain('職稱 合格專任教師 → 主任').and.to.contain('任教階段 — → 國小');
    expect(shown).to.contain('帳號狀況 待申請 → 啟用中').and.to.contain('任教科目 — → 國小 國語文');
  });

  it('shows a field of an account with the labels of accounts, and an unknown title as it is', async () => {
    const account = { action: 'account.update', target: { type: 'account', id: 'a1', name: '林怡君' }, before: null };
    const shown = text(await fixture('audit-trail', trail({ ...account, after: { status: 'pending', role: 'head', title: '幹事' } })));
    expect(shown).to.contain('帳號狀況 未啟用').and.to.contain('身分 總負責人').and.to.contain('職稱 幹事');
  });

  it('shows removed values, and no fields that were and are empty', async () => {
    const [before, after] = [
      { email: 'a***@x.tw', remark: null, subjects: ['elementary.mandarin'] },
      { email: null, remark: null, subjects: [] },
    ];
    const shown = text(
      await fixture('audit-trail', trail({ before, after }, { before: null, after: { name: '李俊傑', subjects: [], stage: null } })),
    );
    expect(shown).to.contain('電子郵件 a***@x.tw → —').and.to.contain('任教科目 國小 國語文 → —').and.to.contain('姓名 李俊傑');
    expect(shown).not.to.contain('備註').and.not.to.contain('任教階段');
  });

  it('shows codes if the code lists cannot be read', async () => {
    const kit = client(({ path }) => {
      if (path === '/codes') return new Response('', { status: 500 });
      return path === '/audit' ? { items: [{ ...ENTRY, before: null, after: { title: 'director' } }], nextCursor: null } : undefined;
    });
    expect(text(await fixture('audit-trail', kit))).to.contain('職稱 director');
  });
  const page = (from: number, nextCursor: string | null): object => ({
    items: [from, from + 1].map((n) => ({
      ...ENTRY,
      id: `e${n}`,
      target: { ...ENTRY.target, name: `第${n}人` },
      before: null,
      after: null,
    })),
    nextCursor,
  });
  const queriesOf = (kit: Kit): string[] => queries.get(kit)!;
  const queries = new WeakMap<Kit, string[]>();
  /** Returns the responses in order, and records the requests. */
  const pages = (...answers: object[]): Kit => {
    const asked: string[] = [];
    const kit = client(({ path, query }) => {
      if (path !== '/audit') return undefined;
      asked.push(query.toString());
      return answers.length > 1 ? answers.shift() : answers[0];
    });
    queries.set(kit, asked);
    return kit;
  };

  it('searches by action and by Taipei days, in either calendar, and shows the count', async () => {
    const kit = pages(page(1, null));
    const element = await fixture('audit-trail', kit);
    await choose(element, '動作', 'teacher.update');
    await fillIn(element, { 起日: '115/11/20', 迄日: '2026-11-21' });
    await enter(element, 'textbox', '迄日');
    const asked = new URLSearchParams(queriesOf(kit).at(-1));
    expect([asked.get('action'), asked.get('from'), asked.get('to')]).to.deep.equal([
      'teacher.update',
      '2026-11-19T16:00:00Z',
      '2026-11-21T16:00:00Z',
    ]);
    expect(said(element)).to.equal('顯示 2 筆');
  });

  it('shows an invalid day at its field, and sends no request', async () => {
    const kit = pages(page(1, null));
    const element = await fixture('audit-trail', kit);
    await fillIn(element, { 起日: '115/13/1' });
    await click(element, 'button', /^查詢$/);
    expect(faultOf(element, 'textbox', '起日')).to.contain('沒有這一天');
    expect(focused(element)).to.equal(get(element, 'textbox', '起日'));
    expect(queriesOf(kit)).to.have.length(1);
  });

  it('loads earlier entries, with the focus on the first of them, and stops at the last', async () => {
    const kit = pages(page(1, 'next'), page(3, null));
    const element = await fixture('audit-trail', kit);
    await click(element, 'button', '更早的紀錄');
    expect(queriesOf(kit).at(-1)).to.contain('cursor=next');
    expect(all(element, 'row')).to.have.length(4);
    expect(focused(element)?.textContent).to.contain('第3人');
    expect(said(element)).to.equal('顯示 4 筆');
    expect(has(element, 'button', '更早的紀錄')).to.equal(false);
  });

  it('continues after a failure', async () => {
    const kit = pages(page(1, 'next'), problem('unavailable', 503), page(3, null));
    const element = await fixture('audit-trail', kit);
    await click(element, 'button', '更早的紀錄');
    expect(failure(element)).to.contain('unavailable');
    expect(all(element, 'row')).to.have.length(2);
    await click(element, 'button', '再試一次');
    expect(all(element, 'row')).to.have.length(4);
    expect(queriesOf(kit).at(-1)).to.contain('cursor=next');
  });

  it('says that nothing was found', async () => {
    expect(text(await fixture('audit-trail', pages({ items: [], nextCursor: null })))).to.contain('沒有符合的紀錄');
  });

  it('is shown to heads; the trail of one roster entry to contacts too', async () => {
    const kit = client(({ path }) => (path === '/me' ? me('contact') : undefined));
    const element = await fixture('audit-trail', kit);
    expect(text(element)).to.contain('異動紀錄由總負責人查看').and.to.contain('王建民');
    expect(kit.sent.some(({ path }) => path === '/audit')).to.equal(false);
    element.setAttribute('target', 't1');
    await settled(element);
    expect(text(element)).to.contain('林怡君');
  });

  it('marks denied acts, and names the system if there is no actor', async () => {
    const shown = text(await fixture('audit-trail', trail({ outcome: 'denied', before: null, after: null, reason: '測試' })));
    expect(shown).to.contain('被拒絕').and.to.contain('系統').and.to.contain('理由：測試');
  });

  it('follows the language of the page', async () => {
    const element = await fixture('audit-trail', trail({ before: { sex: 'male' }, after: { sex: 'female' } }));
    await speak(element, 'en');
    expect(text(element)).to.contain('Sex male → female').and.to.contain('1 entry');
  });
});
