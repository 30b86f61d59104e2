/** The names of the failed tests in a result of vitest's JSON reporter; of a file that could not be loaded, the file. */
export function failedTests(testResults) {
  return testResults.flatMap(({ name: file, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map(({ fullName }) => `${file}: ${fullName}`);
    return failed.length === 0 && status === 'failed' ? [file] : failed;
  });
}
