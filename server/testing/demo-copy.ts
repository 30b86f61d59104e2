/**
 * The demo installation, loaded once for a test run and copied for each test that starts with it. Its passwords are hashed with
 * the lowest cost; a verification reads the cost from the hash.
 */
import { hash } from '@node-rs/argon2';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createInserviceKit, fileKeys } from '../index.js';
import { DEMO_PASSWORD, demoData } from '../reference/demo-data.js';
import { loadInstallation } from '../reference/load.js';
import { postgresStore } from '../store/postgres/index.js';
import { sqliteStore } from '../store/sqlite/index.js';
import { createDatabase } from './postgres.js';
import { rawPostgres, rawSqlite } from './database.js';

const WAIT_MS = 60_000;
const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 };

interface Places {
  /** The path of the key file. */
  keys: string;
  /** The path of the folder of the heads files. */
  heads: string;
}

/** The folder of the templates of this test run; a process outside a test run has its own. */
function templates(): string {
  const given = process.env['INSERVICE_TEST_TEMPLATES'];
  if (given) return given;
  const own = mkdtempSync(join(tmpdir(), 'inservice-templates-'));
  process.env['INSERVICE_TEST_TEMPLATES'] = own;
  process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  return own;
}

/** Creates a template once, in the first process that needs it; the others wait. */
async function once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const done = join(templates(), name);
  const making = `${done}.making`;
  const until = Date.now() + WAIT_MS;
  while (!existsSync(done)) {
    try {
      mkdirSync(making);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (Date.now() > until) throw new Error(`${name}: the process that makes the template does not finish`, { cause: error });
      await pause(20);
      continue;
    }
    try {
      await make(making);
      renameSync(making, done);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  return done;
}

/** Loads the demo into an empty database. */
async function load(folder: string, store: ReturnType<typeof sqliteStore>): Promise<void> {
  const kit = await createInserviceKit({ store, keys: fileKeys(join(folder, 'keys')) });
  try {
    const { refused } = await loadInstallation(kit.internals, demoData());
    if (refused.length > 0) throw new Error(refused.join('\n'));
  } finally {
    await kit.close();
  }
}

const cheapen = async (): Promise<string> => `update accounts set password_hash = '${await hash(DEMO_PASSWORD, CHEAP)}'`;

/** A copy in a new SQLite file. */
export async function copyDemoToFile(file: string, { keys, heads }: Places): Promise<void> {
  const template = await once('sqlite', async (folder) => {
    const path = join(folder, 'kit.sqlite');
    await load(folder, sqliteStore({ file: path, heads: join(folder, 'heads') }));
    await rawSqlite(path).exec(await cheapen());
  });
  cpSync(join(template, 'kit.sqlite'), file);
  copyPlaces(template, { keys, heads });
}

/** Creates a copy in a new database of a PostgreSQL cluster; returns its URL. */
export async function copyDemoToCluster(cluster: string, { keys, heads }: Places): Promise<string> {
  const [control] = await rawPostgres(cluster).rows('select system_identifier::text as id from pg_control_system()');
  const template = await once(`postgres-${String(control!['id'])}`, async (folder) => {
    const url = await createDatabase(cluster);
    await load(folder, postgresStore({ url, heads: join(folder, 'heads') }));
    await rawPostgres(url).exec(await cheapen());
    writeFileSync(join(folder, 'url'), url);
  });
  const url = await createDatabase(cluster, await readFile(join(template, 'url'), 'utf8'));
  copyPlaces(template, { keys, heads });
  return url;
}

function copyPlaces(template: string, { keys, heads }: Places): void {
  cpSync(join(template, 'keys'), keys);
  cpSync(join(template, 'heads'), heads, { recursive: true });
}
