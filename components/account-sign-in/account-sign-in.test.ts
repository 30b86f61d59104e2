import { expect } from '@esm-bundle/chai';
import type { ErrorCode } from '../../server/domain/errors.js';
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
import type { AccountSignIn } from './account-sign-in.js';

const nobody = (): Response => problem('unauthenticated', 401);

/** Nobody is signed in before the right password, and after a sign-out. */
function kitOf({ refusal }: { refusal?: Response } = {}): Kit {
  let inside = false;
  return client(({ method, path }) => {
    if (path === '/me') return inside ? me() : nobody();
    if (path !== '/session') return undefined;
    if (refusal) return refusal;
    inside = method === 'POST';
    return inside ? me() : noContent();
  }, '/api');
}

const signIn = async (element: HTMLElement): Promise<void> => {
  await type(element, 'textbox', '使用者帳號', ' wang-head ');
  await type(element, 'textbox', '密碼', 'a password');
  await enter(element, 'textbox', '密碼');
};

describe('<account-sign-in>', () => {
  afterEach(() => {
    clearPage();
    history.replaceState(null, '', location.pathname);
  });

  it('signs in by Enter, clears the password and shows who is signed in', async () => {
    const kit = kitOf();
    const element = await fixture('account-sign-in', kit);
    await signIn(element);
    expect(writesTo(kit).map(({ method, path, body }) => [method, path, body])).to.deep.equal([
      ['POST', '/session', { username: 'wang-head', password: 'a password' }],
    ]);
    expect(text(element)).to.contain('王建民');
    await click(element, 'button', '登出');
    expect(get<HTMLInputElement>(element, 'textbox', '密碼').value).to.equal('');
    expect(said(element)).to.equal('已登出');
  });

  it('dispatches events before and after signing in and out', async () => {
    const element = await fixture<HTMLElement>('account-sign-in', kitOf());
    const told = writesOf(element);
    await signIn(element);
    await click(element, 'button', '登出');
    expect(told).to.deep.equal(['before session.create', 'done session.create', 'before session.end', 'done session.end']);
  });

  it('sends nothing if the page cancels the event', async () => {
    const kit = kitOf();
    const element = await fixture<HTMLElement>('account-sign-in', kit);
    refuseWrites(element);
    await signIn(element);
    expect(writesTo(kit)).to.deep.equal([]);
    expect(text(element)).not.to.contain('帳號或密碼不正確');
  });

  it('requires both fields, and moves focus to the first empty one', async () => {
    const kit = kitOf();
    const element = await fixture('account-sign-in', kit);
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    await click(element, 'button', /^登入$/);
    expect(focused(element)).to.equal(get(element, 'textbox', '密碼'));
    expect(faultOf(element, 'textbox', '密碼')).to.equal('必填');
    expect(writesTo(kit)).to.deep.equal([]);
  });

  for (const { code, status, sentence } of [
    { code: 'unauthenticated', status: 401, sentence: '帳號或密碼不正確' },
    { code: 'not-found', status: 404, sentence: '請先在入口網登入' },
  ] satisfies { code: ErrorCode; status: number; sentence: string }[])
    it(`says what to do after the error ${code}, and does not ask the page to sign in`, async () => {
      const element = await fixture<HTMLElement>('account-sign-in', kitOf({ refusal: problem(code, status) }));
      let asked = 0;
      element.addEventListener('inservice-auth-required', () => asked++);
      await signIn(element);
      expect(alerted(element)).to.contain(sentence);
      expect(focused(element)).to.equal(get(element, 'textbox', '密碼'));
      expect([failure(element), asked]).to.deep.equal(['', 0]);
      await type(element, 'textbox', '密碼', 'another');
      expect(element.shadowRoot!.querySelector('.fault')).to.equal(null);
    });

  it('shows any other failure in the error box and keeps the input', async () => {
    const element = await fixture('account-sign-in', kitOf({ refusal: problem('rate-limited', 429) }));
    await signIn(element);
    expect(failure(element)).to.contain('rate-limited · r1');
    expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
    expect(get<HTMLInputElement>(element, 'textbox', '使用者帳號').value).to.equal(' wang-head ');
  });

  it('asks for the code of an authenticator after the right password, and reports a wrong code', async () => {
    const kit = kitOf({ refusal: problem('unauthenticated', 401, { errors: [{ path: 'totp', code: 'required', message: '請填寫' }] }) });
    const element = await fixture('account-sign-in', kit);
    await signIn(element);
    expect(focused(element)).to.equal(get(element, 'textbox', '驗證碼'));
    expect(faultOf(element, 'textbox', '驗證碼')).to.equal('');
    await type(element, 'textbox', '驗證碼', '123456');
    await click(element, 'button', /^登入$/);
    expect(writesTo(kit).at(-1)!.body).to.deep.equal({ username: 'wang-head', password: 'a password', totp: '123456' });
    expect(faultOf(element, 'textbox', '驗證碼')).to.contain('驗證碼不正確');
    expect(get<HTMLInputElement>(element, 'textbox', '驗證碼').value).to.equal('');
  });

  it('signs out if the session has ended already, and reports a failed sign-out', async () => {
    const answers = [problem('internal', 500), nobody()];
    const kit = client(({ method, path }) => (method === 'DELETE' && path === '/session' ? answers.shift() : undefined), '/api');
    const element = await fixture('account-sign-in', kit);
    await click(element, 'button', '登出');
    expect(failure(element)).to.contain('internal');
    expect(has(element, 'button', '登出')).to.equal(true);
    await click(element, 'button', '登出');
    expect(said(element)).to.equal('已登出');
  });

  it('offers the providers with the return address, and no password if the kit has no password log-in', async () => {
    const providers = [{ id: 'county', names: { 'zh-Hant': '甲縣單一登入', en: 'County' } }];
    const kit = client(
      ({ path }) => (path === '/me' ? nobody() : path === '/session/providers' ? { password: false, reset: false, providers } : undefined),
      '/api',
    );
    const element = await fixture('account-sign-in', kit);
    const link = new URL(get<HTMLAnchorElement>(element, 'link', '以「甲縣單一登入」登入').href);
    expect([link.pathname, link.searchParams.get('return')]).to.deep.equal(['/api/session/oidc/county', location.pathname]);
    expect(has(element, 'textbox', '密碼')).to.equal(false);
  });

  describe('when the session has ended', () => {
    const providers = [{ id: 'county', names: { 'zh-Hant': '甲縣單一登入', en: 'County' } }];

    /** Signed in until one request is refused; `again`: signed in once more right after it. */
    const ended = async ({ again = false } = {}) => {
      let inside = true;
      const kit = client(({ path }) => {
        if (path === '/session/providers') return { password: true, reset: false, providers };
        const answer = path === '/me' ? me() : undefined;
        if (inside || (path !== '/me' && path !== '/teachers')) return answer;
        inside = again;
        return nobody();
      }, '/api');
      const { element, provider } = await inProvider<AccountSignIn>('account-sign-in', kit);
      const { connection } = provider;
      let changes = 0;
      connection!.addEventListener('change', () => changes++);
      expect(text(element)).to.contain('已登入：王建民');
      inside = false;
      const refuse = async (): Promise<void> => {
        await connection!.client.call('GET /teachers').catch(() => null);
        await settled(element);
      };
      return { element, refuse, enter: () => (inside = true), changes: () => changes };
    };

    it('shows the form and no sign-out, as soon as any request of the page is refused', async () => {
      const { element, refuse } = await ended();
      await refuse();
      expect([has(element, 'textbox', '密碼'), has(element, 'button', '登出')]).to.deep.equal([true, false]);
    });

    it('opens a provider in a tab of its own, which returns to the kit’s page, so that the input stays', async () => {
      const { element, refuse } = await ended();
      await refuse();
      const link = get<HTMLAnchorElement>(element, 'link', '以「甲縣單一登入」登入');
      expect([link.target, new URL(link.href).searchParams.get('return')]).to.deep.equal(['_blank', '/api/sign-in']);
    });

    it('finds a sign-in in another tab when the user comes back', async () => {
      const { element, refuse, enter, changes } = await ended();
      await refuse();
      dispatchEvent(new Event('focus'));
      await settled(element);
      expect(changes()).to.equal(0);
      enter();
      dispatchEvent(new Event('focus'));
      await settled(element);
      expect([changes(), has(element, 'textbox', '密碼')]).to.deep.equal([1, false]);
    });

    it('offers to go on if somebody has signed in again before the page knew', async () => {
      const { element, refuse, changes } = await ended({ again: true });
      await refuse();
      expect(text(element)).to.contain('已登入：王建民');
      await click(element, 'button', '繼續');
      expect([changes(), has(element, 'button', '繼續')]).to.deep.equal([1, false]);
    });
  });

  it('says why a sign-in at a provider failed', async () => {
    history.replaceState(null, '', `${location.pathname}?sign-in=refused`);
    const element = await fixture('account-sign-in', kitOf());
    expect(alerted(element)).to.contain('身分提供者沒有確認您的身分');
  });

  describe('on a page of another site', () => {
    const { open } = window;
    afterEach(() => {
      window.open = open;
    });

    /** A window that sends a code, as the kit's sign-in page does. */
    const windowThatAnswers = (origin: string): void => {
      window.open = () => {
        const opened = { location: { href: '' } };
        Object.defineProperty(opened.location, 'href', {
          set(href: string) {
            const data = { type: 'inservice-sign-in', state: new URL(href).searchParams.get('state'), code: 'one-time' };
            queueMicrotask(() => dispatchEvent(new MessageEvent('message', { origin, data })));
          },
        });
        return opened as unknown as Window;
      };
    };
    const elsewhere = (): Kit => {
      let inside = false;
      return client(({ path }) => {
        if (path === '/me') return inside ? me() : nobody();
        if (path !== '/session/token') return undefined;
        inside = true;
        return { token: 'secret', expiresAt: '2026-12-01T01:00:00Z' };
      });
    };

    it('exchanges the code of the window for a token, and dispatches an event', async () => {
      windowThatAnswers('https://kit.test');
      const kit = elsewhere();
      const element = await fixture<AccountSignIn>('account-sign-in', kit);
      const told = writesOf(element);
      await click(element, 'button', /^登入$/);
      const [sent] = writesTo(kit);
      expect(sent?.path).to.equal('/session/token');
      expect(sent?.body).to.include({ code: 'one-time' });
      expect(told).to.deep.equal(['before session.create', 'done session.create']);
      expect(text(element)).to.contain('王建民');
    });

    it('says that the sign-in was not completed if the code is refused, for example because its session has ended', async () => {
      windowThatAnswers('https://kit.test');
      const element = await fixture<AccountSignIn>(
        'account-sign-in',
        client(({ path }) => (path === '/me' || path === '/session/token' ? nobody() : undefined)),
      );
      await click(element, 'button', /^登入$/);
      expect(text(element)).to.contain('登入沒有完成，請再試一次。');
      expect(failure(element)).to.equal('');
    });

    it('accepts no code from another origin', async () => {
      windowThatAnswers('https://elsewhere.test');
      const kit = elsewhere();
      const element = await fixture('account-sign-in', kit);
      await click(element, 'button', /^登入$/);
      expect(writesTo(kit)).to.deep.equal([]);
      expect(text(element)).to.contain('已開啟登入視窗');
    });

    it('reports a blocked window', async () => {
      window.open = () => null;
      const element = await fixture('account-sign-in', elsewhere());
      await click(element, 'button', /^登入$/);
      expect(text(element)).to.contain('瀏覽器擋住了登入視窗').and.not.contain('已開啟登入視窗');
    });
  });

  it('follows the language of the page, and keeps the input', async () => {
    const element = await fixture('account-sign-in', kitOf());
    await type(element, 'textbox', '使用者帳號', 'wang-head');
    await speak(element, 'en');
    expect(get<HTMLInputElement>(element, 'textbox', 'User name').value).to.equal('wang-head');
    expect(get<HTMLAnchorElement>(element, 'link', 'Forgot your password?').pathname).to.equal('/api/recover');
  });
});
