import { fileURLToPath } from 'node:url';

const DIST = new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', import.meta.url);

/** The URL of a file in the package's `dist` folder, also where a test runner executes the TypeScript sources. */
export function built(path: string): URL {
  return new URL(path, DIST);
}

export function builtPath(path: string): string {
  return fileURLToPath(built(path));
}
