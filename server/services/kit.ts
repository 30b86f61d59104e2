/** What the use cases work with; made once by `createInserviceKit`. */
import type { Policy } from '../domain/authority.js';
import type { CodeLists } from '../domain/codes.js';
import type { Passwords } from '../identity/passwords.js';
import type { Store } from '../store/store.js';
import type { Cipher } from './cipher.js';

export interface Kit {
  store: Store;
  cipher: Cipher;
  passwords: Passwords;
  policy: Policy;
  codes: CodeLists;
  now: () => Date;
  /** Whether the kit's own log-in is in use; otherwise the portal says who is calling. */
  ownLogin: boolean;
  /** Origins of other sites that may carry the tags, exact. */
  origins: ReadonlySet<string>;
  limits: Limits;
}

/** Seconds and numbers; the defaults follow 資通系統防護基準. */
export interface Limits {
  /** Failures in a row that lock an account, and for how long. */
  accountFailures: number;
  accountLockSeconds: number;
  addressFailures: number;
  addressSeconds: number;
  sessionIdleSeconds: number;
  sessionSeconds: number;
  codeSeconds: number;
  /** Look-ups of people outside the own school that failed, by unit. */
  lookups: number;
  lookupSeconds: number;
  reveals: number;
  revealSeconds: number;
  applications: number;
  applicationSeconds: number;
  /** Searches of the directory, by address. */
  searches: number;
  searchSeconds: number;
  answerSeconds: number;
  /** How long a rejected or deleted account can be restored. */
  retentionSeconds: number;
  /** How long the trail keeps names, reasons, before and after; and its entries. At least six months. */
  trailDetailDays: number;
  trailDays: number;
}

export const DEFAULT_LIMITS: Limits = {
  accountFailures: 5,
  accountLockSeconds: 15 * 60,
  addressFailures: 30,
  addressSeconds: 60,
  sessionIdleSeconds: 30 * 60,
  sessionSeconds: 12 * 3600,
  codeSeconds: 60,
  lookups: 20,
  lookupSeconds: 3600,
  reveals: 30,
  revealSeconds: 600,
  applications: 10,
  applicationSeconds: 3600,
  searches: 120,
  searchSeconds: 60,
  answerSeconds: 24 * 3600,
  retentionSeconds: 180 * 24 * 3600,
  trailDetailDays: 2 * 365,
  trailDays: 5 * 365,
};
