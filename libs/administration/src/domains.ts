import { err, ok, type Result } from '@sap2/kernel';
import { type Domain, type FunctionName, parseDomain, parseOffer, type SpInfo } from '@sap2/session-core';
import type { UserDirectorySettings } from '@sap2/user-directories';
import type { Actor } from './actor.js';
import { type RefusalOfUrl, services, spInfo, type WrongEntry } from './entry-rules.js';
import { userDirectory, userDirectorySecret, wrongUserDirectory } from './user-directory-entry.js';

export interface DomainRecord {
  readonly name: Domain;
  /** What GetSPInfo tells; undefined: nothing. */
  readonly spInfo: SpInfo | undefined;
  /** On offer to its users; undefined: all that we know. */
  readonly services: readonly FunctionName[] | undefined;
  /** Where the passwords of its users are checked; undefined: here. */
  readonly userDirectory: UserDirectorySettings | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Raised by every change: the ETag. */
  readonly revision: number;
}

/** For the user directory. Stored sealed, and never shown. */
interface WithSecret {
  readonly userDirectorySecret?: string | undefined;
}

export type NewDomain = Pick<DomainRecord, 'name' | 'spInfo' | 'services'> &
  Partial<Pick<DomainRecord, 'userDirectory'>> &
  WithSecret;

/** What is left out stays as it is; null takes it away. */
export interface DomainChange extends WithSecret {
  readonly spInfo?: SpInfo | null | undefined;
  readonly services?: readonly FunctionName[] | null | undefined;
  readonly userDirectory?: UserDirectorySettings | null | undefined;
}

export type CreateDomainOutcome =
  | { readonly kind: 'created'; readonly domain: DomainRecord }
  | { readonly kind: 'exists' }
  /** The secret does not fit. */
  | WrongEntry;

export type ChangeDomainOutcome =
  | { readonly kind: 'changed'; readonly domain: DomainRecord }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale' }
  | WrongEntry;

export type DeleteDomainOutcome =
  | { readonly kind: 'deleted' | 'unknown' | 'stale' }
  /** Users or agreements still name it. */
  | { readonly kind: 'in-use'; readonly users: boolean; readonly agreements: boolean };

/** Each change is one transaction, with its entry in the audit. */
export interface DomainBook {
  create(actor: Actor, domain: NewDomain): Promise<CreateDomainOutcome>;
  find(name: Domain): Promise<DomainRecord | undefined>;
  /** In the order of names. */
  page(after: Domain | undefined, limit: number): Promise<readonly DomainRecord[]>;
  change(
    actor: Actor,
    name: Domain,
    change: DomainChange,
    expectedRevision: number | undefined,
  ): Promise<ChangeDomainOutcome>;
  remove(actor: Actor, name: Domain, expectedRevision: number | undefined): Promise<DeleteDomainOutcome>;
}

/** What is written of a domain, but for its name. */
export const domainFields = {
  spInfo: spInfo.describe('Provider information, for GetSPInfo.'),
  services: services.describe(
    'Offered functions, by their names in the service tree. Left out: all functions.',
  ),
  userDirectory,
  userDirectorySecret,
} as const;

/** As an administrator writes it. In a change, what is left out stays, and null takes it away. */
export interface DomainEntry extends WithSecret {
  readonly spInfo?: SpInfo | null | undefined;
  /** Features and functions; undefined: all that we know. */
  readonly services?: readonly string[] | null | undefined;
  readonly userDirectory?: UserDirectorySettings | null | undefined;
}

export interface UnknownServices {
  readonly kind: 'unknown-services';
  readonly names: readonly string[];
}

/** What administrators do with the domains that are served; a name may be written in any spelling. */
export class Domains {
  constructor(
    readonly book: DomainBook,
    private readonly refusalOfUrl: RefusalOfUrl,
  ) {}

  async find(name: string): Promise<DomainRecord | undefined> {
    const domain = parseDomain(name);
    return domain.ok ? this.book.find(domain.value) : undefined;
  }

  /** From the answer on, users of the domain can be made, and agreements can allow it. */
  async create(
    actor: Actor,
    { name, ...entry }: DomainEntry & { readonly name: string },
  ): Promise<CreateDomainOutcome | UnknownServices | { readonly kind: 'not-a-domain' }> {
    const domain = parseDomain(name);
    if (!domain.ok) return { kind: 'not-a-domain' };
    const offer = readServices(entry.services ?? undefined);
    if (!offer.ok) return offer.error;
    const wrong = wrongUserDirectory(entry.userDirectory, this.refusalOfUrl);
    if (wrong !== undefined) return wrong;
    return this.book.create(actor, {
      name: domain.value,
      spInfo: entry.spInfo ?? undefined,
      services: offer.value,
      userDirectory: entry.userDirectory ?? undefined,
      userDirectorySecret: entry.userDirectorySecret,
    });
  }

  /** A narrower offer counts at the next negotiation; what a live session has agreed on stays agreed. */
  async change(
    actor: Actor,
    name: string,
    entry: DomainEntry,
    expectedRevision: number | undefined,
  ): Promise<ChangeDomainOutcome | UnknownServices> {
    const domain = parseDomain(name);
    if (!domain.ok) return { kind: 'unknown' };
    const offer = readServices(entry.services);
    if (!offer.ok) return offer.error;
    const wrong = wrongUserDirectory(entry.userDirectory, this.refusalOfUrl);
    if (wrong !== undefined) return wrong;
    const change = { ...entry, services: offer.value };
    return this.book.change(actor, domain.value, change, expectedRevision);
  }

  /** Refused while it has users or an agreement allows it: its sessions end with those, never as a side effect. */
  async delete(
    actor: Actor,
    name: string,
    expectedRevision: number | undefined,
  ): Promise<DeleteDomainOutcome> {
    const domain = parseDomain(name);
    return domain.ok ? this.book.remove(actor, domain.value, expectedRevision) : { kind: 'unknown' };
  }
}

/** Features and functions of ssp-binding §4.5, as the functions that they stand for. Undefined and null are kept. */
export function readServices<Absent extends undefined | null>(
  names: readonly string[] | Absent,
): Result<readonly FunctionName[] | Absent, UnknownServices> {
  if (names === undefined || names === null) return ok(names);
  const offer = parseOffer(names);
  return offer.ok ? ok([...offer.value]) : err({ kind: 'unknown-services', names: offer.error.unknownNames });
}
