import { expect } from '@esm-bundle/chai';
import { ApiError } from '../api/api-error.js';
import '../index.js';
import { choose, clearPage, click, fixture, focused, get, has, inProvider, said, settled, text, type } from '../testing/harness.js';
import { client, me, pageOf, problem, SUMMARY, teacher, TRANSFER } from '../testing/server.js';
import type { TeacherRoster } from './teacher-roster.js';

describe('<teacher-roster>', () => {
  // The first import of a chunk takes the dev server longer than an update takes an element.
  before(() => Promise.all([import('./teacher-panel.js'), import('./transfer-box.js')]));
  afterEach(clearPage);

  const opened = async (kit = client()): Promise<TeacherRoster> => {
    const element = await fixture<TeacherRoster>('teacher-roster', kit);
    await click(element, 'button', '檢視資料：王國雄');
    return element;
  };

  it('shows the manual’s numbers as one sum, each a filter', async () => {
    const kit = client();
    const element = await fixture('teacher-roster', kit);
    expect(text(element)).to.contain('學校總人數 88').and.to.contain('已申請人數 86').and.to.contain('待申請人數 2');
    await click(element, 'button', '待申請人數');
    expect(kit.sent.at(-2)!.path === '/teachers' || kit.sent.at(-1)!.path === '/teachers').to.equal(true);
    expect(get(element, 'button', '待申請人數').getAttribute('aria-pressed')).to.equal('true');
  });

  it('shows an entry that cannot be read as such, in the list and in its detail, and offers to correct it but not to reveal it', async () => {
    const damaged = teacher({ nationalId: null, unreadable: true });
    const kit = client(({ path }) => {
      if (path.startsWith('/teachers/t1')) return path === '/teachers/t1' ? damaged : undefined;
      return path === '/teachers' ? pageOf([damaged], { summary: SUMMARY }) : undefined;
    });
    const element = await opened(kit);
    expect(text(element)).to.contain('個資無法讀取').and.to.contain('儲存的身分證字號與出生年月日無法讀取');
    expect(has(element, 'button', '顯示身分證字號')).to.equal(false);
    clearPage();
    document.documentElement.lang = 'en';
    expect(text(await fixture('teacher-roster', kit))).to.contain('Identity cannot be read');
  });

  it('keeps the rows in place while it reads again, and says what it found', async () => {
    const element = await fixture('teacher-roster', client());
    await type(element, 'searchbox', '教師姓名查詢', '王');
    await click(element, 'button', /^查詢$/);
    expect(said(element)).to.equal('找到 88 人');
  });

  it('changes the page, announces it and focuses the table', async () => {
    const element = await fixture('teacher-roster', client());
    await click(element, 'button', '下一頁');
    expect(said(element)).to.equal('第 2 頁，共 9 頁');
    expect(focused(element)?.localName).to.equal('table');
  });

  it('edits subjects in order: adds, moves, removes, rejects a seventh and a duplicate', async () => {
    const kit = client(({ method, body }) => (method === 'PATCH' ? teacher({ ...(body as object), version: 2 }) : undefined));
    const element = await opened(kit);
    await click(element, 'button', '編輯帳號個人資料');
    await choose(element, '選擇科目', 'elementary.science');
    await click(element, 'button', /^加入$/);
    expect(said(element)).to.equal('已在清單第 2 個');
    for (const subject of ['arts', 'english', 'mathematics', 'life']) {
      await choose(element, '選擇科目', `elementary.${subject}`);
      await click(element, 'button', /^加入$/);
    }
    expect(get(element, 'button', /^加入$/).getAttribute('aria-disabled')).to.equal('true');
    await click(element, 'button', '上移：國小 自然科學');
    await click(element, 'button', '移除：國小 國語文');
    expect(focused(element)?.getAttribute('aria-label')).to.contain('移除');
    await click(element, 'button', '更新教師資料');
    const { body } = kit.sent.find(({ method }) => method === 'PATCH')!;
    expect(body).to.deep.equal({
      subjects: ['elementary.science', 'elementary.arts', 'elementary.english', 'elementary.mathematics', 'elementary.life'],
    });
    expect(said(element)).to.equal('已儲存王國雄的資料');
  });

  it('reports unsaved input to the page, and keeps it if the clerk stays', async () => {
    const element = await opened();
    const dirty: boolean[] = [];
    element.addEventListener('inservice-dirty-change', (event) => dirty.push(event.dirty));
    await click(element, 'button', '編輯帳號個人資料');
    await type(element, 'textbox', '電子郵件', 'new@example.test');
    const ask = window.confirm;
    window.confirm = () => false;
    await click(element, 'button', /^關閉$/);
    window.confirm = ask;
    expect(get<HTMLInputElement>(element, 'textbox', '電子郵件').value).to.equal('new@example.test');
    await click(element, 'button', /^取消$/);
    expect(dirty).to.deep.equal([true, false]);
  });

  it('reveals a number with a reason, digit by digit for screen readers, and never puts it into an attribute or event', async () => {
    const kit = client(({ path }) => (path === '/teachers/t1/reveal' ? { nationalId: 'A123456789', birthDate: '1985-05-06' } : undefined));
    const element = await opened(kit);
    await click(element, 'button', '顯示身分證字號');
    await click(element, 'button', /^顯示身分證字號$/);
    expect(text(element)).to.contain('請填寫理由');
    await type(element, 'textbox', '使用理由', '核對證件');
    await click(element, 'button', /^顯示身分證字號$/);
    expect(text(element)).to.contain('A 1 2 3 4 5 6 7 8 9').and.to.contain('民國74年5月6日');
    expect(element.outerHTML).not.to.contain('A123456789');
    await click(element, 'button', /^關閉$/);
    expect(text(element)).not.to.contain('A123456789');
  });

  it('departs a person with kind and day, offers an undo, and requires a note for 其他', async () => {
    const kit = client(({ path, method }) => {
      if (path !== '/teachers/t1/departure') return undefined;
      return method === 'DELETE'
        ? teacher({ version: 3 })
        : teacher({
            version: 2,
            departure: { kind: 'retired', on: '2020-01-01', toUnitId: null, note: null, at: '2026-11-24T00:00:00Z' },
            actions: [{ name: 'teacher.return', allowed: true }],
          });
    });
    const element = await opened(kit);
    await click(element, 'button', '離職／轉校／退休…');
    await click(element, 'radio', '其他');
    await click(element, 'button', '退出學校群組');
    expect(text(element)).to.contain('請填寫理由');
    await click(element, 'radio', '退休');
    await click(element, 'button', '退出學校群組');
    expect(kit.sent.find(({ path }) => path.endsWith('/departure'))!.body).to.include({ kind: 'retired' });
    expect(said(element)).to.equal('王國雄已退出學校群組');
    await click(element, 'button', /^復原$/);
    expect(said(element)).to.equal('王國雄已回到名冊');
  });

  it('shows other schools’ proposals and accepts one', async () => {
    let waiting = true;
    const kit = client(({ path }) => {
      if (path === '/transfers') return pageOf(waiting ? [TRANSFER] : []);
      if (path !== '/transfers/x1/acceptance') return undefined;
      waiting = false;
      return { ...TRANSFER, state: 'accepted', version: 2 };
    });
    const element = await fixture('teacher-roster', kit);
    expect(text(element)).to.contain('其他學校申請 1 位教師轉入');
    await click(element, 'button', '同意轉出：李小華');
    expect(has(element, 'button', '同意轉出：李小華')).to.equal(false);
    expect(said(element)).to.equal('已同意李小華轉出');
  });

  it('retries with the same bytes and key if no response came', async () => {
    let tries = 0;
    const kit = client(({ method }) => {
      if (method !== 'PATCH') return undefined;
      if (++tries === 1) throw new TypeError('network');
      return teacher({ unitNote: '註', version: 2 });
    });
    const element = await opened(kit);
    await type(element, 'textbox', '單位註記', '註');
    get(element, 'button', '儲存註記').click();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(said(element)).to.equal('可能已送出，正在確認…');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await settled(element);
    const writes = kit.sent.filter(({ method }) => method === 'PATCH');
    expect(writes).to.have.length(2);
    expect(writes[0]!.headers.get('Idempotency-Key')).to.equal(writes[1]!.headers.get('Idempotency-Key'));
    expect(writes[0]!.body).to.deep.equal(writes[1]!.body);
    expect(said(element)).to.equal('註記已儲存');
  });

  it('shows an empty list as a message with a suitable action', async () => {
    const none = pageOf([], { summary: { ...SUMMARY, total: 0 } });
    const element = await fixture(
      'teacher-roster',
      client(({ path }) => (path === '/teachers' ? none : undefined)),
      { 'register-url': '/register' },
    );
    expect(text(element)).to.contain('名冊還沒有人');
    expect(get(element, 'link', '登錄教師').getAttribute('href')).to.equal('/register');
  });

  const answering = async (answer: boolean, act: () => Promise<void>): Promise<number> => {
    const ask = window.confirm;
    let asked = 0;
    window.confirm = () => {
      asked++;
      return answer;
    };
    await act();
    window.confirm = ask;
    return asked;
  };

  it('asks before input is lost: by another row, by Escape, and for a note beside a form that was left', async () => {
    const element = await opened();
    await type(element, 'textbox', '單位註記', '未存的註記');
    await click(element, 'button', '編輯帳號個人資料');
    await type(element, 'textbox', '電子郵件', 'new@example.test');
    const escape = async (): Promise<void> => {
      get(element, 'textbox', '電子郵件').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
      await settled(element);
    };
    expect(await answering(false, escape)).to.equal(1);
    expect(await answering(false, () => click(element, 'button', '檢視資料：黃琳雅'))).to.equal(1);
    expect(get<HTMLInputElement>(element, 'textbox', '電子郵件').value).to.equal('new@example.test');
    expect(await answering(true, escape)).to.equal(1);
    expect(get<HTMLTextAreaElement>(element, 'textbox', '單位註記').value).to.equal('未存的註記');
    expect(await answering(false, () => click(element, 'button', /^關閉$/))).to.equal(1);
  });

  it('closes by Escape from anywhere in the detail', async () => {
    const element = await opened();
    get(element, 'button', '編輯帳號個人資料').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }),
    );
    await settled(element);
    expect(has(element, 'button', /^關閉$/)).to.equal(false);
  });

  it('compares concurrent edits of a note, and sends only the typed one', async () => {
    let first = true;
    const theirs = teacher({ unitNote: '對方', remark: '別人的備註', version: 2 });
    const kit = client(({ method, body }) => {
      if (method !== 'PATCH') return undefined;
      if (!first) return teacher({ ...theirs, ...(body as object), version: 3 });
      first = false;
      return problem('precondition-failed', 412, { current: theirs });
    });
    const element = await opened(kit);
    await type(element, 'textbox', '單位註記', '我的');
    await click(element, 'button', '儲存註記');
    expect(text(element)).to.contain('資料已被他人修改，需選擇').and.to.contain('對方');
    await click(element, 'button', '儲存選定內容');
    const [, again] = kit.sent.filter(({ method }) => method === 'PATCH');
    expect([again!.headers.get('If-Match'), again!.body]).to.deep.equal(['"2"', { unitNote: '我的' }]);
  });

  it('compares concurrent edits of a code by the names of the codes', async () => {
    const current = teacher({ title: 'director', version: 2 });
    const kit = client(({ method }) => (method === 'PATCH' ? problem('precondition-failed', 412, { current }) : undefined));
    const element = await opened(kit);
    await click(element, 'button', '編輯帳號個人資料');
    await choose(element, '職稱', 'nurse');
    await click(element, 'button', '更新教師資料');
    const conflict = element.shadowRoot!.querySelector('[data-conflict]')!.textContent;
    expect(conflict).to.contain('護理師').and.to.contain('主任').and.to.contain('合格專任教師').and.not.to.contain('director');
  });

  it('shows the previous page after the last row of the last page has left', async () => {
    const kit = client(({ path, query }) =>
      path === '/teachers' && query.get('page') === '2' ? pageOf([], { page: 2, total: 4, summary: SUMMARY }) : undefined,
    );
    const element = await fixture('teacher-roster', kit);
    await click(element, 'button', '下一頁');
    expect(text(element)).to.contain('王國雄');
  });

  it('says that the outcome is unknown if a departure of several people times out', async () => {
    const kit = client();
    const call = kit.call.bind(kit);
    kit.call = ((name: 'GET /me', ...input: []) =>
      (name as string) === 'POST /teachers/:id/departure'
        ? Promise.reject(new ApiError('timeout'))
        : call(name, ...input)) as typeof kit.call;
    const element = await fixture('teacher-roster', kit);
    await click(element, 'checkbox', '選取本頁');
    await click(element, 'button', '離職／轉校／退休…');
    await click(element, 'button', /人退出$/);
    expect(text(element)).to.contain('伺服器').and.not.to.contain('未儲存');
  });

  it('waits for the sign-in if the session ends while several people depart, and goes on with the others', async () => {
    let left = 1;
    let inside = true;
    const kit = client(({ method, path }) => {
      if (path === '/me' && !inside) return problem('unauthenticated', 401);
      if (method !== 'POST' || !path.endsWith('/departure')) return undefined;
      inside &&= left-- > 0;
      return inside ? teacher({ id: path.split('/')[2]! }) : problem('unauthenticated', 401);
    });
    const { element, provider } = await inProvider('teacher-roster', kit);
    await click(element, 'checkbox', '選取本頁');
    await click(element, 'button', '離職／轉校／退休…');
    await click(element, 'button', /人退出$/);
    const sent = (): number => kit.sent.filter(({ path }) => path.endsWith('/departure')).length;
    expect(sent()).to.equal(2);
    [inside, left] = [true, 10];
    provider.reload();
    await settled(element);
    const people = new Set(kit.sent.filter(({ path }) => path.endsWith('/departure')).map(({ path }) => path)).size;
    expect([people > 2, sent()]).to.deep.equal([true, people + 1]);
  });

  it('shows no people after another person, or nobody, is signed in', async () => {
    let who: object | null = me();
    const element = await opened(client(({ path }) => (path === '/me' ? (who ?? problem('unauthenticated', 401)) : undefined)));
    who = null;
    element.connection!.changed(null);
    await settled(element);
    expect(text(element)).not.to.contain('王國雄');
  });
});
