import { readFileSync } from 'node:fs';

/**
 * `node tools/test-count.js results.json failures`: prints "N passed, N failed" for the JSON of a jest run plus other
 * failures, and ends with an error unless something passed and nothing failed. A suite that could not be loaded has no
 * tests to count, and is one failure.
 */
const [results = '', otherFailures = '0'] = process.argv.slice(2);
const text = readFileSync(results, 'utf8');
const run = text === '' ? { numPassedTests: 0, numFailedTests: 1, testResults: [] } : JSON.parse(text);

const unloadable = run.testResults.filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
);
const failed = run.numFailedTests + unloadable.length + Number(otherFailures);
process.stdout.write(`${run.numPassedTests} passed, ${failed} failed\n`);
process.exitCode = run.numPassedTests > 0 && failed === 0 ? 0 : 1;
