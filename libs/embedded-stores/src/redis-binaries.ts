import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MissingStoreError } from './missing-store.js';
import { pathFolders, versionLine } from './program-search.js';
import { fetchedEnv, fetchedRoot, fetchRedis } from './redis-fetch.js';
import type { StoreLine } from './store.js';

export interface RedisProgram {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
}

const NAMES = ['redis-server', 'valkey-server'];
const USUAL_PLACES = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin', '/opt/local/bin'];
/** Older versions do not truncate a torn log, and lack script commands of the live store. */
const OLDEST_MAJOR = 6;

/**
 * The first that runs: PATH, the usual places, what an earlier start fetched, and then the distribution's package.
 * @throws MissingStoreError
 */
export async function findRedis(
  dataDir: string,
  say: StoreLine,
  signal: AbortSignal | undefined,
  searchPaths: readonly string[] = [...pathFolders(), ...USUAL_PLACES],
): Promise<RedisProgram> {
  const { env } = process;
  const installed = await firstThatRuns(searchPaths, env);
  if (installed !== undefined) {
    say(`Redis: found ${installed.version} at ${installed.program}`);
    return { program: installed.program, env };
  }
  const fetched = await firstFetched(dataDir);
  if (fetched !== undefined) {
    say(`Redis: found ${fetched.version}, fetched earlier, at ${fetched.program}`);
    return fetched;
  }
  const reason = await fetchRedis(dataDir, signal);
  const fresh = await firstFetched(dataDir);
  if (fresh === undefined) {
    throw new MissingStoreError(
      'Redis',
      `no redis-server or valkey-server on the PATH or in the usual places, and ${reason ?? 'the fetched one does not run'}`,
    );
  }
  say(`Redis: fetched ${fresh.version} from the distribution's packages to ${fetchedRoot(dataDir)}`);
  return fresh;
}

async function firstFetched(dataDir: string): Promise<(RedisProgram & { version: string }) | undefined> {
  const root = fetchedRoot(dataDir);
  if (!existsSync(root)) return undefined;
  const env = fetchedEnv(root);
  const found = await firstThatRuns([join(root, 'usr/bin')], env);
  return found && { ...found, env };
}

async function firstThatRuns(
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ program: string; version: string } | undefined> {
  for (const program of folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))) {
    if (!existsSync(program)) continue;
    // "Redis server v=7.0.15 sha=…" · "Valkey server v=8.1.1 sha=…"
    const [, brand, version] = /^(\w+) server v=(\S+)/u.exec((await versionLine(program, env)) ?? '') ?? [];
    if (version !== undefined && Number.parseInt(version, 10) >= OLDEST_MAJOR) {
      return { program, version: `${brand} ${version}` };
    }
  }
  return undefined;
}
