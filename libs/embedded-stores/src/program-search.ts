import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** A version question that takes longer is no answer. */
const VERSION_TIMEOUT_MS = 10_000;

export function pathFolders(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** A pattern with one star, as `/usr/pgsql-<star>/bin`: the folders that are there, highest number first. */
export function expand(pattern: string): string[] {
  const star = pattern.indexOf('*');
  if (star < 0) return [pattern];
  const parent = dirname(pattern.slice(0, star + 1));
  const head = pattern.slice(parent.length + 1, star);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(head))
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(parent, name, pattern.slice(star + 1)));
}

/**
 * First line that the program prints for its version. Undefined if it does not run here, for example without a
 * library.
 */
export async function versionLine(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { env, timeout: VERSION_TIMEOUT_MS, cwd: '/' });
    return stdout.split('\n')[0];
  } catch {
    return undefined; // that it does not run is the answer
  }
}
