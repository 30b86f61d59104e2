/** The dependencies of the use cases; made once by `createInserviceKit`. */
import type { Policy } from '../../domain/authority.js';
import type { CodeLists } from '../../domain/codes.js';
import type { Notice } from '../../domain/notice.js';
import type { ServerLocales } from '../../domain/server-texts/server-locales.js';
import type { Passwords } from '../../identity/passwords.js';
import type { FairQueue } from '../../platform/fair-queue.js';
import type { Store } from '../../store/store.js';
import type { Cipher } from './cipher.js';
import type { Letters } from './letters.js';
import type { Outbox } from './outbox.js';

export interface Kit {
  store: Store;
  cipher: Cipher;
  passwords: Passwords;
  /** Attempts of which only failures count, apart from passwords. */
  guesses: FairQueue;
  /** Counts of look-ups: those of one unit one after the other. */
  lookups: FairQueue;
  policy: Policy;
  codes: CodeLists;
  /** The locales of the installation, with the server's texts. */
  locales: ServerLocales;
  letters: Letters;
  now: () => Date;
  /** Whether the kit's password log-in is used; otherwise the portal identifies the caller. */
  ownLogin: boolean;
  /** Exact origins of other sites that may embed the elements. */
  origins: ReadonlySet<string>;
  limits: Limits;
  notice: Notice;
  outbox: Outbox;
  /** Whether every password sign-in needs a second factor. */
  secondFactor: 'optional' | 'required';
  /** The address of the kit's pages, for links in letters: `https://accounts.example.tw`; null if there are none. */
  site: string | null;
}

/** Settings with a number: durations in seconds or days, and rate limits. */
export interface Limits {
  /**
   * Failed sign-ins in a row to one account, from one network or one known device, after which that one must wait, and for how
   * long. The account stays open to others.
   */
  accountFailures: number;
  accountLockSeconds: number;
  /** Failed sign-ins to one account from all networks together, without known devices. */
  unknownDeviceFailures: number;
  unknownDeviceSeconds: number;
  /** Failed sign-ins from one network, to all accounts together, without known devices. */
  addressFailures: number;
  addressSeconds: number;
  /** How long a browser that has signed in stays a known device. */
  deviceSeconds: number;
  sessionIdleSeconds: number;
  sessionSeconds: number;
  codeSeconds: number;
  /** Different look-ups of people with similar identity numbers, by unit and by account. */
  lookups: number;
  lookupSeconds: number;
  /** All different look-ups of people, by unit and by account. */
  allLookups: number;
  allLookupSeconds: number;
  reveals: number;
  revealSeconds: number;
  /** Staged imports and roster exports, by account, counted by each instance. */
  files: number;
  fileSeconds: number;
  /** Exports with personal data, by account. */
  exports: number;
  exportSeconds: number;
  applications: number;
  applicationSeconds: number;
  /** Failed claims, by address, by invitation, by the unit of an integration. */
  claims: number;
  claimSeconds: number;
  invitationSeconds: number;
  /** Searches of the unit directory, by address. */
  searches: number;
  searchSeconds: number;
  /** Requests for a link to set a new password, by address and by account. */
  resets: number;
  resetSeconds: number;
  resetLinkSeconds: number;
  confirmationSeconds: number;
  /** How long a first password is valid. */
  firstPasswordSeconds: number;
  /** Number of earlier passwords that are refused, kinds of characters required, maximum age in days, minimum age in seconds. */
  passwordHistory: number;
  passwordKinds: number;
  passwordDays: number;
  passwordSeconds: number;
  answerSeconds: number;
  /** Invalid bodies of calls that anyone may make, by address, counted by each instance. */
  invalidBodies: number;
  invalidBodySeconds: number;
  /** Refusals stored under an idempotency key, by caller, counted by each instance; further ones are not stored. */
  storedRefusals: number;
  storedRefusalSeconds: number;
  /** How long a staged import is stored, and how long a committed one can be undone. */
  importSeconds: number;
  /** How long a rejected or deleted account can be restored. */
  retentionSeconds: number;
  /** When the personal data of a rejected or deleted account are erased, and when an entry of somebody who left is deleted. */
  accountDays: number;
  departedDays: number;
  /** How long the audit trail keeps details (names, reasons, before, after) and entries. At least six months. */
  trailDetailDays: number;
  trailDays: number;
}

export const DEFAULT_LIMITS: Limits = {
  accountFailures: 5,
  accountLockSeconds: 15 * 60,
  unknownDeviceFailures: 100,
  unknownDeviceSeconds: 3600,
  addressFailures: 30,
  addressSeconds: 60,
  deviceSeconds: 180 * 24 * 3600,
  sessionIdleSeconds: 30 * 60,
  sessionSeconds: 12 * 3600,
  codeSeconds: 60,
  lookups: 20,
  lookupSeconds: 180 * 24 * 3600,
  allLookups: 20_000,
  allLookupSeconds: 30 * 24 * 3600,
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
  invalidBodies: 600,
  invalidBodySeconds: 60,
  storedRefusals: 200,
  storedRefusalSeconds: 3600,
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
