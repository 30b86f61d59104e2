// Whether the build output is up to date: compares sources and output with the record of the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/inservice');
const record = join(cache, 'build');

const SOURCES = ['components', 'server', 'build', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'tsconfig.json'];
const BUILT = ['dist', 'custom-elements.json'];

function* filesIn(path) {
  if (!existsSync(join(root, path))) return;
  if (statSync(join(root, path)).isFile()) yield path;
  else for (const name of readdirSync(join(root, path)).sort()) yield* filesIn(`${path}/${name}`);
}

/** A hash of files and folders by content. */
export function hashOf(sources, isMeant = () => true) {
  const hash = createHash('sha256').update(process.version);
  for (const path of sources.flatMap((source) => [...filesIn(source)]).filter(isMeant))
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash;
}

/** The sources by content, the build output by size and time of change. */
function fingerprint() {
  const hash = hashOf(SOURCES, (path) => !path.endsWith('.test.ts'));
  for (const path of BUILT.flatMap((built) => [...filesIn(built)])) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`\0${path}\0${size}\0${mtimeMs}`);
  }
  return hash.digest('hex');
}

export function isUpToDate() {
  return existsSync(record) && readFileSync(record, 'utf8') === fingerprint();
}

export function recordBuild() {
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${record}.new`, fingerprint());
  renameSync(`${record}.new`, record);
}
