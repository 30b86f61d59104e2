/** What the use cases work with; made once by `createInserviceKit`. */
import type { Policy } from '../../domain/authority.js';
import type { CodeLists } from '../../domain/codes.js';
import type { Notice } from '../../domain/notice.js';
import type { Passwords } from '../../identity/passwords.js';
import type { Store } from '../../store/store.js';
import type { Cipher } from './cipher.js';
import type { Outbox } from './outbox.js';

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
  notice: Notice;
  outbox: Outbox;
  /** Whether everybody with a password of the own log-in needs a code beside it. */
  secondFactor: 'optional' | 'required';
  /** Where the kit's pages are, for links in letters: `https://accounts.example.tw`; null where there are none. */
  site: string | null;
}

/** Seconds and numbers. */
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
  /** Lists staged and rosters exported, by account, of each instance. */
  files: number;
  fileSeconds: number;
  /** Full exports, by account. */
  exports: number;
  exportSeconds: number;
  applications: number;
  applicationSeconds: number;
  /** Claims that failed: by address, by invitation, by integration. */
  claims: number;
  claimSeconds: number;
  invitationSeconds: number;
  /** Searches of the directory, by address. */
  searches: number;
  searchSeconds: number;
  /** Links for a new password asked for, by address and by account. */
  resets: number;
  resetSeconds: number;
  resetLinkSeconds: number;
  confirmationSeconds: number;
  /** How long a first password can be used. */
  firstPasswordSeconds: number;
  /** How many earlier passwords are refused; of how many kinds of characters one must be; how old it may, and must, become. */
  passwordHistory: number;
  passwordKinds: number;
  passwordDays: number;
  passwordSeconds: number;
  answerSeconds: number;
  /** How long a staff list is kept, and how long a committed one can be taken back. */
  importSeconds: number;
  /** How long a rejected or deleted account can be restored. */
  retentionSeconds: number;
  /** After how long a rejected or deleted account no longer tells whose it was, and somebody who left is taken off the roster's file. */
  accountDays: number;
  departedDays: number;
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
  files: 60,
  fileSeconds: 60,
  exports: 10,
  exportSeconds: 3600,
  applications: 10,
  applicationSeconds: 3600,
  claims: 10,
  claimSeconds: 3600,
  invitationSeconds: 14 * 24 * 3600,
  searches: 120,
  searchSeconds: 60,
  resets: 5,
  resetSeconds: 3600,
  resetLinkSeconds: 30 * 60,
  confirmationSeconds: 24 * 3600,
  firstPasswordSeconds: 14 * 24 * 3600,
  passwordHistory: 0,
  passwordKinds: 1,
  passwordDays: Infinity,
  passwordSeconds: 0,
  answerSeconds: 24 * 3600,
  importSeconds: 24 * 3600,
  retentionSeconds: 180 * 24 * 3600,
  accountDays: 365,
  departedDays: 5 * 365,
  trailDetailDays: 2 * 365,
  trailDays: 5 * 365,
};

export type Preset = 'tw-baseline';

/**
 * `tw-baseline`: 資通系統防護基準 (資通安全責任等級分級辦法, 附表十), level 中: the last three passwords are refused, three kinds of
 * characters, between a day and 90 days old, a quarter of an hour idle.
 */
export const PRESETS: Record<Preset, Partial<Limits>> = {
  'tw-baseline': { passwordHistory: 3, passwordKinds: 3, passwordDays: 90, passwordSeconds: 24 * 3600, sessionIdleSeconds: 15 * 60 },
};
