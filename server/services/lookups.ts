/** Look-ups of people outside the own school are limited and leave a line; ordinary registrations are neither. */
import type { Act } from './act.js';

/**
 * @param agreed whether what was sent agrees with what is on file elsewhere
 * @throws DomainError `rate-limited`
 */
export async function noteLookup(act: Act, agreed: boolean): Promise<void> {
  const { unit } = act.caller;
  const target = { type: 'roster' as const, id: unit.id, name: unit.name };
  const entry = act.entry('transfer.propose', target, { outcome: agreed ? 'done' : 'denied', after: { lookup: 'elsewhere', agreed } });
  // The line first: whoever is refused has asked all the same.
  await act.store.record({ guards: [], trail: [entry] });
  await act.limited(`lookup:${unit.id}`, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
}

/**
 * Before a list is looked up, which registers nobody: where the limit has been reached its answer would tell who is elsewhere.
 * @throws DomainError `rate-limited`
 */
export async function mustHaveLookups(act: Act): Promise<void> {
  const key = `lookup:${act.caller.unit.id}`;
  await act.limited(key, act.kit.limits.lookups, act.kit.limits.lookupSeconds);
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
  const line = act.entry('transfer.propose', target, { outcome: 'denied', after: { lookup: 'elsewhere', agreed: false, count } });
  await act.store.record({ guards: [], trail: [line] });
  for (let time = 0; time < Math.min(count, lookups + 1); time++) await act.limited(`lookup:${unit.id}`, lookups, lookupSeconds);
}
