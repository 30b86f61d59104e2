import { setImmediate } from 'node:timers/promises';

/** How long one step after the other may keep everybody else waiting. */
const TURN_MS = 5;

/** The turns of a long work in the thread that answers everybody: awaited between its steps, it lets others in when they have waited. */
export function turns(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < TURN_MS) return;
    await setImmediate();
    began = performance.now();
  };
}
