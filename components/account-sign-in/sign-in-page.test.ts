import { expect } from '@esm-bundle/chai';
import { connectionOver } from '../context/connection.js';
import { clearPage, click, failure, fixture, has, refuseWrites, settled, text, writesOf } from '../testing/harness.js';
import { client, me, problem, writesTo, type Kit } from '../testing/server.js';
import './sign-in-page.js';

const kitThat = (answer: object): Kit => client(({ path }) => (path === '/session/code' ? answer : undefined));

describe('the sign-in page in its window', () => {
  const { close } = window;
  let closed = 0;
  let posted: [message: unknown, origin: unknown][] = [];

  const opened = (kit: Kit): Promise<HTMLElement> => {
    history.replaceState(null, '', `${location.pathname}?origin=https://school.test&challenge=abc&state=s1`);
    return fixture('sign-in-hand-over', kit);
  };

  before(() => {
    window.close = () => void closed++;
    Object.defineProperty(window, 'opener', {
      value: { postMessage: (message: unknown, origin: unknown) => posted.push([message, origin]) },
      configurable: true,
    });
  });
  after(() => {
    window.close = close;
    history.replaceState(null, '', location.pathname);
  });
  afterEach(() => {
    clearPage();
    closed = 0;
    posted = [];
  });

  it('sends a code to the exact origin of the page that opened it, and dispatches events', async () => {
    const kit = kitThat({ code: 'one-time' });
    const element = await opened(kit);
    const told = writesOf(element);
    expect(text(element)).to.contain('允許 https://school.test 以您的身分使用帳號管理？');
    await click(element, 'button', '允許');
    expect(writesTo(kit).map(({ body }) => body)).to.deep.equal([{ origin: 'https://school.test', challenge: 'abc' }]);
    expect(posted).to.deep.equal([[{ type: 'inservice-sign-in', state: 's1', code: 'one-time' }, 'https://school.test']]);
    expect(told).to.deep.equal(['before session.create', 'done session.create']);
    expect(closed).to.equal(1);
  });

  it('sends nothing if the user declines', async () => {
    const kit = kitThat({ code: 'one-time' });
    const element = await opened(kit);
    await click(element, 'button', '不允許');
    expect([writesTo(kit), posted, closed]).to.deep.equal([[], [], 1]);
    refuseWrites(element);
    await click(element, 'button', '允許');
    expect([writesTo(kit), posted]).to.deep.equal([[], []]);
  });

  it('shows the form again if the session has ended, and allows the site after the sign-in', async () => {
    let inside = true;
    const kit = client(({ path }) =>
      path === '/me'
        ? inside
          ? me()
          : problem('unauthenticated', 401)
        : path === '/session/code'
          ? inside
            ? { code: 'one-time' }
            : problem('unauthenticated', 401)
          : undefined,
    );
    const element = await opened(kit);
    inside = false;
    await click(element, 'button', '允許');
    expect(element.shadowRoot!.querySelector('account-sign-in')).not.to.equal(null);
    inside = true;
    connectionOver(kit).changed();
    await settled(element);
    expect(posted.map(([, origin]) => origin)).to.deep.equal(['https://school.test']);
  });

  it('in a tab that was opened for a provider says that it can be closed', async () => {
    history.replaceState(null, '', location.pathname);
    const element = await fixture('sign-in-hand-over', client());
    expect(text(element)).to.contain('完成，可以關閉這個視窗。');
    expect([has(element, 'button', '允許'), closed]).to.deep.equal([false, 1]);
  });

  it('says that a site is not allowed, and offers no retry', async () => {
    const element = await opened(kitThat(problem('origin-not-allowed', 403)));
    await click(element, 'button', '允許');
    expect(text(element)).to.contain('https://school.test 不在允許名單，不能登入');
    expect(has(element, 'button', '允許')).to.equal(false);
    expect(posted).to.deep.equal([]);
  });

  it('shows any other failure in the error box, and allows a retry', async () => {
    const element = await opened(kitThat(problem('unavailable', 503)));
    await click(element, 'button', '允許');
    expect(failure(element)).to.contain('unavailable');
    expect(has(element, 'button', '允許')).to.equal(true);
  });
});
