import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const, maxConcurrency: 2, maxWorkers: 2 };

const FUZZ = 'server/fuzz/**/*.test.ts';
/** They start servers, databases and browsers. */
const WHOLE = ['server/reference/**/*.test.ts', 'examples/**/*.test.ts', FUZZ];
/** They kill servers and databases under load. */
const FAULTS = ['server/soak/**/*.test.ts', 'server/reference/keys.test.ts'];
/** It registers thousands of people. */
const MASSES = 'server/services/roster/august.test.ts';

/** Which of them run when: docs/decisions/0021-what-runs-when.md. */
export default defineConfig({
  test: {
    globalSetup: ['server/testing/postgres-setup.ts', 'build/browser-setup.mjs'],
    projects: [
      {
        test: {
          ...common,
          name: 'kit',
          include: ['server/**/*.test.ts', 'build/**/*.test.ts'],
          exclude: [...WHOLE, ...FAULTS, MASSES],
        },
      },
      {
        // The HTTP suites again: two instances on one database take the requests in turn.
        test: {
          ...common,
          name: 'two instances on PostgreSQL',
          include: ['server/routes/*.test.ts'],
          env: { INSERVICE_TEST_STORE: 'postgres' },
        },
      },
      {
        test: { ...common, name: 'whole installations', include: WHOLE, exclude: FAULTS },
      },
      {
        // Beside nothing else: a fault is judged by when it hits.
        test: {
          ...common,
          name: 'faults and fuzzing',
          include: [...FAULTS, FUZZ, MASSES],
          env: {
            INSERVICE_FUZZ_REQUESTS: process.env['INSERVICE_FUZZ_REQUESTS'] ?? '20000',
            INSERVICE_FUZZ_SEED: process.env['INSERVICE_FUZZ_SEED'] ?? String(Date.now() % 1_000_000),
          },
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
