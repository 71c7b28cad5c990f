import { readFileSync } from 'node:fs';

export type StoreName = 'PostgreSQL' | 'Redis';

/** What an operating system says about itself, as far as the choice of a package depends on it. */
export interface SystemIdentity {
  readonly platform: NodeJS.Platform;
  /** ID, then ID_LIKE, of /etc/os-release: nearest relative first. */
  readonly families: readonly string[];
  readonly majorVersion: number | undefined;
  readonly isRoot: boolean;
}

const COMMANDS: ReadonlyMap<string, Readonly<Record<StoreName, string>>> = new Map([
  [
    'debian',
    {
      PostgreSQL: 'apt-get update && apt-get install -y postgresql',
      Redis: 'apt-get update && apt-get install -y redis-server',
    },
  ],
  ['fedora', { PostgreSQL: 'dnf install -y postgresql-server', Redis: 'dnf install -y valkey' }],
  ['rhel', { PostgreSQL: 'dnf install -y postgresql-server', Redis: 'dnf install -y redis' }],
  ['alpine', { PostgreSQL: 'apk add postgresql', Redis: 'apk add redis' }],
  ['arch', { PostgreSQL: 'pacman -S --noconfirm postgresql', Redis: 'pacman -S --noconfirm valkey' }],
  ['suse', { PostgreSQL: 'zypper install -y postgresql-server', Redis: 'zypper install -y redis' }],
]);

/** RHEL 10 and its kin dropped Redis for Valkey. */
const FIRST_RHEL_WITH_VALKEY = 10;

/** The command that installs the store on this system, or undefined where we know none. */
export function installCommand(store: StoreName, system: SystemIdentity): string | undefined {
  if (system.platform === 'darwin') return `brew install ${store === 'Redis' ? 'redis' : 'postgresql@17'}`;
  const command = COMMANDS.get(packageFamily(system) ?? '')?.[store];
  return system.isRoot ? command : command?.replaceAll(/^|(?<=&& )/gu, 'sudo ');
}

function packageFamily({ families, majorVersion = 0 }: SystemIdentity): string | undefined {
  // The descendants of RHEL name Fedora as well; their packages are RHEL's.
  if (families.includes('rhel')) return majorVersion < FIRST_RHEL_WITH_VALKEY ? 'rhel' : 'fedora';
  return families.find((name) => COMMANDS.has(name));
}

/** Reads /etc/os-release; a system without one (macOS) has no families. */
export function identifySystem(osRelease = readOsRelease()): SystemIdentity {
  const value = (key: string): string =>
    new RegExp(`^${key}="?([^"\\n]*)"?$`, 'mu').exec(osRelease)?.[1]?.toLowerCase() ?? '';
  const words = `${value('ID')} ${value('ID_LIKE')}`.split(/\s+/u).filter((word) => word !== '');
  return {
    platform: process.platform,
    families: words.flatMap((word) => (word.includes('suse') ? ['suse'] : [word])),
    majorVersion: Number.parseInt(value('VERSION_ID'), 10) || undefined,
    isRoot: process.getuid?.() === 0,
  };
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return ''; // no such file: the system has nothing to say about itself
  }
}

/** There is no program to start. The message is the whole remedy: the command for this system, or the variable to set. */
export class MissingStoreError extends Error {
  override readonly name = 'MissingStoreError';

  constructor(store: StoreName, reason: string, system: SystemIdentity = identifySystem()) {
    const variable = store === 'Redis' ? 'REDIS_URL' : 'DATABASE_URL';
    const command = installCommand(store, system);
    const remedy =
      command === undefined ? `Install ${store} with your package manager` : `Install it: ${command}`;
    super(`${store}: missing: ${reason}. ${remedy}, or set ${variable} to a server of your own.`);
  }
}
