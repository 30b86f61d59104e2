import { expect } from '@esm-bundle/chai';
import '../all.js';
import type { TeacherRoster } from '../teacher-roster/teacher-roster.js';
import { clearPage, fixture, get, settled, text } from '../testing/harness.js';
import { client } from '../testing/server.js';
import { enAll } from './en-all.js';
import { addLocale } from './add-locale.js';
import type { Messages } from './locale.js';

/** Every text with a mark; `qaa` to `qtz` are for private use (ISO 639-2). */
function marked<T>(texts: T): T {
  if (typeof texts === 'string') return `«${texts}»` as T;
  if (Array.isArray(texts)) return texts.map((each: unknown) => marked(each)) as T;
  if (typeof texts === 'function') return ((...given: unknown[]) => marked((texts as (...all: unknown[]) => unknown)(...given))) as T;
  return Object.fromEntries(Object.entries(texts as object).map(([name, each]) => [name, marked(each as unknown)])) as T;
}

const complete: Messages = marked(enAll as Messages);
const codes = {
  titles: [{ code: 'teacher', names: { 'zh-Hant': '教師', en: 'Teacher', qaa: '«Teacher»' }, active: true, category: 'teacher' }],
  stages: [],
  subjects: [],
};
const coded = () => client(({ path }) => (path === '/codes' ? codes : undefined));

async function roster(lang: string, of = coded()): Promise<TeacherRoster> {
  document.documentElement.lang = lang;
  return fixture<TeacherRoster>('teacher-roster', of);
}

describe('a locale that a page adds', () => {
  afterEach(clearPage);

  it('is used by elements with its lang, with its names of codes', async () => {
    addLocale('qaa', complete);
    const element = await roster('qaa-TW');
    expect(get(element, 'heading', '«Teacher accounts»')).to.be.an.instanceof(HTMLElement);
    await element.open('t1');
    await settled(element);
    expect(text(element)).to.contain('«Title»').and.to.contain('«Teacher»');
  });

  it('reaches an element that is on the page already', async () => {
    const element = await roster('qac');
    expect(get(element, 'heading', '本單位教師帳號管理')).to.be.an.instanceof(HTMLElement);
    addLocale('qac', async () => complete);
    await settled(element);
    expect(get(element, 'heading', '«Teacher accounts»')).to.be.an.instanceof(HTMLElement);
  });

  it('that is partial uses its fallback, also for texts that are loaded later', async () => {
    addLocale('qab', { common: { search: 'qab search' }, entry: { edit: 'qab edit' } }, { fallback: 'en' });
    const element = await roster('qab');
    expect(get(element, 'button', 'qab search')).to.be.an.instanceof(HTMLElement);
    expect(get(element, 'heading', 'Teacher accounts')).to.be.an.instanceof(HTMLElement);
    await element.open('t1');
    await settled(element);
    expect(get(element, 'button', 'qab edit')).to.be.an.instanceof(HTMLElement);
    expect(text(element)).to.contain('Correct identity…').and.to.contain('Title Teacher');
  });

  it('is requested from the server, with its fallback after it', async () => {
    addLocale('qad', {}, { fallback: 'en' });
    const asked = coded();
    await roster('qad', asked);
    expect(asked.sent.at(-1)!.headers.get('Accept-Language')).to.equal('qad, en;q=0.5');
  });

  it('is rejected with an unknown fallback', () => {
    expect(() => addLocale('qae', {}, { fallback: 'qaf' })).to.throw('no locale "qaf"');
  });

  it('does not compile if a table is incomplete and names no fallback', () => {
    const { common: _common, ...incomplete } = complete;
    // @ts-expect-error the texts of `common` are missing
    addLocale('qag', incomplete);
    // @ts-expect-error a text that does not exist
    addLocale('qah', { common: { nothing: '' } }, { fallback: 'en' });
  });
});

describe('the texts that a page overrides', () => {
  afterEach(clearPage);

  it('may be set after the element, for a part that is loaded later, and keep its other texts', async () => {
    const element = await roster('zh-Hant-TW');
    element.messages = { entry: { edit: 'qab edit' } };
    await element.open('t1');
    await settled(element);
    expect(get(element, 'button', 'qab edit')).to.be.an.instanceof(HTMLElement);
  });
});
