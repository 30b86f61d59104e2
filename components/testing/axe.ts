/** axe-core is no module: loaded for its effect, it stands on the window. */
import 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds in the page, one line each. */
export async function violationsIn(root: Element): Promise<string[]> {
  const { axe } = window as unknown as { axe: { run: (root: Element, options: RunOptions) => Promise<AxeResults> } };
  const { violations } = await axe.run(root, { runOnly: RULES });
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, any }) => `${target.join(' ')} ${any.map(({ message }) => message).join('; ')}`).join(' | ')}`,
  );
}
