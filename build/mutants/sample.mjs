// A StrykerJS checker that lets a random sample of the mutants through. A checker hears of every mutant, so each has the same
// chance; ranges of lines would draw the mutants of an expression together.
import { createHash } from 'node:crypto';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { CheckStatus } from '@stryker-mutator/api/check';

export const NOT_DRAWN = 'not in the sample';

class Sample {
  static inject = tokens(commonTokens.options);
  #drawn = new Set();

  constructor({ sample }) {
    this.sample = sample;
  }

  async init() {}

  /** Stryker calls this once, with all mutants. The rank depends on the seed and the mutant, not on its neighbours. */
  async group(mutants) {
    const rank = ({ fileName, location: { start, end }, mutatorName, replacement }) =>
      createHash('sha256')
        .update(JSON.stringify([this.sample.seed, fileName.slice(process.cwd().length), start, end, mutatorName, replacement]))
        .digest('hex');
    const ranked = mutants.map((mutant) => [rank(mutant), mutant.id]).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, id] of ranked.slice(0, this.sample.size)) this.#drawn.add(id);
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const verdict = (id) =>
      this.#drawn.has(id) ? { status: CheckStatus.Passed } : { status: CheckStatus.CompileError, reason: NOT_DRAWN };
    return Object.fromEntries(mutants.map(({ id }) => [id, verdict(id)]));
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];
