import { expect } from '@esm-bundle/chai';
import type { Attention, Handover, Me, Transfer } from '../../server/contract/wire.js';
import '../index.js';
import {
  all,
  choose,
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
import { ATTENTION, DISPUTE, HANDOVER } from '../testing/office.js';
import { ACTIVE, client, me, pageOf, problem, writesTo, type Kit } from '../testing/server.js';

interface Waiting {
  who?: Me;
  handovers?: Handover[];
  disputes?: Transfer[];
  attention?: Attention;
  /** The response to a write. */
  written?: object;
}

function kitOf({ who = me(), handovers = [], disputes = [], attention, written }: Waiting = {}): Kit {
  return client(({ method, path }) => {
    if (method !== 'GET') return written;
    if (path === '/me') return who;
    if (path === '/handovers') return { items: handovers };
    if (path === '/transfers') return pageOf(disputes);
    if (path === '/units/attention') return attention;
    if (path === '/accounts') return pageOf([ACTIVE, { ...ACTIVE, id: 'a1', role: 'head', name: '王建民' }], { counts: {} });
    return undefined;
  });
}

const overview = (waiting: Waiting = {}, attributes: Record<string, string> = {}): Promise<HTMLElement> =>
  fixture<HTMLElement>('unit-overview', kitOf(waiting), attributes);

describe('<unit-overview>', () => {
  afterEach(clearPage);

  it('shows who is signed in, for which unit, and what waits, with a link to each list', async () => {
    const element = await overview({}, { 'accounts-url': '/accounts', 'teachers-url': '/teachers' });
    expect(text(element)).to.contain('王建民（總負責人）').and.to.contain('甲縣教育處 甲縣立第一國民小學');
    expect(get(element, 'link', '3 位業務帳號申請待開通').getAttribute('href')).to.equal('/accounts');
    expect(get(element, 'link', '2 位教師待申請帳號').getAttribute('href')).to.equal('/teachers');
    expect(get(element, 'link', '1 件轉校申請待回覆').getAttribute('href')).to.equal('/teachers');
  });

  it('says that nothing waits', async () => {
    const element = await overview({ who: me('head', { waiting: { accounts: 0, teachers: 0, transfers: 0 } }) });
    expect(text(element)).to.contain('目前沒有待辦');
  });

  it('shows what the caller may do, and who may do the rest', async () => {
    const element = await overview({ who: me('contact') });
    const rows = all(element, 'row').map(({ textContent }) => textContent!.replace(/\s+/g, ' ').trim());
    expect(rows).to.include('統計圖表 是').and.to.include('本單位業務帳號管理 否 總負責人 王建民（02-7712-3456）');
  });

  it('shows the status of the application to a caller without an account', async () => {
    const stranger = { account: null, unit: null, functions: [], head: null, waiting: null };
    const application = { status: 'rejected', unitName: '甲縣立第一國民小學', reason: '重複申請' } as const;
    const element = await overview({ who: me(null, { ...stranger, application }) });
    expect(text(element)).to.contain('甲縣立第一國民小學：申請不通過').and.to.contain('理由：重複申請');
    clearPage();
    expect(text(await overview({ who: me(null, stranger) }))).to.contain('還沒有業務帳號，請先申請');
  });

  it('reads no decisions for a caller who must change the password', async () => {
    const kit = kitOf({ who: me('head', { account: { ...me().account!, mustChangePassword: true } }) });
    await fixture('unit-overview', kit);
    expect(kit.sent.map(({ path }) => path)).to.deep.equal(['/me']);
  });

  it('reports a failure, and reads again on request', async () => {
    const answers: object[] = [problem('unavailable', 503)];
    const kit = client(({ path }) => (path === '/handovers' ? answers.shift() : undefined));
    const element = await fixture('unit-overview', kit);
    expect(failure(element)).to.contain('unavailable');
    await click(element, 'button', '再試一次');
    expect(failure(element)).to.equal('');
    expect(text(element)).to.contain('王建民');
  });

  describe('a hand-over', () => {
    const begun = { ...HANDOVER, state: 'begun', acts: ['consent', 'refuse'] } satisfies Handover;

    it('is started with a successor and a day, by Enter, and never with the head', async () => {
      const kit = kitOf({ written: begun });
      const element = await fixture<HTMLElement>('unit-overview', kit);
      const told = writesOf(element);
      await click(element, 'button', '移交總負責人…');
      expect(focused(element)?.textContent).to.contain('移交總負責人');
      expect([...get<HTMLSelectElement>(element, 'combobox', '接任者').options].map(({ value }) => value)).to.deep.equal(['', 'a3']);
      await choose(element, '接任者', 'a3');
      await type(element, 'textbox', '生效日 年', '116');
      await type(element, 'textbox', '生效日 月', '2');
      await type(element, 'textbox', '生效日 日', '1');
      await enter(element, 'textbox', '生效日 日');
      expect(writesTo(kit).map(({ path, body }) => [path, body])).to.deep.equal([['/handovers', { to: 'a3', on: '2027-02-01' }]]);
      expect(told).to.deep.equal(['before handover.begin a3', 'done handover.begin a3']);
      expect(said(element)).to.equal('已開始移交給陳中良，等待對方確認');
    });

    it('requires both, and says so at the first missing one', async () => {
      const kit = kitOf();
      const element = await fixture('unit-overview', kit);
      await click(element, 'button', '移交總負責人…');
      await type(element, 'textbox', '生效日 日', '32');
      await click(element, 'button', '開始移交');
      expect(faultOf(element, 'combobox', '接任者')).to.equal('必填');
      expect(focused(element)).to.equal(get(element, 'combobox', '接任者'));
      await choose(element, '接任者', 'a3');
      await click(element, 'button', '開始移交');
      expect(focused(element)).to.equal(get(element, 'textbox', '生效日 年'));
      expect(writesTo(kit)).to.deep.equal([]);
    });

    for (const { act, button, path, sentence } of [
      { act: 'consent', button: '我同意接任', path: '/handovers/h1/consent', sentence: '已同意接任，等待上一層核准' },
      { act: 'approve', button: '核准移交', path: '/handovers/h1/approval', sentence: '已核准移交' },
    ] as const)
      it(`sends ${act} with If-Match, and dispatches an event`, async () => {
        const kit = kitOf({ handovers: [{ ...HANDOVER, acts: [act] }], written: HANDOVER });
        const element = await fixture<HTMLElement>('unit-overview', kit);
        const told = writesOf(element);
        await click(element, 'button', button);
        const [sent] = writesTo(kit);
        expect([sent!.path, sent!.headers.get('If-Match')]).to.deep.equal([path, '"1"']);
        expect(told).to.deep.equal([`before handover.${act} h1`, `done handover.${act} h1`]);
        expect(said(element)).to.equal(sentence);
        expect(focused(element)?.textContent).to.contain('需要您處理');
      });

    it('of the topmost unit waits for its day after the consent, because no level above approves', async () => {
      const written: Handover = { ...HANDOVER, state: 'approved', on: '2026-12-08', acts: ['refuse'] };
      const element = await fixture<HTMLElement>('unit-overview', kitOf({ handovers: [{ ...HANDOVER, acts: ['consent'] }], written }));
      await click(element, 'button', '我同意接任');
      expect(said(element)).to.equal('已同意接任，將於 115/12/8 生效');
    });

    it('is refused with a reason', async () => {
      const kit = kitOf({ handovers: [HANDOVER], written: { ...HANDOVER, state: 'refused', acts: [] } });
      const element = await fixture('unit-overview', kit);
      await click(element, 'button', '不同意…');
      await click(element, 'button', '不同意移交');
      expect(text(element)).to.contain('請填寫理由');
      await type(element, 'textbox', '理由', '人事未定');
      await click(element, 'button', '不同意移交');
      expect(writesTo(kit).map(({ path, body }) => [path, body])).to.deep.equal([['/handovers/h1/refusal', { reason: '人事未定' }]]);
    });

    it('shows a failure in the error box and leaves the hand-over unchanged', async () => {
      const element = await overview({ handovers: [HANDOVER], written: problem('wrong-state', 409) });
      await click(element, 'button', '核准移交');
      expect(failure(element)).to.contain('wrong-state · r1');
      expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
      expect(has(element, 'button', '核准移交')).to.equal(true);
    });

    it('is not started a second time while one of the same head is open', async () => {
      const element = await overview({ handovers: [begun] });
      expect(has(element, 'button', /^移交總負責人…$/)).to.equal(false);
    });

    it('stays as a receipt for two weeks after its end', async () => {
      const days = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString();
      const over = (id: string, approvedAt: string): Handover => ({ ...HANDOVER, id, state: 'done', acts: [], approvedAt });
      const element = await overview({ handovers: [over('h1', days(13)), over('h2', days(15))] });
      expect(text(element).match(/總負責人移交 ·/g)).to.have.length(1);
    });
  });

  describe('a dispute', () => {
    const decide = (element: Element): Promise<void> => click(element, 'button', '儲存決定');

    it('shows both sides, and is decided with a reason', async () => {
      const kit = kitOf({ disputes: [DISPUTE], written: { ...DISPUTE, state: 'accepted' } });
      const element = await fixture<HTMLElement>('unit-overview', kit);
      const told = writesOf(element);
      expect(text(element)).to.contain('民國74年5月6日').and.to.contain('民國64年5月6日').and.to.contain('身分證正本在手');
      await decide(element);
      expect(focused(element)).to.equal(get(element, 'radio', '是同一人'));
      await click(element, 'radio', '是同一人');
      await decide(element);
      expect(focused(element)).to.equal(get(element, 'textbox', '理由'));
      await type(element, 'textbox', '理由', '核對證件');
      await decide(element);
      expect(writesTo(kit).map(({ path, body }) => [path, body])).to.deep.equal([
        [`/transfers/${DISPUTE.id}/decision`, { decision: 'move', reason: '核對證件' }],
      ]);
      expect(told).to.deep.equal([`before transfer.decide ${DISPUTE.id}`, `done transfer.decide ${DISPUTE.id}`]);
      expect(said(element)).to.equal('已儲存決定');
    });

    it('stays with its input if the page or the server refuses', async () => {
      const kit = kitOf({ disputes: [DISPUTE], written: problem('internal', 500) });
      const element = await fixture<HTMLElement>('unit-overview', kit);
      await click(element, 'radio', '不成立');
      await type(element, 'textbox', '理由', '核對證件');
      await decide(element);
      expect(failure(element)).to.contain('internal');
      refuseWrites(element);
      await decide(element);
      expect(writesTo(kit)).to.have.length(1);
      expect(get<HTMLInputElement>(element, 'textbox', '理由').value).to.equal('核對證件');
    });
  });

  it('moves focus to its heading when nothing is left to decide', async () => {
    let disputes: object[] = [DISPUTE];
    const kit = client(({ method, path }) => {
      if (method === 'POST') disputes = [];
      return method === 'POST' ? { ...DISPUTE, state: 'refused' } : path === '/transfers' ? pageOf(disputes) : undefined;
    });
    const element = await fixture('unit-overview', kit);
    await click(element, 'radio', '不成立');
    await type(element, 'textbox', '理由', '核對證件');
    await click(element, 'button', '儲存決定');
    expect(focused(element)?.textContent).to.equal('帳號管理');
  });

  it('points a head to units without a head, idle heads and old applications, and starts a hand-over for a unit below', async () => {
    const kit = kitOf({ attention: ATTENTION });
    const element = await fixture('unit-overview', kit);
    expect(text(element)).to.contain('1 個下層單位沒有總負責人').and.to.contain('甲縣立第六國民小學 許文彬：207 天');
    expect(text(element)).to.contain('1 件帳號申請久未處理');
    await click(element, 'button', '移交總負責人… 甲縣立第五國民小學');
    expect(focused(element)?.textContent).to.contain('移交總負責人');
    await click(element, 'button', '取消');
    expect(has(element, 'combobox', '接任者')).to.equal(false);
    expect(focused(element)?.textContent).to.equal('帳號管理');
  });

  it('shows decisions of heads to heads only', async () => {
    const kit = kitOf({ who: me('operator') });
    const element = await fixture('unit-overview', kit);
    expect(kit.sent.map(({ path }) => path)).to.deep.equal(['/me', '/handovers']);
    expect(has(element, 'button', '移交總負責人…')).to.equal(false);
  });

  it('shows nothing of the former caller after another person signs in', async () => {
    let who = me();
    const { element, provider } = await inProvider(
      'unit-overview',
      client(({ path }) => (path === '/me' ? who : path === '/handovers' ? { items: [HANDOVER] } : undefined)),
    );
    who = me('operator', { account: { ...who.account!, id: 'a7', name: '林怡君' } });
    provider.reload();
    await settled(element);
    expect(text(element)).to.contain('林怡君').and.not.to.contain('王建民（總負責人）');
  });

  it('follows the language of the page', async () => {
    const element = await overview({ handovers: [HANDOVER] });
    await speak(element, 'en');
    expect(text(element)).to.contain('Waiting for your decision').and.to.contain('3 applications to decide on');
    expect(has(element, 'button', 'Approve')).to.equal(true);
  });
});
