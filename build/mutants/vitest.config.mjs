// The server tests as `npm run mutants` runs them: one process, the files that take the shortest time first.
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

class ShortestFirst extends BaseSequencer {
  /** The base sequencer runs failed files first, then the longest ones. */
  async sort(files) {
    const held = (file) =>
      this.ctx.cache.getFileTestResults(`${file.project.name}:${file.moduleId.slice(this.ctx.config.root.length + 1)}`);
    const weight = (file) => (held(file)?.failed ? -1 : (held(file)?.duration ?? 0));
    return [...files].sort((a, b) => weight(a) - weight(b));
  }
}

export default defineConfig({
  test: {
    include: JSON.parse(process.env.INSERVICE_MUTANTS_TESTS ?? '["server/**/*.test.ts"]'),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['build/mutants/coverage.mjs'],
    sequence: { sequencer: ShortestFirst },
  },
});
