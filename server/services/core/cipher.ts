/** Encrypts single fields (AES-256-GCM), and makes the keyed hash by which an identity number is looked up (blind index). */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { DomainError } from '../../domain/errors.js';
import type { Sealed } from '../../domain/fields.js';
import type { IdentityNumber, NumberIndex } from '../../store/records.js';
import { sealBinding } from './seal-binding.js';

/** Keys by id. New values are encrypted with `current`; a stored value names the key it was encrypted with. */
export interface KeyRing {
  current: string;
  keys: Record<string, Buffer>;
}

/** Read at each use, because keys can be changed while a server runs. */
export interface Keys {
  /** 32 bytes each, for encryption. */
  readonly fields: KeyRing;
  /** 32 bytes each, for the look-up index of identity numbers. */
  readonly lookup: KeyRing;
  /** 32 bytes, for the MACs of the audit trail. */
  readonly trail: Buffer;
  /** Reloads the key file: another process may have encrypted a value with a key that was added a moment ago. */
  refresh?(): void;
  /** Removes the key file again, if this process has just created it; returns its path. For a database that needs another one. */
  discardNew?(): string | null;
}

const IV_BYTES = 12;
/** Random bytes are drawn in bulk: one system call per value costs more than the encryption. */
const IVS_DRAWN = 512;
const TAG_BYTES = 16;

export class Cipher {
  #ivs = Buffer.alloc(0);

  constructor(private readonly keys: Keys) {}

  /** The id of the key that encrypts new values. */
  get currentKey(): string {
    return this.keys.fields.current;
  }

  /** Ids of all keys, the current ones first. */
  get keyIds(): { fields: string[]; lookup: string[] } {
    const { current, keys } = this.keys.fields;
    return { fields: [current, ...Object.keys(keys).filter((id) => id !== current)], lookup: this.lookupKeys };
  }

  /** The look-up keys, the current one first. */
  get lookupKeys(): string[] {
    const { current, keys } = this.keys.lookup;
    return [current, ...Object.keys(keys).filter((id) => id !== current)];
  }

  /** A random nonce that is never used twice (NIST SP 800-38D 8.2.2). */
  #freshIv(): Buffer {
    if (this.#ivs.length === 0) this.#ivs = randomBytes(IV_BYTES * IVS_DRAWN);
    const iv = this.#ivs.subarray(0, IV_BYTES);
    this.#ivs = this.#ivs.subarray(IV_BYTES);
    return iv;
  }

  /** `binding` binds the value to its row and column: copied to another row, it cannot be decrypted. */
  seal(value: string, binding: string): Sealed {
    const { current, keys } = this.keys.fields;
    const iv = this.#freshIv();
    const cipher = createCipheriv('aes-256-gcm', keyOf(keys, current), iv);
    cipher.setAAD(Buffer.from(binding));
    const sealed = Buffer.concat([iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${current}.${sealed.toString('base64url')}` as Sealed;
  }

  /** @throws DomainError `unreadable` if the key is missing, or if the value was changed or moved */
  open(sealed: Sealed, binding: string): string {
    try {
      return this.#decrypted(sealed, binding);
    } catch (error) {
      throw Object.assign(new DomainError('unreadable'), { cause: error });
    }
  }

  /** Null where the value cannot be decrypted, and for a text that was not encrypted here with this binding. */
  openOrNull(text: string, binding: string): string | null {
    try {
      return this.#decrypted(text, binding);
    } catch {
      return null;
    }
  }

  #decrypted(sealed: string, binding: string): string {
    const dot = sealed.indexOf('.');
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    const id = sealed.slice(0, dot);
    if (!this.keys.fields.keys[id]) this.keys.refresh?.();
    const decipher = createDecipheriv('aes-256-gcm', keyOf(this.keys.fields.keys, id), bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(binding));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  /** A keyed hash of a request, by which a repeated request is recognised. */
  fingerprint(text: string): string {
    return this.keyedHash('request', text);
  }

  /** A hash that only this installation can compute. A hash for one purpose is none for another. */
  keyedHash(purpose: string, text: string): string {
    return createHmac('sha256', this.keys.trail).update(`${purpose}\n`).update(text).digest('base64url');
  }

  /** The blind indexes of a number under every look-up key, the current key first. A write stores all; a look-up searches for all. */
  indexes(nationalId: string): NumberIndex[] {
    const { keys } = this.keys.lookup;
    return this.lookupKeys.map((id) => `${id}.${createHmac('sha256', keyOf(keys, id)).update(nationalId).digest('base64url')}`);
  }

  /** Whether a blind index, under whichever key it names, is that of the number. */
  isIndexOf(index: NumberIndex, nationalId: string): boolean {
    const key = this.keys.lookup.keys[index.slice(0, index.indexOf('.'))];
    return key !== undefined && index.endsWith(`.${createHmac('sha256', key).update(nationalId).digest('base64url')}`);
  }

  /** The blind indexes with the encrypted number, as they are stored for a person. */
  numbers(nationalId: string, personId: string): IdentityNumber[] {
    return this.indexes(nationalId).map((index) => ({
      index,
      sealed: this.seal(nationalId, sealBinding('personNumbers.sealed', personId)),
    }));
  }
}

function keyOf(keys: Record<string, Buffer>, id: string): Buffer {
  const key = keys[id];
  if (!key) throw new Error(`the key "${id}" is not in the key file: is it the file that belongs to this database?`);
  return key;
}
