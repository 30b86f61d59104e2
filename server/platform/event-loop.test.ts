import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createYielder } from './event-loop.js';

let now = 0;
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => vi.restoreAllMocks());

/** Whether callbacks that wait already run before the call resolves. */
async function letsOthersRun(yieldIfDue: () => Promise<void>): Promise<boolean> {
  let ran = false;
  setImmediate(() => (ran = true));
  await yieldIfDue();
  return ran;
}

describe('createYielder', () => {
  it('yields to the event loop only after 5 ms', async () => {
    const yieldIfDue = createYielder();
    expect(await letsOthersRun(yieldIfDue)).toBe(false);
    now += 4;
    expect(await letsOthersRun(yieldIfDue)).toBe(false);
    now += 1;
    expect(await letsOthersRun(yieldIfDue)).toBe(true);
  });

  it('measures the time from the last yield', async () => {
    const yieldIfDue = createYielder();
    now += 5;
    await yieldIfDue();
    now += 4;
    expect(await letsOthersRun(yieldIfDue)).toBe(false);
  });
});
