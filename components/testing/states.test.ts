import { expect } from '@esm-bundle/chai';
import { emulateMedia, setViewport } from '@web/test-runner-commands';
import { TAGS } from '../elements.js';
import '../index.js';
import { violationsIn } from './axe.js';
import { strayMarksIn } from './full-width.js';
import { clearPage, fixture } from './harness.js';
import { STATES } from './states.js';

const WIDTHS = [1180, 320];
const SCHEMES = ['light', 'dark'] as const;

/** The provider draws nothing. */
const elements = Object.keys(TAGS).filter((tag) => tag !== 'inservice-provider');

describe(`every state of every element: ${STATES.length} states`, () => {
  before(async () => {
    await Promise.all([
      import('../account-manager/account-panel.js'),
      import('../teacher-roster/teacher-panel.js'),
      import('../teacher-roster/transfer-box.js'),
      import('../teacher-roster/bulk-box.js'),
      import('../teacher-roster/full-export.js'),
      import('../teacher-register/answers.js'),
      import('../teacher-register/import-view.js'),
      import('../unit-overview/decisions.js'),
    ]);
    document.documentElement.style.colorScheme = 'light dark';
    document.title = 'states';
  });
  afterEach(clearPage);

  it('is in the list for every element', () => {
    expect([...new Set(STATES.map(({ element }) => element))].sort()).to.deep.equal([...elements].sort());
  });

  for (const state of STATES) {
    it(`${state.element}: ${state.name} is accessible, wide and narrow, light and dark, and scrolls nowhere sideways`, async () => {
      await setViewport({ width: WIDTHS[0]!, height: 900 });
      document.documentElement.lang = 'zh-Hant-TW';
      const element = await fixture<HTMLElement>(state.element, state.client(), state.attributes ?? {});
      await state.act?.(element);
      for (const width of WIDTHS) {
        await setViewport({ width, height: 900 });
        const scrolling = document.documentElement;
        expect(scrolling.scrollWidth, `sideways at ${width} px`).to.be.at.most(width);
        for (const colorScheme of SCHEMES) {
          await emulateMedia({ colorScheme });
          const found = await violationsIn(document.body);
          expect(found, `${width} px, ${colorScheme}`).to.deep.equal([]);
        }
      }
      expect(await strayMarksIn(element), 'Chinese punctuation in English').to.deep.equal([]);
    });
  }
});
