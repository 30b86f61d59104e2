// The guards of `npm test`: each is one check of the sources or of what is built. Their caches are in node_modules/.cache.
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { authorityDocument } from './authority.mjs';
import { firstLoad } from './first-load.mjs';
import { packedAt } from './pack.mjs';
import { supplyFaults } from './supply.mjs';
import { hashOf } from './up-to-date.mjs';

const CACHE = 'node_modules/.cache';

/** What a lint rule that needs types depends on. */
const TYPED_SOURCES = [
  'components',
  'server',
  'package-lock.json',
  'eslint.config.mjs',
  'tsconfig.base.json',
  'tsconfig.tests.json',
  'tsconfig.lint.json',
];

/** The guards as pairs of a name and a check, which returns whether it is `fine`, and the `output` to show if not. */
export function guardsOf(root, scratch, tool) {
  const exits =
    (name, ...args) =>
    async () => {
      const { code, output } = await tool(name, ...args);
      return { fine: code === 0, output };
    };
  const unchanged = (config) => async () => {
    const { code, output } = await tool('drizzle-kit', 'generate', '--config', config);
    return { fine: code === 0 && output.includes('No schema changes'), output };
  };
  // The files that npm would pack, and the archive.
  let packed;
  const pack = () => (packed ??= packedAt(root, scratch));
  const byContent = ['--cache', '--cache-strategy', 'content', '--cache-location'];

  return [
    ['the types of the tests', exits('tsc', '-p', 'tsconfig.tests.json')],
    [
      'ESLint',
      async () => {
        // Rules that need types look at other files too, so what is cached holds only while no source and no setting changes.
        const caches = join(CACHE, 'eslint');
        const current = hashOf(TYPED_SOURCES).digest('hex').slice(0, 16);
        const held = await readdir(join(root, caches)).catch(() => []);
        for (const old of held.filter((name) => name !== current)) await rm(join(root, caches, old), { recursive: true });
        return exits('eslint', '.', ...byContent, `${join(caches, current)}/`)();
      },
    ],
    // It does not know container queries, nor Lit's `nothing` in an attribute.
    [
      'lit-analyzer',
      exits(
        'lit-analyzer',
        'components/**/*.ts',
        '--strict',
        '--quiet',
        ...['no-missing-import', 'no-invalid-css', 'no-incompatible-type-binding'].flatMap((rule) => [`--rules.${rule}`, 'off']),
      ),
    ],
    ['Prettier', exits('prettier', '--check', '.', ...byContent, `${CACHE}/prettier/cache`)],
    [
      'who may import what',
      exits(
        'depcruise',
        ...['components', 'server', '--config', '.dependency-cruiser.cjs'],
        ...['--cache', `${CACHE}/dependency-cruiser`, '--cache-strategy', 'content'],
      ),
    ],
    ['nothing unused (knip)', exits('knip')],
    ['the package’s entries (publint)', async () => (pack(), exits('publint', join(scratch, 'package'), '--pack', 'false', '--strict')())],
    ['the package’s types (are the types wrong)', async () => exits('attw', pack(), '--profile', 'esm-only')()],
    ['the migrations for SQLite are those of the tables', unchanged('drizzle.config.ts')],
    ['the migrations for PostgreSQL are those of the tables', unchanged('drizzle.postgres.config.ts')],
    [
      'docs/authority.md is made from the matrix',
      async () => {
        const due = await authorityDocument(root);
        const held = await readFile(join(root, 'docs/authority.md'), 'utf8').catch(() => '');
        return { fine: held === due, output: 'run node build/authority.mjs' };
      },
    ],
    [
      'what an installation runs: versions, licences, install scripts, checksums',
      async () => {
        const faults = supplyFaults(root);
        return { fine: faults.length === 0, output: faults.join('\n') };
      },
    ],
    [
      'the first load',
      async () => {
        const { bytes, limit, foreign, report } = await firstLoad(root);
        console.log(report);
        return {
          fine: bytes <= limit && foreign.length === 0,
          output: `${bytes} bytes of ${limit}; server code in it: ${foreign.join(', ') || 'none'}`,
        };
      },
    ],
  ];
}
