import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { POSTGRES_ENV } from './postgres-binaries.js';
import type { Command } from './server-process.js';

/** Under whose name PostgreSQL's programs run, and by what right. */
export interface PostgresRunner {
  /** Undefined: our own user. As root it is another user, because PostgreSQL refuses to run as root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  /** A program with its arguments that changes the user and runs another; empty where the plain way will do. */
  readonly prefix: readonly string[];
}

/** Who owns PostgreSQL where it is installed; then the one who owns nothing. */
const UNPRIVILEGED = ['postgres', '_postgres', 'nobody'];

/**
 * The smaller right first: to read and pass everywhere; to write too. A container's root often holds only the second.
 * `no_setuid_fixup` lets the right count in access(2) as well, by which PostgreSQL checks its own programs.
 */
const RIGHTS = ['dac_read_search', 'dac_override'];

/**
 * In order of preference: first plain, then with a right to pass the folders above. Root often protects those (mode
 * 0700). An existing cluster keeps its owner, unless that is root (a restored backup).
 */
export function postgresRunners(clusterDir: string): PostgresRunner[] {
  if (process.getuid?.() !== 0) return [{ user: undefined, prefix: [] }];
  const owner = existsSync(clusterDir) ? statSync(clusterDir) : undefined;
  const user =
    owner === undefined || owner.uid === 0 ? unprivilegedUser() : { uid: owner.uid, gid: owner.gid };
  const withRight = (right: string): PostgresRunner => ({
    user,
    prefix: [
      'setpriv',
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      '--clear-groups',
      `--inh-caps=-all,+${right}`,
      `--ambient-caps=-all,+${right}`,
      `--bounding-set=-all,+${right}`,
      '--securebits=+no_setuid_fixup',
      '--',
    ],
  });
  return [{ user, prefix: [] }, ...RIGHTS.map(withRight)];
}

export function asCommand(runner: PostgresRunner, program: string, args: readonly string[]): Command {
  const [file = program, ...rest] = [...runner.prefix, program, ...args];
  return { file, args: rest, env: POSTGRES_ENV, ...(runner.prefix.length === 0 ? runner.user : undefined) };
}

/** Found out by going there: rights depend on more than modes (access lists, mounts, containers). */
export function reaches(runner: PostgresRunner, folder: string, program?: string): boolean {
  const script = ['-c', 'cd "$1" && { [ -z "$2" ] || "$2" --version; }', 'sh'];
  const { file, args, ...options } = asCommand(runner, '/bin/sh', [...script, folder, program ?? '']);
  return spawnSync(file, args, { ...options, cwd: '/', stdio: 'ignore' }).status === 0;
}

function unprivilegedUser(): { uid: number; gid: number } {
  for (const name of UNPRIVILEGED) {
    const ids = ['-u', '-g'].map((option) => spawnSync('id', [option, name], { encoding: 'utf8' }));
    const [uid, gid] = ids.map(({ status, stdout }) => (status === 0 ? Number(stdout) : undefined));
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and this system has no user ${UNPRIVILEGED.join(', ')}. Create one of them.`,
  );
}
