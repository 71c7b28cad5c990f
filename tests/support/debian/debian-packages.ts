import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { oncePerRun } from '../servers/once-per-run.js';

const TIMEOUT_MS = 240_000;

/** A program of the system, with plain messages. @throws Error with all that it said */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', ...env },
    timeout: TIMEOUT_MS,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** As root nothing need be given to another user; and no lock of the system is needed to download. */
const SETTINGS = ['-o', 'APT::Sandbox::User=root', '-o', 'Debug::NoLocking=1'];

/**
 * Unpacks packages of Debian, and what they need beyond what is installed, into a folder. It installs nothing. It uses
 * the package lists of the system, or fetches its own.
 *
 * @throws Error where apt-get cannot fetch them
 */
export function unpackDebianPackages(packages: readonly string[], into: string): void {
  mkdirSync(into, { recursive: true });
  const work = mkdtempSync(join(into, 'fetch-'));
  try {
    const [lists, cache] = [join(work, 'lists'), join(work, 'cache')];
    mkdirSync(join(lists, 'partial'), { recursive: true });
    mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
    const toCache = [...SETTINGS, '-o', `Dir::Cache=${cache}`];
    const get = [
      '--yes',
      '--no-install-recommends',
      '--download-only',
      '--reinstall',
      'install',
      ...packages,
    ];
    try {
      runProgram('apt-get', [...toCache, ...get], work);
    } catch {
      const own = [...toCache, '-o', `Dir::State::Lists=${lists}`];
      runProgram('apt-get', [...own, 'update'], work);
      runProgram('apt-get', [...own, ...get], work);
    }
    const archives = join(cache, 'archives');
    for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb')))
      runProgram('dpkg-deb', ['-x', join(archives, file), into], work);
  } catch (cause) {
    throw new Error(
      `This test needs Debian's packages ${packages.join(' and ')}. apt-get could not fetch them.`,
      {
        cause,
      },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The same, once for all files of a test run. Returns the folder that stands for `/`. */
export const debianPackages = (...packages: readonly string[]): Promise<string> =>
  oncePerRun(`debian-${packages.join('-')}`, async (empty) => unpackDebianPackages(packages, empty));
