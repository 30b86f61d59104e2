// Serves each test of elements as one file. A page that fetches two hundred modules takes four times as long.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export function bundledTests() {
  return {
    name: 'bundled-tests',
    async serve({ path }) {
      if (!/^\/components\/.*\.test\.ts$/.test(path)) return undefined;
      const { outputFiles } = await build({
        entryPoints: [`${root}${path.slice(1)}`],
        bundle: true,
        write: false,
        format: 'esm',
        target: 'es2022',
        sourcemap: 'inline',
        charset: 'utf8',
        logLevel: 'warning',
        conditions: ['development'],
        tsconfig: `${root}components/tsconfig.json`,
        // Files that the runner serves itself.
        external: ['/__web-dev-server__web-socket.js'],
      });
      return { body: outputFiles[0].text, type: 'js' };
    },
  };
}
