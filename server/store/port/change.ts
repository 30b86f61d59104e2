/** What a write carries beside its records. */
import type { Role } from '../../domain/authority.js';
import type { UnitPath } from '../../domain/units.js';
import type { StoredResponse, MailLinkRecord, OutboxRecord, TrailDraft } from '../records.js';

/** What was decided on changed between the reading and the writing. */
export class WriteConflict extends Error {
  constructor(readonly subject: string) {
    super(`changed in the meantime: ${subject}`);
    this.name = 'WriteConflict';
  }
}

/** What must still hold when a decision is written: the actor in office, and the place of the units whose relation was used. */
export type Guard =
  | { kind: 'actor'; accountId: string; unitId: string; role: Role | null }
  | { kind: 'path'; unitId: string; path: UnitPath }
  | { kind: 'head'; unitId: string; accountId: string | null };

export interface Change {
  guards: Guard[];
  trail: TrailDraft[];
  /** One-time links of its letters; each takes the place of an earlier one of the same account and purpose. */
  links?: MailLinkRecord[] | undefined;
  /** What goes out once the change is there: facts, letters. Gone through once. */
  outbox?: Iterable<OutboxRecord> | undefined;
  response?: StoredResponse | undefined;
}
