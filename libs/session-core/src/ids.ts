import { type Brand, err, ok, type Randomness, type Result } from '@sap2/kernel';

/** `wv:@domain`, lower case: the name of a SAP, and of the peer that an agreement is with (ssp-binding §3). */
export type ServiceID = Brand<string, 'ServiceID'>;
/** Lower case, without a trailing dot. */
export type Domain = Brand<string, 'Domain'>;
/** `wv:local@domain`, lower case, without a resource: the one name of an account (ssp-binding §4). */
export type AccountID = Brand<string, 'AccountID'>;
/** Two characters of shard, then 142 random bits in `[A-Za-z0-9]` (ssp-binding §4.1). */
export type UserSessionID = Brand<string, 'UserSessionID'>;
/** One text for one ClientID, whatever form it came in: what "same client" compares. */
export type ClientKey = Brand<string, 'ClientKey'>;

/** `ClientID` as it came; at least one form is present. */
export interface ClientID {
  readonly url: string | undefined;
  readonly msisdn: string | undefined;
  readonly text: string | undefined;
  readonly applicationID: string | undefined;
}

/** Longest name of an account: an index entry has to hold it. */
export const MAX_ACCOUNT_CHARACTERS = 300;

export interface UserName {
  readonly account: AccountID;
  readonly domain: Domain;
  /** After the first `/`, as sent; no part of the account's name. */
  readonly resource: string | undefined;
}

/**
 * Number of shards of the live store. A session id begins with its shard, so a higher number keeps old ids valid.
 * With 16 a batch of 1000 keep-alives needs 16 script calls, and a cluster can have up to 16 masters.
 */
export const SHARD_COUNT = 16;

const SHARD_CHARACTERS = 2;
const RANDOM_CHARACTERS = 24;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SESSION_ID = /^\d{2}[A-Za-z0-9]{24}$/;

/** FNV-1a over UTF-16 units: stable for ever, since ids in the hands of peers carry its result. */
export function shardOf(account: AccountID): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < account.length; i++) {
    hash = Math.imul(hash ^ account.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash % SHARD_COUNT;
}

/** The shard that an id was born in. */
export function shardOfSession(id: UserSessionID): number {
  return Number(id.slice(0, SHARD_CHARACTERS));
}

export function newUserSessionID(account: AccountID, randomness: Randomness): UserSessionID {
  let id = String(shardOf(account)).padStart(SHARD_CHARACTERS, '0');
  while (id.length < SHARD_CHARACTERS + RANDOM_CHARACTERS) {
    for (const byte of randomness.bytes(RANDOM_CHARACTERS)) {
      // 248 = 4 × 62: bytes above it would make the first letters likelier than the rest.
      if (byte < 248 && id.length < SHARD_CHARACTERS + RANDOM_CHARACTERS) id += ALPHABET[byte % 62];
    }
  }
  return id as UserSessionID;
}

/** An id that we could have issued; anything else is answered like an id that never existed. */
export function parseUserSessionID(text: string): UserSessionID | undefined {
  return SESSION_ID.test(text) && Number(text.slice(0, SHARD_CHARACTERS)) < SHARD_COUNT
    ? (text as UserSessionID)
    : undefined;
}

// Unicode look-alikes fold to one name first (NFKC), so that no two spellings of a name make two accounts.
const fold = (text: string): string => text.normalize('NFKC').toLowerCase();
const DOMAIN = /^(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;
const LOCAL_PART = /^[^\s@/:\p{Cc}\p{Cf}\p{Cs}]+$/u;

export function parseDomain(text: string): Result<Domain, 'not-a-domain'> {
  const domain = fold(text).replace(/\.$/, '');
  return DOMAIN.test(domain) && !domain.includes('..') ? ok(domain as Domain) : err('not-a-domain');
}

/** `wv:@domain`; `wv:` and `@` may be missing in what an administrator types. */
export function parseServiceID(text: string): Result<ServiceID, 'not-a-service-id'> {
  const match = /^(?:wv:)?@?([^@/]+)$/.exec(fold(text));
  const domain = parseDomain(match?.[1] ?? '');
  return domain.ok ? ok(`wv:@${domain.value}` as ServiceID) : err('not-a-service-id');
}

export const domainOfService = (id: ServiceID): Domain => id.slice('wv:@'.length) as Domain;
export const serviceOfDomain = (domain: Domain): ServiceID => `wv:@${domain}` as ServiceID;

/** `[wv:]local@domain[/resource]`, in any case (ssp-binding §4). */
export function parseUserID(text: string): Result<UserName, 'not-a-user-id'> {
  const [name = '', ...rest] = text.split('/');
  const match = /^(?:wv:)?([^@]+)@([^@]+)$/.exec(fold(name));
  const domain = parseDomain(match?.[2] ?? '');
  const local = match?.[1] ?? '';
  if (!domain.ok || !LOCAL_PART.test(local)) return err('not-a-user-id');
  return ok({
    account: `wv:${local}@${domain.value}` as AccountID,
    domain: domain.value,
    resource: rest.length > 0 ? rest.join('/') : undefined,
  });
}

/** What all ids begin with whose name begins so, however it is written: `Ali` → `wv:ali`. */
export const parseUserIDPrefix = (text: string): string => `wv:${fold(text).replace(/^wv:/, '')}`;

export const domainOfAccount = (account: AccountID): Domain =>
  account.slice(account.lastIndexOf('@') + 1) as Domain;

export function clientKeyOf(client: ClientID): ClientKey {
  return JSON.stringify([
    client.url ?? null,
    client.msisdn ?? null,
    client.text ?? null,
    client.applicationID ?? null,
  ]) as ClientKey;
}
