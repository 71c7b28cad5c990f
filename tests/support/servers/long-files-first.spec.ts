import { expect, it } from '@jest/globals';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import LongFilesFirst, { LONG_FILES } from './long-files-first.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const [LONG = '', NEXT = ''] = LONG_FILES;
const SHORT = 'jest.config.js';

/** A run that keeps its memory in a folder of its own. */
function aRun() {
  const context = {
    config: {
      rootDir: ROOT,
      id: 'one',
      cache: true,
      cacheDirectory: mkdtempSync(join(tmpdir(), 'order-')),
      haste: {},
    },
    hasteFS: { getSize: () => 1 },
  };
  const tests = [SHORT, NEXT, LONG].map((path) => ({ path: resolve(ROOT, path), context }));
  const orderNow = async (): Promise<readonly string[]> => {
    const sequencer = new LongFilesFirst({ contexts: [], globalConfig: {} });
    return (await sequencer.sort(tests)).map(({ path }) => path.slice(ROOT.length + 1));
  };
  const remember = (runtimes: Readonly<Record<string, number>>): void => {
    const testResults = Object.entries(runtimes).map(([path, runtime]) => ({
      testFilePath: resolve(ROOT, path),
      perfStats: { runtime },
      numFailingTests: 0,
    }));
    new LongFilesFirst({ contexts: [], globalConfig: {} }).cacheResults(tests, { testResults });
  };
  return { orderNow, remember };
}

it('every file that is known to be long exists', () => {
  expect(LONG_FILES.filter((file) => !existsSync(resolve(ROOT, file)))).toEqual([]);
});

it('without a memory of earlier runs the long files come first', async () => {
  expect(await aRun().orderNow()).toEqual([LONG, NEXT, SHORT]);
});

it('with the durations of an earlier run the order is that of Jest', async () => {
  const run = aRun();
  run.remember({ [LONG]: 1, [NEXT]: 2, [SHORT]: 3 });
  expect(await run.orderNow()).toEqual([SHORT, NEXT, LONG]);
});
