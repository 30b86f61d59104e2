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
import { addKeys, fileKeys } from '../identity/keys.js';
import { disclosures, findPerson, personalData, type PersonBy } from '../services/trail/people.js';
import { recordRestored, restoreBackup, writeBackup } from '../store/backup.js';
import type { OpenOptions, Store } from '../store/store.js';
import { version } from '../platform/version.js';
import { openKit, startServer, storeOf, type RunningServer } from './server.js';
import { readSettings } from './settings.js';

const HELP = `inservice-kit COMMAND

  serve                    the server, for real; empty at first
  demo                     the server with made-up people, in a scratch database
  load FILE.json           fills an empty or a running installation; all or nothing
  migrate                  brings the database to this version's schema
  head create --unit CODE --person NAME --sex male|female --email MAIL --phone NUMBER
                           the first head of a unit, with a one-time password
       [--username NAME]
       [--issuer ISSUER --subject SUBJECT]  the portal's log-in instead of a password
       [--unit-name NAME --level LEVEL]     opens a root unit where there is none
  backup DIR               a whole copy into a new folder, while the server runs; the keys are not in it
  restore DIR              fills an empty database, of either engine, from a backup
  verify                   checks the database and the trail; reads alone
  keys add                 puts new keys into the key file; nothing is written with them yet
  keys rotate              new keys while the servers run; goes on where it was broken off
  keys forget              takes the old keys out of the file, once nothing needs them
  report disclosure        who has seen whom
  export                   what is kept about a person, whole, as JSON
       --account USERNAME | --teacher ID | with neither, an identity number on standard input
  adopt                    goes on with a database that has lost its newest writes; leaves a line in the trail

Settings: PORT HOST DATABASE_URL INSERVICE_KEYS INSERVICE_HEADS PUBLIC_URL ALLOWED_ORIGINS TRUSTED_PROXIES LOG_LEVEL
          PASSWORD_LOGIN OIDC_… SMTP_URL MAIL_FROM WEBHOOK_URL WEBHOOK_SECRET INSERVICE_PRESET SECOND_FACTOR
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Ends when it is told to; calls under way are answered first. */
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
    say(`Log-ins, all with the password ${DEMO_PASSWORD}`);
    for (const { username, who } of DEMO_LOGINS) say(`  ${username.padEnd(14)} ${who}`);
    say('\nCtrl+C ends it; nothing is kept.');
    await untilStopped(server, clear);
  } catch (error) {
    clear();
    throw error;
  }
}

async function serve(): Promise<void> {
  const settings = readSettings(process.env);
  const server = await startServer(settings);
  say(`Inservice Kit listens at ${server.url}, reached as ${settings.publicUrl}`);
  await untilStopped(server);
}

async function load(file: string | undefined): Promise<void> {
  if (file === undefined) throw new Error('load FILE.json: which file?');
  const data = JSON.parse(readFileSync(file, 'utf8')) as LoadFile;
  const kit = await openKit(readSettings(process.env));
  try {
    const report = await loadInstallation(
      kit.internals,
      data,
      (done, all) => void (process.stderr.isTTY && process.stderr.write(`\r${done} / ${all}`)),
    );
    for (const line of report.refused) say(`refused ${line}`);
    if (report.refused.length > 0) {
      say('Nothing was written.');
      process.exitCode = 1;
      return;
    }
    say(`loaded ${report.units} units, ${report.accounts} accounts, ${report.teachers} teachers; ${report.known} were there already`);
  } finally {
    await kit.close();
  }
}

/** Opens the store alone, with keys that must be there. */
async function usingStore<T>(options: OpenOptions, act: (store: Store, trailKey: Buffer) => Promise<T>): Promise<T> {
  const settings = readSettings(process.env);
  if (!existsSync(settings.keyFile)) throw new Error(`the key file ${settings.keyFile} is missing (INSERVICE_KEYS)`);
  const { trail } = fileKeys(settings.keyFile);
  const store = await storeOf(settings)({ trailKey: trail }, options);
  try {
    return await act(store, trail);
  } finally {
    await store.close();
  }
}

async function report(store: Store): Promise<boolean> {
  const { database, chain } = await store.verify();
  for (const line of database) say(`database: ${line}`);
  if (chain.fault) say(`trail: unit ${chain.fault.unitId}, entry ${chain.fault.seq}: ${chain.fault.what}`);
  if (chain.restoredAt !== null) say(`restored or adopted at ${chain.restoredAt}; what was written shortly before may be missing`);
  const whole = database.length === 0 && chain.fault === null;
  say(
    chain.knownHeads > 0
      ? `held against the heads of ${chain.knownHeads} units`
      : 'no heads are known here (INSERVICE_HEADS): a lost tail would not be noticed',
  );
  say(whole ? `whole: ${chain.entries} entries in the trails of ${chain.units} units` : 'NOT whole');
  return whole;
}

async function verify(): Promise<void> {
  const whole = await usingStore({ purpose: 'inspect' }, report).catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    say('NOT whole');
    return false;
  });
  process.exitCode = whole ? 0 : 1;
}

async function backup(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('backup DIR: into which folder?');
  const { rows } = await usingStore({ purpose: 'inspect' }, (store, key) => writeBackup(store, key, folder, version));
  say(`backup in ${folder}: ${rows['units'] ?? 0} units, ${rows['accounts'] ?? 0} accounts, ${rows['teachers'] ?? 0} teachers`);
  say('The key file is not in it: keep a copy of it in another place.');
}

async function restore(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('restore DIR: from which folder?');
  const whole = await usingStore({ purpose: 'serve', adopt: true }, async (store, key) => {
    const { at, rows } = await restoreBackup(store, key, folder);
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
  say('the database has this version’s schema');
}

async function head(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{ unit: text, username: text, person: text, sex: text, email: text, phone: text, issuer: text, subject: text },
      ...{ 'unit-name': text, level: text },
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
    if (made.password === null) say('Signs in through the portal.');
    else
      say(`  password   ${made.password}
The password is shown once and is changed at the first sign-in.`);
  } finally {
    await kit.close();
  }
}

/** An identity number is read from standard input: what stands on a command line is seen by others. */
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
    return say('New keys are in the key file. With servers on several machines, copy it to all of them before `keys rotate`.');
  }
  if (command !== 'rotate' && command !== 'forget') throw new Error('keys add, keys rotate or keys forget');
  const kit = await openKit(settings);
  try {
    if (command === 'forget') {
      await forgetKeys(kit.internals, settings.keyFile);
      return say('The old keys are gone from the key file. Backups made before the change need a copy of it from that time.');
    }
    const { values, numbers, lost } = await rotateKeys(kit.internals, settings.keyFile);
    say(`${values} values encrypted anew, ${numbers} identity numbers indexed anew`);
    if (lost > 0) say(`${lost} identity numbers are known by the old look-up key alone; it must stay`);
    say('The old keys are still in the key file: `keys forget` takes them out.');
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
      return verify();
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
      throw new Error(`there is no command "${command}"\n\n${HELP}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const said = error instanceof Error ? error.message : String(error);
  const why = error instanceof DomainError && error.cause !== undefined ? `: ${String(error.cause)}` : '';
  process.stderr.write(`${said}${why}\n`);
  process.exitCode = 1;
});
