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

/**
 * The same for the lines of a list that do not agree with what is on file elsewhere; the line of the list says how many.
 * @throws DomainError `rate-limited`
 */
export async function countLookups(act: Act, count: number): Promise<void> {
  const { lookups, lookupSeconds } = act.kit.limits;
  for (let time = 0; time < Math.min(count, lookups + 1); time++) await act.limited(`lookup:${act.caller.unit.id}`, lookups, lookupSeconds);
}
