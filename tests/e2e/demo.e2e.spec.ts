import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it } from '@jest/globals';
import { testFolder } from '../support/servers/test-folder.js';
import { build, spawnBuilt } from '../support/service/built-program.js';

const DEMO = join(resolve(import.meta.dirname, '../..'), 'dist/apps/demo/src/main.js');

beforeAll(build);

it('npm run demo plays every step, shows every message whole, and leaves nothing behind', async () => {
  const folder = testFolder();
  const { PATH, HOME } = process.env;
  const demo = spawnBuilt(DEMO, ['--xml'], { PATH, HOME, TMPDIR: folder });
  const [shown, faults, [exitCode]] = await Promise.all([
    text(demo.stdout),
    text(demo.stderr),
    once(demo, 'exit'),
  ]);
  expect([faults, exitCode]).toEqual(['', 0]);
  expect(shown.match(/✓/gu)).toHaveLength(10);
  // CSP, a push of SSP, and CSP as bytes.
  for (const part of ['<KeepAlive-Request>', '<UserDisconnectRequest', '03 11 6a']) {
    expect(shown).toContain(part);
  }
  expect(await readdir(folder)).toEqual([]);
});

it('npm run demo fits a terminal of 80 columns, but for XML beside its bytes', async () => {
  const { PATH, HOME } = process.env;
  const demo = spawnBuilt(DEMO, [], { PATH, HOME, TMPDIR: testFolder() });
  const [shown] = await Promise.all([text(demo.stdout), once(demo, 'exit')]);
  const wide = shown
    .split('\n')
    .filter((line) => line.length > 80 && !/^ {3}(?:[\da-f]{2} ){1,8}| {30}/u.test(line));
  expect(wide).toEqual([]);
  expect(shown).toContain('✓');
});
