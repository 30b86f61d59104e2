import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { version } from './version.js';

it('the elements have the version of the package', async () => {
  expect(await readFile(new URL('../../components/version.ts', import.meta.url), 'utf8')).toContain(`version = '${version}'`);
});
