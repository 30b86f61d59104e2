import { expect } from '@esm-bundle/chai';
import '../index.js';
import { clearPage, fixture, text } from '../testing/harness.js';
import { client } from '../testing/server.js';

const ENTRY = {
  ...{ id: 'e1', at: '2026-11-20T01:00:00Z', actor: null, unitId: 'u1', outcome: 'done', reason: null },
  action: 'teacher.update',
  target: { type: 'teacher', id: 't1', name: '王國雄' },
};

const trail = (...items: object[]) =>
  client(({ path }) => (path === '/audit' ? { items: items.map((item) => ({ ...ENTRY, ...item })), nextCursor: null } : undefined));

describe('<audit-trail>', () => {
  afterEach(clearPage);

  it('tells what changed in the reader’s words, not in codes', async () => {
    const before = { sex: 'male', title: 'teacher', stage: null, status: 'pending', subjects: [] };
    const after = { sex: 'female', title: 'director', stage: 'elementary', status: 'active', subjects: ['elementary.mandarin'] };
    const shown = text(await fixture('audit-trail', trail({ before, after })));
    expect(shown).to.contain('性別 男 → 女').and.to.contain('職稱 合格專任教師 → 主任').and.to.contain('任教階段 — → 國小');
    expect(shown).to.contain('帳號狀況 待申請 → 啟用中').and.to.contain('任教科目 — → 國小 國語文');
  });

  it('tells the same word of an account by the words of accounts, and a title that is in no list as it is', async () => {
    const account = { action: 'account.update', target: { type: 'account', id: 'a1', name: '林怡君' }, before: null };
    const shown = text(await fixture('audit-trail', trail({ ...account, after: { status: 'pending', role: 'head', title: '幹事' } })));
    expect(shown).to.contain('帳號狀況 未啟用').and.to.contain('身分 總負責人').and.to.contain('職稱 幹事');
  });

  it('tells what was taken away, and nothing of what was and is empty', async () => {
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

  it('tells codes where the lists of codes cannot be read', async () => {
    const kit = client(({ path }) => {
      if (path === '/codes') return new Response('', { status: 500 });
      return path === '/audit' ? { items: [{ ...ENTRY, before: null, after: { title: 'director' } }], nextCursor: null } : undefined;
    });
    expect(text(await fixture('audit-trail', kit))).to.contain('職稱 director');
  });
});
