// `npm run build`: TypeScript to dist/, the elements' files to dist/elements/, the manifest for editors and frameworks.
// Does nothing where neither the sources nor what was built of them have changed since.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildElements } from './elements.mjs';
import { isUpToDate, recordBuild } from './up-to-date.mjs';

if (isUpToDate()) process.exit();

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => `${root}node_modules/.bin/${name}`;

execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-b'], { cwd: root, stdio: 'inherit' });
for (const engine of ['sqlite', 'postgres']) {
  cpSync(`${root}server/store/${engine}/migrations`, `${root}dist/server/store/${engine}/migrations`, { recursive: true });
}
rmSync(`${root}dist/elements`, { recursive: true, force: true });
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
await buildElements(root, version);
execFileSync(bin('custom-elements-manifest'), ['analyze', '--quiet', '--config', 'build/manifest.config.mjs'], {
  cwd: root,
  stdio: 'inherit',
});
recordBuild();
