// The browser that tests run in: the machine's own, else the one in devDependencies, which needs no other package manager.
import { existsSync } from 'node:fs';

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
    args: [...new Set([...chromium.args.filter((arg) => !arg.startsWith('--headless')), ...ARGUMENTS])],
  };
}
