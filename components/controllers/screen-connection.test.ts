/** What a screen takes from around it: the language, the connection and who is signed in. */
import { expect } from '@esm-bundle/chai';
import { ApiError } from '../api/api-error.js';
import type { InserviceAuthRequiredEvent } from '../events.js';
import { clearPage, click, failure, inProvider, settled, speak, text } from '../testing/harness.js';
import { client, json, me, problem, type Kit } from '../testing/server.js';
import { shown, type TestScreen } from '../testing/test-screen.js';

describe('Screen', () => {
  afterEach(clearPage);

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

    it('is that of a failure that is shown already, too', async () => {
      const element = await shown();
      element.screen.fail(new ApiError('offline'), () => undefined);
      await settled(element);
      expect(text(element)).to.contain('讀取失敗').and.to.contain('請檢查網路後再試');
      await speak(element, 'en');
      expect(text(element)).to.contain('Loading failed').and.to.contain('please check the network').and.not.to.contain('讀取失敗');
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

    it('keeps the input if it cannot be asked who is signed in', async () => {
      let down = false;
      const kit = client(({ path }) => (path === '/me' && down ? problem('unavailable', 503) : undefined));
      const { element, provider } = await inProvider<TestScreen>('test-screen', kit);
      element.reload = async () => undefined;
      element.typed = 'kept';
      down = true;
      provider.reload();
      await settled(element);
      expect(element.typed).to.equal('kept');
    });

    it('keeps the input if the same person is back', async () => {
      const { element, provider } = await inProvider<TestScreen>('test-screen', client());
      element.typed = 'kept';
      provider.reload();
      await settled(element);
      expect(element.typed).to.equal('kept');
    });
  });

  describe('the end of the session', () => {
    const signedIn = (id: string) => me('head', { account: { ...me().account!, id } });

    /** A screen with an act that is refused, because the session has ended. */
    const interrupted = async () => {
      let who: object = signedIn('a1');
      const ended = problem('unauthenticated', 401);
      const kit = client(({ method, path }) =>
        path === '/me' ? who : method === 'DELETE' ? (who === ended ? ended : new Response(null, { status: 204 })) : undefined,
      );
      const { element, provider } = await inProvider<TestScreen>('test-screen', kit);
      const asked: InserviceAuthRequiredEvent[] = [];
      element.addEventListener('inservice-auth-required', (event) => asked.push(event));
      element.typed = 'typed';
      who = ended;
      let outcome = 'waits';
      void element.screen
        .act('session.end', [], (writer, more) => writer.call('DELETE /me/sessions/:id', { ...more, id: 's1' }))
        .then(({ ok }) => (outcome = ok ? 'done' : 'given up'));
      await settled(element);
      return {
        element,
        provider,
        asked,
        outcome: () => outcome,
        signIn: (id: string) => (who = signedIn(id)),
        sent: () => kit.sent.filter(({ method }) => method === 'DELETE').length,
      };
    };

    it('lets the act wait, and the same person’s sign-in sends it again, once', async () => {
      const { element, provider, asked, outcome, signIn, sent } = await interrupted();
      expect([outcome(), sent(), asked.length, element.screen.blocked]).to.deep.equal(['waits', 1, 1, false]);
      expect(failure(element)).to.contain('登入已逾時，您輸入的內容還在');
      signIn('a1');
      provider.reload();
      await settled(element);
      expect([outcome(), sent(), element.typed, failure(element)]).to.deep.equal(['done', 2, 'typed', '']);
      provider.reload();
      await settled(element);
      expect(sent()).to.equal(2);
    });

    it('forgets who was signed in', async () => {
      const { element } = await interrupted();
      const who = await element.screen.connection!.me().catch(({ code }: ApiError) => code);
      expect(who).to.equal('unauthenticated');
    });

    it('is followed by the same after the page’s own sign-in, which calls retry()', async () => {
      const { element, asked, outcome, signIn } = await interrupted();
      asked[0]!.retry();
      await settled(element);
      expect([outcome(), element.typed]).to.deep.equal(['waits', 'typed']);
      signIn('a1');
      asked[0]!.retry();
      await settled(element);
      expect([outcome(), element.typed]).to.deep.equal(['done', 'typed']);
    });

    it('gives the act up, and clears the input, if another person signs in', async () => {
      const { element, provider, outcome, signIn, sent } = await interrupted();
      signIn('a7');
      provider.reload();
      await settled(element);
      expect([outcome(), sent(), element.typed]).to.deep.equal(['given up', 1, '']);
    });

    it('gives the act up if the user types or clicks in the element, or begins another act, and asks again at the next', async () => {
      for (const use of [
        (element: TestScreen) => element.shadowRoot!.querySelector('input')!.dispatchEvent(new InputEvent('input', { bubbles: true })),
        (element: TestScreen) => element.shadowRoot!.querySelector<HTMLElement>('[data-target]')!.click(),
        (element: TestScreen) => void element.screen.act('teacher.update', [], (kit) => kit.call('GET /codes')),
        (element: TestScreen) => element.remove(),
      ]) {
        const { element, provider, outcome, signIn, sent } = await interrupted();
        use(element);
        await settled(element);
        signIn('a1');
        provider.reload();
        await settled(element);
        expect([outcome(), sent(), element.typed]).to.deep.equal(['given up', 1, 'typed']);
        clearPage();
      }
    });

    it('keeps the act while the user asks for the sign-in at the failure', async () => {
      const { element, provider, asked, outcome, signIn } = await interrupted();
      const wanted: string[] = [];
      provider.connection!.addEventListener('wanted', ({ type }) => wanted.push(type));
      await click(element, 'button', '重新登入');
      expect([outcome(), asked.length, wanted]).to.deep.equal(['waits', 2, ['wanted']]);
      signIn('a1');
      provider.reload();
      await settled(element);
      expect(outcome()).to.equal('done');
    });

    it('is reported to the connection once, however many requests are refused', async () => {
      const { element, provider } = await interrupted();
      const told: string[] = [];
      provider.connection!.addEventListener('ended', ({ type }) => told.push(type));
      await element.screen.client.call('GET /codes');
      await element.screen.connection!.me().catch(() => null);
      await element.screen.connection!.me().catch(() => null);
      expect(told).to.deep.equal([]);
    });
  });
});
