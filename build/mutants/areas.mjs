// What is mutated, and which tests have to notice.

/** Files that hold no decision: a mutant in them changes a wording or an entry of a list. */
const DATA = [
  // Sentences for people, in two languages; the elements' tests and the type checker see that none is missing.
  'server/domain/server-texts/!(server-*).ts',
  // The strokes of 20,000 characters, made by build/stroke-ranks.mjs.
  'server/domain/**/stroke-ranks.ts',
];

const area = (folder, ...tests) => ({
  mutate: [`server/${folder}/**/*.ts`, ...['server/**/*.test.ts', ...DATA].map((glob) => `!${glob}`)],
  tests,
});

/** Tests that speak HTTP to an installation in the same process. */
const OVER_HTTP = ['server/routes/**/*.test.ts', 'server/identity/**/*.test.ts', 'server/delivery/**/*.test.ts'];

export const areas = {
  // Rules are pure, so the tests beside them must do.
  domain: area('domain', 'server/domain/**/*.test.ts'),
  identity: area('identity', 'server/identity/**/*.test.ts', 'server/routes/own-log-in.test.ts', 'server/services/**/*.test.ts'),
  routes: area('routes', ...OVER_HTTP),
  services: area('services', ...OVER_HTTP, 'server/services/**/*.test.ts'),
};
