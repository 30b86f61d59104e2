/** The faults of `npm run soak` in a short form: those that need neither a tracer nor a mount. */
import { describe, expect, it } from 'vitest';
import { faults } from './faults.js';
import { sumOf } from './trial.js';

const tried = faults('short').flatMap((fault) =>
  fault.times.short > 0 ? fault.engines.map((engine) => ({ ...fault, fault, engine })) : [],
);

describe.concurrent('nothing is lost and nothing half done', { timeout: 180_000 }, () => {
  it.each(tried)('$name, on $engine', async ({ fault, engine, times }) => {
    const sum = await sumOf(fault, engine, times.short);
    expect({ lost: sum.lost, halfDone: sum.halfDone, findings: sum.lost + sum.halfDone > 0 ? sum.findings : [] }).toEqual({
      lost: 0,
      halfDone: 0,
      findings: [],
    });
    // A try counts only where the fault was seen to hit.
    expect([sum.tried, sum.missed]).toEqual([times.short, 0]);
  });
});
