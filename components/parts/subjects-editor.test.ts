import { expect } from '@esm-bundle/chai';
import { sendKeys } from '@web/test-runner-commands';
import { html, LitElement, type TemplateResult } from 'lit';
import { DEFAULT_CODES } from '../../server/domain/codes.js';
import type { Client } from '../api/client.js';
import { Screen, type ScreenHost } from '../controllers/screen.js';
import { all, choose, clearPage, click, fixture, focused, get, has, said, settled, text } from '../testing/harness.js';
import { client } from '../testing/server.js';
import { SubjectsEditor } from './subjects-editor.js';

class TestEditor extends LitElement implements ScreenHost {
  client: Client | undefined;
  screen = new Screen(this);
  changes: string[][] = [];
  fault: string | undefined;
  editor = new SubjectsEditor(this, this.screen, DEFAULT_CODES, (subjects) => this.changes.push(subjects));

  async reload(): Promise<void> {}

  override render(): TemplateResult {
    return html`${this.screen.render()}${this.editor.render(this.fault)}`;
  }
}
customElements.define('test-editor', TestEditor);

const SUBJECTS = ['mandarin', 'science', 'arts', 'english', 'mathematics', 'life'].map((subject) => `elementary.${subject}`);

/** An editor with the first `count` subjects of SUBJECTS. */
const editing = async (count: number): Promise<TestEditor> => {
  const element = await fixture<TestEditor>('test-editor', client());
  element.editor.set(SUBJECTS.slice(0, count), 'elementary');
  element.requestUpdate();
  await settled(element);
  return element;
};
const order = (element: TestEditor): string[] => element.editor.subjects.map((code) => code.replace('elementary.', ''));
const focusedName = (element: TestEditor): string => focused(element)?.getAttribute('aria-label') ?? focused(element)?.id ?? '';
const add = (element: TestEditor): Promise<void> => click(element, 'button', /^加入$/);
const press = async (element: TestEditor, name: string, key: string): Promise<void> => {
  get(element, 'button', name).focus();
  await sendKeys({ press: key });
  await settled(element);
};

describe('SubjectsEditor', () => {
  afterEach(clearPage);

  it('adds the picked subject at the end, reports the list and announces the position', async () => {
    const element = await editing(2);
    await choose(element, '選擇科目', 'elementary.arts');
    await add(element);
    expect(element.changes).to.deep.equal([SUBJECTS.slice(0, 3)]);
    expect(said(element)).to.contain('第 3 個，共 3 個');
  });

  it('adds nothing before a subject is picked', async () => {
    const element = await editing(1);
    await add(element);
    expect(element.changes).to.deep.equal([]);
  });

  it('offers the subjects of the chosen stage only, and forgets the pick when the stage changes', async () => {
    const element = await editing(0);
    await choose(element, '選擇科目', 'elementary.arts');
    const stage = DEFAULT_CODES.stages.find(({ code }) => code !== 'elementary')!.code;
    await choose(element, element.screen.t.entry.category, stage);
    const offered = [...get<HTMLSelectElement>(element, 'combobox', '選擇科目').options].map(({ value }) => value).filter(Boolean);
    expect(offered).to.deep.equal(DEFAULT_CODES.subjects.filter((item) => item.stage === stage && item.active).map(({ code }) => code));
    await add(element);
    expect(element.changes).to.deep.equal([]);
  });

  it('marks the subject that is in the list already, and adds no second', async () => {
    const element = await editing(2);
    await choose(element, '選擇科目', SUBJECTS[1]!);
    await add(element);
    expect(said(element)).to.equal('已在清單第 2 個');
    expect(all(element, 'li').map((row) => row.classList.contains('marked'))).to.deep.equal([false, true]);
    expect(element.changes).to.deep.equal([]);
  });

  it('refuses a seventh subject and says so beside the button', async () => {
    const element = await editing(6);
    expect(get(element, 'button', /^加入$/).getAttribute('aria-disabled')).to.equal('true');
    const seventh = DEFAULT_CODES.subjects.find(({ code, stage, active }) => stage === 'elementary' && active && !SUBJECTS.includes(code))!;
    await choose(element, '選擇科目', seventh.code);
    await add(element);
    expect(order(element)).to.have.length(6);
    expect(text(element)).to.contain(element.screen.t.entry.atMost(6));
    expect(said(element)).to.equal(element.screen.t.entry.atMost(6));
  });

  it('keeps focus on the subject that is moved down, so that the same key moves it on', async () => {
    const element = await editing(3);
    await press(element, '下移：國小 國語文', 'Enter');
    expect(focusedName(element)).to.equal('下移：國小 國語文');
    await sendKeys({ press: 'Enter' });
    await settled(element);
    expect(order(element)).to.deep.equal(['science', 'arts', 'mandarin']);
    expect(focusedName(element)).to.equal('下移：國小 國語文');
    expect(said(element)).to.equal('國小 國語文 3');
  });

  it('keeps focus on the subject that is moved up', async () => {
    const element = await editing(3);
    await press(element, '上移：國小 自然科學', 'Enter');
    expect(order(element)).to.deep.equal(['science', 'mandarin', 'arts']);
    expect(focusedName(element)).to.equal('上移：國小 自然科學');
  });

  it('does not move the first subject up or the last one down', async () => {
    const element = await editing(2);
    await click(element, 'button', '上移：國小 國語文');
    await click(element, 'button', '下移：國小 自然科學');
    expect(element.changes).to.deep.equal([]);
  });

  it('focuses the next subject after a removal, and the previous one after the last was removed', async () => {
    const element = await editing(3);
    await click(element, 'button', '移除：國小 自然科學');
    expect([focusedName(element), said(element)]).to.deep.equal(['移除：國小 藝術（音樂、視覺、表演）', '已移除國小 自然科學']);
    await click(element, 'button', '移除：國小 藝術（音樂、視覺、表演）');
    expect(focusedName(element)).to.equal('移除：國小 國語文');
  });

  it('focuses the picker after the only subject was removed', async () => {
    const element = await editing(1);
    await click(element, 'button', '移除：國小 國語文');
    expect(focusedName(element)).to.equal('subject-pick');
    expect(element.changes).to.deep.equal([[]]);
  });

  it('empties the list, and then offers neither a reset nor a row', async () => {
    const element = await editing(2);
    const { reset } = element.screen.t.entry;
    await click(element, 'button', reset);
    expect([order(element), has(element, 'button', reset), all(element, 'li')]).to.deep.equal([[], false, []]);
    expect(focusedName(element)).to.equal('subject-stage');
  });

  it('ties a fault to the group', async () => {
    const element = await editing(1);
    element.fault = '不在代碼表中';
    element.requestUpdate();
    await settled(element);
    const id = element.shadowRoot!.querySelector('fieldset')!.getAttribute('aria-describedby')!;
    expect(element.shadowRoot!.getElementById(id)?.textContent).to.equal('不在代碼表中');
  });
});
