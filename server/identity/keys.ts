import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { KeyRing, Keys } from '../services/core/cipher.js';

interface KeyFile {
  version: 1;
  fields: { current: string; keys: Record<string, string> };
  lookup: { current: string; keys: Record<string, string> };
  trail: string;
}

const KEY_BYTES = 32;

/** Ids begin with a letter, because objects keep the order of insertion for non-integer names only. */
function newKey(prefix: string): Record<string, string> {
  return { [`${prefix}${randomBytes(4).toString('hex')}`]: randomBytes(KEY_BYTES).toString('base64') };
}

function newKeyFile(): KeyFile {
  const ring = (prefix: string) => {
    const keys = newKey(prefix);
    return { current: Object.keys(keys)[0]!, keys };
  };
  return { version: 1, fields: ring('f'), lookup: ring('l'), trail: randomBytes(KEY_BYTES).toString('base64') };
}

function keyBytes(value: unknown, name: string): Buffer {
  const key = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`the key "${name}" must be ${KEY_BYTES} bytes in base64`);
  return key;
}

function ringOf(ring: KeyFile['fields'] | undefined, name: string): KeyRing {
  const keys = Object.fromEntries(Object.entries(ring?.keys ?? {}).map(([id, value]) => [id, keyBytes(value, `${name}.${id}`)]));
  if (!ring || !keys[ring.current]) throw new Error(`the key file names no current key in "${name}"`);
  return { current: ring.current, keys };
}

/** Writes the file atomically and durably. Without `replace`, an existing file stays: of two processes that create it, both use one. */
function writeKeys(path: string, content: KeyFile, { replace }: { replace: boolean }): void {
  const folder = dirname(path);
  const owner = replace ? statSync(path) : null;
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
    // The server must be able to read the file when another user, such as root, runs the command.
    if (owner && owner.uid !== process.getuid?.()) fchownSync(file, owner.uid, owner.gid);
  } finally {
    closeSync(file);
  }
  if (replace) renameSync(temporary, path);
  else {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(temporary);
    }
  }
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/** Of a file's mode: reading and writing by others than its owner and group, and writing by the group. */
const OPEN_TO_OTHERS = 0o027;

/** @throws Error where others may read the file. Windows has no such modes. */
function refuseOpenFile(path: string): void {
  if (process.platform === 'win32' || (statSync(path).mode & OPEN_TO_OTHERS) === 0) return;
  throw new Error(`the key file ${path} can be read by others or changed by its group; let only its owner read it: chmod 600 ${path}`);
}

function readKeys(path: string): KeyFile {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  } catch (error) {
    throw new Error(`the key file ${path} cannot be read: ${String(error)}. Put the installation's key file in its place.`, {
      cause: error,
    });
  }
}

/** How often a running server checks whether the file has changed. */
const CHECK_INTERVAL_MS = 1_000;

class FileKeys implements Keys {
  readonly trail: Buffer;
  #fields!: KeyRing;
  #lookup!: KeyRing;
  #checkedMs = 0;
  #readMtimeMs = -1;

  constructor(
    private readonly path: string,
    private readonly isNew: boolean,
  ) {
    refuseOpenFile(path);
    this.refresh();
    this.trail = keyBytes(readKeys(path).trail, 'trail');
  }

  get fields(): KeyRing {
    this.#refreshIfChanged();
    return this.#fields;
  }

  get lookup(): KeyRing {
    this.#refreshIfChanged();
    return this.#lookup;
  }

  refresh(): void {
    const { fields, lookup } = readKeys(this.path);
    this.#fields = ringOf(fields, 'fields');
    this.#lookup = ringOf(lookup, 'lookup');
  }

  discardNew(): string | null {
    if (!this.isNew) return null;
    rmSync(this.path);
    return this.path;
  }

  #refreshIfChanged(): void {
    const nowMs = Date.now();
    if (Math.abs(nowMs - this.#checkedMs) < CHECK_INTERVAL_MS) return;
    this.#checkedMs = nowMs;
    try {
      const { mtimeMs } = statSync(this.path);
      if (mtimeMs === this.#readMtimeMs) return;
      this.refresh();
      this.#readMtimeMs = mtimeMs;
    } catch {
      // A running server continues with the keys it has.
    }
  }
}

/**
 * Keys from a file. It is created at the first start with mode 0600, and read again when it changes. Without the file the
 * personal data cannot be read: keep a copy of it, apart from the backups of the database.
 * @throws Error where the file exists and cannot be used
 */
export function fileKeys(path: string): Keys {
  const isNew = !existsSync(path);
  if (isNew) writeKeys(path, newKeyFile(), { replace: false });
  return new FileKeys(path, isNew);
}

const RINGS = [
  ['fields', 'f'],
  ['lookup', 'l'],
] as const;

/** Adds a key to each ring that has only one. It is not used for writing until `promoteKeys`, when every server knows it. */
export function addKeys(path: string): void {
  const file = readKeys(path);
  for (const [ring, prefix] of RINGS) {
    if (Object.keys(file[ring].keys).length === 1) Object.assign(file[ring].keys, newKey(prefix));
  }
  writeKeys(path, file, { replace: true });
}

/** Makes the newest key of each ring the current one, which is used for writing. */
export function promoteKeys(path: string): void {
  const file = readKeys(path);
  for (const [ring] of RINGS) file[ring].current = Object.keys(file[ring].keys).at(-1)!;
  writeKeys(path, file, { replace: true });
}

/** Removes all keys but the current one of each ring. */
export function dropKeys(path: string): void {
  const file = readKeys(path);
  for (const [ring] of RINGS) {
    const { current, keys } = file[ring];
    file[ring].keys = { [current]: keys[current]! };
  }
  writeKeys(path, file, { replace: true });
}
