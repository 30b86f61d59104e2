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

/** Ids begin with a letter: so their order in the file is that of their making. */
function newKey(prefix: string): Record<string, string> {
  return { [`${prefix}${randomBytes(4).toString('hex')}`]: randomBytes(KEY_BYTES).toString('base64') };
}

function fresh(): KeyFile {
  const ring = (prefix: string) => {
    const keys = newKey(prefix);
    return { current: Object.keys(keys)[0]!, keys };
  };
  return { version: 1, fields: ring('f'), lookup: ring('l'), trail: randomBytes(KEY_BYTES).toString('base64') };
}

function bytes(value: unknown, what: string): Buffer {
  const key = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`the key "${what}" must be ${KEY_BYTES} bytes in base64`);
  return key;
}

function ringOf(ring: KeyFile['fields'] | undefined, what: string): KeyRing {
  const keys = Object.fromEntries(Object.entries(ring?.keys ?? {}).map(([id, value]) => [id, bytes(value, `${what}.${id}`)]));
  if (!ring || !keys[ring.current]) throw new Error(`the key file names no current key in "${what}"`);
  return { current: ring.current, keys };
}

/** On disk, whole or not at all. Without `replace`, of two that make it at once one's is used by both. */
function writeKeys(path: string, content: KeyFile, { replace }: { replace: boolean }): void {
  const folder = dirname(path);
  const owner = replace ? statSync(path) : null;
  mkdirSync(folder, { recursive: true });
  const made = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = openSync(made, 'wx', 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
    // Whoever types the command, the file stays its server's.
    if (owner && owner.uid !== process.getuid?.()) fchownSync(file, owner.uid, owner.gid);
  } finally {
    closeSync(file);
  }
  if (replace) renameSync(made, path);
  else {
    try {
      linkSync(made, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(made);
    }
  }
  const held = openSync(folder, 'r');
  fsyncSync(held);
  closeSync(held);
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

/** How often a running server looks whether the file has changed. */
const LOOK_MS = 1_000;

class FileKeys implements Keys {
  readonly trail: Buffer;
  #fields!: KeyRing;
  #lookup!: KeyRing;
  #lookedAt = 0;
  #changedAt = -1;

  constructor(private readonly path: string) {
    this.refresh();
    this.trail = bytes(readKeys(path).trail, 'trail');
  }

  get fields(): KeyRing {
    this.#look();
    return this.#fields;
  }

  get lookup(): KeyRing {
    this.#look();
    return this.#lookup;
  }

  refresh(): void {
    const { fields, lookup } = readKeys(this.path);
    this.#fields = ringOf(fields, 'fields');
    this.#lookup = ringOf(lookup, 'lookup');
  }

  #look(): void {
    const now = Date.now();
    if (Math.abs(now - this.#lookedAt) < LOOK_MS) return;
    this.#lookedAt = now;
    try {
      const { mtimeMs } = statSync(this.path);
      if (mtimeMs === this.#changedAt) return;
      this.refresh();
      this.#changedAt = mtimeMs;
    } catch {
      // A server that runs goes on with the keys it has.
    }
  }
}

/**
 * Keys from a file, made at first start with mode 0600, and read anew where it changes. Whoever loses it can no longer
 * read the personal data: keep a copy apart from the database's backups.
 * @throws Error where the file is there and cannot be used
 */
export function fileKeys(path: string): Keys {
  if (!existsSync(path)) writeKeys(path, fresh(), { replace: false });
  return new FileKeys(path);
}

const RINGS = [
  ['fields', 'f'],
  ['lookup', 'l'],
] as const;

/** Adds a key to each ring that has but one. Nothing is written with it yet; every server must know it before. */
export function addKeys(path: string): void {
  const file = readKeys(path);
  for (const [ring, prefix] of RINGS) {
    if (Object.keys(file[ring].keys).length === 1) Object.assign(file[ring].keys, newKey(prefix));
  }
  writeKeys(path, file, { replace: true });
}

/** The newest key of each ring becomes the one that is written with. */
export function promoteKeys(path: string): void {
  const file = readKeys(path);
  for (const [ring] of RINGS) file[ring].current = Object.keys(file[ring].keys).at(-1)!;
  writeKeys(path, file, { replace: true });
}

/** Leaves the current key alone in each ring. */
export function dropKeys(path: string): void {
  const file = readKeys(path);
  for (const [ring] of RINGS) {
    const { current, keys } = file[ring];
    file[ring].keys = { [current]: keys[current]! };
  }
  writeKeys(path, file, { replace: true });
}
