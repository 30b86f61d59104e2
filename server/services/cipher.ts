/** Encryption of single fields (AES-256-GCM) and the keyed hash by which an identity number is found. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** Keys by their id; new values are written with `current`, old ones read with the key that they name. */
export interface KeyRing {
  current: string;
  keys: Record<string, Buffer>;
}

export interface Keys {
  /** 32 bytes each, for national id and birth date. */
  fields: KeyRing;
  /** 32 bytes each, for the look-up index of identity numbers. */
  lookup: KeyRing;
  /** 32 bytes, for the trail's chain. */
  trail: Buffer;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

export class Cipher {
  constructor(private readonly keys: Keys) {}

  /** `place` binds the value to its row and column: moved elsewhere, it does not open. */
  seal(value: string, place: string): string {
    const { current, keys } = this.keys.fields;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', keyOf(keys, current), iv);
    cipher.setAAD(Buffer.from(place));
    const sealed = Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${current}.${sealed.toString('base64url')}`;
  }

  /** @throws Error where the key is missing, or the value was changed or moved */
  open(sealed: string, place: string): string {
    const dot = sealed.indexOf('.');
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', keyOf(this.keys.fields.keys, sealed.slice(0, dot)), bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  /** A keyed hash of a request, by which its repetition is known. */
  fingerprint(text: string): string {
    return createHmac('sha256', this.keys.trail).update('request\n').update(text).digest('base64url');
  }

  /** Indexes of a number under every look-up key, the current one first: a write stores all, a look-up asks for all. */
  indexes(nationalId: string): string[] {
    const { current, keys } = this.keys.lookup;
    const ids = [current, ...Object.keys(keys).filter((id) => id !== current)];
    return ids.map((id) => `${id}.${createHmac('sha256', keyOf(keys, id)).update(nationalId).digest('base64url')}`);
  }
}

function keyOf(keys: Record<string, Buffer>, id: string): Buffer {
  const key = keys[id];
  if (!key) throw new Error(`the key "${id}" is not in the key file: is it the file that belongs to this database?`);
  return key;
}
