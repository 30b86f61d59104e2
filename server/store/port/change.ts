/** What a write brings besides its records. */
import type { Role } from '../../domain/authority.js';
import type { UnitPath } from '../../domain/units.js';
import type { StoredResponse, MailLinkRecord, OutboxRecord, TrailDraft } from '../records.js';

/** A guard no longer holds, a version is stale, or a unique value is taken. Nothing was written. */
export class WriteConflict extends Error {
  /** @param subject names the guard, the table or the constraint */
  constructor(readonly subject: string) {
    super(`changed in the meantime: ${subject}`);
    this.name = 'WriteConflict';
  }
}

/**
 * A condition that must still hold when the change is written. `actor`: the account is active in this unit and role, or (null)
 * has no role. `path`: the unit has this path in the tree. `head`: this account, or (null) nobody, is the head of the unit.
 */
export type Guard =
  | { kind: 'actor'; accountId: string; unitId: string; role: Role | null }
  | { kind: 'path'; unitId: string; path: UnitPath }
  | { kind: 'head'; unitId: string; accountId: string | null };

export interface Change {
  guards: Guard[];
  trail: TrailDraft[];
  /** The mail links of its letters. Each replaces an earlier one of the same account and purpose. */
  links?: MailLinkRecord[] | undefined;
  /** Facts and letters to deliver after the commit. Iterated once. */
  outbox?: Iterable<OutboxRecord> | undefined;
  response?: StoredResponse | undefined;
}
