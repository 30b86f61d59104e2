/** The states of one element under axe, as a test of that element's folder. */
import { expect } from '@esm-bundle/chai';
import { emulateMedia, setViewport } from '@web/test-runner-commands';
import '../index.js';
import { violationsIn, violationsOfColoursIn } from './axe.js';
import { hiddenChoices } from './chosen.js';
import { strayMarksIn } from './full-width.js';
import { all, clearPage, fixture, settled } from './harness.js';
import { STATES } from './states.js';

const WIDTHS = [1180, 320];

/**
 * Checks every state of `tag`: accessible at both widths and in both colour schemes, nothing to scroll sideways, what is
 * chosen visible in forced colours, and headings that follow `heading-level`.
 */
export function checkStates(tag: string): void {
  const states = STATES.filter(({ element }) => element === tag);

  describe(`${tag}: ${states.length} states`, () => {
    before(() => {
      document.documentElement.style.colorScheme = 'light dark';
      document.title = 'states';
    });
    afterEach(async () => {
      clearPage();
      await emulateMedia({ forcedColors: 'none' });
    });

    for (const state of states) {
      it(`${state.name} is accessible, wide and narrow, light and dark, shows what is chosen in forced colours, and follows heading-level, and scrolls nowhere sideways`, async () => {
        await setViewport({ width: WIDTHS[0]!, height: 900 });
        document.documentElement.lang = 'zh-Hant-TW';
        const element = await fixture<HTMLElement>(state.element, state.client(), state.attributes ?? {});
        await state.act?.(element);
        for (const width of WIDTHS) {
          await setViewport({ width, height: 900 });
          expect(document.documentElement.scrollWidth, `sideways at ${width} px`).to.be.at.most(width);
          await emulateMedia({ colorScheme: 'light' });
          expect(await violationsIn(document.body), `${width} px, light`).to.deep.equal([]);
          await emulateMedia({ colorScheme: 'dark' });
          expect(await violationsOfColoursIn(document.body), `${width} px, dark`).to.deep.equal([]);
        }
        for (const colorScheme of ['dark', 'light'] as const) {
          await emulateMedia({ colorScheme, forcedColors: 'active' });
          expect(hiddenChoices(element), `forced colours, ${colorScheme}`).to.deep.equal([]);
        }
        await emulateMedia({ forcedColors: 'none' });
        (element as HTMLElement & { headingLevel: number }).headingLevel = 4;
        await settled(element);
        const levels = all(element, 'heading').map((heading) => Number(heading.getAttribute('aria-level')));
        expect([levels[0], levels.slice(1).every((level) => level > 4 && level <= 6)], `headings ${levels.join()}`).to.deep.equal([
          4,
          true,
        ]);
        expect(await strayMarksIn(element), 'Chinese punctuation in English').to.deep.equal([]);
      });
    }
  });
}
