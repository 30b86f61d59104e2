import { expect } from '@esm-bundle/chai';
import { defineAll, InserviceProvider, TeacherRoster } from './elements.js';
import './index.js';
import { mount } from './mount.js';
import { clearPage, settled, text } from './testing/harness.js';
import { client, json, me, pageOf, ROSTER, SUMMARY } from './testing/server.js';
import { version } from './version.js';

const answers = (async (input: RequestInfo | URL) => {
  const { pathname } = new URL(String(input));
  if (pathname.endsWith('/me')) return json(me());
  if (pathname.endsWith('/codes')) return json({ titles: [], stages: [], subjects: [] });
  return json(pageOf(pathname.endsWith('/teachers') ? ROSTER : [], { summary: SUMMARY }));
}) as typeof fetch;

describe('the elements on a page', () => {
  afterEach(clearPage);

  it('use the connection of the provider around them', async () => {
    const provider = new InserviceProvider();
    provider.baseUrl = 'https://kit.test/api';
    provider.fetch = answers;
    const roster = new TeacherRoster();
    provider.append(roster);
    document.body.append(provider);
    await settled(roster);
    expect(text(roster)).to.contain('王國雄');
  });

  it('replace <div data-inservice>, with its data as attributes', async () => {
    document.body.innerHTML = '<div data-inservice="teacher-roster" data-base-url="https://kit.test/api" data-page-size="20">載入中</div>';
    mount();
    const roster = document.querySelector('teacher-roster')!;
    expect([roster.getAttribute('base-url'), roster.getAttribute('page-size')]).to.deep.equal(['https://kit.test/api', '20']);
    roster.client = client();
    await settled(roster);
    expect(roster.pageSize).to.equal(20);
  });

  it('can be registered with a prefix; a name that is taken is skipped with a warning of both versions', () => {
    defineAll({ prefix: 'moe-' });
    expect(customElements.get('moe-teacher-roster')).to.be.a('function');
    const warned: string[] = [];
    const { warn } = console;
    console.warn = (message: string) => void warned.push(message);
    defineAll({ prefix: 'moe-' });
    console.warn = warn;
    expect(warned[0]).to.equal(`inservice-kit ${version}: <moe-inservice-provider> is registered already (${version}); that one stays.`);
  });

  it('have no style attribute in any template, because a strict policy blocks it', async () => {
    const roster = new TeacherRoster();
    roster.client = client();
    document.body.append(roster);
    await settled(roster);
    expect(roster.shadowRoot!.querySelector('[style]')).to.equal(null);
  });
});
