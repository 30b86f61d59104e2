import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/**
 * Keys from a file, made at first start with mode 0600. Whoever loses it can no longer read the personal data:
 * keep a copy apart from the database's backups.
 * @throws Error where the file is there and cannot be used
 */
export function fileKeys(path: string): Keys {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(fresh(), null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  }
  let parsed: KeyFile;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  } catch (error) {
    throw new Error(`the key file ${path} cannot be read: ${String(error)}`, { cause: error });
  }
  return { fields: ringOf(parsed.fields, 'fields'), lookup: ringOf(parsed.lookup, 'lookup'), trail: bytes(parsed.trail, 'trail') };
}
