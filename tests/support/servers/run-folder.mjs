/** Plain JavaScript, because Jest loads its global modules without any transformation. */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('run-folder-keeper.mjs', import.meta.url));

let keeper;

/**
 * A folder for the servers of one run, watched by a process in a session of its own: Ctrl-C and SIGKILL end the run
 * before any clean-up of ours, and never the keeper, which sees its input close and cleans up then.
 */
export function openRunFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'sap2-test-'));
  chmodSync(folder, 0o711);
  keeper = spawn(process.execPath, [KEEPER, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  keeper.unref();
  keeper.stdin.unref();
  return folder;
}

/** Resolves when all is ended and removed. */
export async function closeRunFolder() {
  keeper.ref();
  const gone = once(keeper, 'exit');
  keeper.stdin.end();
  await gone;
}
