import {
  type AccountID,
  type Domain,
  MAX_ACCOUNT_CHARACTERS,
  parseDomain,
  parseOffer,
  parseServiceID,
  parseUserID,
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

/** Throws SeedError with everything that is wrong. `known`: the domains that are there already. */
export function readSeed(seed: Seed, known: readonly Domain[]): WantedState {
  const problems: string[] = [];
  const each = <Entry, Wanted>(
    list: string,
    entries: readonly Entry[],
    read: (entry: Entry, problem: Problem) => Wanted | undefined,
  ): Wanted[] =>
    entries
      .map((entry, index) =>
        read(entry, (field, what) => {
          problems.push(`${list}[${index}].${field}: ${what}`);
          return undefined;
        }),
      )
      .filter((wanted) => wanted !== undefined);

  const domains = each('domains', seed.domains, readDomain);
  const served = new Set([...known, ...domains.map(({ name }) => name as Domain)]);
  const wanted = {
    domains,
    agreements: each('agreements', seed.agreements, (entry, problem) =>
      readAgreement(entry, served, problem),
    ),
    accounts: each('users', seed.users, (entry, problem) => readUser(entry, served, problem)),
    administrators: each('administrators', seed.administrators, readAdministrator),
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
  served: ReadonlySet<Domain>,
  problem: Problem,
): WantedAgreement | undefined {
  const peer = parseServiceID(entry.serviceID);
  if (!peer.ok) return problem('serviceID', 'is not a service id such as wv:@operator.example');
  const domains = entry.domains.flatMap((name, index) => {
    const domain = parseDomain(name);
    if (domain.ok && served.has(domain.value)) return [domain.value];
    problem(`domains[${index}]`, domain.ok ? NOT_SERVED : 'is not a domain name');
    return [];
  });
  const ownServiceID = readOwnServiceID(entry, domains, problem);
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
  problem: Problem,
): ServiceID | undefined {
  if (ownServiceID === undefined) {
    return first
      ? serviceOfDomain(first)
      : problem('ownServiceID', 'is missing, and there is no domain to take it from');
  }
  const parsed = parseServiceID(ownServiceID);
  return parsed.ok
    ? parsed.value
    : problem('ownServiceID', 'is not a service id such as wv:@provider.example');
}

function readUser(
  { userID, password }: SeedUser,
  served: ReadonlySet<Domain>,
  problem: Problem,
): WantedAccount | undefined {
  const name = parseUserID(userID);
  if (!name.ok) return problem('userID', 'is not a user id such as wv:alice@provider.example');
  const { account, domain } = name.value;
  if (!served.has(domain)) return problem('userID', `its domain ${NOT_SERVED}`);
  if (account.length > MAX_ACCOUNT_CHARACTERS) {
    return problem('userID', `is longer than ${MAX_ACCOUNT_CHARACTERS} characters`);
  }
  return { id: account, domain, password };
}

const readAdministrator = ({
  name,
  token,
  scopes = ['admin'],
  expiresAt,
}: SeedAdministrator): WantedState['administrators'][number] => ({
  name,
  token_hash: hashOfToken(token),
  scopes: [...scopes],
  expires_at: expiresAt === undefined ? null : new Date(expiresAt),
});

function readServices(names: readonly string[] | undefined, problem: Problem): string[] | null {
  if (names === undefined) return null;
  const offer = parseOffer(names);
  if (offer.ok) return [...offer.value];
  problem('services', `there is no ${offer.error.unknownNames.join(', ')} in the service tree`);
  return null;
}
