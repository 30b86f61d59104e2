/** Entries of the audit trail that a use case writes. */
import type { ErrorCode } from '../../domain/errors.js';
import { DomainError } from '../../domain/errors.js';
import type { TrailAction, TrailOutcome } from '../../domain/trail.js';
import type { TrailDraft } from '../../store/records.js';
import type { Act } from './act.js';

type Target = TrailDraft['target'];
type Details = Record<string, unknown>;

export interface EntryOptions {
  unitId?: string;
  reason?: string | null;
  before?: Details | null;
  after?: Details | null;
  outcome?: TrailOutcome;
}

/** An audit entry. It belongs to the unit of its target, without one to the caller's. */
export function draftAuditEntry(act: Act, action: TrailAction, target: Target, options: EntryOptions = {}): TrailDraft {
  return {
    id: act.newId(),
    unitId: options.unitId ?? act.maybeCaller?.unit.id ?? '',
    at: act.at,
    actor: act.actor,
    action,
    // An id from a request may hold any characters. Those that a database would change cannot be covered by the MAC.
    target: { ...target, id: target.id.slice(0, 64).replace(/[^\w.:-]/gu, '?') },
    outcome: options.outcome ?? 'done',
    reason: options.reason ?? null,
    before: options.before ?? null,
    after: options.after ?? null,
    from: act.request.from,
    requestId: act.request.requestId,
  };
}

/** Writes an audit entry of a denied call in the caller's own unit. Returns the error to throw. */
export async function denied(act: Act, action: TrailAction, target: Target, code: ErrorCode = 'forbidden'): Promise<DomainError> {
  if (act.maybeCaller) {
    const auditEntry = draftAuditEntry(act, action, target, { outcome: 'denied', after: { code } });
    await act.store.record({ guards: [], trail: [auditEntry] });
  }
  return new DomainError(code);
}

/** The fields that differ, as values of before and after. The caller passes them masked where they are personal data. */
export function changed(before: Details, after: Details): { before: Details; after: Details } {
  const fields = Object.keys(after).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  const pick = (record: Details): Details => Object.fromEntries(fields.map((field) => [field, record[field] ?? null]));
  return { before: pick(before), after: pick(after) };
}
