import { expect } from '@esm-bundle/chai';
import '../index.js';
import {
  alerted,
  clearPage,
  click,
  enter,
  failure,
  faultOf,
  fixture,
  focused,
  get,
  has,
  offline,
  refuseWrites,
  said,
  speak,
  text,
  type,
  writesOf,
} from '../testing/harness.js';
import { client, me, noContent, problem, writesTo, type Kit } from '../testing/server.js';

const kitThat = (answer: Response): Kit => client(({ method }) => (method === 'GET' ? undefined : answer));

/** The page, opened by a mailed link. */
const opened = (hash: string, kit: Kit): Promise<HTMLElement> => {
  location.hash = hash;
  return fixture('account-recovery', kit);
};

const setPassword = async (element: HTMLElement, next: string, again = next): Promise<void> => {
  await type(element, 'textbox', /^新密碼$/, next);
  await type(element, 'textbox', '再輸入一次新密碼', again);
  await click(element, 'button', '設定新密碼');
};

describe('<account-recovery>', () => {
  afterEach(() => {
    clearPage();
    history.replaceState(null, '', location.pathname + location.search);
  });

  it('requests a link by Enter, confirms it and moves focus to the message', async () => {
    const kit = kitThat(noContent());
    const element = await fixture('account-recovery', kit);
    await type(element, 'textbox', '使用者帳號', ' wang-head ');
    await enter(element, 'textbox', '使用者帳號');
    expect(writesTo(kit).map(({ method, path, body }) => [method, path, body])).to.deep.equal([
      ['POST', '/password-resets', { username: 'wang-head' }],
    ]);
    expect(said(element)).to.contain('連結已寄出');
    expect(focused(element)?.textContent).to.contain('連結已寄出');
    expect(has(element, 'textbox', '使用者帳號')).to.equal(false);
  });

  it('dispatches events before and after the write', async () => {
    const element = await fixture<HTMLElement>('account-recovery', kitThat(noContent()));
    const told = writesOf(element);
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    await click(element, 'button', '寄出連結');
    expect(told).to.deep.equal(['before password.change', 'done password.change']);
  });

  it('sends nothing if the page cancels the event, and keeps the input', async () => {
    const kit = client();
    const element = await fixture<HTMLElement>('account-recovery', kit);
    refuseWrites(element);
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    await click(element, 'button', '寄出連結');
    expect(writesTo(kit)).to.deep.equal([]);
    expect(get<HTMLInputElement>(element, 'textbox', '使用者帳號').value).to.equal('wang-head');
    expect(failure(element)).to.equal('');
  });

  it('requires a user name, and moves focus to its field', async () => {
    const kit = client();
    const element = await fixture('account-recovery', kit);
    await click(element, 'button', '寄出連結');
    expect(focused(element)).to.equal(get(element, 'textbox', '使用者帳號'));
    expect(faultOf(element, 'textbox', '使用者帳號')).to.equal('必填');
    expect(writesTo(kit)).to.deep.equal([]);
  });

  it('removes the token from the address and sends it with the new password', async () => {
    const kit = kitThat(noContent());
    const element = await opened('#reset=abc-123', kit);
    const told = writesOf(element);
    expect(location.hash).to.equal('');
    await setPassword(element, 'a long one indeed');
    expect(writesTo(kit).map(({ method, path, body }) => [method, path, body])).to.deep.equal([
      ['PUT', '/password-resets', { token: 'abc-123', next: 'a long one indeed' }],
    ]);
    expect(text(element)).to.contain('新密碼已設定').and.not.contain('a long one indeed');
    expect(told).to.deep.equal(['before password.change', 'done password.change']);
  });

  it('compares the two passwords before it sends anything', async () => {
    const kit = client();
    const element = await opened('#reset=abc', kit);
    await setPassword(element, 'a long one indeed', 'another one');
    expect(faultOf(element, 'textbox', '再輸入一次新密碼')).to.equal('兩次輸入不同');
    expect(focused(element)).to.equal(get(element, 'textbox', '再輸入一次新密碼'));
    await setPassword(element, '');
    expect(focused(element)).to.equal(get(element, 'textbox', /^新密碼$/));
    expect(writesTo(kit)).to.deep.equal([]);
  });

  it('shows why a password is refused at its field', async () => {
    const errors = [{ path: 'next', code: 'too-common', message: '太常見' }];
    const element = await opened('#reset=abc', kitThat(problem('validation', 422, { errors })));
    await setPassword(element, 'password1');
    expect(faultOf(element, 'textbox', /^新密碼$/)).to.equal('太常見');
    expect(focused(element)).to.equal(get(element, 'textbox', /^新密碼$/));
    expect(failure(element)).to.equal('');
  });

  for (const { code, status, sentence } of [
    { code: 'gone', status: 410, sentence: '這個連結已失效或已使用過' },
    { code: 'not-found', status: 404, sentence: '這裡沒有使用郵件重設密碼' },
  ] as const)
    it(`offers a new link after the error ${code}`, async () => {
      const element = await opened('#reset=abc', kitThat(problem(code, status)));
      await setPassword(element, 'a long one indeed');
      expect(alerted(element)).to.contain(sentence);
      expect(focused(element)?.textContent).to.contain(sentence);
      expect(has(element, 'textbox', '使用者帳號')).to.equal(true);
    });

  it('shows any other failure in the error box, with focus, and keeps the input', async () => {
    const element = await fixture('account-recovery', kitThat(problem('rate-limited', 429)));
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    await click(element, 'button', '寄出連結');
    expect(failure(element)).to.contain('標題 rate-limited').and.to.contain('rate-limited · r1');
    expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
    expect(get<HTMLInputElement>(element, 'textbox', '使用者帳號').value).to.equal('wang-head');
  });

  it('sends nothing without a network', async () => {
    const kit = client();
    const element = await fixture('account-recovery', kit);
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    const back = await offline(element);
    await click(element, 'button', '寄出連結');
    back();
    expect(writesTo(kit)).to.deep.equal([]);
    expect(failure(element)).to.contain('連不上伺服器，未儲存');
  });

  it('confirms a mail address by its link, and says before whose it is', async () => {
    const kit = kitThat(noContent());
    const element = await opened('#confirm=xyz', kit);
    const { name, email } = me().account!;
    expect(text(element)).to.contain(`將確認 ${email} 為「${name}」的信箱`);
    const told = writesOf(element);
    await click(element, 'button', '確認這個信箱');
    expect(writesTo(kit).map(({ path, body }) => [path, body])).to.deep.equal([['/email-confirmations', { token: 'xyz' }]]);
    expect(focused(element)?.textContent).to.contain('信箱已確認');
    expect(told).to.deep.equal(['before account.update', 'done account.update']);
  });

  it('asks to sign in before a mail address is confirmed', async () => {
    const kit = client(({ path }) => (path === '/me' ? problem('unauthenticated', 401) : undefined));
    const element = await opened('#confirm=xyz', kit);
    expect(text(element)).to.contain('請先登入信中所說的帳號');
    expect(has(element, 'button', '確認這個信箱')).to.equal(false);
    expect(writesTo(kit)).to.deep.equal([]);
  });

  it('says that a letter is about another account than the one that has signed in', async () => {
    const element = await opened('#confirm=xyz', kitThat(problem('forbidden', 403)));
    await click(element, 'button', '確認這個信箱');
    expect(alerted(element)).to.contain('這封信說的是另一個帳號');
    expect(focused(element)?.textContent).to.contain('這封信說的是另一個帳號');
    expect(has(element, 'button', '確認這個信箱')).to.equal(true);
  });

  it('follows the language of the page', async () => {
    const element = await fixture('account-recovery', client(), { 'sign-in-url': '/sign-in' });
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    await speak(element, 'en');
    expect(get<HTMLInputElement>(element, 'textbox', 'User name').value).to.equal('wang-head');
    expect(get<HTMLAnchorElement>(element, 'link', 'Back to sign-in').getAttribute('href')).to.equal('/sign-in');
  });
});
