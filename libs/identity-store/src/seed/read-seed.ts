import { readUserEntry } from '@sap2/administration';
import {
  type AccountID,
  type Domain,
  domainOfService,
  parseDomain,
  parseOffer,
  parseServiceID,
  type ServiceID,
  serviceOfDomain,
} from '@sap2/session-core';
import { hashOfToken } from '../administrators.js';
import type { AccountRow } from '../rows/account.row.js';
import type { AdministratorRow } from '../rows/administrator.row.js';
import type { AgreementRow } from '../rows/agreement.row.js';
import type { DomainRow } from '../rows/domain.row.js';
import {
  type Seed,
  type SeedAdministrator,
  type SeedAgreement,
  type SeedDomain,
  SeedError,
  type SeedRules,
  type SeedUser,
} from './seed.js';

type WithoutTimes<Row> = Omit<Row, 'created_at' | 'updated_at' | 'last_used_at' | 'revision'>;

/** Columns that a seed file says nothing about. */
type NotInSeed = 'shared_secrets' | 'deleted_at';

type SpColumns = Pick<DomainRow, Extract<keyof DomainRow, `sp_${string}`>>;
type WantedDomain = Pick<DomainRow, 'name' | 'services'> & Partial<SpColumns>;

export interface WantedAgreement extends Omit<
  WithoutTimes<AgreementRow>,
  'service_id' | 'valid_from' | 'valid_until' | 'client_certificates' | 'source_addresses' | NotInSeed
> {
  readonly service_id: ServiceID;
  readonly client_certificates: readonly string[];
  readonly source_addresses: readonly string[];
  readonly valid_from: string | null;
  readonly valid_until: string | null;
  readonly shared_secret: string;
  readonly domains: readonly Domain[];
}

export interface WantedAccount extends Pick<AccountRow, 'domain'> {
  readonly id: AccountID;
  readonly password: string;
}

/** A seed whose names are parsed and refer to something. */
export interface WantedState {
  readonly domains: readonly WantedDomain[];
  readonly agreements: readonly WantedAgreement[];
  readonly accounts: readonly WantedAccount[];
  readonly administrators: readonly Pick<AdministratorRow, 'name' | 'token_hash' | 'scopes' | 'expires_at'>[];
}

/** What the database has already. */
export interface KnownState {
  readonly domains: readonly Domain[];
  /** Hashes of tokens, of administrators that the file does not name. */
  readonly tokens: ReadonlySet<string>;
}

interface Reading {
  readonly rules: SeedRules;
  readonly isServed: (domain: Domain) => boolean;
  readonly tokens: ReadonlySet<string>;
}

/** Throws SeedError with everything that is wrong. */
export function readSeed(seed: Seed, known: KnownState, rules: SeedRules): WantedState {
  const problems = [...rules.faults];
  const each = <Entry, Wanted>(
    list: string,
    entries: readonly (Entry | undefined)[],
    read: (entry: Entry, problem: Problem) => Wanted | undefined,
  ): Wanted[] =>
    entries
      .map(
        (entry, index) =>
          entry &&
          read(entry, (field, what) => {
            problems.push(`${list}[${index}].${field}: ${what}`);
            return undefined;
          }),
      )
      .filter((wanted) => wanted !== undefined);

  const domains = each('domains', seed.domains, readDomain);
  const served = new Set([...known.domains, ...domains.map(({ name }) => name as Domain)]);
  // A domain that could not be read may be the one that is meant; its own fault is told.
  const isAnyUnread = seed.domains.includes(undefined);
  const isServed = (domain: Domain): boolean => isAnyUnread || served.has(domain);
  const reading = { rules, isServed, tokens: known.tokens };
  const wanted = {
    domains,
    agreements: each('agreements', seed.agreements, (entry, problem) =>
      readAgreement(entry, reading, problem),
    ),
    accounts: each('users', seed.users, (entry, problem) => readUser(entry, reading, problem)),
    administrators: each('administrators', seed.administrators, (entry, problem) =>
      readAdministrator(entry, reading, problem),
    ),
  };
  if (problems.length > 0) throw new SeedError(problems);
  return wanted;
}

/** Notes it, and stands for the entry that can not be read. */
type Problem = (field: string, what: string) => undefined;

const NOT_SERVED = 'is not a domain of this file or of the database';

function readDomain({ name, spInfo, services }: SeedDomain, problem: Problem): WantedDomain | undefined {
  const domain = parseDomain(name);
  if (!domain.ok) return problem('name', 'is not a domain name');
  return {
    name: domain.value,
    ...(spInfo && spColumns(spInfo)),
    services: readServices(services, problem),
  };
}

const spColumns = ({ name, description, url, logo }: NonNullable<SeedDomain['spInfo']>): SpColumns => ({
  sp_name: name,
  sp_description: description ?? null,
  sp_url: url ?? null,
  sp_logo_content_type: logo?.contentType ?? null,
  sp_logo: logo?.content ?? null,
});

function readAgreement(
  entry: SeedAgreement,
  { rules, isServed }: Reading,
  problem: Problem,
): WantedAgreement | undefined {
  const peer = parseServiceID(entry.serviceID);
  if (!peer.ok) return problem('serviceID', 'is not a service id such as wv:@operator.example');
  const domains = entry.domains.flatMap((name, index) => {
    const domain = parseDomain(name);
    if (domain.ok && isServed(domain.value)) return [domain.value];
    problem(`domains[${index}]`, domain.ok ? NOT_SERVED : 'is not a domain name');
    return [];
  });
  const refusal = entry.callbackUrl === undefined ? undefined : rules.refusalOfUrl(entry.callbackUrl);
  if (refusal !== undefined) problem('callbackUrl', `cannot be called: ${refusal}`);
  const ownServiceID = readOwnServiceID(entry, domains, isServed, problem);
  if (ownServiceID === undefined) return undefined;
  return {
    service_id: peer.value,
    own_service_id: ownServiceID,
    enabled: entry.enabled,
    shared_secret: entry.sharedSecret,
    callback_url: entry.callbackUrl ?? null,
    answer_mode: entry.answerMode,
    digest_schemas: entry.digestSchemas,
    namespace: entry.namespace,
    allow_password_over_http: entry.allowPasswordOverHttp,
    services: readServices(entry.services, problem),
    ...settingColumns(entry),
    domains: [...new Set(domains)],
  };
}

const settingColumns = ({ limits, ...entry }: SeedAgreement) => ({
  required_transport: entry.requiredTransport,
  client_certificates: entry.clientCertificates,
  source_addresses: entry.sourceAddresses,
  allow_unprotected: entry.allowUnprotected,
  session_life: entry.sessionLife,
  requests_per_second: limits.requestsPerSecond ?? null,
  logins_per_second: limits.loginsPerSecond ?? null,
  in_flight: limits.inFlight ?? null,
  ssp_sessions: limits.sspSessions ?? null,
  unfinished_setups: limits.unfinishedSetups ?? null,
  valid_from: entry.validFrom ?? null,
  valid_until: entry.validUntil ?? null,
});

function readOwnServiceID(
  { ownServiceID }: SeedAgreement,
  [first]: readonly Domain[],
  isServed: Reading['isServed'],
  problem: Problem,
): ServiceID | undefined {
  if (ownServiceID === undefined) {
    return first
      ? serviceOfDomain(first)
      : problem('ownServiceID', 'is missing, and there is no domain to take it from');
  }
  const parsed = parseServiceID(ownServiceID);
  if (!parsed.ok) return problem('ownServiceID', 'is not a service id such as wv:@provider.example');
  return isServed(domainOfService(parsed.value))
    ? parsed.value
    : problem('ownServiceID', `its domain ${NOT_SERVED}`);
}

function readUser(
  { userID, password }: SeedUser,
  { rules, isServed }: Reading,
  problem: Problem,
): WantedAccount | undefined {
  const user = readUserEntry({ userID, password }, rules.passwords);
  if (!user.ok) return problem(user.error.field, user.error.detail);
  const { id, domain } = user.value;
  return isServed(domain) ? { id, domain, password } : problem('userID', `its domain ${NOT_SERVED}`);
}

function readAdministrator(
  { name, token, scopes = ['admin'], expiresAt }: SeedAdministrator,
  { tokens }: Reading,
  problem: Problem,
): WantedState['administrators'][number] | undefined {
  const hash = hashOfToken(token);
  if (tokens.has(hash)) return problem('token', 'is that of an administrator in the database');
  return {
    name,
    token_hash: hash,
    scopes: [...scopes],
    expires_at: expiresAt === undefined ? null : new Date(expiresAt),
  };
}

function readServices(names: readonly string[] | undefined, problem: Problem): string[] | null {
  if (names === undefined) return null;
  const offer = parseOffer(names);
  if (offer.ok) return [...offer.value];
  problem('services', `there is no ${offer.error.unknownNames.join(', ')} in the service tree`);
  return null;
}
