// Unpacks the browser once for a run of vitest, before two of its workers do so at the same moment.
import { browserOptions } from './browser.mjs';

export async function setup() {
  await browserOptions();
}
