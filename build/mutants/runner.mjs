// StrykerJS's test runner for vitest does not see that a test file cannot be loaded; here such a mutant counts as killed.
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { MutantRunStatus } from '@stryker-mutator/api/test-runner';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';

const [{ factory }] = vitestPlugins;

function createRunner(injector) {
  const runner = factory(injector);
  const runMutant = runner.mutantRun.bind(runner);
  const brokenFile = () => runner.ctx.state.getFiles().find(({ result }) => result?.state === 'fail');

  runner.mutantRun = async (options) => {
    const result = await runMutant(options);
    const broken = result.status === MutantRunStatus.Survived ? brokenFile() : undefined;
    if (!broken) return result;
    return { status: MutantRunStatus.Killed, killedBy: [], failureMessage: `${broken.name} cannot be loaded`, nrOfTests: 1 };
  };

  const runAll = runner.dryRun.bind(runner);
  runner.dryRun = async (options) => {
    const result = await runAll(options);
    const broken = brokenFile();
    if (broken) throw new Error(`${broken.name} fails without any mutant`);
    return result;
  };
  return runner;
}
createRunner.inject = tokens(commonTokens.injector);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'vitest-files', createRunner)];
