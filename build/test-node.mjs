// `npm run test:node -- 22 24`: the server tests under other majors of Node, in a copy outside the checkout. Names of test
// files after them (`22 server/routes/headers.test.ts`) run these alone.
//
// Node comes from npm, from the registry that npm is configured for, and is kept in the user's cache folder. The copy has the
// installed packages as hard links, because npm would install the same files under any Node. The exception is better-sqlite3:
// from Node 22 on the copy has version 13, whose addon is built in and runs on every later Node (Node-API); docs/mounting.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failedTests } from './failed-tests.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'inservice-kit');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

const isMajor = (argument) => /^\d+$/.test(argument);
const majors = process.argv.slice(2).filter(isMajor);
const files = process.argv.slice(2).filter((argument) => !isMajor(argument));
if (majors.length === 0) {
  console.error('usage: npm run test:node -- 22 24 [test files]');
  process.exit(2);
}

/** The Node program of a major version, and the better-sqlite3 for it. */
function fetchNode(major) {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(cache, `node-${major}`);
  const installed = join(prefix, 'node_modules');
  const program = join(installed, name, 'bin/node');
  const sqlite = Number(major) < 22 ? [] : ['better-sqlite3'];
  const missing = [name, ...sqlite].filter((each) => !existsSync(join(installed, each, 'package.json')));
  if (missing.length > 0) {
    const newestAccepted = readJson(join(root, 'package.json')).peerDependencies['better-sqlite3'].split(' || ').at(-1);
    const wanted = missing.map((each) => `${each}@${each === name ? major : newestAccepted}`);
    mkdirSync(prefix, { recursive: true });
    const flags = ['--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...flags, ...wanted], { cwd: prefix, stdio: 'inherit' });
  }
  return {
    program,
    version: readJson(join(installed, name, 'package.json')).version,
    sqlite: sqlite.length > 0 ? join(installed, 'better-sqlite3') : join(root, 'node_modules/better-sqlite3'),
  };
}

/** Links the files of a folder; copies them if the target is on another file system. */
function linkFolder(from, to, skipped = []) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (skipped.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else if (entry.isSymbolicLink()) cpSync(source, target, { verbatimSymlinks: true });
    else {
      try {
        linkSync(source, target);
      } catch (error) {
        if (error.code !== 'EXDEV') throw error;
        copyFileSync(source, target);
      }
    }
  }
}

/** The checkout without its history, and its packages without the folders in which tools keep results. */
function copyCheckout(copy) {
  const leftOut = new Set(['.git', 'node_modules', 'data', 'coverage']);
  for (const name of readdirSync(root)) if (!leftOut.has(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
  linkFolder(join(root, 'node_modules'), join(copy, 'node_modules'), ['.cache', '.vite', '.vite-temp']);
}

/** Runs the server tests in the copy and returns the results. */
function runTests(copy, { program, sqlite }) {
  const addon = join(copy, 'node_modules/better-sqlite3');
  rmSync(addon, { recursive: true, force: true });
  linkFolder(sqlite, addon);
  const results = join(copy, 'results.json');
  const args = ['run', ...files, '--project', 'kit', '--reporter=dot', '--reporter=json', `--outputFile=${results}`];
  const { status } = spawnSync(program, [join(copy, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: copy,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(program, '..')}:${process.env.PATH}` },
  });
  const { numPassedTests = 0, testResults = [] } = existsSync(results) ? readJson(results) : {};
  rmSync(results, { force: true });
  const failed = failedTests(testResults);
  // An unhandled error belongs to no test.
  return { passed: numPassedTests, failed: failed.length === 0 && status !== 0 ? ['the run'] : failed };
}

const copy = mkdtempSync(join(tmpdir(), 'inservice-node-'));
const total = { passed: 0, failed: [] };
try {
  copyCheckout(copy);
  for (const major of majors) {
    const node = fetchNode(major);
    console.log(`— server tests on Node ${node.version} with better-sqlite3 ${readJson(join(node.sqlite, 'package.json')).version}`);
    const { passed, failed } = runTests(copy, node);
    console.log(`Node ${node.version}: ${passed} of ${passed + failed.length} tests passed`);
    total.passed += passed;
    total.failed.push(...failed.map((name) => `Node ${node.version}: ${name}`));
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
for (const name of total.failed) console.log(`failed: ${name}`);
console.log(`${total.passed} passed, ${total.failed.length} failed`);
process.exitCode = total.failed.length > 0 ? 1 : 0;
