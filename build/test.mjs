// Builds and runs the tests, and ends with one line that sums guards and runners.
//   npm test            guards, server, whole installations, elements
//   npm run test:long   what takes long: every HTTP suite on two PostgreSQL instances, injected faults, the fuzzer
//   npm run test:all    both
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authorityDocument } from './authority.mjs';
import { firstLoad } from './first-load.mjs';
import { supplyFaults } from './supply.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'inservice-tests-'));
let passed = 0;
let failed = 0;

const modes = process.argv.slice(2);
const long = modes.includes('--long') || modes.includes('--all');
const quick = !modes.includes('--long');
const QUICK_PROJECTS = ['kit', 'whole installations'];
const LONG_PROJECTS = ['two instances on PostgreSQL', 'faults and fuzzing'];

// A guard that packs must not build: `prepare` would take dist/ away from under the guard beside it.
const env = { ...process.env, FORCE_COLOR: '0', CI: '1', npm_config_ignore_scripts: 'true' };

function run(command, args, { quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        output += bytes;
        if (!quiet) process.stdout.write(bytes);
      });
    }
    child.on('close', (code) => resolve({ code, output }));
  });
}

const tool = (name, ...args) => run(join(root, 'node_modules/.bin', name), args, { quiet: true });

const guards = [];

/** A guard is one check: it passes or it shows what it found. */
function guard(what, check) {
  guards.push(async () => {
    const { fine, output } = await check();
    console.log(`${fine ? '✔' : '✘'} ${what}`);
    if (fine) passed++;
    else {
      failed++;
      console.log(output);
    }
  });
}

/** Each guard keeps one core busy, so two run at a time. */
async function runGuards() {
  const lane = async () => {
    for (let next = guards.shift(); next; next = guards.shift()) await next();
  };
  await Promise.all([lane(), lane()]);
}

const exits =
  (name, ...args) =>
  async () => {
    const { code, output } = await tool(name, ...args);
    return { fine: code === 0, output };
  };

console.log('— build');
const built = await run(process.execPath, [join(root, 'build/build.mjs')]);
if (built.code !== 0) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

guard('the types of the tests', exits('tsc', '-p', 'tsconfig.tests.json'));
guard('ESLint', exits('eslint', '.'));
// Its types know neither container queries nor Lit's `nothing` in an attribute.
guard(
  'lit-analyzer',
  exits(
    'lit-analyzer',
    'components/**/*.ts',
    '--strict',
    '--quiet',
    '--rules.no-missing-import',
    'off',
    '--rules.no-invalid-css',
    'off',
    '--rules.no-incompatible-type-binding',
    'off',
  ),
);
guard('Prettier', exits('prettier', '--check', '.'));
guard('who may import what', exits('depcruise', 'components', 'server', '--config', '.dependency-cruiser.cjs'));
guard('nothing unused (knip)', exits('knip'));
guard('the package’s entries (publint)', exits('publint', '--strict'));
guard('the package’s types (are the types wrong)', exits('attw', '--pack', '.', '--profile', 'esm-only'));
for (const [engine, config] of [
  ['SQLite', 'drizzle.config.ts'],
  ['PostgreSQL', 'drizzle.postgres.config.ts'],
]) {
  guard(`the migrations for ${engine} are those of the tables`, async () => {
    const { code, output } = await tool('drizzle-kit', 'generate', '--config', config);
    return { fine: code === 0 && output.includes('No schema changes'), output };
  });
}
guard('docs/authority.md is made from the matrix', async () => {
  const due = await authorityDocument(root);
  const fine = (await readFile(join(root, 'docs/authority.md'), 'utf8').catch(() => '')) === due;
  return { fine, output: 'run node build/authority.mjs' };
});
guard('what an installation runs: versions, licences, install scripts, checksums', async () => {
  const faults = supplyFaults(root);
  return { fine: faults.length === 0, output: faults.join('\n') };
});
guard('the first load', async () => {
  const { bytes, limit, foreign, report } = await firstLoad(root);
  console.log(report);
  return {
    fine: bytes <= limit && foreign.length === 0,
    output: `${bytes} bytes of ${limit}; server code in it: ${foreign.join(', ') || 'none'}`,
  };
});

async function vitest(projects) {
  console.log(`— ${projects.join(', ')} (vitest)`);
  const results = join(scratch, `vitest-${projects[0]}.json`.replaceAll(' ', '-'));
  const chosen = projects.flatMap((project) => ['--project', project]);
  const { code } = await run(join(root, 'node_modules/.bin/vitest'), [
    'run',
    ...chosen,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${results}`,
  ]);
  const sum = JSON.parse(await readFile(results, 'utf8').catch(() => '{"numFailedTests":1}'));
  passed += sum.numPassedTests ?? 0;
  // A file that cannot be loaded has no tests that fail, and an unhandled error belongs to no test.
  failed += sum.numFailedTests || sum.numFailedTestSuites || Number(code !== 0);
}

async function elements() {
  console.log('— elements (web-test-runner)');
  const { code, output } = await run(join(root, 'node_modules/.bin/wtr'), []);
  const [, elementsPassed = '0', elementsFailed = '1'] = /elements: (\d+) passed, (\d+) failed/.exec(output) ?? [];
  passed += Number(elementsPassed);
  failed += Number(elementsFailed) || Number(code !== 0);
}

if (quick) {
  console.log('— guards');
  await runGuards();
  await vitest(QUICK_PROJECTS);
  await elements();
}
if (long) await vitest(LONG_PROJECTS);

await rm(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
