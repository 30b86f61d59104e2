import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const, maxConcurrency: 2 };

/** They start servers, databases and browsers. */
const WHOLE = ['server/reference/**/*.test.ts', 'examples/**/*.test.ts'];
/** They kill servers and databases, or send thousands of requests. */
const FAULTS = ['server/soak/**/*.test.ts', 'server/fuzz/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['server/testing/postgres-setup.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'kit',
          include: ['server/**/*.test.ts', 'build/**/*.test.ts'],
          exclude: [...WHOLE, ...FAULTS],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The HTTP suites again: two instances on one database take the requests in turn.
        test: {
          ...common,
          name: 'two instances on PostgreSQL',
          include: ['server/routes/*.test.ts'],
          env: { INSERVICE_TEST_STORE: 'postgres' },
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: { ...common, name: 'whole installations', include: WHOLE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
      {
        test: { ...common, name: 'faults and fuzzing', include: FAULTS, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
