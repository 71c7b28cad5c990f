import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PlantedHouse, plantHouse } from './planted-house.js';

/** A build that leaves one letter more, or breaks where `libs/broken` says so. */
const BUILD = 'mkdir -p dist && printf b >> built && ! grep -q yes libs/broken && touch dist/.built';
const PACKAGE = JSON.stringify({ name: 'house', type: 'module', scripts: { build: BUILD } });
const COUNT = `import { readFileSync } from 'node:fs';\nprocess.stdout.write(readFileSync('built', 'utf8'));\n`;
const FILES = ['apps/main.ts', 'migrations/first.ts', 'nest-cli.json', 'package-lock.json', 'tsconfig.json'];

describe('building before a start', () => {
  let house: PlantedHouse;

  beforeEach(async () => {
    house = await plantHouse(
      ['tools/build-if-stale.js'],
      [...FILES, 'tsconfig.build.json', 'libs/broken'].map((file) => [file, 'no']),
    );
    await house.plant('package.json', PACKAGE);
    await house.plant('count.js', COUNT);
  });
  afterEach(() => house.tearDown());

  const build = async (): Promise<boolean> => (await house.run('tools/build-if-stale.js', [])).succeeded;
  const builds = async (): Promise<number> => (await house.run('count.js', [])).output.length;

  it('happens once as long as nothing changes', async () => {
    await build();
    await build();
    await expect(builds()).resolves.toBe(1);
  });

  it('happens again after a change', async () => {
    await build();
    await house.plant('libs/new-room/src/index.ts', '');
    await build();
    await expect(builds()).resolves.toBe(2);
  });

  it('stops the start when it fails, and is tried again', async () => {
    await house.plant('libs/broken', 'yes');
    await expect(build()).resolves.toBe(false);
    await house.plant('libs/broken', 'no');
    await expect(build()).resolves.toBe(true);
    await expect(builds()).resolves.toBe(2);
  });
});
