// Prints one line per failure, and the counts that `build/test.mjs` adds up.

/** Counts the results of one file, suites within suites. */
function* resultsOf(suite, path = []) {
  for (const test of suite.tests) yield { ...test, name: [...path, test.name].join(' › ') };
  for (const inner of suite.suites) yield* resultsOf(inner, [...path, inner.name]);
}

export function countingReporter() {
  return {
    reportTestFileResults: () => undefined,
    stop({ sessions }) {
      let passed = 0;
      let failed = 0;
      let states = 0;
      for (const { testFile, testResults, errors } of sessions) {
        for (const error of errors) {
          failed++;
          console.log(`✘ ${testFile}: ${error.message}`);
        }
        if (!testResults) continue;
        for (const { name, passed: fine, skipped, error } of resultsOf(testResults)) {
          if (name.includes('wide and narrow, light and dark')) states++;
          if (fine) passed++;
          else if (!skipped) {
            failed++;
            console.log(`✘ ${name}\n    ${error?.message ?? ''}`);
          }
        }
      }
      console.log(`states of elements under axe: ${states}, each at 2 widths and in 2 colour schemes`);
      console.log(`elements: ${passed} passed, ${failed} failed, in ${sessions.length} files`);
    },
  };
}
