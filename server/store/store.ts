/**
 * The port between the use cases and a database.
 *
 * Every store guarantees (and `store-contract.ts` tests):
 * - A write is one unit of work. Its guards, records, audit entries and stored response are on disk when the promise
 *   resolves, or nothing of it is.
 * - A guard that no longer holds, a stale version, and a unique value that is taken reject with `WriteConflict`, and nothing is
 *   written. The use case then runs again with fresh data.
 * - `unavailable` (DomainError) means that nothing was written and that the same call may succeed later. In one case the
 *   outcome is unknown: the connection to the database is lost during the commit and does not come back. A repetition with
 *   the same idempotency key then returns the stored response or writes.
 * - Readers never wait for writers. A read sees every write that was acknowledged before it began.
 */
import type { AccountStore } from './port/accounts.js';
import type { ResponseStore } from './port/responses.js';
import type { ClaimStore } from './port/claims.js';
import type { HandoverStore } from './port/handovers.js';
import type { ImportStore } from './port/imports.js';
import type { InstallationStore } from './port/installation.js';
import type { KeyStore, SealReader } from './port/keys.js';
import type { LookupStore } from './port/lookups.js';
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
export type { LookupAsker } from './port/lookups.js';
export type { ContentSlice, LoadBatch, Verification } from './port/installation.js';
export { SEALED_COLUMNS, type SealedColumn, type SealReader, type KeyAnnouncement } from './port/keys.js';
export type { Order } from './port/list.js';
export type { EntryWithPerson, RosterFigures, TeacherFilter, TeacherSort } from './port/roster.js';
export type { AttemptCount } from './port/sign-in.js';
export type { ChainReport, RecordReport, TrailFilter } from './port/trail.js';

export interface OpenOptions {
  /** `inspect` only reads: no migration, no audit entry, no writer. */
  purpose: 'serve' | 'inspect';
  /** Accepts a database that has lost its newest writes; the caller must record it in the trail. */
  adopt?: boolean;
}

/** The database was written with the keys of another key file. */
export class WrongKeyFile extends Error {}

export interface StoreSecrets {
  /** The key of the trail's chains. */
  trailKey: Buffer;
  sealReader: SealReader;
}

export type OpenStore = (secrets: StoreSecrets, options?: OpenOptions) => Promise<Store>;

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
    LookupStore,
    HandoverStore,
    TrailStore,
    RetentionStore,
    KeyStore,
    ResponseStore,
    InstallationStore {
  close(): Promise<void>;
}
