// Who may import what: docs/architecture.md. Type imports are told from value imports where it matters.
const value = { dependencyTypesNot: ['type-only'] };
const tests = '\\.test\\.ts$|/testing/';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: { pathNot: tests },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-imports-itself',
      severity: 'error',
      from: { path: '^server/domain', pathNot: tests },
      to: { pathNot: '^server/domain' },
    },
    {
      name: 'contract-knows-domain-and-zod',
      severity: 'error',
      from: { path: '^server/contract', pathNot: tests },
      to: { pathNot: '^server/(domain|contract)|node_modules/zod' },
    },
    {
      name: 'services-know-no-http-and-no-driver',
      severity: 'error',
      from: { path: '^server/services', pathNot: tests },
      to: { path: 'node_modules/(hono|drizzle-orm|better-sqlite3|pg|@hono)/|^server/(routes|store/(drizzle|sqlite|postgres))' },
    },
    {
      name: 'services-take-types-of-the-contract',
      severity: 'error',
      from: { path: '^server/services', pathNot: tests },
      to: { path: '^server/contract', ...value },
    },
    {
      name: 'routes-know-no-database',
      severity: 'error',
      from: { path: '^server/routes', pathNot: tests },
      to: { path: 'node_modules/(drizzle-orm|better-sqlite3|pg)/|^server/store/(drizzle|sqlite|postgres)' },
    },
    {
      name: 'queries-know-no-driver',
      severity: 'error',
      from: { path: '^server/store/drizzle', pathNot: tests },
      to: { path: 'node_modules/(better-sqlite3|pg|hono)/|^server/(services|routes)|^server/store/(sqlite|postgres)' },
    },
    {
      name: 'sqlite-knows-not-the-other-dialect',
      severity: 'error',
      from: { path: '^server/store/sqlite' },
      to: { path: 'node_modules/pg/|^server/store/postgres' },
    },
    {
      name: 'postgres-knows-not-the-other-dialect',
      severity: 'error',
      from: { path: '^server/store/postgres' },
      to: { path: 'node_modules/better-sqlite3/|^server/store/sqlite' },
    },
    {
      name: 'the-page-takes-values-of-the-domain-alone',
      severity: 'error',
      from: { path: '^components', pathNot: tests },
      to: { path: '^server', pathNot: '^server/domain', ...value },
    },
    {
      name: 'the-page-knows-no-server-library',
      severity: 'error',
      from: { path: '^components', pathNot: tests },
      to: { path: 'node_modules/(zod|hono|drizzle-orm|better-sqlite3|pg)/|^node:', ...value },
    },
    {
      name: 'the-page-knows-lit-and-context',
      severity: 'error',
      from: { path: '^components', pathNot: tests },
      // A QR code is drawn where an invitation is made, and loaded then.
      to: { path: 'node_modules', pathNot: 'node_modules/(lit|@lit/context|qrcode-generator)/', ...value },
    },
    {
      name: 'elements-talk-by-context-and-events',
      severity: 'error',
      from: { path: '^components/((?:account|teacher|unit|inservice)-[a-z-]+)/', pathNot: tests },
      to: { path: '^components/(?:account|teacher|unit|inservice)-[a-z-]+/', pathNot: '^components/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.base.json' },
    exclude: { path: '^dist' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
