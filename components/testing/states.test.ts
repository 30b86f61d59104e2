import { expect } from '@esm-bundle/chai';
import { TAGS } from '../elements.js';
import { STATES } from './states.js';

/** The provider renders nothing. */
const elements = Object.keys(TAGS).filter((tag) => tag !== 'inservice-provider');

describe('the states of the elements', () => {
  it('exist for every element, and for nothing else', () => {
    expect([...new Set(STATES.map(({ element }) => element))].sort()).to.deep.equal([...elements].sort());
  });

  for (const element of elements) {
    it(`are checked by a test in the folder of ${element}`, async () => {
      const test = await fetch(`/components/${element}/states.test.ts`);
      expect(test.status).to.equal(200);
      expect(await test.text()).to.match(new RegExp(`checkStates\\(["']${element}["']\\)`));
    });
  }
});
