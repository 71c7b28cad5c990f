import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorWord } from './error-word.js';
import { run } from './program-search.js';

/** In order of preference; each distribution has at least one. The program lies in `…-tools`, and `…-server` links to it. */
const PACKAGES = ['redis', 'valkey'];
/** Of what a package needs, what its program can miss at run time; the rest is for installing it. Never the C library itself. */
const NEEDED = /^(?:redis|valkey|lib(?!c6|c-bin)|lua)/u;
/** A slow line, and a package list of some ten megabytes. */
const COMMAND_TIMEOUT_MS = 180_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

export function fetchedRoot(dataDir: string): string {
  return join(dataDir, 'packages', 'redis');
}

/** The unpacked libraries come before the system's. */
export function fetchedEnv(root: string): NodeJS.ProcessEnv {
  const folders = ['usr/lib', 'lib'].map((lib) => join(root, lib)).filter((folder) => existsSync(folder));
  const ofArchitecture = folders.flatMap((folder) =>
    readdirSync(folder).flatMap((name) => (name.includes('-linux-gnu') ? [join(folder, name)] : [])),
  );
  return { ...process.env, LD_LIBRARY_PATH: [...ofArchitecture, ...folders].join(':') };
}

/**
 * Unpacks the distribution's own package with its missing libraries under the data folder. The system does not
 * change: this installs nothing and needs no root. If the package lists are missing or too old, it fetches private
 * ones. Returns why it failed; undefined on success.
 */
export async function fetchRedis(
  dataDir: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg')) {
    return 'without apt-get none can be fetched';
  }
  mkdirSync(join(dataDir, 'packages'), { recursive: true });
  const work = mkdtempSync(join(dataDir, 'packages', 'fetch-'));
  try {
    const reasons = new Set<string>();
    for (const lists of ['system', 'private'] as const) {
      for (const name of PACKAGES) {
        try {
          const root = await fetchPackage(name, new Apt(work, lists, signal));
          rmSync(fetchedRoot(dataDir), { recursive: true, force: true });
          renameSync(root, fetchedRoot(dataDir));
          return undefined;
        } catch (error) {
          signal?.throwIfAborted();
          reasons.add(lastWord(error));
        }
      }
    }
    return `apt-get could not fetch one (${[...reasons].join('; ')})`;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What `apt-get install --simulate` would put on this system. */
export function missingPackages(simulation: string): string[] {
  return simulation.split('\n').flatMap((line) => {
    const name = /^Inst (\S+)/u.exec(line)?.[1];
    return name !== undefined && NEEDED.test(name) ? [name] : [];
  });
}

async function fetchPackage(name: string, apt: Apt): Promise<string> {
  await apt.prepare();
  const wanted = [`${name}-server`, `${name}-tools`];
  const missing = missingPackages(
    await apt.get(['install', '--simulate', '--no-install-recommends', ...wanted]),
  );
  await apt.get(['download', ...new Set([...wanted, ...missing])]);
  return await apt.unpack();
}

/** apt and dpkg as any user may call them, in a folder of our own. */
class Apt {
  readonly #debs: string;
  readonly #options: readonly string[];

  constructor(
    private readonly work: string,
    private readonly lists: 'system' | 'private',
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#debs = mkdtempSync(join(work, 'debs-'));
    const settings = ['Acquire::Retries=1', 'Acquire::http::Timeout=20', 'Acquire::Languages=none'];
    // Root would hand the download to a user who cannot get here.
    if (process.getuid?.() === 0) settings.push('APT::Sandbox::User=root');
    if (lists === 'private') {
      settings.push(`Dir::State::Lists=${join(work, 'lists')}`, `Dir::Cache=${join(work, 'cache')}`);
    }
    this.#options = ['-q', ...settings.flatMap((setting) => ['-o', setting])];
  }

  async prepare(): Promise<void> {
    if (this.lists === 'system' || existsSync(join(this.work, 'lists'))) return;
    mkdirSync(join(this.work, 'lists', 'partial'), { recursive: true });
    mkdirSync(join(this.work, 'cache', 'archives', 'partial'), { recursive: true });
    await this.get(['update']);
  }

  async get(args: readonly string[]): Promise<string> {
    return await this.#call('apt-get', [...this.#options, ...args]);
  }

  /** Returns the folder that stands for `/`. */
  async unpack(): Promise<string> {
    const root = join(this.#debs, 'root');
    const debs = readdirSync(this.#debs).filter((file) => file.endsWith('.deb'));
    for (const deb of debs) await this.#call('dpkg', ['-x', deb, root]);
    return root;
  }

  async #call(program: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, [...args], {
      cwd: this.#debs,
      env: { ...process.env, LC_ALL: 'C' },
      timeout: COMMAND_TIMEOUT_MS,
      maxBuffer: OUTPUT_LIMIT_BYTES,
      signal: this.signal,
    });
    return stdout;
  }
}

function lastWord(error: unknown): string {
  const message = errorWord(error, 'message');
  const complaints = errorWord(error, 'stderr')
    .split('\n')
    .filter((line) => line.startsWith('E: '));
  return complaints.at(-1)?.slice('E: '.length) ?? message.split('\n')[0] ?? message;
}
