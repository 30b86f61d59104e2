import { expect } from '@esm-bundle/chai';
import '../index.js';
import { choose, clearPage, click, fixture, focused, get, has, said, settled, text, type } from '../testing/harness.js';
import { staged } from '../testing/office.js';
import { client, pageOf, problem, teacher, TRANSFER } from '../testing/server.js';
import type { TeacherRegister } from './teacher-register.js';

async function fill(element: HTMLElement, { nationalId = 'A123456789', sex = '男', year = '74' } = {}): Promise<void> {
  await type(element, 'textbox', '身分證字號', nationalId);
  await type(element, 'textbox', '姓名', '王小明');
  await click(element, 'radio', sex);
  for (const [box, value] of [
    ['年', year],
    ['月', '5'],
    ['日', '6'],
  ])
    await type(element, 'textbox', `出生年月日 ${box!}`, value!);
  await choose(element, '職稱', 'teacher');
}
const fresh = () =>
  client(({ path, method }) =>
    path === '/teachers/check'
      ? { outcome: 'new', differs: [] }
      : path === '/teachers' && method === 'POST'
        ? teacher({ name: '王小明', status: 'pending', username: null })
        : undefined,
  );

describe('<teacher-register>', () => {
  afterEach(clearPage);

  it('shows the Taipei day on which the same list was imported before', async () => {
    const repeats = { id: 'i0', at: '2026-11-20T16:30:00Z', by: '林怡君' };
    const element = await fixture<TeacherRegister>(
      'teacher-register',
      client(({ path, method }) => (path !== '/teachers/imports' ? undefined : method === 'POST' ? staged({ repeats }) : { items: [] })),
    );
    await element.importFile(new File(['x'], 'x.csv'));
    await settled(element);
    expect(text(element)).to.contain('這份名單已於 115/11/21 由 林怡君 匯入過。');
  });

  it('checks the number during input, and never shows the right check digit', async () => {
    const element = await fixture('teacher-register', client());
    for (const [typed, words] of [
      ['A12345678', '少 1 碼（現在 9 碼）'],
      ['1123456789', '第 1 碼應為英文字母'],
      ['A323456789', '第 2 碼應為 1、2、8、9'],
      ['A123456788', '檢查碼不符'],
      ['123456789012', '請改填卡片上的「統一證號」'],
      ['ａ１２３４５６７８９', '國民身分證・男・檢查碼正確'],
      ['A800000014', '統一證號・男・檢查碼正確'],
      ['AB23456789', '舊式統一證號・女・檢查碼正確'],
    ]) {
      await type(element, 'textbox', '身分證字號', typed!);
      expect(text(element), typed).to.contain(words);
    }
    expect(text(element)).not.to.contain('檢查碼應為');
  });

  it('accepts either calendar in the year field, shows both and the age, and splits a pasted date', async () => {
    const element = await fixture('teacher-register', client());
    await fill(element, { year: '1985' });
    expect(text(element)).to.contain('民國74年5月6日＝西元1985年');
    const box = get<HTMLInputElement>(element, 'textbox', '出生年月日 月');
    const data = new DataTransfer();
    data.setData('text', '民國75年12月31日');
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    await settled(element);
    expect(['年', '月', '日'].map((name) => get<HTMLInputElement>(element, 'textbox', `出生年月日 ${name}`).value)).to.deep.equal([
      '75',
      '12',
      '31',
    ]);
    await type(element, 'textbox', '出生年月日 日', '32');
    expect(text(element)).to.contain('沒有這一天');
  });

  it('sends the body of the contract, shows the manual’s receipt and is ready for the next person', async () => {
    const kit = fresh();
    const element = await fixture<TeacherRegister>('teacher-register', kit);
    await fill(element, { nationalId: 'ａ１２３-456 789' });
    await click(element, 'button', '登錄並繼續下一位');
    expect(kit.sent.find(({ path, method }) => path === '/teachers' && method === 'POST')!.body).to.deep.equal({
      nationalId: 'A123456789',
      name: '王小明',
      sex: 'male',
      birthDate: '1985-05-06',
      title: 'teacher',
    });
    expect(text(element)).to.contain('您已更新資料成功').and.to.contain('A12****789').and.to.contain('本次已登錄 1 人');
    expect(said(element)).to.equal('已登錄王小明');
    expect(focused(element)?.id).to.equal('nationalId');
    expect(get<HTMLInputElement>(element, 'textbox', '姓名').value).to.equal('');
  });

  it('withdraws a proposed transfer of the own school', async () => {
    const own = { ...TRANSFER, direction: 'in', toUnit: null, teacherId: null };
    let asked: object[] = [own];
    const kit = client(({ path, method }) => {
      if (method === 'DELETE') {
        asked = [{ ...own, state: 'refused', reason: '申請學校已撤回' }];
        return asked[0];
      }
      return path === '/transfers' ? pageOf(asked) : undefined;
    });
    const element = await fixture('teacher-register', kit);
    await click(element, 'button', '撤回轉校申請：李小華');
    const sent = kit.sent.find(({ method }) => method === 'DELETE')!;
    expect([sent.path, sent.headers.get('If-Match')]).to.deep.equal(['/transfers/x1', '"1"']);
    expect(said(element)).to.equal('已撤回李小華的轉校申請');
    expect(text(element)).to.contain('申請學校已撤回');
    expect(has(element, 'button', '撤回轉校申請：李小華')).to.equal(false);
  });

  it('shows missing values at each field, and moves focus to the summary', async () => {
    const kit = client();
    const element = await fixture('teacher-register', kit);
    await click(element, 'button', /^登錄資料$/);
    expect(element.shadowRoot!.querySelectorAll('.fault')).to.have.length(5);
    expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
    expect(kit.sent.some(({ method }) => method === 'POST')).to.equal(false);
  });

  it('uses the manual’s text for a mismatch of sex, with two ways to continue', async () => {
    const element = await fixture(
      'teacher-register',
      client(({ path }) =>
        path === '/teachers/check'
          ? problem('sex-mismatch', 422, {
              title: '✘ 未儲存，性別與身分證字號不符合',
              errors: [
                { path: 'sex', code: 'sex-mismatch', message: '與字號不符合' },
                { path: 'nationalId', code: 'sex-mismatch', message: '與字號不符合' },
              ],
            })
          : undefined,
      ),
    );
    await fill(element, { sex: '女' });
    await click(element, 'button', /^登錄資料$/);
    expect(text(element)).to.contain('✘ 未儲存，性別與身分證字號不符合').and.to.contain('字號第 2 碼是 1（男），性別選了「女」。');
    expect(get(element, 'textbox', '身分證字號').getAttribute('aria-invalid')).to.equal('true');
    await click(element, 'button', '改性別為男');
    expect(get<HTMLInputElement>(element, 'radio', /^男/).checked).to.equal(true);
    expect(get<HTMLInputElement>(element, 'textbox', '姓名').value).to.equal('王小明');
  });

  it('asks the clerk before it changes a registered person', async () => {
    const kit = client(({ path, method }) =>
      path === '/teachers/check'
        ? { outcome: 'updated', id: 't1', differs: ['birthDate', 'title'] }
        : path === '/teachers' && method === 'POST'
          ? teacher({ name: '王小明' })
          : undefined,
    );
    const element = await fixture('teacher-register', kit);
    await fill(element);
    await click(element, 'button', /^登錄資料$/);
    expect(text(element)).to.contain('這位老師已在名冊，將更新：出生年月日、職稱');
    expect(kit.sent.some(({ path, method }) => path === '/teachers' && method === 'POST')).to.equal(false);
    await click(element, 'button', /^更新$/);
    expect(said(element)).to.equal('已更新王小明的資料');
  });

  it('fills in the sex only if the page asks for it', async () => {
    const off = await fixture('teacher-register', client());
    await type(off, 'textbox', '身分證字號', 'A123456789');
    expect(get<HTMLInputElement>(off, 'radio', /^男/).checked).to.equal(false);
    clearPage();
    const suggest = await fixture('teacher-register', client(), { 'derive-sex': 'suggest' });
    await type(suggest, 'textbox', '身分證字號', 'A123456789');
    expect(get<HTMLInputElement>(suggest, 'radio', /^男/).checked).to.equal(true);
  });

  it('keeps the input without a network', async () => {
    const element = await fixture(
      'teacher-register',
      client(({ path }) => {
        if (path === '/teachers/check') throw new TypeError('network');
        return undefined;
      }),
    );
    await fill(element);
    await click(element, 'button', /^登錄資料$/);
    expect(text(element)).to.contain('連不上伺服器');
    expect(get<HTMLInputElement>(element, 'textbox', '姓名').value).to.equal('王小明');
  });
});
