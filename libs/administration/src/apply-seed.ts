import {
  type Domain,
  HeldEnds,
  parseDomain,
  parseServiceID,
  parseUserID,
  type ServiceID,
  serviceOfDomain,
} from '@sap2/session-core';
import type { Actor } from './actor.js';
import type { AgreementEntry } from './agreement-entry.js';
import type { RefusalOfUrl, WrongEntry } from './entry-rules.js';
import {
  type AgreementBook,
  type AgreementPorts,
  type AgreementRefusal,
  Agreements,
  type BeingEnded,
  SECRET_DIRECTIONS,
} from './agreements.js';
import type { AdministratorBook, AdministratorEntry } from './administrators.js';
import { type DomainBook, Domains } from './domains.js';
import type { PasswordPolicy } from './password-policy.js';
import type { Seed } from './seed-file.js';
import { readUserEntry } from './user-entry.js';
import { type ImportLine, importUsers } from './user-import.js';
import type { UserBook } from './users.js';

/** Whose acts share one transaction. */
export interface SeedBooks {
  readonly users: UserBook;
  readonly domains: DomainBook;
  readonly agreements: AgreementBook;
  readonly administrators: AdministratorBook;
}

/** What is asked of a seed beyond its form, as of administrators. */
export interface SeedRules {
  /** What is wrong with the file already; listed together with everything else. */
  readonly faults: readonly string[];
  readonly passwords: Omit<PasswordPolicy, 'hasUserDirectory'>;
  readonly refusalOfUrl: RefusalOfUrl;
}

/** Entries that were new or changed; nothing else was written. */
export interface SeedSummary {
  readonly domains: number;
  readonly agreements: number;
  readonly users: number;
  readonly administrators: number;
  /** Live sessions that a change ended. */
  readonly endedSessions: number;
}

export interface AppliedSeed {
  readonly summary: SeedSummary;
  /** To be announced after the commit. */
  readonly ends: HeldEnds;
  /** Peers whose SSP sessions are to be removed after the commit. */
  readonly disabled: readonly ServiceID[];
  /** Entries that a job keeps from being applied now; the next start applies them. */
  readonly left: readonly string[];
}

/** The seed file is not applied, not even in part. Each problem names its entry: `users[3].userID: …`. */
export class SeedError extends Error {
  override readonly name = 'SeedError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** The user who starts the service applies the seed file. */
const SEED: Actor = { name: 'seed', from: 'local', requestID: 'start' };

type Entry<List extends keyof Seed> = NonNullable<Seed[List][number]>;

const NOT_SERVED = 'is not a domain of this file or of the database';
const NO_DOMAIN = 'is not a domain name';

/**
 * Brings what the file names to what it says, by the acts of administrators. What the file does not name stays, and what
 * is as it says is not touched. All entries are looked at before anything is refused.
 *
 * @param books in a transaction that is undone if this throws
 * @throws SeedError with everything that is wrong
 */
export async function applySeed(
  seed: Seed,
  books: SeedBooks,
  sight: Pick<AgreementPorts, 'inForce' | 'lines' | 'prober'>,
  rules: SeedRules,
): Promise<AppliedSeed> {
  const seeding = new Seeding(seed, books, sight, rules);
  const domains = await seeding.each('domains', (entry, fault) => seeding.domain(entry, fault));
  const agreements = await seeding.each('agreements', (entry, fault, at) =>
    seeding.agreement(entry, fault, at),
  );
  const readable = await seeding.each('users', (entry, fault) => seeding.readUser(entry, fault));
  const administrators = await seeding.each('administrators', (entry, fault) =>
    seeding.administrator(entry, fault),
  );
  if (seeding.faults.length > 0) throw new SeedError(seeding.faults);
  // Last, since a new password costs a hash.
  const users = readable > 0 ? await seeding.importUsers() : 0;
  const { ends, disabled, left } = seeding;
  const summary = { domains, agreements, users, administrators, endedSessions: ends.count };
  return { summary, ends, disabled, left };
}

type Fault = (field: string, what: string) => false;

class Seeding {
  readonly faults: string[];
  readonly ends = new HeldEnds();
  readonly disabled: ServiceID[] = [];
  readonly left: string[] = [];
  private readonly agreements: Agreements;
  private readonly served = new Map<Domain, boolean>();
  private readonly withUserDirectory = new Set<Domain>();
  private readonly passwords: PasswordPolicy;
  /** A domain that could not be read may be the one that is meant; its own fault is listed. */
  private readonly isAnyUnread: boolean;

  constructor(
    private readonly seed: Seed,
    private readonly books: SeedBooks,
    sight: Pick<AgreementPorts, 'inForce' | 'lines' | 'prober'>,
    private readonly rules: SeedRules,
  ) {
    this.faults = [...rules.faults];
    // The directories of this file count, although they are not committed.
    this.passwords = { ...rules.passwords, hasUserDirectory: (domain) => this.withUserDirectory.has(domain) };
    this.isAnyUnread = seed.domains.includes(undefined);
    const sspSessions = {
      allOf: () => Promise.resolve([]),
      removeAllOf: (peer: string) => Promise.resolve(void this.disabled.push(peer as ServiceID)),
    };
    this.agreements = new Agreements(
      { ...sight, book: books.agreements, sspSessions, end: this.ends },
      { refusalOfUrl: rules.refusalOfUrl, onSettled: () => undefined },
    );
  }

  /** In the order of the file. Returns how many entries were changed. */
  async each<List extends keyof Seed>(
    list: List,
    apply: (entry: Entry<List>, fault: Fault, at: string) => Promise<boolean>,
  ): Promise<number> {
    let changed = 0;
    for (const [index, entry] of this.seed[list].entries()) {
      if (entry === undefined) continue;
      const at = `${list}[${index}]`;
      const fault: Fault = (field, what) => {
        this.faults.push(`${at}.${field}: ${what}`);
        return false;
      };
      if (await apply(entry, fault, at)) changed += 1;
    }
    return changed;
  }

  async domain(entry: Entry<'domains'>, fault: Fault): Promise<boolean> {
    const name = parseDomain(entry.name);
    if (!name.ok) return fault('name', NO_DOMAIN);
    const before = await this.books.domains.find(name.value);
    const outcome = await this.settledDomain(entry, before !== undefined);
    if ('domain' in outcome) return outcome.domain.revision !== before?.revision;
    if (outcome.kind === 'wrong-entry') return this.refused(outcome, fault, '');
    if (outcome.kind !== 'unknown-services') throw changedMeanwhile(entry.name);
    return fault('services', `names what is not in the service tree: ${outcome.names.join(', ')}`);
  }

  private settledDomain({ name, ...written }: Entry<'domains'>, isKnown: boolean) {
    const domains = new Domains(this.books.domains, this.rules.refusalOfUrl);
    // A file says all of a domain: what it leaves out is taken away.
    const entry = { spInfo: null, services: null, userDirectory: null, ...written };
    return isKnown ? domains.change(SEED, name, entry, undefined) : domains.create(SEED, { name, ...entry });
  }

  async agreement(
    { serviceID, sharedSecret, ...written }: Entry<'agreements'>,
    fault: Fault,
    at: string,
  ): Promise<boolean> {
    const peer = parseServiceID(serviceID);
    if (!peer.ok) return fault('serviceID', 'is not a service id such as wv:@operator.example');
    await this.lookForDomains(written.domains, fault);
    const before = await this.books.agreements.find(peer.value);
    const outcome =
      before === undefined
        ? await this.agreements.create(SEED, peer.value, written, sharedSecret)
        : await this.agreements.change(SEED, {
            serviceID: peer.value,
            entry: wholeOf(written),
            expectedRevision: undefined,
          });
    if (outcome.kind === 'created') return true;
    if (outcome.kind === 'changed') {
      const isRotated = await this.rotate(peer.value, sharedSecret);
      return isRotated || outcome.agreement.revision !== before?.revision;
    }
    if (outcome.kind === 'exists' || outcome.kind === 'unknown' || outcome.kind === 'stale')
      throw changedMeanwhile(serviceID);
    return this.refused(outcome, fault, at);
  }

  private async lookForDomains(names: readonly string[], fault: Fault): Promise<void> {
    for (const [index, name] of names.entries()) {
      const domain = parseDomain(name);
      if (domain.ok && !(await this.isServed(domain.value))) fault(`domains[${index}]`, NOT_SERVED);
    }
  }

  /** Checked now, so that nothing is hashed for a file that is refused. */
  async readUser(entry: Entry<'users'>, fault: Fault): Promise<boolean> {
    const name = parseUserID(entry.userID);
    if (name.ok) await this.isServed(name.value.domain);
    const user = readUserEntry(entry, this.passwords);
    if (!user.ok) return fault(user.error.field, user.error.detail);
    return (await this.isServed(user.value.domain)) || fault('userID', `its domain ${NOT_SERVED}`);
  }

  /** Returns how many were changed. */
  async importUsers(): Promise<number> {
    const entries = this.seed.users.filter((entry) => entry !== undefined);
    async function* lines(): AsyncGenerator<ImportLine> {
      for (const [index, entry] of entries.entries()) yield { line: index, kind: 'entry', entry };
    }
    const results = importUsers(lines(), this.passwords, (batch) =>
      this.ends.announce(this.books.users.importBatch(SEED, batch, { dryRun: false })),
    );
    let changed = 0;
    for await (const { line, status, detail } of results) {
      if (status === 'refused') throw new SeedError([`users[${line}]: ${detail}`]);
      if (status !== 'unchanged') changed += 1;
    }
    return changed;
  }

  async administrator(
    { name, token, scopes, expiresAt }: Entry<'administrators'>,
    fault: Fault,
  ): Promise<boolean> {
    const owner = await this.books.administrators.ownerOf(token);
    if (owner !== undefined && owner !== name)
      return fault('token', 'is that of an administrator in the database');
    const expiresAtMs = typeof expiresAt === 'string' ? Date.parse(expiresAt) : undefined;
    return this.settledAdministrator({ name, scopes, expiresAtMs }, token, owner, fault);
  }

  private async settledAdministrator(
    entry: AdministratorEntry,
    token: string,
    owner: string | undefined,
    fault: Fault,
  ): Promise<boolean> {
    const { administrators } = this.books;
    const { name, scopes, expiresAtMs } = entry;
    const before = await administrators.find(name);
    if (before === undefined) return (await administrators.create(SEED, entry, token)).kind === 'created';
    const isSame = before.expiresAtMs === expiresAtMs && before.scopes.join() === scopes.join();
    if (isSame && owner === name) return false;
    const change = {
      scopes,
      expiresAtMs: expiresAtMs ?? null,
      token: owner === name ? undefined : token,
    };
    const { kind } = await administrators.change(SEED, name, change, undefined);
    return (
      kind === 'changed' ||
      fault('scopes', 'would leave no administrator with the scope admin and without an end')
    );
  }

  /** Another secret may be there for a rotation that is under way: where the file's is good, all stay. */
  private async rotate(peer: ServiceID, secret: string): Promise<boolean> {
    let isRotated = false;
    for (const direction of SECRET_DIRECTIONS) {
      if (await this.books.agreements.knowsSecret(peer, direction, secret)) continue;
      await this.books.agreements.replaceSecret(SEED, peer, direction, secret, 0);
      isRotated = true;
    }
    return isRotated;
  }

  private refused(refusal: WrongEntry | AgreementRefusal | BeingEnded, fault: Fault, at: string): false {
    if (refusal.kind === 'being-ended') {
      this.left.push(`${at}: job ${refusal.job.id} still ends sessions that it would allow again`);
    } else if (refusal.kind === 'wrong-entry') {
      for (const { field, what } of refusal.fields)
        fault(field.replace(/\/(\d+)/, '[$1]').replaceAll('/', '.'), what);
    } else if (refusal.ownDomain !== undefined && !this.isAnyUnread) {
      fault('ownServiceID', `its domain ${NOT_SERVED}`);
    }
    return false;
  }

  private async isServed(domain: Domain): Promise<boolean> {
    if (this.isAnyUnread) return true;
    const known = this.served.get(domain);
    if (known !== undefined) return known;
    const found = await this.books.domains.find(domain);
    if (found?.userDirectory !== undefined) this.withUserDirectory.add(domain);
    this.served.set(domain, found !== undefined);
    return found !== undefined;
  }
}

const changedMeanwhile = (what: string): Error =>
  new Error(`Another process changed ${what} while the seed was applied: start again.`);

/** A file says all of an agreement: what it leaves out is taken away. */
function wholeOf(written: AgreementEntry & { readonly domains: readonly string[] }): AgreementEntry {
  const [first] = written.domains.flatMap((name) => {
    const domain = parseDomain(name);
    return domain.ok ? [serviceOfDomain(domain.value)] : [];
  });
  const nothing = { callbackUrl: null, services: null, validFrom: null, validUntil: null };
  return { ...nothing, ownServiceID: first, ...written };
}
