/** Passwords of the password log-in: argon2id (RFC 9106; OWASP: 46 MiB, t = 1). */
import { hash, verify } from '@node-rs/argon2';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fieldError } from '../domain/errors.js';
import { FairQueue } from '../platform/fair-queue.js';
import type { PasswordHash } from '../store/records.js';
import { isCommonPassword } from './common-passwords.js';

const OPTIONS = { memoryCost: 46 * 1024, timeCost: 1, parallelism: 1 }; // argon2id is the library's default
/** How many hash at a time, to bound memory. One core is left to all other work. */
const RUNNING = Math.max(1, Math.min(2, availableParallelism() - 1));
/** How many wait. A whole school may sign in at once from one address. */
const WAITING = 120;
/** A shorter user name may occur in a password by chance. */
const MIN_USERNAME_LENGTH = 4;
// Without characters that look alike: people copy a first password from paper.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** For whom a password is hashed: the queue is fair to addresses and accounts. */
export interface HashingFor {
  /** The account, or the user name where the caller has not signed in. */
  account: string;
  /** The network of a caller who is not known. Null for a known one: signed in, by mail link, or on a known device. */
  network: string | null;
}

export interface Hasher {
  hash(password: string): Promise<PasswordHash>;
  /** Takes the same time where `stored` is null (no password, or no account), so that timing does not reveal which accounts exist. */
  verify(stored: PasswordHash | null, password: string): Promise<boolean>;
}

export class Passwords {
  readonly #queue = new FairQueue({ running: RUNNING, waiting: WAITING });
  #dummyHash: Promise<string> | undefined;
  readonly #hasher: Hasher = {
    hash: async (password) => (await hash(password.normalize('NFKC'), OPTIONS)) as PasswordHash,
    verify: async (stored, password) => {
      this.#dummyHash ??= hash('nobody', OPTIONS);
      const matches = await verify(stored ?? (await this.#dummyHash), password.normalize('NFKC'));
      return matches && stored !== null;
    },
  };

  /**
   * Does work that hashes, in its turn; known callers go first. There is no other way to hash. Within such work no other turn may
   * be waited for.
   * @throws DomainError `unavailable` if too many wait
   */
  inTurn<T>({ account, network }: HashingFor, work: (hasher: Hasher) => Promise<T>): Promise<T> {
    const flows = network === null ? [`known:${account}`] : [`network:${network}`, `account:${account}`];
    return this.#queue.run({ flows, first: network === null }, () => work(this.#hasher));
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
