import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyRing, Keys } from '../services/cipher.js';

interface KeyFile {
  version: 1;
  fields: { current: string; keys: Record<string, string> };
  lookup: { current: string; keys: Record<string, string> };
  trail: string;
}

const KEY_BYTES = 32;

function fresh(): KeyFile {
  const ring = (prefix: string) => {
    const id = `${prefix}${randomBytes(3).toString('hex')}`;
    return { current: id, keys: { [id]: randomBytes(KEY_BYTES).toString('base64') } };
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

/** On disk before anything is sealed with it, whole or not at all; of two that make it at once, one's is used by both. */
function makeKeys(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const made = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = openSync(made, 'wx', 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(fresh(), null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made);
  }
  const held = openSync(folder, 'r');
  fsyncSync(held);
  closeSync(held);
}

/**
 * Keys from a file, made at first start with mode 0600. Whoever loses it can no longer read the personal data:
 * keep a copy apart from the database's backups.
 * @throws Error where the file is there and cannot be used
 */
export function fileKeys(path: string): Keys {
  if (!existsSync(path)) makeKeys(path);
  let parsed: KeyFile;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  } catch (error) {
    throw new Error(`the key file ${path} cannot be read: ${String(error)}. Put the installation's key file in its place.`, {
      cause: error,
    });
  }
  return { fields: ringOf(parsed.fields, 'fields'), lookup: ringOf(parsed.lookup, 'lookup'), trail: bytes(parsed.trail, 'trail') };
}
