import { setImmediate } from 'node:timers/promises';

/** The longest time that a long task may block the event loop. */
const MAX_BLOCKING_MS = 5;

/** Returns a function for a long task to await between its steps: it yields to the event loop when the last yield was 5 ms ago or more. */
export function createYielder(): () => Promise<void> {
  let startMs = performance.now();
  return async () => {
    if (performance.now() - startMs < MAX_BLOCKING_MS) return;
    await setImmediate();
    startMs = performance.now();
  };
}
