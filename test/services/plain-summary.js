import process from 'node:process';

/** Jest reporter: one plain line at the very end that a person or a script can read without knowing jest. */
export default class PlainSummary {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = results;
    // A file that could not be loaded has no failed test, yet something failed.
    const line = `\n${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`;
    // Jest's own summary comes after all reporters have run.
    process.once('exit', () => process.stderr.write(line));
  }
}
