import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GENERATED_FILES, type GeneratedFile } from './generated-files.js';

const ROOT = resolve(import.meta.dirname, '..');

function write({ path, render }: GeneratedFile): true {
  writeFileSync(resolve(ROOT, path), render());
  return true;
}

/** Prints what differs, in the words of `diff`. */
function isCurrent({ path, render }: GeneratedFile): boolean {
  const { status, error } = spawnSync('diff', ['-u', path, '-'], {
    cwd: ROOT,
    input: render(),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  if (error !== undefined) throw error;
  return status === 0;
}

const isCheck = process.argv.includes('--check');
const results = GENERATED_FILES.map((file) => (isCheck ? isCurrent(file) : write(file)));
if (results.includes(false)) {
  process.stderr.write('Generated files are stale: run `npm run generate` and commit what it writes.\n');
  process.exitCode = 1;
}
