import { expect } from '@esm-bundle/chai';
import { sendKeys } from '@web/test-runner-commands';
import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import type { InserviceAuthRequiredEvent, InserviceDoneEvent } from '../events.js';
import type { PartialMessages } from '../i18n/locale.js';
import '../index.js';
import {
  alerted,
  clearPage,
  click,
  failure,
  fixture,
  focused,
  get,
  inProvider,
  offline,
  refuseWrites,
  said,
  settled,
  speak,
  text,
  writesOf,
} from '../testing/harness.js';
import { client, json, me, problem, type Kit } from '../testing/server.js';
import { Screen, type ScreenHost } from './screen.js';

/** A minimal element: it shows who is signed in, and has one input field. */
class TestScreen extends LitElement implements ScreenHost {
  @property({ attribute: 'base-url' }) baseUrl: string | null = null;
  @property() unit: string | null = null;
  @property({ attribute: false }) getToken: (() => Promise<string>) | undefined;
  @property({ attribute: false }) client: Client | undefined;
  @property({ attribute: false }) messages: PartialMessages | undefined;

  screen = new Screen(this);
  reads = 0;
  name = '';
  typed = '';

  async reload(): Promise<void> {
    this.reads++;
    this.name = (await this.screen.connection!.me()).account?.name ?? '';
    this.requestUpdate();
  }

  forget(): void {
    this.typed = '';
  }

  override render(): TemplateResult {
    const { t } = this.screen;
    return html`${this.screen.render()}
      <p>${t.common.search} ${this.name}</p>
      <label>field <input type="text" /></label><button data-target>target</button>`;
  }
}
customElements.define('test-screen', TestScreen);

const shown = (kit: Kit = client(), attributes: Record<string, string> = {}): Promise<TestScreen> =>
  fixture('test-screen', kit, attributes);
const failing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

describe('Screen', () => {
  afterEach(clearPage);

  describe('act', () => {
    it('dispatches events before and after the write, with the same action and ids', async () => {
      const element = await shown();
      const told = writesOf(element);
      const acted = await element.screen.act('teacher.update', ['t1', 't2'], async () => {
        told.push('written');
        return 7;
      });
      expect(acted).to.deep.equal({ ok: true, value: 7 });
      expect(told).to.deep.equal(['before teacher.update t1 t2', 'written', 'done teacher.update t1 t2']);
    });

    it('writes nothing if the page cancels the event, and shows no failure', async () => {
      const element = await shown();
      refuseWrites(element);
      let written = false;
      const acted = await element.screen.act('teacher.update', ['t1'], async () => (written = true));
      await settled(element);
      expect([acted.ok, written, failure(element)]).to.deep.equal([false, false, '']);
    });

    it('runs one write at a time, and blocks the buttons meanwhile', async () => {
      const element = await shown();
      let finish = (): void => undefined;
      const first = element.screen.act('teacher.update', [], () => new Promise<void>((resolve) => (finish = resolve)));
      expect(element.screen.blocked).to.equal(true);
      let second = false;
      expect((await element.screen.act('teacher.update', [], async () => (second = true))).ok).to.equal(false);
      finish();
      expect((await first).ok).to.equal(true);
      expect([second, element.screen.blocked]).to.deep.equal([false, false]);
    });

    it('writes nothing without a network, and says that nothing was saved', async () => {
      const element = await shown();
      const back = await offline(element);
      let written = false;
      const acted = await element.screen.act('teacher.update', [], async () => (written = true));
      await settled(element);
      expect([acted.ok, written, element.matches(':state(offline)')]).to.deep.equal([false, false, true]);
      expect(failure(element)).to.contain('未儲存，輸入的內容還在');
      back();
      await settled(element);
      expect(said(element)).to.equal('已恢復連線');
      expect(element.matches(':state(offline)')).to.equal(false);
    });

    it('shows a failure with its code, moves focus to it and tells the page its code, without the sentence', async () => {
      const element = await shown();
      const failed: unknown[] = [];
      element.addEventListener('inservice-error', ({ code, status, requestId }) => failed.push([code, status, requestId]));
      const acted = await element.screen.act('teacher.update', [], (kit) => kit.call('GET /teachers/imports/:id', { id: 'none' }));
      await settled(element);
      expect(acted.ok).to.equal(false);
      expect(failure(element)).to.contain('標題 not-found').and.to.contain('not-found · r1');
      expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
      expect(failed).to.deep.equal([['not-found', 404, 'r1']]);
      expect(element.matches(':state(error)')).to.equal(true);
    });

    it('leaves a failure to a caller that handles it', async () => {
      const element = await shown();
      const error = new ApiError('username-taken');
      const acted = await element.screen.act('account.apply', [], failing(error), { quiet: ({ code }) => code === 'username-taken' });
      await settled(element);
      expect(acted).to.deep.equal({ ok: false, error });
      expect(failure(element)).to.equal('');
    });

    it('treats an error that is not a response as internal, and logs it to the console', async () => {
      const element = await shown();
      const reported: unknown[] = [];
      const { error: report } = console;
      console.error = (thrown: unknown) => void reported.push(thrown);
      const fault = new Error('a bug');
      const acted = await element.screen.act('teacher.update', [], failing(fault));
      console.error = report;
      expect(acted.ok ? '' : acted.error.code).to.equal('internal');
      expect(reported).to.deep.equal([fault]);
    });

    it('says that the outcome of a write is unknown while it retries', async () => {
      const element = await shown();
      let finish = (): void => undefined;
      const acted = element.screen.act('teacher.update', [], (_client, { onUncertain }) => {
        onUncertain!();
        return new Promise<void>((resolve) => (finish = resolve));
      });
      await settled(element);
      expect(said(element)).to.equal('可能已送出，正在確認…');
      finish();
      await acted;
      await settled(element);
      expect(element.shadowRoot!.querySelector('.notice')).to.equal(null);
    });

    it('removes the notice and the failure of the former act', async () => {
      const element = await shown();
      element.screen.saved('已儲存');
      element.screen.fail(new ApiError('internal'), '', null);
      await settled(element);
      expect(text(element)).to.contain('已儲存 ·');
      await element.screen.act('teacher.update', [], async () => undefined);
      await settled(element);
      expect(text(element)).not.to.contain('已儲存 ·');
      expect(failure(element)).to.equal('');
    });

    it('asks the page to sign in when the session has ended, and reads again afterwards', async () => {
      const element = await shown();
      const asked: InserviceAuthRequiredEvent[] = [];
      element.addEventListener('inservice-auth-required', (event) => asked.push(event));
      await element.screen.act('teacher.update', [], failing(new ApiError('unauthenticated')));
      await settled(element);
      expect(text(element)).to.contain('登入已逾時，您輸入的內容還在');
      await click(element, 'button', '重新登入');
      expect(asked).to.have.length(2);
      const { reads } = element;
      asked[0]!.retry();
      expect(element.reads).to.equal(reads + 1);
    });
  });

  describe('an announcement', () => {
    it('is in a live region that exists since the first render', async () => {
      const element = document.createElement('test-screen') as TestScreen;
      document.body.append(element);
      await element.updateComplete;
      expect([said(element), alerted(element)]).to.deep.equal(['', '']);
    });

    it('is announced again if the text is the same', async () => {
      const element = await shown();
      const region = element.shadowRoot!.querySelector('[role=status]')!;
      element.screen.say('找到 3 人');
      await element.updateComplete;
      const first = region.textContent;
      element.screen.say('找到 3 人');
      await element.updateComplete;
      expect(region.textContent).not.to.equal(first);
      expect(said(element)).to.equal('找到 3 人');
    });

    it('shows the undo and the time beside the notice', async () => {
      const element = await shown();
      let undone = false;
      element.screen.saved('已刪除', async () => {
        undone = true;
      });
      await settled(element);
      expect(text(element)).to.match(/已刪除 · \d\d:\d\d/);
      await click(element, 'button', '復原');
      expect(undone).to.equal(true);
    });

    it('moves focus after its target is rendered', async () => {
      const element = await shown();
      element.screen.focus('[data-error]');
      await settled(element);
      element.screen.fail(new ApiError('internal'), '讀取失敗', null);
      await settled(element);
      expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
    });
  });

  describe('unsaved input', () => {
    const leave = (): boolean => dispatchEvent(new Event('beforeunload', { cancelable: true }));

    it('is reported to the page once for each change, and blocks leaving the page', async () => {
      const element = await shown();
      const dirty: boolean[] = [];
      element.addEventListener('inservice-dirty-change', (event) => dirty.push(event.dirty));
      expect(leave()).to.equal(true);
      element.screen.setDirty(true);
      element.screen.setDirty(true);
      await settled(element);
      expect([leave(), element.matches(':state(dirty)')]).to.deep.equal([false, true]);
      element.screen.setDirty(false);
      expect(leave()).to.equal(true);
      expect(dirty).to.deep.equal([true, false]);
    });

    it('does not block the page after the element is removed', async () => {
      const element = await shown();
      element.screen.setDirty(true);
      element.remove();
      expect(leave()).to.equal(true);
    });
  });

  it('hides printable keys typed in a field from the page, and no others', async () => {
    const element = await shown();
    const heard: string[] = [];
    const listen = ({ key }: KeyboardEvent): void => void heard.push(key);
    document.addEventListener('keydown', listen);
    get(element, 'textbox', 'field').focus();
    for (const press of ['d', 'Control+d', 'Escape']) await sendKeys({ press });
    get(element, 'button', 'target').focus();
    await sendKeys({ press: 'd' });
    document.removeEventListener('keydown', listen);
    expect(heard).to.deep.equal(['Control', 'd', 'Escape', 'd']);
  });

  describe('the language', () => {
    it('is that of the nearest element around it, and follows a change', async () => {
      const around = document.createElement('div');
      around.lang = 'en';
      const element = await shown();
      around.append(element);
      document.body.append(around);
      await settled(element);
      expect(text(element)).to.contain('Search');
      around.lang = 'zh-Hant';
      await settled(element);
      expect(text(element)).to.contain('查詢');
    });

    it('is requested from the server', async () => {
      const kit = client();
      const element = await shown(kit);
      await speak(element, 'en');
      await element.screen.client.call('GET /codes');
      expect(kit.sent.at(-1)!.headers.get('Accept-Language')).to.contain('en');
    });

    it('yields to the texts of the page, set before or after the first render', async () => {
      const element = await shown();
      element.messages = { common: { search: '尋找' } };
      await settled(element);
      expect(text(element)).to.contain('尋找');
      element.messages = undefined;
      await settled(element);
      expect(text(element)).to.contain('查詢');
    });
  });

  describe('the connection', () => {
    const named = (name: string): Kit =>
      client(({ path }) => (path === '/me' ? me('head', { account: { ...me().account!, name } }) : undefined));

    it('is the element’s own, else that of the provider around it', async () => {
      const { element } = await inProvider<TestScreen>('test-screen', named('of the provider'));
      expect(text(element)).to.contain('of the provider');
      element.client = named('its own');
      await settled(element);
      expect(text(element)).to.contain('its own');
    });

    it('changes when the page sets another client', async () => {
      const element = await shown(named('first'));
      element.client = named('second');
      await settled(element);
      expect(text(element)).to.contain('second');
    });

    it('stays when the page sets a new getToken, which is called each time', async () => {
      const sent: (string | null)[] = [];
      const { fetch: send } = window;
      window.fetch = async (_input, init) => {
        sent.push(new Headers(init?.headers).get('Authorization'));
        return json(me());
      };
      const element = document.createElement('test-screen') as TestScreen;
      element.baseUrl = 'https://tokens.test/api';
      element.getToken = async () => 'first';
      document.body.append(element);
      await settled(element);
      const { connection } = element.screen;
      element.getToken = async () => 'second';
      await settled(element);
      await element.screen.client.call('GET /me');
      window.fetch = send;
      expect(element.screen.connection).to.equal(connection);
      expect(sent).to.deep.equal(['Bearer first', 'Bearer second']);
    });

    it('is found again after the element was moved, and another unit is read at once', async () => {
      const element = await shown();
      document.body.append(element);
      await settled(element);
      expect(text(element)).to.contain('王建民');
      const { reads } = element;
      element.unit = 'u2';
      await settled(element);
      expect(element.reads).to.equal(reads + 1);
    });

    it('is missing until the page sets the server: nothing is read, and a write reports it', async () => {
      const element = document.createElement('test-screen') as TestScreen;
      document.body.append(element);
      await settled(element);
      const acted = await element.screen.act('teacher.update', [], (kit) => kit.call('GET /me'));
      expect([element.reads, acted.ok ? '' : acted.error.code]).to.deep.equal([0, 'unavailable']);
    });
  });

  describe('another sign-in', () => {
    const signedIn = (id: string) => me('head', { account: { ...me().account!, id } });

    it('clears the input if another person, or nobody, is signed in', async () => {
      for (const next of [signedIn('a7'), problem('unauthenticated', 401)]) {
        let who: object = signedIn('a1');
        const kit = client(({ path }) => (path === '/me' ? who : undefined));
        const { element, provider } = await inProvider<TestScreen>('test-screen', kit);
        element.reload = async () => undefined;
        element.typed = 'secret';
        element.screen.setDirty(true);
        who = next;
        provider.reload();
        await settled(element);
        expect([element.typed, element.screen.dirty]).to.deep.equal(['', false]);
        clearPage();
      }
    });

    it('keeps the input if the same person is back', async () => {
      const { element, provider } = await inProvider<TestScreen>('test-screen', client());
      element.typed = 'kept';
      provider.reload();
      await settled(element);
      expect(element.typed).to.equal('kept');
    });
  });

  it('shows a failure when a part of the element cannot be loaded', async () => {
    const element = await shown();
    const part = await element.screen.part(Promise.reject(new Error('no chunk')));
    await settled(element);
    expect(part).to.equal(null);
    expect(failure(element)).to.contain('連不上伺服器');
  });

  it('dispatches events of their own classes', async () => {
    const element = await shown();
    const done: InserviceDoneEvent[] = [];
    document.body.addEventListener('inservice-done', (event) => done.push(event), { once: true });
    await element.screen.act('teacher.update', ['t1'], async () => undefined);
    expect([done[0]!.bubbles, done[0]!.composed, done[0]!.target]).to.deep.equal([true, true, element]);
  });
});
