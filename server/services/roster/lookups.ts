/** Look-ups of people outside the own school are rate-limited and recorded in the audit trail. Ordinary registrations are not. */
import type { Act } from '../core/act.js';
import { draftAuditEntry } from '../core/audit.js';
import { enforceLimit } from '../core/rate-limit.js';

/**
 * @param agreed whether the data sent agree with the entry of the other school
 * @throws DomainError `rate-limited`
 */
export async function noteLookup(act: Act, agreed: boolean): Promise<void> {
  const { unit } = act.caller;
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  const auditEntry = (told: { outcome: 'done' | 'denied'; agreed?: boolean }) =>
    draftAuditEntry(act, 'transfer.propose', target, {
      outcome: told.outcome,
      after: { lookup: 'elsewhere', ...('agreed' in told && { agreed: told.agreed }) },
    });
  try {
    await enforceLimit(act, `lookup:${unit.id}`, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
  } catch (error) {
    // A refused caller is recorded too, but the audit entry must not reveal what the refusal hides.
    await act.store.record({ guards: [], trail: [auditEntry({ outcome: 'denied' })] });
    throw error;
  }
  await act.store.record({ guards: [], trail: [auditEntry({ outcome: agreed ? 'done' : 'denied', agreed })] });
}

/**
 * Called before a list is looked up: once the limit is reached, the result would reveal who is on other rosters.
 * @throws DomainError `rate-limited`
 */
export async function mustHaveLookups(act: Act): Promise<void> {
  const key = `lookup:${act.caller.unit.id}`;
  await enforceLimit(act, key, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
  await act.store.takeBackAttempt(key);
}

/**
 * Counts the rows of a list that do not agree with the entry of another school: each number with each birth date counts.
 * @throws DomainError `rate-limited`
 */
export async function countLookups(act: Act, count: number): Promise<void> {
  if (count === 0) return;
  const { unit } = act.caller;
  const { lookups, lookupSeconds } = act.kit.limits;
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  const auditEntry = draftAuditEntry(act, 'transfer.propose', target, {
    outcome: 'denied',
    after: { lookup: 'elsewhere', agreed: false, count },
  });
  await act.store.record({ guards: [], trail: [auditEntry] });
  for (let time = 0; time < Math.min(count, lookups + 1); time++) await enforceLimit(act, `lookup:${unit.id}`, lookups, lookupSeconds);
}
