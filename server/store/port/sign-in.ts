/** Sessions, passwords, sign-in codes, mail links, and the counters of rate limits. */
import type { AccountRecord, MailLinkRecord, SessionRecord, SignInCode, UnitRecord } from '../records.js';
import type { Change } from './change.js';

export interface SignedIn {
  session: SessionRecord;
  /** Null in the session of an outside identity that no account is linked to. */
  account: AccountRecord | null;
  unit: UnitRecord | null;
}

export interface AttemptCount {
  count: number;
  /** The instant at which the count starts again from zero. */
  until: string;
}

export interface SignInStore {
  signedIn(tokenHash: string, kind: SessionRecord['kind'], now: string): Promise<SignedIn | null>;
  /**
   * Opens a session, records the sign-in in the account, if there is one, and deletes the counts of `clearAttempts`. It is a
   * conflict where the account is no longer active or has another version, and where the session that a token comes from has
   * ended. Ends the session `replaced`, and the tokens that come from it.
   */
  openSession(
    session: SessionRecord,
    account: Pick<AccountRecord, 'id' | 'version'> | null,
    clearAttempts: string[],
    change: Change,
    replaced?: string | null,
  ): Promise<void>;
  /** Records that an account was used, without a new version. An older instant than the recorded one changes nothing. */
  recordUse(accountId: string, at: string): Promise<void>;
  touchSession(id: string, seenAt: string): Promise<void>;
  /** Ends a session and the tokens that come from it. */
  endSession(id: string, change: Change): Promise<void>;
  /**
   * Saves the account with its new password and ends its sessions except `keep`; deletes the mail link that was used, and the
   * counts of `clearAttempts`.
   */
  savePassword(
    account: AccountRecord,
    by: { keep?: string | null; link?: string; clearAttempts?: string[] },
    change: Change,
  ): Promise<void>;
  /** Sessions and tokens of an account and its outside identities that have not expired, newest first. */
  sessionsOf(accountId: string, now: string): Promise<SessionRecord[]>;
  mailLink(tokenHash: string): Promise<MailLinkRecord | null>;
  /** Saves the account and deletes the link; a link that was used before is a conflict. */
  followMailLink(account: AccountRecord, tokenHash: string, change: Change): Promise<void>;
  saveSignInCode(code: SignInCode): Promise<void>;
  /** Returns and deletes the code; null where it was taken before. */
  takeSignInCode(codeHash: string): Promise<SignInCode | null>;
  /**
   * Counts an attempt under a key, before its outcome is known. The count starts again after its `until` has passed. `until` is
   * that of the first attempt; while there are fewer than `extendBelow` attempts, each one replaces it.
   */
  countAttempt(key: string, now: string, until: string, extendBelow?: number): Promise<AttemptCount>;
  /** Takes a counted attempt back, because it succeeded. */
  takeBackAttempt(key: string): Promise<void>;
  session(id: string): Promise<SessionRecord | null>;
}
