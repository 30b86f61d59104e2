import { expect } from '@esm-bundle/chai';
import type { Me } from '../../server/contract/wire.js';
import '../index.js';
import {
  alerted,
  all,
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
  refuseWrites,
  said,
  settled,
  speak,
  text,
  type,
  writesOf,
} from '../testing/harness.js';
import { client, me, noContent, problem, writesTo, type Kit } from '../testing/server.js';

type Own = NonNullable<Me['account']>;
const meWith = (account: Partial<Own>): Me => me('head', { account: { ...me().account!, ...account } });

/** Stores what is saved, as the server does. */
function kitOf(first: Partial<Own> = {}, answer?: (sent: { method: string; path: string }) => object | undefined): Kit {
  let now = meWith(first);
  return client((sent) => {
    const special = answer?.(sent);
    if (special) return special;
    if (sent.path !== '/me') return undefined;
    if (sent.method === 'PATCH') {
      const { password: _once, ...changed } = sent.body as Record<string, string>;
      now = me('head', { account: { ...now.account!, ...changed, version: now.account!.version + 1 } });
    }
    return now;
  });
}
const refusing = (method: string, path: string, ...answers: object[]): Kit =>
  kitOf({}, (sent) => (sent.method === method && sent.path === path ? answers.shift() : undefined));

const save = (element: Element): Promise<void> => click(element, 'button', /^儲存$/);

describe('<account-profile>', () => {
  afterEach(clearPage);

  describe('the personal data', () => {
    it('sends only the changed fields by Enter, with If-Match, and shows the saved values', async () => {
      const kit = kitOf();
      const element = await fixture<HTMLElement>('account-profile', kit);
      const told = writesOf(element);
      await type(element, 'textbox', '聯絡電話', '03-1234-5678');
      await enter(element, 'textbox', '聯絡電話');
      const [sent] = writesTo(kit);
      expect([sent!.method, sent!.path, sent!.body]).to.deep.equal(['PATCH', '/me', { phone: '03-1234-5678' }]);
      expect(sent!.headers.get('If-Match')).to.equal('"1"');
      expect(told).to.deep.equal(['before account.update a1', 'done account.update a1']);
      expect(said(element)).to.equal('已儲存您的資料');
      expect(focused(element)?.textContent).to.equal('個人資料');
      expect(get<HTMLInputElement>(element, 'textbox', '聯絡電話').value).to.equal('03-1234-5678');
    });

    it('sends nothing if the page cancels the event, and reports unsaved changes to the page', async () => {
      const kit = kitOf();
      const element = await fixture<HTMLElement>('account-profile', kit);
      refuseWrites(element);
      const dirty: boolean[] = [];
      element.addEventListener('inservice-dirty-change', (event) => dirty.push(event.dirty));
      await type(element, 'textbox', '職稱', '主任');
      await save(element);
      expect(writesTo(kit)).to.deep.equal([]);
      await type(element, 'textbox', '職稱', '校長');
      expect(dirty).to.deep.equal([true, false]);
    });

    it('asks for the current password only if the mail address changes', async () => {
      const kit = kitOf();
      const element = await fixture('account-profile', kit);
      await type(element, 'textbox', '電子郵件', 'new@example.test');
      expect(text(element)).to.contain('變更電子郵件需要目前的密碼');
      await fill(element, '#password', 'a password');
      await save(element);
      expect(writesTo(kit)[0]!.body).to.deep.equal({ email: 'new@example.test', password: 'a password' });
      expect(text(element)).not.to.contain('變更電子郵件需要目前的密碼');
      await type(element, 'textbox', '職稱', '主任');
      await save(element);
      expect(writesTo(kit)[1]!.body).to.deep.equal({ title: '主任' });
    });

    it('shows the server’s faults at their fields', async () => {
      const errors = [{ path: 'phone', code: 'wrong-type', message: '格式不正確' }];
      const element = await fixture('account-profile', refusing('PATCH', '/me', problem('validation', 422, { errors })));
      await type(element, 'textbox', '聯絡電話', 'x');
      await save(element);
      expect(faultOf(element, 'textbox', '聯絡電話')).to.equal('格式不正確');
      expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
      await type(element, 'textbox', '聯絡電話', '03-1');
      expect(faultOf(element, 'textbox', '聯絡電話')).to.equal('');
    });

    it('compares field by field after another person’s change, and saves the choice', async () => {
      const current = meWith({ title: '輔導主任', phone: '03-999', version: 2 });
      const kit = refusing('PATCH', '/me', problem('precondition-failed', 412, { current }));
      const element = await fixture('account-profile', kit);
      await type(element, 'textbox', '職稱', '教務主任');
      await save(element);
      expect(alerted(element)).to.contain('資料已被他人修改');
      await click(element, 'button', '儲存選定內容');
      const [, again] = writesTo(kit);
      expect([again!.headers.get('If-Match'), again!.body]).to.deep.equal(['"2"', { title: '教務主任' }]);
      expect(said(element)).to.equal('已儲存您的資料');
    });

    it('shows any other failure in the error box and keeps the input', async () => {
      const element = await fixture('account-profile', refusing('PATCH', '/me', problem('internal', 500)));
      await type(element, 'textbox', '職稱', '主任');
      await save(element);
      expect(failure(element)).to.contain('internal · r1');
      expect(get<HTMLInputElement>(element, 'textbox', '職稱').value).to.equal('主任');
    });

    it('sends the confirmation of the mail address again', async () => {
      const kit = kitOf({ emailConfirmed: false }, ({ path }) => (path === '/me/email-confirmation' ? noContent() : undefined));
      const element = await fixture('account-profile', kit);
      await click(element, 'button', '再寄一次確認信');
      expect(said(element)).to.equal('已寄出確認信');
      expect(writesTo(kit).map(({ path }) => path)).to.deep.equal(['/me/email-confirmation']);
    });
  });

  describe('the password', () => {
    const change = async (element: Element, next: string, again = next): Promise<void> => {
      await fill(element, '#current', 'the old one');
      await fillIn(element, { 再輸入一次新密碼: again });
      await fill(element, '#next', next);
      await click(element, 'button', '變更密碼');
    };
    const done = (): Kit => refusing('PUT', '/me/password', noContent());

    it('is sent once, without an idempotency key, and is cleared', async () => {
      const kit = done();
      const element = await fixture<HTMLElement>('account-profile', kit);
      const told = writesOf(element);
      await change(element, 'a long one indeed');
      const [sent] = writesTo(kit);
      expect([sent!.path, sent!.body]).to.deep.equal(['/me/password', { current: 'the old one', next: 'a long one indeed' }]);
      expect(sent!.headers.has('Idempotency-Key')).to.equal(false);
      expect(told).to.deep.equal(['before password.change', 'done password.change']);
      expect(said(element)).to.equal('密碼已變更，其他裝置已登出');
      expect(get<HTMLInputElement>(element, '#next', '').value).to.equal('');
    });

    it('must match its repetition before it is sent', async () => {
      const kit = done();
      const element = await fixture('account-profile', kit);
      await change(element, 'a long one indeed', 'another');
      expect(faultOf(element, 'textbox', '再輸入一次新密碼')).to.equal('兩次輸入不同');
      expect(focused(element)).to.equal(get(element, 'textbox', '再輸入一次新密碼'));
      expect(writesTo(kit)).to.deep.equal([]);
    });

    it('shows at its field why it is refused, with the focus', async () => {
      const errors = [{ path: 'current', code: 'wrong-password', message: '目前的密碼不正確' }];
      const element = await fixture('account-profile', refusing('PUT', '/me/password', problem('validation', 422, { errors })));
      await change(element, 'a long one indeed');
      expect(focused(element)?.id).to.equal('current');
      expect(faultOf(element, '#current', '')).to.equal('目前的密碼不正確');
    });

    it('must be changed before anything else if it is a first password', async () => {
      const element = await fixture('account-profile', kitOf({ mustChangePassword: true }));
      expect(text(element)).to.contain('這個密碼是第一次使用或已到期');
      expect(has(element, 'textbox', '姓名')).to.equal(false);
      expect(has(element, 'button', '開始設定')).to.equal(false);
      expect(has(element, 'button', '變更密碼')).to.equal(true);
    });
  });

  describe('the second factor', () => {
    const SETUP = { setup: 'x', secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/a?secret=x' };
    const begin = async (element: Element): Promise<void> => {
      await fill(element, '#factor-password', 'a password');
      await click(element, 'button', '開始設定');
    };

    it('is set up with the password, then the secret, then the code', async () => {
      const kit = kitOf({}, ({ method, path }) => (path === '/me/second-factor' ? (method === 'POST' ? SETUP : noContent()) : undefined));
      const element = await fixture('account-profile', kit);
      await begin(element);
      expect(text(element)).to.contain('JBSW Y3DP EHPK 3PXP');
      expect(focused(element)).to.equal(get(element, 'textbox', '驗證碼'));
      await type(element, 'textbox', '驗證碼', '123456');
      await enter(element, 'textbox', '驗證碼');
      expect(writesTo(kit).map(({ method, body }) => [method, body])).to.deep.equal([
        ['POST', { password: 'a password' }],
        ['PUT', { setup: 'x', totp: '123456' }],
      ]);
      expect(said(element)).to.equal('兩步驟驗證已啟用，其他裝置已登出');
      expect(text(element)).not.to.contain('JBSW');
    });

    it('shows a wrong code at its field, and keeps the secret on the screen', async () => {
      const errors = [{ path: 'totp', code: 'wrong-code', message: '驗證碼不正確' }];
      const kit = kitOf({}, ({ method, path }) =>
        path === '/me/second-factor' ? (method === 'POST' ? SETUP : problem('validation', 422, { errors })) : undefined,
      );
      const element = await fixture('account-profile', kit);
      await begin(element);
      await type(element, 'textbox', '驗證碼', '000000');
      await click(element, 'button', '確認並啟用');
      expect(faultOf(element, 'textbox', '驗證碼')).to.equal('驗證碼不正確');
      expect(focused(element)).to.equal(get(element, 'textbox', '驗證碼'));
      expect(text(element)).to.contain('JBSW');
    });

    it('shows a wrong password at its field', async () => {
      const errors = [{ path: 'password', code: 'wrong-password', message: '目前的密碼不正確' }];
      const element = await fixture('account-profile', refusing('POST', '/me/second-factor', problem('validation', 422, { errors })));
      await begin(element);
      expect(focused(element)?.id).to.equal('factor-password');
      expect(faultOf(element, '#factor-password', '')).to.equal('目前的密碼不正確');
    });

    it('is switched off with the password', async () => {
      const kit = kitOf({ secondFactor: true }, ({ path }) => (path === '/me/second-factor/removal' ? noContent() : undefined));
      const element = await fixture('account-profile', kit);
      await fill(element, '#factor-password', 'a password');
      await click(element, 'button', '停用兩步驟驗證');
      expect(writesTo(kit).map(({ path, body }) => [path, body])).to.deep.equal([
        ['/me/second-factor/removal', { password: 'a password' }],
      ]);
      expect(said(element)).to.equal('兩步驟驗證已停用');
    });

    it('must be set up before anything except the password, if it is required', async () => {
      const element = await fixture('account-profile', kitOf({ mustSetSecondFactor: true }));
      expect(text(element)).to.contain('請先完成設定');
      expect(has(element, 'textbox', '姓名')).to.equal(false);
      expect(has(element, 'button', '開始設定')).to.equal(true);
    });
  });

  describe('the sessions', () => {
    it('are listed with their device, and another session can be ended', async () => {
      const kit = kitOf({}, ({ method }) => (method === 'DELETE' ? noContent() : undefined));
      const element = await fixture('account-profile', kit);
      const rows = all(element, '.sessions li').map(({ textContent }) => textContent!.replace(/\s+/g, ' '));
      expect(rows[0]).to.contain('這個裝置').and.to.contain('10.1.2.3').and.not.to.contain('登出');
      expect(rows[1]).to.contain('其他網站上的頁面').and.to.contain('登出');
      await click(element, 'button', /^登出$/);
      expect(writesTo(kit).map(({ method, path }) => `${method} ${path}`)).to.deep.equal(['DELETE /me/sessions/s2']);
      expect(said(element)).to.equal('已登出該裝置');
      expect(focused(element)?.textContent).to.contain('登入中的裝置');
    });

    it('stay in the list if they cannot be ended, and the error box says why', async () => {
      const element = await fixture('account-profile', refusing('DELETE', '/me/sessions/s2', problem('unavailable', 503)));
      await click(element, 'button', /^登出$/);
      expect(failure(element)).to.contain('unavailable');
      expect(all(element, '.sessions li')).to.have.length(2);
    });
  });

  it('shows nothing of the former caller after another person signs in', async () => {
    let who = meWith({});
    const { element, provider } = await inProvider(
      'account-profile',
      client(({ path }) => (path === '/me' ? who : undefined)),
    );
    await type(element, 'textbox', '職稱', '主任');
    who = meWith({ id: 'a7', name: '林怡君' });
    provider.reload();
    await settled(element);
    expect(get<HTMLInputElement>(element, 'textbox', '姓名').value).to.equal('林怡君');
    expect(get<HTMLInputElement>(element, 'textbox', '職稱').value).to.equal('校長');
  });

  it('keeps the input when the same person signs in again', async () => {
    const { element, provider } = await inProvider('account-profile', kitOf());
    await type(element, 'textbox', '職稱', '主任');
    provider.reload();
    await settled(element);
    expect(get<HTMLInputElement>(element, 'textbox', '職稱').value).to.equal('主任');
  });

  it('follows the language of the page, and keeps the input', async () => {
    const element = await fixture('account-profile', kitOf());
    await type(element, 'textbox', '職稱', '主任');
    await speak(element, 'en');
    expect(get<HTMLInputElement>(element, 'textbox', 'Title').value).to.equal('主任');
    expect(has(element, 'button', 'Change password')).to.equal(true);
  });
});

/** Several fields have the same label: three forms ask for the current password. */
async function fill(element: Element, selector: string, value: string): Promise<void> {
  const field = get<HTMLInputElement>(element, selector, '');
  field.value = value;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  await settled(element);
}
