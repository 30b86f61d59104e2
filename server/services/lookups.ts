/** Look-ups of people outside the own school are limited and leave a line; ordinary registrations are neither. */
import type { Act } from './act.js';

/**
 * @param agreed whether what was sent agrees with what is on file elsewhere
 * @throws DomainError `rate-limited`
 */
export async function noteLookup(act: Act, agreed: boolean): Promise<void> {
  const { unit } = act.caller;
  await act.limited(`lookup:${unit.id}`, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  const entry = act.entry('transfer.propose', target, { outcome: agreed ? 'done' : 'denied', after: { lookup: 'elsewhere', agreed } });
  await act.store.record({ guards: [], trail: [entry] });
}
