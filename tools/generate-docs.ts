import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GENERATED_FILES, type GeneratedFile } from './generated-files.js';

const ROOT = resolve(import.meta.dirname, '..');

async function write({ path, render }: GeneratedFile): Promise<true> {
  writeFileSync(resolve(ROOT, path), await render());
  return true;
}

/** Prints what differs, in the words of `diff`. */
async function isCurrent({ path, render }: GeneratedFile): Promise<boolean> {
  const { status, error } = spawnSync('diff', ['-u', path, '-'], {
    cwd: ROOT,
    input: await render(),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  if (error !== undefined) throw error;
  return status === 0;
}

const isCheck = process.argv.includes('--check');
const results = await Promise.all(GENERATED_FILES.map((file) => (isCheck ? isCurrent(file) : write(file))));
if (results.includes(false)) {
  process.stderr.write('Generated files are stale: run `npm run generate` and commit what it writes.\n');
  process.exitCode = 1;
}
