/**
 * A backup is a consistent copy of the whole database, in one format for both engines: a folder with `contents.jsonl.gz`
 * (slices of tables) and the manifest `backup.json`. The manifest is written last; it has the hash of the contents and is
 * signed with the trail's key. Encrypted values stay encrypted, and the keys are not part of a backup.
 */
import { createHash, createHmac } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { v7 as newId } from 'uuid';
import type { TrailDraft } from './records.js';
import { SEALED_COLUMNS, type ContentSlice, type Store } from './store.js';

const FORMAT = 1;
const MANIFEST = 'backup.json';
const CONTENTS = 'contents.jsonl.gz';

export interface Manifest {
  format: number;
  /** Instant at which the backup began. */
  at: string;
  /** Version of the program that wrote it. */
  version: string;
  rows: Record<string, number>;
  /** SHA-256 of the contents. */
  sha256: string;
}

function signatureOf(key: Buffer, { format, at, version, rows, sha256 }: Manifest): string {
  const text = JSON.stringify([format, at, version, Object.entries(rows).sort(), sha256]);
  return createHmac('sha256', key).update('backup\n').update(text).digest('base64url');
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
}

/**
 * Writes a backup while the installation is in use. The folder appears under its name only when the backup is complete.
 * @throws Error where the folder exists
 */
export async function writeBackup(store: Store, key: Buffer, into: string, version: string): Promise<Manifest> {
  const folder = resolve(into);
  if (existsSync(folder)) throw new Error(`${folder} exists already; a backup needs a new folder`);
  const part = `${folder}.${process.pid}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true, mode: 0o700 });
  const at = new Date().toISOString();
  const rows: Record<string, number> = {};
  async function* lines(): AsyncGenerator<string> {
    for await (const slice of store.contents()) {
      rows[slice.table] = (rows[slice.table] ?? 0) + slice.rows.length;
      yield `${JSON.stringify(slice)}\n`;
    }
  }
  const contents = join(part, CONTENTS);
  await pipeline(lines, createGzip({ level: 4 }), createWriteStream(contents, { mode: 0o600 }));
  const manifest: Manifest = { format: FORMAT, at, version, rows, sha256: await sha256Of(contents) };
  const signed = { ...manifest, signature: signatureOf(key, manifest) };
  await writeFile(join(part, MANIFEST), `${JSON.stringify(signed, null, 2)}\n`, { mode: 0o600 });
  for (const path of [contents, join(part, MANIFEST), part]) await sync(path);
  await rename(part, folder);
  await sync(dirname(folder));
  return manifest;
}

function parse(text: string, folder: string): Manifest & { signature: string } {
  try {
    return JSON.parse(text) as Manifest & { signature: string };
  } catch (error) {
    throw new Error(`${folder} is damaged: ${MANIFEST} cannot be read`, { cause: error });
  }
}

/** @throws Error with what to do, where the backup is incomplete or was made with another key file */
export async function readManifest(key: Buffer, folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => {
    throw new Error(`${folder} does not hold a complete backup: ${MANIFEST} is missing`);
  });
  const { signature, ...manifest } = parse(text, folder);
  if (manifest.format !== FORMAT) throw new Error(`${folder} was written by ${manifest.version}, whose format this version does not know`);
  if (signatureOf(key, manifest) !== signature)
    throw new Error(`${folder} was made with another key file or has been changed; restore it with the key file of its installation`);
  if ((await sha256Of(join(folder, CONTENTS)).catch(() => '')) !== manifest.sha256)
    throw new Error(`${folder} is damaged: ${CONTENTS} does not match ${MANIFEST}`);
  return manifest;
}

async function* readContents(folder: string): AsyncGenerator<ContentSlice> {
  const lines = createInterface({ input: createReadStream(join(folder, CONTENTS)).pipe(createGunzip()), crlfDelay: Infinity });
  for await (const line of lines) yield JSON.parse(line) as ContentSlice;
}

/** Adds an audit entry to the trail of each root unit: from here on, the newest earlier writes may be missing. */
export async function recordRestored(store: Store, reason: string, after: Record<string, unknown> | null): Promise<void> {
  // Later than every known head, also where the clock is behind, so that these heads are no longer valid.
  const nowMs = Math.max(Date.now(), Date.parse(store.acknowledgedAt() ?? '') + 1 || 0);
  const at = new Date(nowMs).toISOString();
  const trail = (await store.roots()).map(({ id, name }): TrailDraft => ({
    id: newId(),
    unitId: id,
    at,
    actor: null,
    action: 'restored',
    target: { type: 'unit', id, name },
    outcome: 'done',
    reason,
    before: null,
    after,
    from: null,
    requestId: null,
  }));
  await store.record({ guards: [], trail });
}

/** The keys by which the encrypted values of a backup are read. */
export interface BackupKeys {
  trail: Buffer;
  fields: { keys: object };
  lookup: { keys: object };
}

/** The id of the key in an encrypted value or a blind index; null for an empty value. */
const keyIdOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value.slice(0, value.indexOf('.')) : null);

/** @throws Error where values are encrypted with keys that the key file does not have: nobody could be read or found after a restore */
async function refuseMissingKeys({ fields, lookup }: BackupKeys, folder: string): Promise<void> {
  const needed = new Set<string>();
  const ofTable = (table: string): string[] =>
    SEALED_COLUMNS.filter((column) => column.startsWith(`${table}.`)).map((column) => column.slice(table.length + 1));
  for await (const { table, rows } of readContents(folder)) {
    const sealed = ofTable(table);
    const columns = table === 'personNumbers' ? [...sealed, 'number'] : sealed;
    for (const row of rows) for (const column of columns) needed.add(keyIdOf(row[column]) ?? '');
  }
  needed.delete('');
  const missing = [...needed].filter((id) => !Object.hasOwn(fields.keys, id) && !Object.hasOwn(lookup.keys, id));
  if (missing.length > 0)
    throw new Error(
      `${folder} needs the keys ${missing.join(', ')}, which are not in the key file (INSERVICE_KEYS): restore it with the key file of its time. Nothing was written.`,
    );
}

/**
 * Fills an empty store from a backup, all or nothing, and records it in the trail.
 * @throws Error where the backup is incomplete, or the store is not empty
 */
export async function restoreBackup(store: Store, keys: BackupKeys, folder: string): Promise<Manifest> {
  const manifest = await readManifest(keys.trail, folder);
  await refuseMissingKeys(keys, folder);
  await store.fill(readContents(folder));
  await recordRestored(store, 'restore', { backupAt: manifest.at });
  return manifest;
}
