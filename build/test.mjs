// Builds and runs the tests, and ends with one line that sums guards and runners. docs/decisions/0021-what-runs-when.md
//   npm test            server and whole installations, and beside them elements and guards
//   npm run test:long   what takes long: every HTTP suite on two PostgreSQL instances, injected faults, the fuzzer
//   npm run test:all    both
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserOptions } from './browser.mjs';
import { failedTests } from './failed-tests.mjs';
import { guardsOf } from './guards.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
let passed = 0;
/** The names of what failed, for the end of the output. */
const failures = [];

const modes = process.argv.slice(2);
const long = modes.includes('--long') || modes.includes('--all');
const quick = !modes.includes('--long');
const QUICK_PROJECTS = ['kit', 'whole installations'];
const LONG_PROJECTS = ['two instances on PostgreSQL', 'faults and fuzzing'];

const env = { ...process.env, FORCE_COLOR: '0', CI: '1' };

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

console.log('— build');
const built = await run(process.execPath, [join(root, 'build/build.mjs')]);
if (built.code !== 0) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const scratch = await mkdtemp(join(tmpdir(), 'inservice-tests-'));

const tool = (name, ...args) => run(join(root, 'node_modules/.bin', name), args, { quiet: true });

async function guards() {
  for (const [what, check] of guardsOf(root, scratch, tool)) {
    const { fine, output } = await check().catch((error) => ({ fine: false, output: String(error) }));
    console.log(`${fine ? '✔' : '✘'} ${what}`);
    if (!fine) console.log(output);
    if (fine) passed++;
    else failures.push(what);
  }
}

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
  const { numPassedTests = 0, testResults = [] } = JSON.parse(await readFile(results, 'utf8').catch(() => '{}'));
  passed += numPassedTests;
  const failed = failedTests(testResults);
  // An unhandled error belongs to no test.
  failures.push(...(failed.length === 0 && code !== 0 ? [projects.join(', ')] : failed));
}

async function elements() {
  const { code, output } = await tool('wtr');
  console.log(`— elements (web-test-runner)\n${output.trim()}`);
  passed += Number(/elements: (\d+) passed/.exec(output)?.[1] ?? 0);
  const failed = [...output.matchAll(/^✘ (.*)$/gm)].map(([, name]) => name);
  failures.push(...(failed.length === 0 && code !== 0 ? ['elements'] : failed));
}

// Unpacked here, so that several tests do not unpack it at the same time.
await browserOptions();
// The server's tests often wait for processes, disks and clocks, so elements and guards run beside them.
if (quick) await Promise.all([vitest(QUICK_PROJECTS), elements().then(guards)]);
if (long) await vitest(LONG_PROJECTS);

await rm(scratch, { recursive: true, force: true });
for (const name of failures) console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
