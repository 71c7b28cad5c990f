import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** `node` on a source file as it stands: a process that a test may kill at any point. The caller ends it. */
export function spawnTypeScript(
  file: URL,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), fileURLToPath(file), ...args], {
    env,
    stdio: 'pipe',
  });
}
