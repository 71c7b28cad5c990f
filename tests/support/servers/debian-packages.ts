import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { oncePerRun } from './once-per-run.js';

const TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/**
 * The contents of packages of Debian, unpacked in a folder of the test run. This installs nothing. What the packages
 * depend on stays out.
 *
 * @returns the folder that stands for `/`
 */
export async function debianPackages(...names: readonly string[]): Promise<string> {
  const folder = await oncePerRun(`debian-${names.join('-')}`, async (empty) => {
    try {
      await download(empty, names);
    } catch (cause) {
      const wanted = names.join(' and ');
      throw new Error(`This test needs Debian's packages ${wanted}. apt-get could not fetch them.`, {
        cause,
      });
    }
    for (const file of readdirSync(empty).filter((name) => name.endsWith('.deb')))
      await run('dpkg-deb', ['-x', file, 'root'], { cwd: empty, timeout: TIMEOUT_MS });
  });
  return join(folder, 'root');
}

async function download(folder: string, names: readonly string[]): Promise<void> {
  const apt = (settings: readonly string[], args: readonly string[]): Promise<unknown> =>
    run('apt-get', [...settings, '-o', 'APT::Sandbox::User=root', ...args], {
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C' },
      timeout: TIMEOUT_MS,
    });
  try {
    await apt([], ['download', ...names]);
  } catch {
    // The system has no package lists, or old ones.
    const settings = privateLists(folder);
    await apt(settings, ['update']);
    await apt(settings, ['download', ...names]);
  }
}

function privateLists(folder: string): readonly string[] {
  const [lists, cache] = [join(folder, 'lists'), join(folder, 'cache')];
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
}
