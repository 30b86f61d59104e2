import { fileURLToPath } from 'node:url';

const DIST = new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', import.meta.url);

/** The built file `path` of the package's `dist`, also while a test runner reads the TypeScript sources. */
export function built(path: string): URL {
  return new URL(path, DIST);
}

export function builtPath(path: string): string {
  return fileURLToPath(built(path));
}
