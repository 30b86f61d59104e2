/** The part of a request that the transport decides on: repeated requests and changed versions. Implemented by the routes. */
import type { StoredResponse } from '../../store/records.js';

export type ReplyKind = 'ok' | 'created' | 'accepted' | 'no-content';

/** What a write answers. */
export interface Reply<T = unknown> {
  as: ReplyKind;
  body: T;
}

export interface Exchange {
  /**
   * A use case calls this after its permission checks and before it reads fields and state (order of checks in the contract).
   * Ends the request with the stored answer if the same request was answered before, and compares If-Match with the version.
   * @param thing what the request changes, with its current version
   * @param current the current view of the thing, sent with `precondition-failed`
   * @throws DomainError `idempotency-key-reused`, `precondition-required`, `precondition-failed`
   */
  checkPreconditions(thing?: { version: number }, current?: () => unknown): Promise<void>;
  /** The answer to store in the same transaction as the change; undefined if the request has no idempotency key. */
  answerToStore(reply: Reply): StoredResponse | undefined;
}

/** For calls that do not come over HTTP: nothing is repeated, and no version is compared. */
export const NO_EXCHANGE: Exchange = {
  checkPreconditions: () => Promise.resolve(),
  answerToStore: () => undefined,
};
