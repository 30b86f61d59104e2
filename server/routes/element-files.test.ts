import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtPath } from '../platform/built.js';
import { elementFile } from './element-files.js';

const hashed = readdirSync(builtPath('elements')).find((name) => /-[A-Z0-9]{8}\.js$/.test(name))!;
const headerOf = async (file: string, header: string): Promise<string | null> => (await elementFile(file)).headers.get(header);

describe('a file of the elements', () => {
  it('has the type of its extension', async () => {
    const types = await Promise.all(['inservice-kit.js', 'page.css', `${hashed}.map`].map((file) => headerOf(file, 'Content-Type')));
    expect(types).toEqual(['text/javascript; charset=utf-8', 'text/css; charset=utf-8', 'application/json']);
    expect(await headerOf(hashed, 'X-Content-Type-Options')).toBe('nosniff');
  });

  it('is cached for a year if its name has a hash of its content, otherwise for five minutes', async () => {
    expect(await headerOf(hashed, 'Cache-Control')).toBe('public, max-age=31536000, immutable');
    for (const file of ['inservice-kit.js', 'page.css', `${hashed}.map`])
      expect(await headerOf(file, 'Cache-Control'), file).toBe('public, max-age=300');
  });

  it('is only a script, a style sheet or a source map of that folder', async () => {
    for (const file of [
      'nothing.js',
      '../index.js',
      '..\\index.js',
      'a/b.js',
      'inservice-kit.js ',
      'inservice-kit.d.ts',
      'x.js.txt',
      '.js.',
    ])
      await expect(elementFile(file), file).rejects.toMatchObject({ code: 'not-found' });
  });
});
