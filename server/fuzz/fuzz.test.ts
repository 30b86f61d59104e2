import { expect, it } from 'vitest';
import type { Call } from '../contract/call.js';
import { calls } from '../contract/calls.js';
import { fuzz } from './fuzz.js';

// `npm run fuzz` and `npm run test:long` set both, with a random seed.
const REQUESTS = Number(process.env['INSERVICE_FUZZ_REQUESTS'] ?? 1_000);
const SEED = Number(process.env['INSERVICE_FUZZ_SEED'] ?? 1);

it('no generated request gets a 5xx or a response that violates its schema, and no refused request changes the database', async () => {
  const { requests, faults, tallies } = await fuzz(REQUESTS, SEED);
  const all = Object.entries(calls) as unknown as [string, Call][];
  const rarelySuccessful = [...tallies]
    .filter(([, tally]) => tally.successes < tally.requests / 5)
    .map(([name, tally]) => `${name}: ${tally.successes} of ${tally.requests}`);
  const missingStatuses = all.flatMap(([name, call]) =>
    Object.keys(call.answers)
      .filter((status) => !tallies.get(name)!.statuses.has(Number(status)))
      .map((status) => `${name} never returned ${status}`),
  );
  console.log(`fuzz: ${requests} requests to ${tallies.size} calls, seed ${SEED}`);
  expect({ faults, rarelySuccessful, missingStatuses }, `seed ${SEED}`).toEqual({ faults: [], rarelySuccessful: [], missingStatuses: [] });
}, 1_800_000);
