import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PostgresHome } from './postgres-home.js';
import { asCommand } from './postgres-runner.js';
import { run } from './program-search.js';

export const POSTGRES_USER = 'sap2';

const PASSWORD_FILE = 'postgres.password';
const PASSWORD_BYTES = 24;
/** An unfinished cluster. It gets its name only when it is complete, so a killed start leaves nothing incomplete. */
const UNFINISHED = 'postgres.new-';

/** Major version of the cluster in the folder; undefined without a cluster. */
export function clusterMajor(dir: string): number | undefined {
  const file = join(dir, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/** @throws Error when the file is gone, and with it the way into the database */
export function readPassword(dataDir: string): string {
  const file = join(dataDir, PASSWORD_FILE);
  if (!existsSync(file)) {
    throw new Error(
      `PostgreSQL: ${file} is missing, and its database cannot be opened without it. Restore it from a backup.`,
    );
  }
  return readFileSync(file, 'utf8').trim();
}

/** A cluster of UTF-8 text in plain byte order, which only the password opens. */
export async function createCluster(
  dataDir: string,
  home: PostgresHome,
  durable: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  sweepUnfinished(home.dir);
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  rmSync(join(dataDir, PASSWORD_FILE), { force: true });
  writeFileSync(join(dataDir, PASSWORD_FILE), password, { mode: 0o600, flush: true });

  const fresh = mkdtempSync(join(home.dir, UNFINISHED));
  const [cluster, passwordCopy] = [join(fresh, 'cluster'), join(fresh, 'password')];
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordCopy, password, { mode: 0o600 });
  const { user } = home.runner;
  if (user !== undefined)
    for (const path of [passwordCopy, cluster, fresh]) chownSync(path, user.uid, user.gid);

  const { file, args, ...options } = asCommand(home.runner, join(home.programs, 'initdb'), [
    `--pgdata=${cluster}`,
    `--username=${POSTGRES_USER}`,
    `--pwfile=${passwordCopy}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await run(file, args, { ...options, cwd: '/', signal });
  renameSync(cluster, join(home.dir, 'postgres'));
  syncFolder(home.dir); // else a power failure could undo the name, and the next start would sweep the data away
  rmSync(fresh, { recursive: true });
}

/** Files that root copied or restored belong to root, and the runner may not open them. */
export async function giveToRunner(home: PostgresHome, dir: string): Promise<void> {
  const { user } = home.runner;
  if (user !== undefined) await run('chown', ['-R', `${user.uid}:${user.gid}`, dir]);
}

function sweepUnfinished(dir: string): void {
  for (const name of readdirSync(dir).filter((entry) => entry.startsWith(UNFINISHED))) {
    rmSync(join(dir, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function syncFolder(dir: string): void {
  const handle = openSync(dir, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
