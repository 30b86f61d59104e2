import { describe, expect, it } from 'vitest';
import type { ImportContent } from './import-content.js';
import { LastChecks, type LastCheck } from './last-checks.js';

const MINUTE = 60_000;
const check = (fileName: string): LastCheck => ({ content: { fileName } as ImportContent, rows: [] });

describe('the last check of an import', () => {
  it('can be taken once, for the version that was checked', () => {
    const checks = new LastChecks();
    checks.keep('a', 2, check('two'), 0);
    expect(checks.take('a', 2, MINUTE)?.content.fileName).toBe('two');
    expect(checks.take('a', 2, MINUTE)).toBeNull();
    checks.keep('a', 3, check('three'), 0);
    checks.keep('a', 4, check('four'), 0);
    expect(checks.take('a', 3, MINUTE)).toBeNull();
  });

  it('is deleted after ten minutes', () => {
    const checks = new LastChecks();
    checks.keep('a', 1, check('a'), 0);
    checks.keep('b', 1, check('b'), 0);
    expect(checks.take('a', 1, 10 * MINUTE)).toBeNull();
    checks.forget(10 * MINUTE);
    expect(checks.take('b', 1, MINUTE)).toBeNull();
  });

  it('is kept for the last eight imports', () => {
    const checks = new LastChecks();
    for (let index = 0; index < 10; index++) checks.keep(`list ${index}`, 1, check(String(index)), 0);
    const kept = Array.from({ length: 10 }, (_, index) => checks.take(`list ${index}`, 1, MINUTE)?.content.fileName ?? null);
    expect(kept).toEqual([null, null, '2', '3', '4', '5', '6', '7', '8', '9']);
  });
});
