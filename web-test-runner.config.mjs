import { playwrightLauncher } from '@web/test-runner-playwright';
import { browserOptions } from './build/browser.mjs';
import { bundledTests } from './build/wtr-bundle.mjs';
import { countingReporter } from './build/wtr-reporter.mjs';

const launchOptions = await browserOptions();

export default {
  files: 'components/**/*.test.ts',
  concurrency: 2,
  plugins: [bundledTests()],
  browsers: [playwrightLauncher({ product: 'chromium', launchOptions })],
  testFramework: { config: { timeout: 60_000 } },
  testsFinishTimeout: 300_000,
  reporters: [countingReporter()],
  // Lit's development build warns of itself; what matters here fails a test.
  filterBrowserLogs: ({ args }) => !args.some((arg) => typeof arg === 'string' && arg.includes('Lit is in dev mode')),
};
