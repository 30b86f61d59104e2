// Unpacks the browser once for a run of vitest, so that two workers do not unpack it at the same time.
import { browserOptions } from './browser.mjs';

export async function setup() {
  await browserOptions();
}
