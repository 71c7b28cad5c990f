import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PlantedHouse, plantHouse } from './planted-house.js';

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] };
const failed = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] };
const unloadable = { status: 'failed', assertionResults: [] };

describe('the last line of a CI run', () => {
  let house: PlantedHouse;
  beforeAll(async () => {
    house = await plantHouse(['tools/test-count.js', 'package.json'], []);
  });
  afterAll(() => house.tearDown());

  const run = (numPassedTests: number, numFailedTests: number, testResults: readonly object[]): string =>
    JSON.stringify({ numPassedTests, numFailedTests, testResults });

  it.each<[what: string, results: string, otherFailures: string, line: string, succeeded: boolean]>([
    ['all is well', run(3, 0, [passed]), '0', '3 passed, 0 failed', true],
    ['a test fails', run(3, 1, [passed, failed]), '0', '3 passed, 1 failed', false],
    ['a suite cannot be loaded', run(3, 0, [passed, unloadable]), '0', '3 passed, 1 failed', false],
    ['another step fails', run(3, 0, [passed]), '2', '3 passed, 2 failed', false],
    ['there are no tests', run(0, 0, []), '0', '0 passed, 0 failed', false],
    ['the tests did not run', '', '0', '0 passed, 1 failed', false],
  ])('where %s', async (_, results, otherFailures, line, succeeded) => {
    await house.plant('results.json', results);
    const ended = await house.run('tools/test-count.js', ['results.json', otherFailures]);
    expect(ended).toEqual({ output: `${line}\n`, succeeded });
  });
});
