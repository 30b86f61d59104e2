/** The faults of `npm run soak` in a short form: those that need neither a tracer nor a mount. */
import { describe, expect, it } from 'vitest';
import { faults } from './faults.js';
import { sumOf } from './trial.js';

const ROUNDS = 4;

const tried = faults('short').flatMap((fault) =>
  fault.times.short > 0 ? fault.engines.map((engine) => ({ ...fault, fault, engine })) : [],
);

describe.concurrent('nothing is lost and nothing half done', { timeout: 180_000 }, () => {
  it.each(tried)('$name, on $engine', async ({ fault, engine, times }) => {
    let hits = 0;
    // A try counts only where the fault was seen to hit.
    for (let round = 0; round < ROUNDS && hits < times.short; round++) {
      const { tried: hit, lost, halfDone, findings } = await sumOf(fault, engine, times.short);
      expect({ lost, halfDone, findings: lost + halfDone > 0 ? findings : [] }).toEqual({ lost: 0, halfDone: 0, findings: [] });
      hits += hit;
    }
    expect(hits).toBeGreaterThanOrEqual(times.short);
  });
});
