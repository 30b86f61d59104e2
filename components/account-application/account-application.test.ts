import { expect } from '@esm-bundle/chai';
import '../index.js';
import {
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
  inProvider,
  offline,
  refuseWrites,
  said,
  searchFor,
  settled,
  speak,
  text,
  type,
  writesOf,
} from '../testing/harness.js';
import { client, me, problem, writesTo, type Kit } from '../testing/server.js';

const RECEIPT = { reference: 'ABC-123' };
const kitThat = (answer: object = RECEIPT): Kit => client(({ path }) => (path === '/applications' ? answer : undefined));
const stranger = (): object => me(null, { account: null, unit: null, functions: [], head: null, waiting: null });

const chooseUnit = async (element: HTMLElement): Promise<void> => {
  await searchFor(element, '服務單位', '第二');
  await click(element, 'button', '甲縣立第二國民中學');
};

const PERSON = {
  姓名: '新人',
  職稱: '幹事',
  聯絡電話: '02-2345-6789',
  電子郵件: 'new@example.test',
  使用者帳號: 'newcomer',
  登入密碼: 'a long one indeed',
};

const fill = async (element: HTMLElement): Promise<void> => {
  await chooseUnit(element);
  await fillIn(element, PERSON);
  await click(element, 'radio', '女');
};

const apply = async (element: HTMLElement): Promise<void> => {
  await fill(element);
  await click(element, 'button', '送出申請');
};

describe('<account-application>', () => {
  afterEach(clearPage);

  it('sends the application by Enter and shows its reference, once, with the focus', async () => {
    const kit = kitThat();
    const element = await fixture('account-application', kit);
    await fill(element);
    await enter(element, 'textbox', '登入密碼');
    const body = {
      requestedRole: 'operator',
      name: '新人',
      sex: 'female',
      title: '幹事',
      phone: '02-2345-6789',
      email: 'new@example.test',
      username: 'newcomer',
      password: 'a long one indeed',
      unitId: 'u2',
    };
    expect(writesTo(kit).map((sent) => [sent.path, sent.body])).to.deep.equal([['/applications', body]]);
    expect(writesTo(kit)[0]!.headers.has('Idempotency-Key')).to.equal(false);
    expect(focused(element)?.textContent).to.contain('申請已送出');
    expect(text(element)).to.contain('ABC-123').and.to.contain('甲縣立第二國民中學的審核結果');
    expect(has(element, 'textbox', '姓名')).to.equal(false);
  });

  it('dispatches events before and after the write, and for unsaved changes', async () => {
    const element = await fixture<HTMLElement>('account-application', kitThat());
    const told = writesOf(element);
    const dirty: boolean[] = [];
    element.addEventListener('inservice-dirty-change', (event) => dirty.push(event.dirty));
    await apply(element);
    expect(told).to.deep.equal(['before account.apply', 'done account.apply']);
    expect(dirty).to.deep.equal([true, false]);
  });

  it('sends nothing if the page cancels the event, and keeps the input', async () => {
    const kit = kitThat();
    const element = await fixture<HTMLElement>('account-application', kit);
    refuseWrites(element);
    await apply(element);
    expect(writesTo(kit)).to.deep.equal([]);
    expect(get<HTMLInputElement>(element, 'textbox', '姓名').value).to.equal('新人');
  });

  it('lists the missing fields, each as a link to its field', async () => {
    const kit = kitThat();
    const element = await fixture('account-application', kit);
    await click(element, 'button', '送出申請');
    expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
    expect(focused(element)?.querySelectorAll('a')).to.have.length(8);
    await click(element, 'link', '服務單位');
    expect(focused(element)).to.equal(get(element, 'searchbox', '服務單位'));
    await chooseUnit(element);
    expect(has(element, 'link', '服務單位')).to.equal(false);
    expect(writesTo(kit)).to.deep.equal([]);
  });

  it('asks for no password if the portal signed the applicant in', async () => {
    const kit = client(({ path }) => (path === '/me' ? stranger() : path === '/applications' ? RECEIPT : undefined));
    const element = await fixture('account-application', kit);
    expect(has(element, 'textbox', '登入密碼')).to.equal(false);
    await chooseUnit(element);
    const { 登入密碼: _none, ...person } = PERSON;
    await fillIn(element, person);
    await click(element, 'radio', '女');
    await click(element, 'button', '送出申請');
    expect(writesTo(kit)[0]!.body).to.not.have.property('password');
  });

  it('shows at its field that a user name is taken, in the server’s words', async () => {
    const errors = [{ path: 'username', code: 'duplicate', message: '重複' }];
    const element = await fixture('account-application', kitThat(problem('username-taken', 422, { errors })));
    await apply(element);
    expect(faultOf(element, 'textbox', '使用者帳號')).to.equal('標題 username-taken');
    expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
    expect(failure(element)).to.equal('');
  });

  it('shows any other failure in the error box and keeps the input', async () => {
    const element = await fixture('account-application', kitThat(problem('rate-limited', 429)));
    await apply(element);
    expect(failure(element)).to.contain('rate-limited · r1');
    expect(get<HTMLInputElement>(element, 'textbox', '登入密碼').value).to.equal('a long one indeed');
  });

  it('sends nothing without a network', async () => {
    const kit = kitThat();
    const element = await fixture('account-application', kit);
    await fill(element);
    const back = await offline(element);
    await click(element, 'button', '送出申請');
    back();
    expect(writesTo(kit)).to.deep.equal([]);
    expect(text(element)).to.contain('目前離線');
  });

  it('searches units from two characters on, and reports an empty result or a failure', async () => {
    const answers: object[] = [{ items: [] }, problem('unavailable', 503)];
    const kit = client(({ path }) => (path === '/units/directory' ? answers.shift() : undefined));
    const element = await fixture('account-application', kit);
    const asked = (): number => kit.sent.filter(({ path }) => path === '/units/directory').length;
    await searchFor(element, '服務單位', '第');
    expect(asked()).to.equal(0);
    await searchFor(element, '服務單位', '第九');
    expect(said(element)).to.equal('找不到這個單位');
    await searchFor(element, '服務單位', '第二');
    expect(text(element)).to.contain('讀取失敗').and.not.to.contain('找不到這個單位');
    await searchFor(element, '服務單位', '第二國');
    await click(element, 'button', '甲縣立第二國民中學');
    expect(focused(element)?.textContent).to.contain('更換');
    await click(element, 'button', '更換');
    expect(focused(element)).to.equal(get(element, 'searchbox', '服務單位'));
  });

  it('shows the units for the latest input, whichever response comes last', async () => {
    const answers = new Map<string, (answer: object) => void>();
    const kit = client(({ path, query }) =>
      path === '/units/directory' ? new Promise<object>((resolve) => answers.set(query.get('q')!, resolve)) : undefined,
    );
    const element = await fixture('account-application', kit);
    await searchFor(element, '服務單位', '第一');
    await searchFor(element, '服務單位', '第二');
    const unit = (id: string, name: string): object => ({ items: [{ id, code: id, name, level: 'school', path: [] }] });
    answers.get('第二')!(unit('u2', '第二國中'));
    answers.get('第一')!(unit('u1', '第一國中'));
    await settled(element);
    expect(has(element, 'button', '第二國中')).to.equal(true);
    expect(has(element, 'button', '第一國中')).to.equal(false);
  });

  describe('the status look-up', () => {
    const lookUp = async (answer: object, reference = ' ABC-123 '): Promise<HTMLElement> => {
      const kit = client(({ path }) => (path === '/applications/ABC-123' ? answer : undefined));
      const element = await fixture<HTMLElement>('account-application', kit);
      await type(element, 'textbox', '查詢碼', reference);
      await enter(element, 'textbox', '查詢碼');
      return element;
    };

    it('shows the decision and its reason', async () => {
      const answer = { status: 'rejected', unitName: '甲縣立第二國民中學', role: null, reason: '重複申請' };
      const element = await lookUp(answer);
      expect(said(element)).to.equal('甲縣立第二國民中學：申請不通過');
      expect(text(element)).to.contain('理由：重複申請');
    });

    it('says that there is no application only if the server says so', async () => {
      const none = await lookUp(problem('not-found', 404));
      expect(faultOf(none, 'textbox', '查詢碼')).to.equal('沒有這個查詢碼的申請');
      expect(focused(none)).to.equal(get(none, 'textbox', '查詢碼'));
      clearPage();
      const failed = await lookUp(problem('unavailable', 503));
      expect(faultOf(failed, 'textbox', '查詢碼')).to.equal('');
      expect(failure(failed)).to.contain('unavailable');
    });

    it('requires a reference', async () => {
      const element = await lookUp({}, ' ');
      expect(faultOf(element, 'textbox', '查詢碼')).to.equal('必填');
    });
  });

  it('is empty after another person signs in', async () => {
    let who = me();
    const kit = client(({ path }) => (path === '/me' ? who : undefined));
    const { element, provider } = await inProvider('account-application', kit);
    await type(element, 'textbox', '姓名', '新人');
    who = me('head', { account: { ...who.account!, id: 'a7' } });
    provider.reload();
    await settled(element);
    expect(get<HTMLInputElement>(element, 'textbox', '姓名').value).to.equal('');
  });

  it('follows the language of the page, and keeps the input', async () => {
    const element = await fixture('account-application', client());
    await type(element, 'textbox', '姓名', '新人');
    await speak(element, 'en');
    expect(get<HTMLInputElement>(element, 'textbox', 'Name').value).to.equal('新人');
    expect(has(element, 'button', 'Send application')).to.equal(true);
  });
});
