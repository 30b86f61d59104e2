/** axe-core is not a module: it adds itself to the window. */
import 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** The rules of the tags above that compare colours; the others find the same in every colour scheme. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** The violations that axe finds in the page, one per line. */
export const violationsIn = (root: Element): Promise<string[]> => violations(root, TAGS);

/** The colour violations that axe finds. */
export const violationsOfColoursIn = (root: Element): Promise<string[]> => violations(root, COLOUR_RULES);

async function violations(root: Element, runOnly: string[]): Promise<string[]> {
  const { axe } = window as unknown as { axe: { run: (root: Element, options: RunOptions) => Promise<AxeResults> } };
  const { violations: found } = await axe.run(root, { runOnly, resultTypes: ['violations'] });
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, any }) => `${target.join(' ')} ${any.map(({ message }) => message).join('; ')}`).join(' | ')}`,
  );
}
