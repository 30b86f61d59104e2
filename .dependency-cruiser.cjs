// Who may import what (docs/architecture.md). `value` rules allow type imports.
const tests = '\\.test\\.ts$|/testing/';
const value = { dependencyTypesNot: ['type-only'] };
const packages = (...names) => `node_modules/(${names.join('|')})/`;
const DATABASES = packages('drizzle-orm', 'better-sqlite3', 'pg');
const DRIVERS = packages('better-sqlite3', 'pg');

/** Nothing in `from` imports `to`. */
const never = (name, from, to) => ({ name, severity: 'error', from: { path: from, pathNot: tests }, to });

/** Folders of server/services, each with the folders it may use besides itself and core. */
const SERVICES = {
  core: [],
  'sign-in': [],
  accounts: ['sign-in'],
  units: [],
  roster: [],
  registration: ['roster', 'sign-in'],
  imports: ['registration', 'roster'],
  trail: ['roster'],
  upkeep: ['accounts', 'imports', 'registration', 'units'],
};
const services = Object.entries(SERVICES).map(([folder, uses]) =>
  never(`services-${folder}`, `^server/services/${folder}/`, {
    path: '^server/services/',
    pathNot: `^server/services/(${[folder, 'core', ...uses].join('|')})/`,
  }),
);

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    never('domain', '^server/domain', { pathNot: '^server/domain' }),
    never('contract', '^server/contract', { pathNot: '^server/(domain|contract)|node_modules/zod' }),
    never('services', '^server/services', {
      path: `${DATABASES}|${packages('hono', '@hono')}|^server/(routes|store/(drizzle|sqlite|postgres))`,
    }),
    never('services-take-types-of-the-contract', '^server/services', { path: '^server/contract', ...value }),
    ...services,
    never('routes', '^server/routes', { path: `${DATABASES}|^server/store/(drizzle|sqlite|postgres)` }),
    never('queries', '^server/store/drizzle', {
      path: `${DRIVERS}|${packages('hono')}|^server/(services|routes|store/(sqlite|postgres))`,
    }),
    never('sqlite', '^server/store/sqlite', { path: `${packages('pg')}|^server/store/postgres` }),
    never('postgres', '^server/store/postgres', { path: `${packages('better-sqlite3')}|^server/store/sqlite` }),
    never('page-and-server', '^components', { path: '^server|^node:', pathNot: '^server/domain', ...value }),
    // A QR code is drawn where an invitation is made, and loaded there.
    never('page-packages', '^components', { path: 'node_modules', pathNot: packages('lit', '@lit/context', 'qrcode-generator'), ...value }),
    // Elements communicate by context and events.
    never('elements', '^components/((?:account|audit|teacher|unit|inservice)-[a-z-]+)/', {
      path: '^components/(?:account|audit|teacher|unit|inservice)-[a-z-]+/',
      pathNot: '^components/$1/',
    }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    exclude: { path: '^dist' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
