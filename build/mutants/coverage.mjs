// Runs before each test file, after StrykerJS's own set-up. StrykerJS counts what runs in `beforeAll` and between two tests as
// static, and then runs every test for it. Here `beforeAll` counts for each test of its file, and what runs between two tests
// for the one before.
import { afterAll, beforeAll, inject } from 'vitest';

const SET_UP = 'set-up';

if (inject('mode') === 'dry-run') {
  const state = (globalThis[inject('globalNamespace')] ??= {});

  beforeAll(() => {
    let current = SET_UP;
    Object.defineProperty(state, 'currentTestId', {
      get: () => current,
      set(id) {
        current = id ?? current;
      },
    });
  });

  // Hooks of `afterAll` run last to first, so this is before Stryker reads the coverage.
  afterAll(() => {
    const { [SET_UP]: hits = {}, ...tests } = state.mutantCoverage?.perTest ?? {};
    for (const counts of Object.values(tests)) {
      for (const [mutant, count] of Object.entries(hits)) counts[mutant] = (counts[mutant] ?? 0) + count;
    }
    if (state.mutantCoverage) state.mutantCoverage.perTest = tests;
  });
}
