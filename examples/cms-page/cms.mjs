// A page on a school's own site that embeds the elements from the built files; the kit runs on another site.
// Here 127.0.0.1 is the school's site and localhost the county's: for a browser, these are two sites.
// Run: npm run example:cms
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as findPort } from 'node:net';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/server/reference/cli.js', import.meta.url));
const PAGE = readFileSync(new URL('page.html', import.meta.url), 'utf8');

const freePort = () =>
  new Promise((resolve) => {
    const probe = findPort().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

export async function startCms({ port = 8790, kitPort } = {}) {
  const listening = kitPort ?? (await freePort());
  const kit = `http://localhost:${listening}`;
  const cms = createServer((_request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      // The policy of a strict school site, with the county's server added.
      'Content-Security-Policy': `default-src 'none'; script-src 'self' ${kit}; style-src 'self'; connect-src 'self' ${kit}; img-src 'self' data:; require-trusted-types-for 'script'; trusted-types inservice-kit`,
    });
    response.end(PAGE.replaceAll('{{kit}}', kit));
  });
  await new Promise((resolve) => cms.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${cms.address().port}`;
  const county = spawn(process.execPath, [CLI, 'demo'], {
    env: { ...process.env, PORT: String(listening), HOST: 'localhost', PUBLIC_URL: kit, ALLOWED_ORIGINS: url, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    county.stdout.on('data', (text) => String(text).includes('Ctrl+C') && resolve());
    county.once('exit', (code) => reject(new Error(`the county's server exited with code ${code}`)));
  });
  return {
    url,
    kit,
    async close() {
      const ended = new Promise((resolve) => county.once('exit', resolve));
      county.kill('SIGTERM');
      await ended;
      cms.closeAllConnections();
      await new Promise((resolve) => cms.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cms = await startCms();
  console.log(`A school's page: ${cms.url}\nThe county's server: ${cms.kit} (sign in as lin-contact, demo-Password-88)`);
  process.once('SIGINT', () => void cms.close());
  process.once('SIGTERM', () => void cms.close());
}
