import { expect } from '@esm-bundle/chai';
import { sendKeys } from '@web/test-runner-commands';
import type { InserviceBeforeEvent, InserviceDoneEvent } from '../events.js';
import '../index.js';
import { all, clearPage, click, fixture, focused, get, has, said, settled, text, type } from '../testing/harness.js';
import { account, ACTIVE, client, me, pageOf, problem, writesTo } from '../testing/server.js';
import type { AccountManager } from './account-manager.js';

const COUNTS = { pending: 0, active: 1, rejected: 0, deleted: 0 };
const enabled = { ...ACTIVE, id: 'a2', name: '黃雅婷' };

describe('<account-manager>', () => {
  // The first import of a chunk takes the dev server longer than an update takes an element.
  before(() => import('./account-panel.js'));
  afterEach(clearPage);

  const opened = async (kit = client()): Promise<AccountManager> => {
    const element = await fixture<AccountManager>('account-manager', kit);
    await click(element, 'button', '檢視資料：黃雅婷');
    return element;
  };

  it('lists the outside identities of an account, and unlinks one with a way back', async () => {
    const identity = { id: 'i1', issuer: 'https://id.example.tw', subject: 'yating-01' };
    let items = [identity];
    const link = { name: 'account.link' as const, allowed: true };
    const kit = client(({ path, method }) => {
      if (path === '/accounts' && method === 'GET') return pageOf([account({ actions: [link] })], { counts: COUNTS });
      if (!path.includes('/identities')) return undefined;
      if (method !== 'GET') items = method === 'DELETE' ? [] : [identity];
      return method === 'GET' ? { items } : { items, account: account({ actions: [link], version: 2 }) };
    });
    const element = await opened(kit);
    await settled(element);
    expect(text(element)).to.contain('https://id.example.tw（yating-01）');
    await click(element, 'button', '解除連結：https://id.example.tw');
    const [unlinked] = writesTo(kit);
    expect([unlinked!.method, unlinked!.path, unlinked!.headers.get('If-Match')]).to.deep.equal([
      'DELETE',
      `/accounts/${account().id}/identities/i1`,
      '"1"',
    ]);
    expect(said(element)).to.equal('已解除 https://id.example.tw 的連結，其登入已登出');
    expect(has(element, 'button', '解除連結：https://id.example.tw')).to.equal(false);
    await click(element, 'button', '復原');
    expect(writesTo(kit)[1]).to.deep.include({ method: 'POST', body: { issuer: identity.issuer, subject: identity.subject } });
    expect(has(element, 'button', '解除連結：https://id.example.tw')).to.equal(true);
  });

  it('shows pending accounts first, with counts, and active ones if none is pending', async () => {
    const waiting = await fixture('account-manager', client());
    expect(get(waiting, 'button', '待開通').getAttribute('aria-pressed')).to.equal('true');
    expect(get(waiting, 'button', '待開通').textContent).to.contain('2');
    clearPage();
    const none = await fixture(
      'account-manager',
      client(({ path, query }) =>
        path === '/accounts' ? pageOf(query.get('status') === 'active' ? [ACTIVE] : [], { counts: COUNTS }) : undefined,
      ),
    );
    expect(get(none, 'button', '啟用中').getAttribute('aria-pressed')).to.equal('true');
    expect(text(none)).to.contain('陳中良');
  });

  it('works the same with a property set before or after it is attached', async () => {
    const element = document.createElement('account-manager');
    document.body.append(element);
    element.client = client();
    await settled(element);
    expect(text(element)).to.contain('黃雅婷');
  });

  it('moves focus into the detail and back to the row it came from', async () => {
    const element = await opened();
    expect(focused(element)?.textContent).to.equal('黃雅婷');
    await click(element, 'button', /^關閉$/);
    expect(focused(element)?.getAttribute('aria-label')).to.equal('檢視資料：黃雅婷');
  });

  it('closes the detail by Escape, but not while an input method composes', async () => {
    const element = await opened();
    focused(element)!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true, composed: true }));
    await settled(element);
    expect(has(element, 'button', /^關閉$/)).to.equal(true);
    await sendKeys({ press: 'Escape' });
    await settled(element);
    expect(has(element, 'button', /^關閉$/)).to.equal(false);
  });

  it('activates an account: dispatches events with ids only, sends If-Match and an idempotency key, and announces the result', async () => {
    const kit = client(({ path }) => (path === '/accounts/a2/activation' ? enabled : undefined));
    const element = await opened(kit);
    const events: string[] = [];
    element.addEventListener('inservice-before', (event: InserviceBeforeEvent) =>
      events.push(`${event.type} ${event.action} ${event.ids.join()}`),
    );
    element.addEventListener('inservice-done', (event: InserviceDoneEvent) =>
      events.push(`${event.type} ${event.action} ${event.ids.join()}`),
    );
    await click(element, 'button', '啟用為作業人員');
    const sent = kit.sent.find(({ path }) => path.endsWith('/activation'))!;
    expect(sent.body).to.deep.equal({ role: 'operator' });
    expect(sent.headers.get('If-Match')).to.equal('"1"');
    expect(sent.headers.get('Idempotency-Key')).to.match(/^[0-9a-f-]{36}$/);
    expect(said(element)).to.equal('已啟用黃雅婷為作業人員');
    expect(events).to.deep.equal(['inservice-before account.activate a2', 'inservice-done account.activate a2']);
  });

  it('sends nothing if the page cancels the event of an activation', async () => {
    const kit = client();
    const element = await opened(kit);
    element.addEventListener('inservice-before', (event) => event.preventDefault());
    await click(element, 'button', '啟用為作業人員');
    expect(kit.sent.some(({ method }) => method !== 'GET')).to.equal(false);
  });

  it('asks for a reason, keeps it while the dialog is closed, and sends it', async () => {
    const kit = client(({ path }) =>
      path === '/accounts/a2/rejection' ? account({ status: 'rejected', reason: '重複申請', actions: [] }) : undefined,
    );
    const element = await opened(kit);
    await click(element, 'button', '帳號申請不通過…');
    await type(element, 'textbox', '帳號申請不通過理由', '重複');
    await sendKeys({ press: 'Escape' });
    await settled(element);
    expect(element.shadowRoot!.querySelector('dialog')).to.equal(null);
    await click(element, 'button', '帳號申請不通過…');
    expect(get<HTMLTextAreaElement>(element, 'textbox', '帳號申請不通過理由').value).to.equal('重複');
    await click(element, 'button', '不通過黃雅婷的申請');
    expect(kit.sent.find(({ path }) => path.endsWith('/rejection'))!.body).to.deep.equal({ reason: '重複' });
    expect(said(element)).to.equal('黃雅婷的申請已設為不通過');
  });

  it('shows what another person decided meanwhile, and does not repeat the write', async () => {
    const kit = client(({ path }) =>
      path === '/accounts/a2/activation' ? problem('precondition-failed', 412, { current: { ...enabled, version: 2 } }) : undefined,
    );
    const element = await opened(kit);
    await click(element, 'button', '啟用為作業人員');
    expect(kit.sent.filter(({ path }) => path.endsWith('/activation'))).to.have.length(1);
    expect(text(element)).to.contain('啟用中');
    expect(has(element, 'button', '切換身分')).to.equal(true);
  });

  it('switches the role by one control with all roles: the present one is chosen, and nothing is saved before another is', async () => {
    const kit = client(({ method, path }) => {
      if (path === '/accounts' && method === 'GET') return pageOf([ACTIVE], { counts: COUNTS });
      return method === 'PUT'
        ? { ...ACTIVE, role: 'contact', actions: [{ name: 'account.switch-role', allowed: true, roles: ['operator'] }] }
        : undefined;
    });
    const element = await fixture<AccountManager>('account-manager', kit);
    await element.open('a3');
    await settled(element);
    const roles = (): string[] =>
      all<HTMLInputElement>(element, 'radio').map(({ value, checked }) => `${value}${checked ? ' chosen' : ''}`);
    const isInactive = (): boolean => all(element, 'button').some((node) => node.matches('[type=submit].primary[aria-disabled=true]'));
    expect([roles(), isInactive()]).to.deep.equal([['contact', 'operator chosen'], true]);
    await click(element, 'button', '切換身分');
    await click(element, 'radio', '連絡人');
    await click(element, 'radio', '作業人員');
    expect([writesTo(kit).length, isInactive()]).to.deep.equal([0, true]);
    await click(element, 'radio', '連絡人');
    await click(element, 'button', '切換為連絡人');
    expect(writesTo(kit).map(({ body }) => body)).to.deep.equal([{ role: 'contact' }]);
    expect([roles(), isInactive()]).to.deep.equal([['contact chosen', 'operator'], true]);
  });

  it('compares field by field after a concurrent edit, and saves the choice', async () => {
    let first = true;
    const theirs = { ...ACTIVE, title: '輔導組長', version: 2, updatedBy: { id: 'a9', name: '陳主任' } };
    const kit = client(({ method, path, body }) => {
      if (path === '/accounts' && method === 'GET') return pageOf([ACTIVE], { counts: COUNTS });
      if (method !== 'PATCH') return undefined;
      if (!first) return { ...theirs, ...(body as object), version: 3 };
      first = false;
      return problem('precondition-failed', 412, { current: theirs });
    });
    const element = await fixture<AccountManager>('account-manager', kit);
    await element.open('a3');
    await settled(element);
    await click(element, 'button', '編輯帳號個人資料');
    await type(element, 'textbox', '職稱', '設備組長');
    await click(element, 'button', '更新資料');
    expect(text(element)).to.contain('陳主任 於');
    await click(element, 'button', '儲存選定內容');
    const [, again] = kit.sent.filter(({ method }) => method === 'PATCH');
    expect(again!.headers.get('If-Match')).to.equal('"2"');
    expect(again!.body).to.deep.equal({ title: '設備組長' });
    expect(said(element)).to.equal('已儲存陳中良的資料');
  });

  it('says that the input is kept when the session ends, and asks the page to sign in', async () => {
    let asked = 0;
    const kit = client(({ method }) => (method === 'PATCH' ? problem('unauthenticated', 401) : undefined));
    const element = await opened(kit);
    element.addEventListener('inservice-auth-required', () => asked++);
    await click(element, 'button', '編輯帳號個人資料');
    await type(element, 'textbox', '職稱', '設備組長');
    await click(element, 'button', '更新資料');
    expect(asked).to.equal(1);
    expect(text(element)).to.contain('登入已逾時，您輸入的內容還在');
    expect(get<HTMLInputElement>(element, 'textbox', '職稱').value).to.equal('設備組長');
  });

  it('names who may act to callers who may not', async () => {
    const element = await fixture(
      'account-manager',
      client(({ path }) => (path === '/me' ? me('contact') : undefined)),
    );
    expect(text(element)).to.contain('業務帳號由總負責人開通、變更、刪除').and.to.contain('王建民');
  });

  it('uses English on an English page, and the texts that the host overrides', async () => {
    document.documentElement.lang = 'en';
    const element = await fixture<AccountManager>('account-manager', client());
    await new Promise((resolve) => setTimeout(resolve, 100));
    await settled(element);
    expect(has(element, 'heading', 'Business accounts of the unit')).to.equal(true);
    clearPage();
    const own = document.createElement('account-manager');
    own.messages = { accounts: { title: '帳號審核' } };
    own.client = client();
    document.body.append(own);
    await settled(own);
    expect(has(own, 'heading', '帳號審核')).to.equal(true);
  });

  it('keeps printable keys from a host page’s single-key shortcuts', async () => {
    const element = await fixture('account-manager', client());
    const heard: string[] = [];
    const listen = (event: KeyboardEvent): void => void heard.push(event.key);
    document.addEventListener('keydown', listen);
    get(element, 'searchbox', '姓名').focus();
    await sendKeys({ press: 'd' });
    await sendKeys({ press: 'Tab' });
    document.removeEventListener('keydown', listen);
    expect(heard).to.deep.equal(['Tab']);
  });

  it('searches after an input method has finished composing', async () => {
    const kit = client();
    const element = await fixture('account-manager', kit);
    const field = get<HTMLInputElement>(element, 'searchbox', '姓名');
    const before = kit.sent.length;
    field.value = 'ㄨㄤ';
    field.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(kit.sent.length).to.equal(before);
    field.value = '王';
    field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(kit.sent.length).to.equal(before + 1);
  });

  it('shows pending accounts first for a unit below, too', async () => {
    const kit = client(({ path, query }) => {
      if (path === '/units') return pageOf([{}]);
      if (path !== '/accounts' || query.get('scope') !== 'children') return undefined;
      return pageOf(query.get('status') === 'pending' ? [account({ name: '彭靜宜', requestedRole: 'head' })] : [], {
        counts: { ...COUNTS, pending: 1 },
      });
    });
    const element = await fixture('account-manager', kit);
    await click(element, 'button', '下一層總負責人');
    expect(get(element, 'button', '待開通').getAttribute('aria-pressed')).to.equal('true');
    expect(text(element)).to.contain('彭靜宜');
  });
});
