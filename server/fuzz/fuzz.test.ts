import { expect, it } from 'vitest';
import type { Call } from '../contract/call.js';
import { calls } from '../contract/calls.js';
import { fuzz } from './fuzz.js';

const REQUESTS = Number(process.env['INSERVICE_FUZZ_REQUESTS'] ?? 2_500);
const SEED = Number(process.env['INSERVICE_FUZZ_SEED'] ?? Date.now() % 1_000_000);

it('no request made from the schemas gets a 5xx, an answer off its schema, or a change by a refusal', async () => {
  const { requests, faults, answered } = await fuzz(REQUESTS, SEED);
  const all = Object.entries(calls) as unknown as [string, Call][];
  const rarely = [...answered]
    .filter(([, { asked, fine }]) => fine < asked / 5)
    .map(([name, { asked, fine }]) => `${name}: ${fine} of ${asked}`);
  const missing = all.flatMap(([name, call]) =>
    Object.keys(call.answers)
      .filter((status) => !answered.get(name)!.statuses.has(Number(status)))
      .map((status) => `${name} never answered ${status}`),
  );
  console.log(`fuzz: ${requests} requests over ${answered.size} calls, seed ${SEED}`);
  expect({ faults, rarely, missing }, `seed ${SEED}`).toEqual({ faults: [], rarely: [], missing: [] });
}, 900_000);
