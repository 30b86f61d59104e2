// StrykerJS's test runner for vitest, with two changes. A mutant with which a test file cannot be loaded counts as killed. And the
// files with a test that runs the mutant are run whole: tests over HTTP share an installation, so one of them may fail or pass
// only because the ones before it were left out.
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import { MutantRunStatus } from '@stryker-mutator/api/test-runner';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';

const [{ factory }] = vitestPlugins;

function createRunner(injector) {
  const runner = factory(injector);
  const runMutant = runner.mutantRun.bind(runner);
  const runTests = runner.run.bind(runner);
  const brokenFile = () => runner.ctx.state.getFiles().find(({ result }) => result?.state === 'fail');

  runner.run = ({ testIds = [], ...options } = {}) =>
    runTests(testIds.length === 0 ? options : { ...options, testFiles: [...new Set(testIds.map((id) => id.split('#')[0]))] });

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
