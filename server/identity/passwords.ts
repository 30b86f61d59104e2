/** Passwords of the password log-in: argon2id (RFC 9106; OWASP: 46 MiB, t = 1). Only a few are hashed at a time, to bound memory. */
import { hash, verify } from '@node-rs/argon2';
import { randomInt } from 'node:crypto';
import { fieldError } from '../domain/errors.js';
import type { PasswordHash } from '../store/records.js';
import { isCommonPassword } from './common-passwords.js';

const OPTIONS = { memoryCost: 46 * 1024, timeCost: 1, parallelism: 1 }; // argon2id is the library's default
const MAX_CONCURRENT = 2;
/** A shorter user name may occur in a password by chance. */
const MIN_USERNAME_LENGTH = 4;
// Without characters that look alike: people copy a first password from paper.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

export class Passwords {
  #running = 0;
  #waiting: (() => void)[] = [];
  #dummyHash: Promise<string> | undefined;

  async #limitConcurrency<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= MAX_CONCURRENT) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  async hash(password: string): Promise<PasswordHash> {
    return (await this.#limitConcurrency(() => hash(password.normalize('NFKC'), OPTIONS))) as PasswordHash;
  }

  /** Takes the same time where `stored` is null (no password, or no account), so that timing does not reveal which accounts exist. */
  async verify(stored: PasswordHash | null, password: string): Promise<boolean> {
    this.#dummyHash ??= hash('nobody', OPTIONS);
    const expected = stored ?? (await this.#dummyHash);
    const matches = await this.#limitConcurrency(() => verify(expected, password.normalize('NFKC')));
    return matches && stored !== null;
  }

  /** @throws DomainError `validation` for a common password, or one that contains the user name */
  async requireUncommon(password: string, path: string, username: string): Promise<void> {
    const [lowerCase, name] = [password.toLowerCase(), username.toLowerCase()];
    const containsName = lowerCase === name || (name.length >= MIN_USERNAME_LENGTH && lowerCase.includes(name));
    if (containsName || /^(.)\1+$/u.test(lowerCase) || (await isCommonPassword(password))) throw fieldError(path, 'common-password');
  }

  /** A random first password with 78 bits of entropy, such as `k7mq-x2hv-9dta-rf4n`. */
  first(): string {
    const group = (): string => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    return [group(), group(), group(), group()].join('-');
  }
}
