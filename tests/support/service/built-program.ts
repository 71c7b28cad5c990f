import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { oncePerRun } from '@sap2/test-support';

const ROOT = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** Where `npm run build` puts it. */
export const SERVICE = join(ROOT, 'dist/apps/sap2/src/main.js');
export const COMMAND_LINE = join(ROOT, 'dist/apps/sap2/src/cli/main.js');

/** Builds what `npm start` runs, unless nothing changed. All tests of a run share one build. */
export async function build(): Promise<void> {
  await oncePerRun('build', async () => {
    await run(process.execPath, ['tools/build-if-stale.js'], { cwd: ROOT });
  });
}

/**
 * A process that a test may kill at any point. The caller has built it, and ends it.
 *
 * @param flags those of Node
 */
export function spawnBuilt(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(process.execPath, [...flags, program, ...args], { env, stdio: 'pipe' });
}
