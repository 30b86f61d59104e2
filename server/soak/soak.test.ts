/** The faults of `npm run soak` that need neither a tracer nor a mount, with few trials. */
import { describe, expect, it } from 'vitest';
import { faults } from './faults.js';
import { summaryOf } from './trial.js';

const ROUNDS = 4;

const cases = faults('short').flatMap((fault) =>
  fault.times.short > 0 ? fault.engines.map((engine) => ({ ...fault, fault, engine })) : [],
);

describe.concurrent('no acknowledged write is lost, and no write is incomplete', { timeout: 180_000 }, () => {
  it.each(cases)('after $name, on $engine', async ({ fault, engine, times }) => {
    let hits = 0;
    // A trial counts only where there is evidence that the fault happened.
    for (let round = 0; round < ROUNDS && hits < times.short; round++) {
      const { hits: hitsOfRound, lost, halfDone, findings } = await summaryOf(fault, engine, times.short);
      expect({ lost, halfDone, findings: lost + halfDone > 0 ? findings : [] }).toEqual({ lost: 0, halfDone: 0, findings: [] });
      hits += hitsOfRound;
    }
    expect(hits).toBeGreaterThanOrEqual(times.short);
  });
});
