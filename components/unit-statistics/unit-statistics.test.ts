import { expect } from '@esm-bundle/chai';
import '../index.js';
import {
  alerted,
  all,
  catchDownloads,
  clearPage,
  click,
  failure,
  fixture,
  get,
  has,
  inProvider,
  said,
  settled,
  speak,
  text,
} from '../testing/harness.js';
import { STATISTICS } from '../testing/office.js';
import { client, me, problem, type Kit } from '../testing/server.js';

const kitOf = (answer: (query: URLSearchParams) => object = () => STATISTICS): Kit =>
  client(({ path, query }) => {
    if (path !== '/statistics') return undefined;
    const found = answer(query);
    return found instanceof Response ? found : { ...found, scope: query.get('scope') };
  });

const rowsOf = (element: Element, group: string): string[] => {
  const table = all(element, 'table').find((each) => each.querySelector('caption')!.textContent!.includes(group))!;
  return [...table.querySelectorAll('tbody tr')].map((row) => row.textContent!.replace(/\s+/g, ' ').trim());
};

describe('<unit-statistics>', () => {
  afterEach(clearPage);

  it('shows the numbers as one sentence, and each group as a table', async () => {
    const element = await fixture('unit-statistics', kitOf());
    expect(text(element)).to.contain(
      '115/11/25，甲縣立第一國民小學名冊共 88 人：已申請 86 人（教師 83、行政職員 3，含帳號漫遊 4），待申請 2 人。',
    );
    expect(rowsOf(element, '帳號狀況')).to.deep.equal(['啟用中 82', '帳號漫遊申請 已啟用 4', '待申請 2']);
    expect(rowsOf(element, '任教科目')).to.deep.equal(['國小 國語文 20']);
    expect(rowsOf(element, '離開人數')).to.deep.equal(['114 學年度 退休 3']);
    expect(rowsOf(element, '下層單位')).to.deep.equal(['甲縣立第二國民中學 88']);
    expect(text(element)).to.contain('最多的是啟用中，82 人。');
  });

  it('draws each bar from zero, in proportion to the longest', async () => {
    const element = await fixture('unit-statistics', kitOf());
    const widths = [...all(element, 'table')[0]!.querySelectorAll('rect')].map((bar) => parseFloat(bar.getAttribute('width')!));
    expect(widths.map(Math.round)).to.deep.equal([100, 5, 2]);
  });

  it('shows the first rows of a long group, and all of them on request', async () => {
    const element = await fixture('unit-statistics', kitOf());
    expect(rowsOf(element, '職稱')).to.have.length(12);
    await click(element, 'button', '顯示全部 15 項');
    expect(rowsOf(element, '職稱')).to.have.length(15);
    expect(has(element, 'button', '顯示全部')).to.equal(false);
  });

  it('counts all units below on request of a head, and announces the new sentence', async () => {
    const kit = kitOf((query) => ({ ...STATISTICS, summary: { ...STATISTICS.summary, total: query.get('scope') === 'own' ? 88 : 900 } }));
    const element = await fixture('unit-statistics', kit);
    expect(get(element, 'button', /^本單位$/).getAttribute('aria-pressed')).to.equal('true');
    await click(element, 'button', '本單位與所有下層單位');
    expect(said(element)).to.contain('名冊共 900 人');
    expect(get(element, 'button', '本單位與所有下層單位').getAttribute('aria-pressed')).to.equal('true');
  });

  it('keeps the numbers and their scope if counting fails', async () => {
    const kit = kitOf((query) => (query.get('scope') === 'own' ? STATISTICS : problem('unavailable', 503)));
    const element = await fixture('unit-statistics', kit);
    await click(element, 'button', '本單位與所有下層單位');
    expect(failure(element)).to.contain('unavailable');
    expect(text(element)).to.contain('名冊共 88 人');
    expect(get(element, 'button', /^本單位$/).getAttribute('aria-pressed')).to.equal('true');
  });

  it('offers no other scope to a contact', async () => {
    const kit = client(({ path }) => (path === '/me' ? me('contact') : path === '/statistics' ? STATISTICS : undefined));
    expect(has(await fixture('unit-statistics', kit), 'button', '本單位與所有下層單位')).to.equal(false);
  });

  it('names who may see statistics to callers who may not, and reads none', async () => {
    const kit = client(({ path }) => (path === '/me' ? me('operator') : undefined));
    const element = await fixture('unit-statistics', kit);
    expect(text(element)).to.contain('統計圖表由總負責人或連絡人查看').and.to.contain('王建民');
    expect(kit.sent.some(({ path }) => path === '/statistics')).to.equal(false);
  });

  it('reports a failure, and counts again on request', async () => {
    const answers = [problem('internal', 500)];
    const element = await fixture(
      'unit-statistics',
      kitOf(() => answers.shift() ?? STATISTICS),
    );
    expect(alerted(element)).to.equal('讀取失敗');
    await click(element, 'button', '再試一次');
    expect(failure(element)).to.equal('');
    expect(text(element)).to.contain('名冊共 88 人');
  });

  it('counts another unit when the page sets it', async () => {
    const kit = kitOf((query) => ({ ...STATISTICS, unit: { id: 'u2', name: query.get('unit') ?? '本單位' } }));
    const element = await fixture('unit-statistics', kit);
    element.setAttribute('unit', 'u2');
    await settled(element);
    expect(text(element)).to.contain('u2名冊共');
  });

  it('downloads the groups as CSV, with formulas escaped', async () => {
    const caught = catchDownloads();
    const below = [{ unit: { id: 'u2', name: '=1+1"' }, summary: STATISTICS.summary }];
    const element = await fixture(
      'unit-statistics',
      kitOf(() => ({ ...STATISTICS, below })),
    );
    await click(element, 'button', '下載 CSV');
    caught.release();
    const [{ name, blob }] = caught.files as [(typeof caught.files)[0]];
    expect(name).to.equal('甲縣立第一國民小學-統計圖表-2026-11-25.csv');
    const lines = (await blob.text()).split('\r\n');
    expect(lines[0]).to.equal('"統計圖表","甲縣立第一國民小學","2026-11-25"');
    expect(lines).to.include('"帳號狀況","啟用中","82"').and.to.include(`"下層單位","'=1+1""","88"`);
  });

  it('is empty after a person signs in who may not see it', async () => {
    let who = me();
    const kit = client(({ path }) => (path === '/me' ? who : path === '/statistics' ? STATISTICS : undefined));
    const { element, provider } = await inProvider('unit-statistics', kit);
    who = me('operator', { account: { ...who.account!, id: 'a7' } });
    provider.reload();
    await settled(element);
    expect(text(element)).not.to.contain('88');
  });

  it('follows the language of the page', async () => {
    const element = await fixture('unit-statistics', kitOf());
    await speak(element, 'en');
    expect(text(element)).to.contain('has 88 people').and.to.contain('Elementary');
    expect(has(element, 'button', 'Show all 15')).to.equal(true);
  });
});
