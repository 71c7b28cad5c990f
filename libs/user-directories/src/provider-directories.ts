import type { SteadyClock } from '@sap2/kernel';
import type { AccountID, DirectoryVerdict, Domain, UserDirectories } from '@sap2/session-core';
import type { AskedUser, Said } from './asked-directory.js';
import { Circuit } from './circuit.js';
import type { HttpDirectory } from './http-directory.js';
import type { LdapDirectory } from './ldap-directory.js';
import type { UserDirectoryBook, UserDirectoryEntry } from './ports/user-directory-book.port.js';
import type { RememberedPasswords } from './remembered-passwords.js';

const FAILED_RETRY_AFTER_S = 5;
const MS_PER_S = 1000;

/** `remembered`: a right password that needed no question. `resting`: after failures the directory is not asked. */
export type CheckResult = 'right' | 'wrong' | 'failed' | 'remembered' | 'resting';

export interface UserDirectoryReport {
  /** `durationMs` undefined: the directory was not asked. */
  checked(domain: Domain, result: CheckResult, durationMs: number | undefined): void;
  failed(domain: Domain, detail: string): void;
  /** It answers again. */
  back(domain: Domain): void;
}

export interface ProviderDirectoriesNeeds {
  readonly book: UserDirectoryBook;
  readonly ldap: Pick<LdapDirectory, 'check'>;
  readonly http: Pick<HttpDirectory, 'check'>;
  readonly newMemory: () => RememberedPasswords;
  readonly clock: SteadyClock;
  readonly report: UserDirectoryReport;
}

/** What is known of the directory of a domain while its settings stay. */
interface Line {
  readonly revision: number;
  readonly circuit: Circuit;
  readonly remembered: RememberedPasswords;
}

/** The user directories of all domains. Each has its own circuit and its own memory. */
export class ProviderDirectories implements UserDirectories {
  private readonly lines = new Map<Domain, Line>();

  constructor(private readonly on: ProviderDirectoriesNeeds) {}

  async check(domain: Domain, account: AccountID, password: string): Promise<DirectoryVerdict> {
    const entry = this.on.book.userDirectoryOf(domain);
    // Until a moment ago there was one.
    if (entry === undefined) return { kind: 'unavailable', retryAfterS: 1 };
    const user = { account, domain, password };
    const line = this.lineOf(domain, entry);
    if (line.remembered.has(user)) return this.checked(domain, 'remembered', { kind: 'right' });
    const restMs = line.circuit.restMs();
    if (restMs > 0)
      return this.checked(domain, 'resting', {
        kind: 'unavailable',
        retryAfterS: Math.ceil(restMs / MS_PER_S),
      });
    return this.ask(line, entry, user);
  }

  private async ask(line: Line, entry: UserDirectoryEntry, user: AskedUser): Promise<DirectoryVerdict> {
    const { clock, report } = this.on;
    const startedMs = clock.nowMs();
    const said = await this.say(entry, user);
    report.checked(user.domain, said.kind, clock.nowMs() - startedMs);
    if (said.kind === 'failed') {
      line.circuit.failed();
      report.failed(user.domain, said.detail);
      return { kind: 'unavailable', retryAfterS: FAILED_RETRY_AFTER_S };
    }
    if (line.circuit.worked()) report.back(user.domain);
    if (said.kind === 'right') line.remembered.add(user, entry.settings.rememberS * MS_PER_S);
    return said;
  }

  private async say({ settings, secret }: UserDirectoryEntry, user: AskedUser): Promise<Said> {
    try {
      return settings.kind === 'ldap'
        ? await this.on.ldap.check(settings, secret, user)
        : await this.on.http.check(settings, secret, user);
    } catch (error) {
      // Such as a secret that no key can open: this domain fails, and no other.
      return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  private checked(domain: Domain, result: CheckResult, verdict: DirectoryVerdict): DirectoryVerdict {
    this.on.report.checked(domain, result, undefined);
    return verdict;
  }

  private lineOf(domain: Domain, { revision }: UserDirectoryEntry): Line {
    const known = this.lines.get(domain);
    if (known?.revision === revision) return known;
    const circuit = new Circuit(this.on.clock);
    const line = { revision, circuit, remembered: this.on.newMemory() };
    this.lines.set(domain, line);
    return line;
  }
}
