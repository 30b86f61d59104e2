#!/usr/bin/env node
/** `inservice-kit COMMAND`: the self-hosted server and its tools. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DomainError } from '../domain/errors.js';
import { DEMO_LOGINS, DEMO_PASSWORD, demoData } from './demo-data.js';
import { createHead } from './head.js';
import { forgetKeys, rotateKeys } from './keys.js';
import { loadInstallation, type LoadFile } from './load.js';
import type { Keys } from '../services/core/cipher.js';
import { addKeys, fileKeys } from '../identity/keys.js';
import { disclosures, findPerson, personalData, type PersonBy } from '../services/trail/people.js';
import { storeSecrets } from '../services/core/store-secrets.js';
import { recordRestored, restoreBackup, writeBackup } from '../store/backup.js';
import type { OpenOptions, Store } from '../store/store.js';
import { version } from '../platform/version.js';
import { openKit, startServer, storeOf, type RunningServer } from './server.js';
import { readSettings } from './settings.js';

const HELP = `inservice-kit COMMAND

  serve                    runs the server; a new database is empty
  demo                     runs the server with made-up people, in a temporary database
  load FILE.json           loads units, accounts and teachers; everything or nothing
  migrate                  migrates the database to the schema of this version
  head create --unit CODE --person NAME --sex male|female --email MAIL --phone NUMBER
                           creates the first head of a unit, with a first password
       [--username NAME]
       [--issuer ISSUER --subject SUBJECT]  signs in through the portal, without a password
       [--unit-name NAME --level LEVEL]     opens a root unit if there is none with this code
       [--replace]                          the new head replaces the head of a root unit, who becomes a contact
  backup DIR               writes a complete backup, without the keys, to a new folder; the server may run
  restore DIR              restores a backup into an empty database of either engine
  verify                   checks the database, the audit trail, every record and every encrypted value; only reads
       [--without-heads]   although the heads files are gone
  keys add                 adds new keys to the key file, without using them yet
  keys rotate              changes to new keys while the servers run; continues after an interruption
  keys forget              removes the old keys from the key file, once nothing needs them
  report disclosure        lists who has seen a person's data
  export                   prints everything that is stored about a person, as JSON
       --account USERNAME | --teacher ID | otherwise an identity number on standard input
  adopt                    continues with a database that has lost its newest writes; leaves an audit entry

Settings: PORT HOST DATABASE_URL INSERVICE_KEYS INSERVICE_HEADS PUBLIC_URL ALLOWED_ORIGINS TRUSTED_PROXIES LOG_LEVEL
          PASSWORD_LOGIN OIDC_… SMTP_URL MAIL_FROM WEBHOOK_URL WEBHOOK_SECRET INSERVICE_PRESET SECOND_FACTOR
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Waits for SIGTERM or SIGINT, then closes the server, which finishes the requests that are running. */
async function untilStopped(server: RunningServer, afterwards: () => void = () => undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await server.close();
  afterwards();
}

async function demo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'inservice-demo-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const settings = readSettings({
      LOG_LEVEL: 'warn',
      ...process.env,
      DATABASE_URL: `file:${join(folder, 'demo.sqlite')}`,
      INSERVICE_KEYS: join(folder, 'demo.keys'),
    });
    const server = await startServer(settings, { demo: true });
    await loadInstallation(server.kit.internals, demoData());
    say(`\nInservice Kit, demo with made-up people: ${server.url}/demo`);
    say(`The pages as a county would use them:    ${server.url}/\n`);
    say(`Accounts, all with the password ${DEMO_PASSWORD}`);
    for (const { username, who } of DEMO_LOGINS) say(`  ${username.padEnd(14)} ${who}`);
    say('\nPress Ctrl+C to stop; nothing is kept.');
    await untilStopped(server, clear);
  } catch (error) {
    clear();
    throw error;
  }
}

async function serve(): Promise<void> {
  const settings = readSettings(process.env);
  const server = await startServer(settings);
  say(`Inservice Kit listens at ${server.url}, public address ${settings.publicUrl}`);
  await untilStopped(server);
}

async function load(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error('load needs a file: load FILE.json');
  const data = JSON.parse(readFileSync(file, 'utf8')) as LoadFile;
  const kit = await openKit(readSettings(process.env));
  try {
    const report = await loadInstallation(
      kit.internals,
      data,
      (done, all) => void (process.stderr.isTTY && process.stderr.write(`\r${done} / ${all}`)),
    );
    for (const line of report.refused) say(`refused: ${line}`);
    if (report.refused.length > 0) {
      say('Nothing was written.');
      process.exitCode = 1;
      return;
    }
    say(
      `loaded ${report.units} units, ${report.accounts} accounts, ${report.teachers} teachers, in one transaction; ${report.known} already existed`,
    );
  } finally {
    await kit.close();
  }
}

/** Opens only the store. The key file must exist. */
async function usingStore<T>(options: OpenOptions, act: (store: Store, keys: Keys) => Promise<T>): Promise<T> {
  const settings = readSettings(process.env);
  if (!existsSync(settings.keyFile)) throw new Error(`the key file ${settings.keyFile} is missing (INSERVICE_KEYS)`);
  const keys = fileKeys(settings.keyFile);
  const store = await storeOf(settings)(storeSecrets(keys), options);
  try {
    return await act(store, keys);
  } finally {
    await store.close();
  }
}

async function report(store: Store, { withoutHeads = false } = {}): Promise<boolean> {
  const { database, chain, records } = await store.verify();
  for (const line of database) say(`database: ${line}`);
  if (chain.fault) say(`audit trail: unit ${chain.fault.unitId}, entry ${chain.fault.seq}: ${chain.fault.what}`);
  if (chain.fault) say('records were compared only up to this entry');
  for (const line of records.faults) say(`record: ${line}`);
  for (const line of records.untold) say(`record: no audit entry tells of the ${line}`);
  for (const line of records.unreadable) say(`encrypted value: ${line}`);
  if (chain.restoredAt !== null) say(`restored or adopted at ${chain.restoredAt}; the newest writes before that may be missing`);
  const lacksHeads = chain.headsMissing && !withoutHeads;
  if (chain.knownHeads > 0) say(`compared with the heads files of ${chain.knownHeads} units`);
  else say('there are no heads files (INSERVICE_HEADS): lost newest writes would not be noticed');
  if (lacksHeads) say('The server keeps heads files. Put them back, or accept that they are gone with `verify --without-heads`.');
  const found = [database, records.faults, records.untold, records.unreadable].some((lines) => lines.length > 0);
  const whole = !found && chain.fault === null && !lacksHeads;
  say(`compared ${records.compared} records with the audit trail, and opened ${records.opened} encrypted values`);
  say(whole ? `verified: ${chain.entries} entries in the audit trails of ${chain.units} units` : 'verification FAILED');
  return whole;
}

async function verify(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { 'without-heads': { type: 'boolean' } } });
  const options = { withoutHeads: values['without-heads'] ?? false };
  const whole = await usingStore({ purpose: 'inspect' }, (store) => report(store, options)).catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    say('verification FAILED');
    return false;
  });
  process.exitCode = whole ? 0 : 1;
}

async function backup(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('backup needs a new folder: backup DIR');
  const { rows } = await usingStore({ purpose: 'inspect' }, (store, { trail }) => writeBackup(store, trail, folder, version));
  say(`backup written to ${folder}: ${rows['units'] ?? 0} units, ${rows['accounts'] ?? 0} accounts, ${rows['teachers'] ?? 0} teachers`);
  say('The backup does not hold the key file: keep a copy of it in another place.');
}

async function restore(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('restore needs the folder of a backup: restore DIR');
  const whole = await usingStore({ purpose: 'serve', adopt: true }, async (store, keys) => {
    const { at, rows } = await restoreBackup(store, keys, folder);
    say(`restored as of ${at}: ${rows['units'] ?? 0} units, ${rows['accounts'] ?? 0} accounts, ${rows['teachers'] ?? 0} teachers`);
    return report(store);
  });
  process.exitCode = whole ? 0 : 1;
}

async function adopt(): Promise<void> {
  await usingStore({ purpose: 'serve', adopt: true }, async (store) => {
    await recordRestored(store, 'adopt', null);
    process.exitCode = (await report(store)) ? 0 : 1;
  });
}

async function migrateOnly(): Promise<void> {
  await (await openKit(readSettings(process.env))).close();
  say('the database has the schema of this version');
}

async function head(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      unit: text,
      username: text,
      person: text,
      sex: text,
      email: text,
      phone: text,
      issuer: text,
      subject: text,
      'unit-name': text,
      level: text,
      replace: { type: 'boolean' },
    },
  });
  const { unit, person, sex, email, phone } = values;
  if (positionals[0] !== 'create' || !unit || !person || !sex || !email || !phone) {
    throw new Error('head create --unit CODE --person NAME --sex male|female --email MAIL --phone NUMBER');
  }
  const kit = await openKit(readSettings(process.env));
  try {
    const made = await createHead(kit.internals, { ...values, unit, person, sex, email, phone, unitName: values['unit-name'] });
    say(`head of ${made.unitName}
  user name  ${made.username}`);
    if (made.password === null) say('The head signs in through the portal.');
    else
      say(`  password   ${made.password}
The password is shown only once, and must be changed at the first sign-in.`);
  } finally {
    await kit.close();
  }
}

/** Reads an identity number from standard input, because others can see a command line. */
async function personBy(args: string[]): Promise<{ by: PersonBy; positionals: string[] }> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { account: { type: 'string' }, teacher: { type: 'string' } },
  });
  if (values.account !== undefined) return { by: { username: values.account }, positionals };
  if (values.teacher !== undefined) return { by: { teacherId: values.teacher }, positionals };
  if (process.stdin.isTTY) process.stderr.write('identity number: ');
  const [number = ''] = readFileSync(0, 'utf8').split('\n');
  return { by: { nationalId: number }, positionals };
}

async function people(command: 'report' | 'export', args: string[]): Promise<void> {
  const { by, positionals } = await personBy(args);
  if (command === 'report' && positionals[0] !== 'disclosure') throw new Error('report disclosure [--account USERNAME | --teacher ID]');
  const kit = await openKit(readSettings(process.env));
  try {
    const found = await findPerson(kit.internals, by);
    if (command === 'export') return say(JSON.stringify(await personalData(kit.internals, found), null, 2));
    const seen = await disclosures(kit.internals, found);
    for (const { at, who, what, reason } of seen) {
      say([at, who ? `${who.unit} ${who.name} (${who.role ?? '-'})` : 'the installation', what, reason ?? ''].join('\t'));
    }
    say(`${seen.length} disclosures`);
  } finally {
    await kit.close();
  }
}

async function keys(command: string | undefined): Promise<void> {
  const settings = readSettings(process.env);
  if (!existsSync(settings.keyFile)) throw new Error(`the key file ${settings.keyFile} is missing (INSERVICE_KEYS)`);
  if (command === 'add') {
    addKeys(settings.keyFile);
    return say('The key file has new keys. With servers on several machines, copy it to all of them before `keys rotate`.');
  }
  if (command !== 'rotate' && command !== 'forget') throw new Error('keys needs add, rotate or forget');
  const kit = await openKit(settings);
  try {
    if (command === 'forget') {
      await forgetKeys(kit.internals, settings.keyFile);
      return say('The old keys were removed from the key file. Backups from before the change need a copy of it from that time.');
    }
    const { values, numbers, lost, unreadable } = await rotateKeys(kit.internals, settings.keyFile);
    say(`encrypted ${values} values and indexed ${numbers} identity numbers with the new keys`);
    if (unreadable > 0) say(`${unreadable} values cannot be decrypted and stay as they are; verify names them`);
    if (lost > 0) say(`${lost} identity numbers can be found only with the old look-up key, which must stay`);
    say('The old keys are still in the key file; `keys forget` removes them.');
  } finally {
    await kit.close();
  }
}

async function main([command, ...args]: string[]): Promise<void> {
  switch (command) {
    case 'serve':
      return serve();
    case 'demo':
      return demo();
    case 'load':
      return load(args[0]);
    case 'migrate':
      return migrateOnly();
    case 'verify':
      return verify(args);
    case 'backup':
      return backup(args[0]);
    case 'restore':
      return restore(args[0]);
    case 'adopt':
      return adopt();
    case 'report':
    case 'export':
      return people(command, args);
    case 'keys':
      return keys(args[0]);
    case 'head':
      return head(args);
    case undefined:
    case 'help':
    case '--help':
      return say(HELP);
    default:
      throw new Error(`unknown command "${command}"\n\n${HELP}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const said = error instanceof Error ? error.message : String(error);
  const why = error instanceof DomainError && error.cause !== undefined ? `: ${String(error.cause)}` : '';
  process.stderr.write(`${said}${why}\n`);
  process.exitCode = 1;
});
