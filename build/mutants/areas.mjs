// The mutated files of each area, and the tests that must fail.

/** Files without decisions: a mutant in them changes a text or an entry of a list. */
const DATA = [
  // Texts in two languages; the element tests and the type checker find missing ones.
  'server/domain/server-texts/!(server-*).ts',
  // The strokes of 20,000 characters, made by build/stroke-ranks.mjs.
  'server/domain/**/stroke-ranks.ts',
];

const area = (folder, ...tests) => ({
  mutate: [`server/${folder}/**/*.ts`, ...['server/**/*.test.ts', ...DATA].map((glob) => `!${glob}`)],
  tests,
});

/**
 * Tests that speak HTTP to an installation in the same process. Those of the deliveries are left out: they also start servers
 * in processes of their own, which run without the mutant, and need PostgreSQL.
 */
const OVER_HTTP = ['server/routes/**/*.test.ts', 'server/identity/**/*.test.ts'];

export const areas = {
  // The rules are pure, so the tests beside them must be sufficient.
  domain: area('domain', 'server/domain/**/*.test.ts'),
  identity: area('identity', 'server/identity/**/*.test.ts', 'server/routes/own-log-in.test.ts', 'server/services/**/*.test.ts'),
  routes: area('routes', ...OVER_HTTP),
  services: area('services', ...OVER_HTTP, 'server/services/**/*.test.ts'),
};
