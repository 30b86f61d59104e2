/** Look-ups of people outside the own school are limited and leave a line; ordinary registrations are neither. */
import type { Act } from '../core/act.js';
import { auditEntry } from '../core/audit.js';
import { enforceLimit } from '../core/rate-limit.js';

/**
 * @param agreed whether what was sent agrees with what is on file elsewhere
 * @throws DomainError `rate-limited`
 */
export async function noteLookup(act: Act, agreed: boolean): Promise<void> {
  const { unit } = act.caller;
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  const line = (told: { outcome: 'done' | 'denied'; agreed?: boolean }) =>
    auditEntry(act, 'transfer.propose', target, {
      outcome: told.outcome,
      after: { lookup: 'elsewhere', ...('agreed' in told && { agreed: told.agreed }) },
    });
  try {
    await enforceLimit(act, `lookup:${unit.id}`, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
  } catch (error) {
    // Whoever is refused has asked all the same, but the line must not answer in the refusal's place.
    await act.store.record({ guards: [], trail: [line({ outcome: 'denied' })] });
    throw error;
  }
  await act.store.record({ guards: [], trail: [line({ outcome: agreed ? 'done' : 'denied', agreed })] });
}

/**
 * Before a list is looked up, which registers nobody: where the limit has been reached its answer would tell who is elsewhere.
 * @throws DomainError `rate-limited`
 */
export async function mustHaveLookups(act: Act): Promise<void> {
  const key = `lookup:${act.caller.unit.id}`;
  await enforceLimit(act, key, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
  await act.store.uncountFailure(key);
}

/**
 * The same for the lines of a list that do not agree with what is on file elsewhere: each number with each birth date counts.
 * @throws DomainError `rate-limited`
 */
export async function countLookups(act: Act, count: number): Promise<void> {
  if (count === 0) return;
  const { unit } = act.caller;
  const { lookups, lookupSeconds } = act.kit.limits;
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  const line = auditEntry(act, 'transfer.propose', target, { outcome: 'denied', after: { lookup: 'elsewhere', agreed: false, count } });
  await act.store.record({ guards: [], trail: [line] });
  for (let time = 0; time < Math.min(count, lookups + 1); time++) await enforceLimit(act, `lookup:${unit.id}`, lookups, lookupSeconds);
}
