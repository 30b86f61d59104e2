import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { turns } from './turns.js';

let now = 0;
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => vi.restoreAllMocks());

/** Whether others, who wait already, are served at a turn. */
async function serves(turn: () => Promise<void>): Promise<boolean> {
  let served = false;
  setImmediate(() => (served = true));
  await turn();
  return served;
}

describe('the turns of a long work', () => {
  it('let others in once they have waited, and not at every step', async () => {
    const turn = turns();
    expect(await serves(turn)).toBe(false);
    now += 4;
    expect(await serves(turn)).toBe(false);
    now += 1;
    expect(await serves(turn)).toBe(true);
  });

  it('begin anew when others have had theirs', async () => {
    const turn = turns();
    now += 5;
    await turn();
    now += 4;
    expect(await serves(turn)).toBe(false);
  });
});
