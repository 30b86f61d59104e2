import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const, maxConcurrency: 2 };

/** They start servers, databases and browsers, and kill some of them: each needs the machine for itself. */
const WHOLE = ['server/reference/**/*.test.ts', 'server/soak/**/*.test.ts', 'server/fuzz/**/*.test.ts', 'examples/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['server/testing/postgres-setup.ts'],
    projects: [
      {
        test: {
          ...common,
          name: 'kit',
          include: ['server/**/*.test.ts', 'build/**/*.test.ts'],
          exclude: WHOLE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // The whole HTTP suite once more, its requests dealt in turn to two instances on one database.
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
    ],
  },
});
