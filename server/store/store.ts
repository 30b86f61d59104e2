/**
 * The port between the use cases and a database, in the words of the field.
 *
 * Guarantees that every store gives (and `store-contract.ts` tests):
 * - A write is one unit of work: its guards, its records, its lines in the trail and the answer kept for a repeated
 *   request are on disk together when the promise resolves, or none of them is.
 * - A guard that no longer holds, a record whose version is not the one read, and a value that must be unique and is
 *   taken, reject with `WriteConflict`; nothing is written. The use case then decides once more from fresh data.
 * - `unavailable` (DomainError) means that nothing was written and that the same call may succeed later. One case is open:
 *   a database on another machine that vanishes in the commit and stays away. A repetition with the same key then tells.
 * - Readers never wait for writers. A read sees every write that was answered before it began.
 */
import type { AccountStore } from './port/accounts.js';
import type { ResponseStore } from './port/responses.js';
import type { ClaimStore } from './port/claims.js';
import type { HandoverStore } from './port/handovers.js';
import type { ImportStore } from './port/imports.js';
import type { InstallationStore } from './port/installation.js';
import type { KeyStore } from './port/keys.js';
import type { OutboxStore } from './port/outbox.js';
import type { RetentionStore } from './port/retention.js';
import type { RosterStore } from './port/roster.js';
import type { SignInStore } from './port/sign-in.js';
import type { TrailStore } from './port/trail.js';
import type { TransferStore } from './port/transfers.js';
import type { UnitStore } from './port/units.js';

export type { AccountFilter, AccountSort } from './port/accounts.js';
export { WriteConflict, type Change, type Guard } from './port/change.js';
export type { ImportEnd, RosterWrite } from './port/imports.js';
export type { ContentSlice, LoadBatch } from './port/installation.js';
export { SEALED_COLUMNS, type SealedColumn, type KeyAnnouncement } from './port/keys.js';
export type { Order } from './port/list.js';
export type { EntryWithPerson, RosterFigures, TeacherFilter, TeacherSort } from './port/roster.js';
export type { AttemptCount } from './port/sign-in.js';
export type { ChainReport, TrailFilter } from './port/trail.js';

export interface OpenOptions {
  /** `inspect` reads alone: no migration, no line, no writer. */
  purpose: 'serve' | 'inspect';
  /** Goes on with a database that has lost its newest writes; the caller then records it. */
  adopt?: boolean;
}

/** Opens a store with the key of the trail's chain. */
export type OpenStore = (secrets: { trailKey: Buffer }, options?: OpenOptions) => Promise<Store>;

export interface Store
  extends
    UnitStore,
    AccountStore,
    SignInStore,
    RosterStore,
    ClaimStore,
    OutboxStore,
    TransferStore,
    ImportStore,
    HandoverStore,
    TrailStore,
    RetentionStore,
    KeyStore,
    ResponseStore,
    InstallationStore {
  close(): Promise<void>;
}
