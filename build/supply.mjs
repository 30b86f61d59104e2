// The packages that an installation runs: the closure of `dependencies` and `peerDependencies` in the lockfile. `npm run sbom`
// writes them as CycloneDX 1.5; a guard of `npm test` checks them.
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Older versions have known vulnerabilities or a bug that affected us. Listed here, because the audit service may be unreachable.
 */
const AT_LEAST = {
  'better-sqlite3': ['12.11.1', 'SQLite before 3.51.3 can corrupt a database when its WAL is reset'],
  hono: ['4.13.5', 'body limit and CORS holes of earlier versions'],
  '@hono/node-server': ['2.1.0', 'a request could end the process in earlier majors'],
  'drizzle-orm': ['0.45.2', 'identifiers that were not escaped'],
  jose: ['6.2.0', 'resource exhaustion by compressed tokens in earlier majors'],
  'openid-client': ['6.9.0', 'the major whose checks the kit relies on'],
  nodemailer: ['10.0.0', 'addresses that were read as another domain'],
  pg: ['8.20.0', 'the one that is tested against PostgreSQL 15 and 18'],
  'csv-parse': ['7.0.0', 'the major whose record limit the kit relies on'],
  'read-excel-file': ['9.0.0', 'the major that parses in streams and tells dates apart'],
  yauzl: ['3.4.0', 'crafted directories that earlier ones read'],
  lit: ['3.3.0', 'the one whose Trusted Types policy the build renames'],
};
const LICENCES = /^\(?(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|Unlicense|BlueOak-1\.0\.0|CC0-1\.0|WTFPL)( OR [\w.-]+)*\)?$/;
/** Builds SQLite, or downloads a build of it. */
const MAY_RUN_AT_INSTALL = new Set(['better-sqlite3']);

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * The path where Node finds a package from another one; null if it is not installed, such as an optional one of another system.
 */
function resolve(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return null;
  }
}

/** The paths in the lockfile, each with its dependencies. */
export function productionTree(root) {
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const tree = new Map();
  const visit = (path) => {
    if (tree.has(path)) return;
    const { dependencies: needed = {}, optionalDependencies: wanted = {} } = packages[path];
    const found = Object.keys({ ...needed, ...wanted })
      .map((name) => resolve(packages, path, name))
      .filter((each) => each !== null);
    tree.set(path, found);
    found.forEach(visit);
  };
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) visit(resolve(packages, '', name));
  return { packages, tree };
}

const numbers = (version) => version.split(/[.-]/).slice(0, 3).map(Number);
function below(version, least) {
  const [a, b] = [numbers(version), numbers(least)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at !== -1 && a[at] < b[at];
}

/** The faults of the packages that an installation runs. */
export function supplyFaults(root) {
  const { packages, tree } = productionTree(root);
  const faults = [];
  for (const path of tree.keys()) {
    const { version, license, hasInstallScript, integrity } = packages[path];
    const name = nameOf(path);
    const [least, why] = AT_LEAST[name] ?? [];
    if (least && below(version, least)) faults.push(`${name} ${version} is older than ${least}: ${why}`);
    if (hasInstallScript && !MAY_RUN_AT_INSTALL.has(name)) faults.push(`${name} runs a script when it is installed`);
    if (!LICENCES.test(license ?? '')) faults.push(`${name} has the licence "${license}"`);
    if (!integrity) faults.push(`${name} has no checksum in the lockfile`);
  }
  for (const name of Object.keys(AT_LEAST))
    if (!tree.has(`node_modules/${name}`)) faults.push(`${name} is not in the tree: take it out of the list`);
  for (const [path, { resolved }] of Object.entries(packages))
    if (resolved?.startsWith('http')) faults.push(`${path} has a download address in the lockfile`);
  return faults;
}

/** CycloneDX 1.5. */
export function sbom(root) {
  const { packages, tree } = productionTree(root);
  const { name, version, license } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const purl = (path) => `pkg:npm/${nameOf(path).replace('@', '%40')}@${packages[path].version}`;
  const ref = (path) => `${purl(path)}#${path}`;
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber: `urn:uuid:${randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      component: { type: 'library', 'bom-ref': name, name, version, licenses: [{ license: { id: license } }] },
    },
    components: [...tree.keys()].map((path) => ({
      type: 'library',
      'bom-ref': ref(path),
      name: nameOf(path),
      version: packages[path].version,
      purl: purl(path),
      licenses: [{ expression: packages[path].license }],
      hashes: [{ alg: 'SHA-512', content: Buffer.from(packages[path].integrity.replace('sha512-', ''), 'base64').toString('hex') }],
    })),
    dependencies: [...tree].map(([path, on]) => ({ ref: ref(path), dependsOn: on.map(ref) })),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(sbom(fileURLToPath(new URL('..', import.meta.url))), null, 2));
}
