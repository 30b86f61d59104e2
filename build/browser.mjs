// The browser for tests: the machine's own, else the one in devDependencies, which needs no package manager.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const PLACES = [
  process.env.CHROME_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Options for Playwright's `chromium.launch`. */
export async function browserOptions() {
  const own = PLACES.find((place) => place && existsSync(place));
  if (own) return { executablePath: own, args: ARGUMENTS };
  const { default: chromium } = await import('@sparticuz/chromium');
  return {
    executablePath: await chromium.executablePath(),
    // Not the package's default arguments: with a single process, the browser ends with its first context.
    args: [...ARGUMENTS, '--no-zygote'],
    env: { ...process.env, LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, libraries()].filter(Boolean).join(':') },
  };
}

/** A minimal machine lacks libraries that a browser needs (NSS and others); the package contains them. */
function libraries() {
  const folder = join(tmpdir(), 'inservice-browser-libraries');
  if (!existsSync(join(folder, 'lib'))) {
    const archive = fileURLToPath(new URL('../node_modules/@sparticuz/chromium/bin/al2023.tar.br', import.meta.url));
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', ['-x', '-C', folder], { input: brotliDecompressSync(readFileSync(archive)) });
  }
  return join(folder, 'lib');
}
