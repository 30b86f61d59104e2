// The files that `npm pack` would include, without npm: `npm test` runs no package manager.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** `**` matches any folders, `*` any part of a name, as in `files` of package.json. */
const patternOf = (glob) =>
  new RegExp(`^${glob.replace(/[.+]/g, '\\$&').replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(.*/)?'))}(/|$)`);

/** Copies the package to `folder`/package and returns the path of its archive. */
export function packedAt(root, folder) {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const left = files.filter((file) => file.startsWith('!')).map((file) => patternOf(file.slice(1)));
  const isLeft = (path) => left.some((pattern) => pattern.test(relative(root, path).split(sep).join('/')));
  const taken = new Set(['package.json', 'LICENSE', 'README.md', ...files.filter((file) => !file.startsWith('!'))]);
  for (const file of taken) {
    if (!existsSync(join(root, file))) throw new Error(`${file} is in "files" of package.json, but not there`);
    cpSync(join(root, file), join(folder, 'package', file), { recursive: true, filter: (path) => !isLeft(path) });
  }
  const archive = join(folder, 'package.tgz');
  execFileSync('tar', ['-czf', archive, '-C', folder, 'package']);
  return archive;
}
