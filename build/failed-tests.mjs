/** The names of the tests that failed in a result of vitest's JSON reporter; a file that could not be loaded has none, and is named. */
export function failedTests(testResults) {
  return testResults.flatMap(({ name: file, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => `${file}: ${fullName}`);
    return failed.length === 0 && status === 'failed' ? [file] : failed;
  });
}
