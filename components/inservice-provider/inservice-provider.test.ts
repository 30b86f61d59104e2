import { expect } from '@esm-bundle/chai';
import '../index.js';
import { clearPage, fixture, inProvider, settled, text } from '../testing/harness.js';
import { client, me, type Kit } from '../testing/server.js';
import type { InserviceProvider } from './inservice-provider.js';

const readsOfMe = ({ sent }: Kit): number => sent.filter(({ path }) => path === '/me').length;

describe('<inservice-provider>', () => {
  afterEach(clearPage);

  it('shares one connection with all elements below, so the caller is read once', async () => {
    const kit = client();
    const { element, provider } = await inProvider('unit-overview', kit);
    const second = document.createElement('account-manager');
    provider.append(second);
    await settled(second);
    expect(text(element)).to.contain('王建民');
    expect(text(second)).to.contain('黃雅婷');
    expect(readsOfMe(kit)).to.equal(1);
  });

  it('reaches an element within another shadow root', async () => {
    const { provider } = await inProvider('unit-overview', client());
    const outer = document.createElement('div');
    const inner = document.createElement('account-manager');
    outer.attachShadow({ mode: 'open' }).append(inner);
    provider.append(outer);
    await settled(inner);
    expect(text(inner)).to.contain('黃雅婷');
  });

  it('asks for a token for each request, and stores none', async () => {
    const kit = client();
    const provider = document.createElement('inservice-provider');
    let tokens = 0;
    provider.getToken = async () => `token-${++tokens}`;
    provider.fetch = kit.fetch;
    provider.baseUrl = kit.baseUrl;
    const element = document.createElement('account-manager');
    provider.append(element);
    document.body.append(provider);
    await settled(element);
    const sent = kit.sent.map(({ headers }) => headers.get('Authorization'));
    expect(new Set(sent).size).to.equal(kit.sent.length);
    expect(provider.outerHTML).not.to.contain('token-');
  });

  it('waits for its base URL, and accepts another one later', async () => {
    const provider = document.createElement('inservice-provider');
    const kit = client();
    provider.fetch = kit.fetch;
    const element = document.createElement('account-manager');
    provider.append(element);
    document.body.append(provider);
    await settled(element);
    expect([provider.connection, kit.sent.length]).to.deep.equal([null, 0]);
    provider.baseUrl = 'https://kit.test/api';
    await settled(element);
    expect(text(element)).to.contain('黃雅婷');
    const former = kit.sent.length;
    provider.baseUrl = 'https://other.test/api';
    await settled(element);
    expect(kit.sent.length).to.be.greaterThan(former);
    expect(provider.client!.baseUrl).to.equal('https://other.test/api');
  });

  it('makes all elements below read again', async () => {
    let who = me();
    const kit = client(({ path }) => (path === '/me' ? who : undefined));
    const { element, provider } = await inProvider('unit-overview', kit);
    who = me('head', { waiting: { accounts: 9, teachers: 0, transfers: 0 } });
    provider.reload();
    await settled(element);
    expect(text(element)).to.contain('9 位業務帳號申請待開通');
  });

  it('is ignored by an element with its own client', async () => {
    const [outer, own] = [client(), client()];
    const { provider } = await inProvider('unit-overview', outer);
    const before = outer.sent.length;
    const element = document.createElement('account-manager');
    element.client = own;
    provider.append(element);
    await settled(element);
    expect(own.sent.length).to.be.greaterThan(0);
    expect(outer.sent.length).to.equal(before);
  });

  it('shares one sign-in with the elements that name the same base URL', async () => {
    const provider = await fixture<InserviceProvider>('inservice-provider', null, { 'base-url': 'https://shared.test/api' });
    const twin = await fixture<InserviceProvider>('inservice-provider', null, { 'base-url': 'https://shared.test/api' });
    expect(provider.connection).to.equal(twin.connection);
  });
});
