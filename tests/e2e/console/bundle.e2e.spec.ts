import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from '../../support/service/built-program.js';

const FOLDER = resolve(import.meta.dirname, '../../../dist/apps/console');
const MOST_BYTES = 250 * 1024;

it('all files of the console together have at most 250 kB of gzip', async () => {
  await build();
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:js|css|html|svg)$/.test(name),
  );
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.map((name) => gzipSync(readFileSync(join(FOLDER, name))).length);
  expect(bytes.reduce((one, other) => one + other, 0)).toBeLessThan(MOST_BYTES);
});
