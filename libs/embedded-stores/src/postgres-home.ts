import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyPackagedPostgres, type PostgresBinaries } from './postgres-binaries.js';
import { postgresRunners, reaches, type PostgresRunner } from './postgres-runner.js';
import type { StoreLine } from './store.js';

/** Where a cluster lies and how its programs are run. */
export interface PostgresHome {
  readonly dir: string;
  readonly runner: PostgresRunner;
  /** Folder of `postgres` and `initdb`, where the runner can run them. */
  readonly programs: string;
}

/** Holds the path of the home when it is not the data folder. */
const LOCATION_FILE = 'postgres.location';

/** Parents that survive a restart; the first that exists. */
const OUTSIDE = ['/var/lib', '/var/db', '/var/tmp'];

/** The folder that holds the cluster's folder `postgres`: the data folder, or the place outside that an earlier start chose. */
export function homeDir(dataDir: string): string {
  const location = join(dataDir, LOCATION_FILE);
  return existsSync(location) ? readFileSync(location, 'utf8').trim() : dataDir;
}

export function clusterDir(dataDir: string): string {
  return join(homeDir(dataDir), 'postgres');
}

/**
 * The data stays under the data folder if PostgreSQL's user can reach it. It cannot if root lacks `setpriv`, or if
 * only root may pass a folder above. Then the cluster is outside, and the data folder says where.
 */
export async function settlePostgres(
  dataDir: string,
  binaries: PostgresBinaries,
  say: StoreLine,
): Promise<PostgresHome> {
  let dir = homeDir(dataDir);
  const runners = postgresRunners(join(dir, 'postgres'));
  const program = join(binaries.folder, 'postgres');
  const complete = runners.find((runner) => reaches(runner, dir, program));
  if (complete !== undefined) return { dir, runner: complete, programs: binaries.folder };

  let runner = runners.find((candidate) => reaches(candidate, dir));
  if (runner === undefined) {
    dir = moveOutside(dataDir, say);
    runner = runners.find((candidate) => reaches(candidate, dir));
  }
  if (runner === undefined)
    throw new Error(`PostgreSQL: only root can reach ${dir}. Open the folders above it to other users.`);
  if (reaches(runner, dir, program)) return { dir, runner, programs: binaries.folder };
  if (binaries.packageRoot === undefined) {
    throw new Error(
      `PostgreSQL: only root can run ${program}. Move it to a folder that user ${runner.user?.uid} can read.`,
    );
  }
  const programs = await copyPackagedPostgres(binaries.packageRoot, join(dir, 'packages'));
  return { dir, runner, programs };
}

function moveOutside(dataDir: string, say: StoreLine): string {
  if (existsSync(clusterDir(dataDir))) {
    throw new Error(
      `PostgreSQL: its user can no longer reach ${clusterDir(dataDir)}; open the folders above it.`,
    );
  }
  const parent = OUTSIDE.find((folder) => existsSync(folder));
  if (parent === undefined)
    throw new Error(`PostgreSQL: its user cannot reach ${dataDir}. Set SAP2_DATA_DIR to another folder.`);
  const outside = mkdtempSync(join(parent, 'sap2-'));
  chmodSync(outside, 0o711);
  writeFileSync(join(dataDir, LOCATION_FILE), `${outside}\n`, { mode: 0o600 });
  say(`PostgreSQL: its user cannot pass the folders above ${dataDir}; its data goes to ${outside}`);
  return outside;
}
