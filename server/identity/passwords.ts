/** Passwords of the own log-in: argon2id (RFC 9106; OWASP: 46 MiB, t = 1), hashed a few at a time. */
import { hash, verify } from '@node-rs/argon2';
import { randomInt } from 'node:crypto';
import { fieldError } from '../domain/errors.js';
import { isCommonPassword } from './common-passwords.js';

const OPTIONS = { memoryCost: 46 * 1024, timeCost: 1, parallelism: 1 }; // argon2id is the library's default
const AT_ONCE = 2;
/** Shorter user names may stand in a password by chance. */
const WORD = 4;
// No look-alikes: people copy a first password from paper.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

export class Passwords {
  #running = 0;
  #waiting: (() => void)[] = [];
  #nobody: Promise<string> | undefined;

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  hash(password: string): Promise<string> {
    return this.#bounded(() => hash(password.normalize('NFKC'), OPTIONS));
  }

  /** Takes as long for an account without a password, or without any account, as for a real one. */
  async verify(stored: string | null, password: string): Promise<boolean> {
    this.#nobody ??= hash('nobody', OPTIONS);
    const against = stored ?? (await this.#nobody);
    const fits = await this.#bounded(() => verify(against, password.normalize('NFKC')));
    return fits && stored !== null;
  }

  /** @throws DomainError `validation` for a password that guessing tries first, or that holds the user name */
  async mustBeUncommon(password: string, path: string, username: string): Promise<void> {
    const [folded, name] = [password.toLowerCase(), username.toLowerCase()];
    const ofName = folded === name || (name.length >= WORD && folded.includes(name));
    if (ofName || /^(.)\1+$/u.test(folded) || (await isCommonPassword(password))) throw fieldError(path, 'common-password');
  }

  /** A random first password, such as `k7mq-x2hv-9dta-rf4n`: 78 bits. */
  first(): string {
    const group = (): string => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    return [group(), group(), group(), group()].join('-');
  }
}
