import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const, maxConcurrency: 2 };

export default defineConfig({
  test: {
    globalSetup: ['server/testing/postgres-setup.ts'],
    projects: [
      {
        test: { ...common, name: 'kit', include: ['server/**/*.test.ts', 'examples/**/*.test.ts', 'build/**/*.test.ts'] },
      },
      {
        // The whole HTTP suite once more, its requests dealt in turn to two instances on one database.
        test: {
          ...common,
          name: 'two instances on PostgreSQL',
          include: ['server/routes/*.test.ts'],
          env: { INSERVICE_TEST_STORE: 'postgres' },
        },
      },
    ],
  },
});
