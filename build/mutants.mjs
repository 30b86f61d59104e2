// `npm run mutants -- domain`, `npm run mutants -- services --sample 200 --seed 7`: changes the code of an area in small ways
// (StrykerJS) and prints which changes no test noticed. Works in a copy in the system's folder for temporary files.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { areas } from './mutants/areas.mjs';
import { NOT_DRAWN } from './mutants/sample.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, only: { type: 'string', multiple: true } },
});
const area = areas[positionals[0]];
if (!area || positionals.length !== 1) {
  console.error(`usage: npm run mutants -- ${Object.keys(areas).join('|')} [--sample 200 --seed 7] [--only server/domain/names.ts]`);
  process.exit(2);
}

const scratch = await mkdtemp(join(tmpdir(), 'inservice-mutants-'));
// The vitest configuration is read in a process of Stryker's.
process.env.INSERVICE_MUTANTS_TESTS = JSON.stringify(area.tests);
// The first run, without a mutant, loads the demo; all later ones copy it. Otherwise each test file would load it again.
process.env.INSERVICE_TEST_TEMPLATES = join(scratch, 'templates');
await mkdir(process.env.INSERVICE_TEST_TEMPLATES);

const mutants = await new Stryker({
  mutate: [...(values.only ?? area.mutate.slice(0, 1)), ...area.mutate.slice(1)],
  testRunner: 'vitest-files',
  vitest: { configFile: 'build/mutants/vitest.config.mjs', related: false },
  coverageAnalysis: 'perTest',
  plugins: ['@stryker-mutator/vitest-runner', join(root, 'build/mutants/runner.mjs'), join(root, 'build/mutants/sample.mjs')],
  ...(values.sample ? { checkers: ['sample'], sample: { size: Number(values.sample), seed: values.seed } } : {}),
  concurrency: 1,
  // Endless loops are found by counting, because a busy machine may exceed any time limit.
  timeoutMS: 60_000,
  timeoutFactor: 4,
  // The tests run the sources directly: vitest strips the types without checking them.
  disableTypeChecks: false,
  ignorePatterns: ['/components/**/*.test.ts', '/docs', '/examples', '/.changeset'],
  tempDirName: scratch,
  cleanTempDir: 'always',
  reporters: ['progress-append-only'],
  warnings: { unknownOptions: false, slow: false },
  allowConsoleColors: false,
})
  .runMutationTest()
  .finally(() => rm(scratch, { recursive: true, force: true }));

const NOTICED = new Set(['Killed', 'Timeout']);
const MISSED = new Set(['Survived', 'NoCoverage']);
const noticed = mutants.filter(({ status }) => NOTICED.has(status));
const missed = mutants.filter(({ status }) => MISSED.has(status));
const broken = mutants.filter(({ status, statusReason }) => !NOTICED.has(status) && !MISSED.has(status) && statusReason !== NOT_DRAWN);
const tested = noticed.length + missed.length;

const oneLine = (text) => text.replace(/\s+/g, ' ').slice(0, 120);
const place = ({ fileName, location: { start } }) => [relative(root, fileName), start.line, start.column].join(':');
for (const mutant of missed) {
  console.log(
    `${place(mutant)}  ${mutant.mutatorName} → ${oneLine(mutant.replacement)}${mutant.status === 'NoCoverage' ? '  (no test runs it)' : ''}`,
  );
}
for (const mutant of broken) console.log(`${place(mutant)}  ${mutant.status}: ${oneLine(mutant.statusReason ?? '')}`);
const sampled = values.sample ? `, a sample with seed ${values.seed}` : '';
console.log(
  `${positionals[0]}: ${((100 * noticed.length) / tested).toFixed(1)} % noticed: ${noticed.length} of ${tested} mutants${sampled}`,
);
