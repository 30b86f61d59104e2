/** With a real pointer and real keys: impatient clicks on one spot, in every element where another button takes its place. */
import { expect } from '@esm-bundle/chai';
import { sendKeys, sendMouse, setViewport } from '@web/test-runner-commands';
import type { CallPath } from '../../server/contract/call-types.js';
import '../index.js';
import { clearPage, click, fixture, focused, get, has, settled, type } from '../testing/harness.js';
import { HANDOVER } from '../testing/office.js';
import { account, ACTIVE, client, me, noContent, pageOf, problem, TRANSFER, writesTo, type Kit } from '../testing/server.js';

/** The centre of a button. */
function centreOf(node: Element): [number, number] {
  node.scrollIntoView({ block: 'center' });
  const { left, top, width, height } = node.getBoundingClientRect();
  return [Math.round(left + width / 2), Math.round(top + height / 2)];
}

/** Moves a button to a place, as another layout or another text would. */
function move(node: HTMLElement, [x, y]: [number, number]): void {
  node.style.cssText = '';
  const { left, top, width, height } = node.getBoundingClientRect();
  node.style.cssText = `position: relative; z-index: 9; transform: translate(${x - left - width / 2}px, ${y - top - height / 2}px)`;
}

async function press(element: Element, position: [number, number]): Promise<void> {
  await sendMouse({ type: 'click', position });
  await settled(element);
}

/** Answers a write, and each time fewer of a list are left. */
function fewer(write: RegExp, list: CallPath, items: object[], answer: (path: string) => object): Kit {
  let left = items;
  return client(({ method, path }) => {
    if (`${method} ${path}` === list) return list === 'GET /transfers' ? pageOf(left) : { items: left };
    if (method === 'GET' || !write.test(path)) return undefined;
    left = left.slice(1);
    return answer(path);
  });
}

const sessions = ['s2', 's3', 's4'].map((id) => ({
  id,
  kind: 'bearer',
  address: '10.0.0.1',
  createdAt: '2026-11-23T01:00:00Z',
  seenAt: '2026-11-24T01:20:00Z',
  expiresAt: '2026-11-24T13:00:00Z',
  current: false,
}));

interface Case {
  element: string;
  button: string | RegExp;
  /** The button that may stand at its place after the act. */
  next: string | RegExp;
  client: () => Kit;
  before?: (element: HTMLElement) => Promise<void>;
}

const open =
  (id: string) =>
  async (element: HTMLElement): Promise<void> => {
    await (element as HTMLElement & { open: (id: string) => Promise<void> }).open(id);
    await settled(element);
  };

const CASES: Record<string, Case> = {
  'an application that is enabled, whose place the switch of the role takes': {
    element: 'account-manager',
    button: '啟用為作業人員',
    next: '切換身分',
    client: () => client(({ path }) => (path === '/accounts/a2/activation' ? { ...ACTIVE, id: 'a2' } : undefined)),
    before: open('a2'),
  },
  'an account that is restored, whose place the activation takes': {
    element: 'account-manager',
    button: '恢復為待開通',
    next: '啟用為作業人員',
    client: () =>
      client(({ path }) =>
        path === '/accounts'
          ? pageOf([account({ status: 'rejected', actions: [{ name: 'account.restore', allowed: true }] })], {
              counts: { pending: 0, active: 1, rejected: 1, deleted: 0 },
            })
          : path === '/accounts/a2/restoration'
            ? account()
            : undefined,
      ),
    before: open('a2'),
  },
  'a hand-over that is approved, whose place the next one takes': {
    element: 'unit-overview',
    button: '核准移交',
    next: '核准移交',
    client: () =>
      fewer(/approval$/, 'GET /handovers', [HANDOVER, { ...HANDOVER, id: 'h2' }, { ...HANDOVER, id: 'h3' }], () => ({
        ...HANDOVER,
        state: 'approved',
        acts: [],
      })),
  },
  'a transfer that is agreed to, whose place the next one takes': {
    element: 'teacher-roster',
    button: /^同意轉出/,
    next: /^同意轉出/,
    client: () =>
      fewer(/acceptance$/, 'GET /transfers', [TRANSFER, { ...TRANSFER, id: 'x2' }, { ...TRANSFER, id: 'x3' }], () => ({
        ...TRANSFER,
        state: 'accepted',
      })),
  },
  'a session that is ended, whose place the next one takes': {
    element: 'account-profile',
    button: /^登出$/,
    next: /^登出$/,
    client: () => fewer(/^\/me\/sessions\//, 'GET /me/sessions', sessions, () => noContent()),
  },
  'a sign-in, whose place the sign-out takes': {
    element: 'account-sign-in',
    button: /^登入$/,
    next: /^登出$/,
    client: () => {
      let inside = false;
      return client(({ method, path }) => {
        if (path === '/me') return inside ? me() : problem('unauthenticated', 401);
        if (path !== '/session') return undefined;
        inside = method === 'POST';
        return inside ? me() : noContent();
      }, '/api');
    },
    before: async (element) => {
      await type(element, 'textbox', '使用者帳號', 'wang-head');
      await type(element, 'textbox', '密碼', 'a password');
    },
  },
};

describe('the spot of an act', () => {
  before(() => Promise.all([import('./rest.js'), setViewport({ width: 1180, height: 900 })]));
  afterEach(clearPage);

  for (const [what, { element: tag, button, next, client: kitOf, before: prepare }] of Object.entries(CASES))
    it(`rests after ${what}`, async () => {
      const kit = kitOf();
      const element = await fixture<HTMLElement>(tag, kit);
      await prepare?.(element);
      const spot = centreOf(get(element, 'button', button));
      await press(element, spot);
      for (let time = 0; time < 3; time++) {
        move(get(element, 'button', next), spot);
        await press(element, spot);
      }
      expect(writesTo(kit)).to.have.length(1);
    });

  const transfers = () =>
    fewer(/acceptance$/, 'GET /transfers', [TRANSFER, { ...TRANSFER, id: 'x2' }, { ...TRANSFER, id: 'x3' }], () => ({
      ...TRANSFER,
      state: 'accepted',
    }));

  it('shows at the button that it rests, until the pointer has left; buttons at other places do not rest', async () => {
    const kit = transfers();
    const element = await fixture<HTMLElement>('teacher-roster', kit);
    const [x, y] = centreOf(get(element, 'button', /^同意轉出/));
    await press(element, [x, y]);
    const next = get(element, 'button', /^同意轉出/);
    expect(next.getAttribute('aria-disabled')).to.equal('false');
    move(next, [x, y]);
    await press(element, [x, y]);
    expect([next.hasAttribute('data-rests'), writesTo(kit).length]).to.deep.equal([true, 1]);
    await sendMouse({ type: 'move', position: [x, y + 200] });
    expect(next.hasAttribute('data-rests')).to.equal(false);
    await press(element, centreOf(next));
    expect(writesTo(kit)).to.have.length(2);
  });

  it('rests for every element of the page, not only for that of the act', async () => {
    const kit = transfers();
    const element = await fixture<HTMLElement>('teacher-roster', kit);
    const spot = centreOf(get(element, 'button', /^同意轉出/));
    await press(element, spot);
    clearPage();
    const other = client();
    const profile = await fixture<HTMLElement>('account-profile', other);
    move(get(profile, 'button', /^登出$/), spot);
    await press(profile, spot);
    expect(writesTo(other)).to.have.length(0);
  });

  it('rests for a key that is pressed again on the same button, until another key is pressed', async () => {
    const kit = client(({ method }) => (method === 'DELETE' ? noContent() : undefined));
    const element = await fixture<HTMLElement>('account-profile', kit);
    get(element, 'button', /^登出$/).focus();
    const button = focused(element) as HTMLElement;
    await sendKeys({ press: 'Enter' });
    await settled(element);
    button.focus();
    await sendKeys({ press: 'Enter' });
    await sendKeys({ press: ' ' });
    await settled(element);
    expect(writesTo(kit)).to.have.length(1);
    await sendKeys({ press: 'Tab' });
    button.focus();
    await sendKeys({ press: 'Enter' });
    await settled(element);
    expect(writesTo(kit)).to.have.length(2);
  });

  it('rests when a dialog opens over it, whose button may be at the same place', async () => {
    const kit = client();
    const element = await fixture<HTMLElement>('account-manager', kit);
    await open('a2')(element);
    const spot = centreOf(get(element, 'button', '帳號申請不通過…'));
    await press(element, spot);
    const confirm = get(element, 'button', '不通過黃雅婷的申請');
    move(confirm, spot);
    await press(element, spot);
    expect(has(element, 'textbox', '帳號申請不通過理由')).to.equal(true);
    expect(element.shadowRoot!.querySelector('#dialog-reason-fault')).to.equal(null);
  });

  it('does not rest for scripts', async () => {
    const kit = client(({ method }) => (method === 'DELETE' ? noContent() : undefined));
    const element = await fixture<HTMLElement>('account-profile', kit);
    await click(element, 'button', /^登出$/);
    await click(element, 'button', /^登出$/);
    expect(writesTo(kit)).to.have.length(2);
  });
});
