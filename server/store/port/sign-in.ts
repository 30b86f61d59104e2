/** Sessions, passwords, one-time links, and the counters of rate limits. */
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
  /** Instant after which they are forgotten. */
  until: string;
}

export interface SignInStore {
  signedIn(tokenHash: string, kind: SessionRecord['kind'], now: string): Promise<SignedIn | null>;
  /**
   * Opens a session, notes the sign-in on the account, where there is one, and forgets failures. The account is still active
   * and at the version that was decided on, and the session that a token is drawn from is still there.
   */
  openSession(
    session: SessionRecord,
    account: Pick<AccountRecord, 'id' | 'version'> | null,
    clearAttempts: string[],
    change: Change,
  ): Promise<void>;
  touchSession(id: string, seenAt: string): Promise<void>;
  /** Ends a session and the tokens drawn from it. */
  endSession(id: string, change: Change): Promise<void>;
  /**
   * Saves the account with its new password and ends its sessions but `keep`; uses up the mailed `link` it was set by and
   * forgets the failures of `forget`.
   */
  savePassword(
    account: AccountRecord,
    by: { keep?: string | null; link?: string; clearAttempts?: string[] },
    change: Change,
  ): Promise<void>;
  /** Sessions and tokens of an account and of the outside identities linked to it that are not over; newest first. */
  sessionsOf(accountId: string, now: string): Promise<SessionRecord[]>;
  mailLink(tokenHash: string): Promise<MailLinkRecord | null>;
  /** Saves the account and uses the link up. */
  followMailLink(account: AccountRecord, tokenHash: string, change: Change): Promise<void>;
  saveSignInCode(code: SignInCode): Promise<void>;
  /** The code, once: a second call for the same code answers null. */
  takeSignInCode(codeHash: string): Promise<SignInCode | null>;
  /**
   * One more failure under a key, counted before it is answered; the count begins anew once its time has passed. `until` is
   * that of the first, or moves with each failure while there are fewer than `extendBelow`.
   */
  countAttempt(key: string, now: string, until: string, extendBelow?: number): Promise<AttemptCount>;
  /** Takes one back: what was counted did not fail. */
  takeBackAttempt(key: string): Promise<void>;
  session(id: string): Promise<SessionRecord | null>;
}
