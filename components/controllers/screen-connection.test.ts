/** What a screen takes from around it: the language, the connection and who is signed in. */
import { expect } from '@esm-bundle/chai';
import { ApiError } from '../api/api-error.js';
import { clearPage, inProvider, settled, speak, text } from '../testing/harness.js';
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

    it('keeps the input if the same person is back', async () => {
      const { element, provider } = await inProvider<TestScreen>('test-screen', client());
      element.typed = 'kept';
      provider.reload();
      await settled(element);
      expect(element.typed).to.equal('kept');
    });
  });
});
