import { expect } from '@esm-bundle/chai';
import '../index.js';
import {
  clearPage,
  click,
  enter,
  failure,
  faultOf,
  fixture,
  focused,
  get,
  has,
  refuseWrites,
  said,
  speak,
  text,
  type,
  writesOf,
} from '../testing/harness.js';
import { client, problem, writesTo, type Kit } from '../testing/server.js';

const CLAIMED = { status: 'active', username: 'wang', unitName: '甲縣立第一國民小學' };
const kitThat = (answer: object = CLAIMED): Kit => client(({ path }) => (path === '/claims' ? answer : undefined));

const fill = async (element: HTMLElement, { nationalId = 'A123456789', again = 'a long one indeed' } = {}): Promise<void> => {
  await type(element, 'textbox', '邀請碼', ' abc-123 ');
  await type(element, 'textbox', '身分證字號', nationalId);
  await type(element, 'textbox', '出生年月日 年', '74');
  await type(element, 'textbox', '出生年月日 月', '5');
  await type(element, 'textbox', '出生年月日 日', '6');
  await type(element, 'textbox', '想用的使用者帳號', 'wang');
  await type(element, 'textbox', /^密碼$/, 'a long one indeed');
  await type(element, 'textbox', '再輸入一次新密碼', again);
};

const claim = async (element: HTMLElement): Promise<void> => {
  await fill(element);
  await click(element, 'button', '申請帳號');
};

describe('<teacher-claim>', () => {
  afterEach(clearPage);

  it('lists missing fields in their order, and sends nothing', async () => {
    const kit = client();
    const element = await fixture('teacher-claim', kit);
    await click(element, 'button', '申請帳號');
    const root = element.shadowRoot!;
    const told = [...root.querySelectorAll('[data-summary] a')].map((link) => link.getAttribute('href')!.slice(1));
    const fields = told.map((id) => root.getElementById(id)!);
    expect(told).to.have.length(5);
    expect(
      fields.every((field, at) => at === 0 || field.compareDocumentPosition(fields[at - 1]!) & Node.DOCUMENT_POSITION_PRECEDING),
    ).to.equal(true);
    expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
    expect(writesTo(kit)).to.deep.equal([]);
    await click(element, 'link', '想用的使用者帳號');
    expect(focused(element)).to.equal(get(element, 'textbox', '想用的使用者帳號'));
  });

  it('claims by Enter: sends the normalised input, clears it and moves focus to the result', async () => {
    const kit = kitThat();
    const element = await fixture('teacher-claim', kit);
    await fill(element, { nationalId: ' a123456789 ' });
    await enter(element, 'textbox', '再輸入一次新密碼');
    expect(writesTo(kit).map(({ path, body }) => [path, body])).to.deep.equal([
      [
        '/claims',
        { invitation: 'abc-123', nationalId: 'A123456789', birthDate: '1985-05-06', username: 'wang', password: 'a long one indeed' },
      ],
    ]);
    expect(said(element)).to.contain('甲縣立第一國民小學');
    expect(focused(element)?.textContent).to.contain('申請完成');
    expect(text(element)).to.contain('您的使用者帳號：wang');
    expect(has(element, 'textbox', '身分證字號')).to.equal(false);
  });

  it('dispatches events before and after the claim, without personal data', async () => {
    const element = await fixture<HTMLElement>('teacher-claim', kitThat());
    const told = writesOf(element);
    await claim(element);
    expect(told).to.deep.equal(['before teacher.claim', 'done teacher.claim']);
  });

  it('sends nothing if the page cancels the event, and keeps the input', async () => {
    const kit = kitThat();
    const element = await fixture<HTMLElement>('teacher-claim', kit);
    refuseWrites(element);
    await claim(element);
    expect(writesTo(kit)).to.deep.equal([]);
    expect(get<HTMLInputElement>(element, 'textbox', '想用的使用者帳號').value).to.equal('wang');
  });

  it('removes the invitation from the address of the page', async () => {
    location.hash = '#invitation=from-the-link';
    const element = await fixture('teacher-claim', client());
    expect(get<HTMLInputElement>(element, 'textbox', '邀請碼').value).to.equal('from-the-link');
    expect(location.hash).to.equal('');
  });

  it('checks the number and the two passwords before it sends anything', async () => {
    const kit = kitThat();
    const element = await fixture('teacher-claim', kit);
    await fill(element, { nationalId: 'A123456788', again: 'another' });
    await click(element, 'button', '申請帳號');
    expect(faultOf(element, 'textbox', '身分證字號')).to.contain('檢查碼');
    expect(faultOf(element, 'textbox', '再輸入一次新密碼')).to.equal('兩次輸入不同');
    expect(writesTo(kit)).to.deep.equal([]);
  });

  it('shows one message for every mismatch, which has the focus', async () => {
    const element = await fixture('teacher-claim', kitThat(problem('registration-failed', 422)));
    await claim(element);
    expect(focused(element)?.textContent).to.contain('資料不符，或邀請已失效');
    expect(failure(element)).to.equal('');
    await type(element, 'textbox', '邀請碼', 'abc');
    expect(text(element)).not.to.contain('資料不符，或邀請已失效');
  });

  it('shows faults of user name and password at their fields', async () => {
    const refusals = [
      problem('username-taken', 422),
      problem('validation', 422, { errors: [{ path: 'password', code: 'common-password', message: '太常見' }] }),
    ];
    const element = await fixture(
      'teacher-claim',
      client(({ path }) => (path === '/claims' ? refusals.shift() : undefined)),
    );
    await claim(element);
    expect(faultOf(element, 'textbox', '想用的使用者帳號')).to.equal('說明 username-taken');
    expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
    await click(element, 'button', '申請帳號');
    expect(faultOf(element, 'textbox', /^密碼$/)).to.equal('太常見');
    expect(faultOf(element, 'textbox', '想用的使用者帳號')).to.equal('');
  });

  it('shows any other failure in the error box and keeps the input', async () => {
    const element = await fixture('teacher-claim', kitThat(problem('rate-limited', 429)));
    await claim(element);
    expect(failure(element)).to.contain('rate-limited · r1');
    expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
    expect(get<HTMLInputElement>(element, 'textbox', '身分證字號').value).to.equal('A123456789');
  });

  it('follows the language of the page, and keeps the input', async () => {
    const element = await fixture('teacher-claim', client());
    await type(element, 'textbox', '想用的使用者帳號', 'wang');
    await speak(element, 'en');
    expect(get<HTMLInputElement>(element, 'textbox', 'User name').value).to.equal('wang');
    expect(has(element, 'button', 'Claim the account')).to.equal(true);
  });
});
