import { PEER_LIMITS, type PeerLimits } from '@sap2/peer-link';
import {
  type Domain,
  type FunctionName,
  parseDomain,
  parseServiceID,
  type ServiceID,
  serviceOfDomain,
} from '@sap2/session-core';
import { z } from 'zod';
import { contradictionsIn } from './agreement-rules.js';
import { readServices } from './domains.js';
import {
  httpUrl,
  isNetwork,
  type RefusalOfUrl,
  secret,
  services,
  shortText,
  time,
  type WrongEntry,
} from './entry-rules.js';

/** Bounds what every message of a peer is compared with. */
const MAX_ENTRIES = 64;
const MAX_ENTRY_CHARACTERS = 300;

/** Far above what one process can do; what a slip of the finger would write is refused. */
const MAX_LIMIT = 1_000_000;
const MAX_DOMAINS = 1000;

/** The first is the usual one. */
const NAMESPACES = [
  'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
  'http://www.openmobilealliance.org/DTD/WV-SSP1.2',
  'http://www.openmobilealliance.org/DTD/IMPS-SSP1.3',
] as const;

const CERTIFICATE = /^(?:sha256:[0-9a-f]{64}|dns:(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/;

const entries = (form: string, fits: (text: string) => boolean) =>
  z.array(z.string().max(MAX_ENTRY_CHARACTERS).refine(fits, `must have the form ${form}`)).max(MAX_ENTRIES);

const limit = (says: string) => z.int().min(1).max(MAX_LIMIT).optional().describe(says);

const mapped = <Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  change: (value: From, key: Key) => To,
): Record<Key, To> =>
  Object.fromEntries(
    Object.entries<From>(record).map(([key, value]) => [key, change(value, key as Key)]),
  ) as Record<Key, To>;

/**
 * All that an administrator settles with a peer, but for the secrets. A new agreement has the defaults where nothing is
 * said. Null is the same as nothing; in a change it takes away. A default of the service is a limit that is left out.
 */
export const agreementFields = {
  ownServiceID: shortText
    .describe(
      'The name with which SAP 2 answers the peer, because a set-up names no target. It belongs to a served domain. Default: the name of the first domain.',
    )
    .optional(),
  enabled: z.boolean().describe('false: the peer is refused, and its sessions end.').default(true),
  callbackUrl: httpUrl.describe('URL for messages to the peer; null: the peer gets no messages.').nullish(),
  answerMode: z
    .enum(['inline', 'callback'])
    .describe(
      '`inline`: SAP 2 answers in the HTTP response. `callback`: SAP 2 sends the answer to callbackUrl.',
    )
    .default('inline'),
  digestSchemas: z
    .array(z.enum(['HMAC-SHA-256', 'MD5']))
    .min(1)
    .max(2)
    .describe('MD5 proves no secret: with it, name sourceAddresses or clientCertificates.')
    .default(['HMAC-SHA-256']),
  namespace: z
    .enum(NAMESPACES)
    .describe('Namespace of the messages that SAP 2 begins.')
    .default(NAMESPACES[0]),
  domains: z
    .array(shortText)
    .max(MAX_DOMAINS)
    .describe('Domains of the users that the peer may log in.')
    .default([]),
  services: services.describe('Allowed functions, out of those of the domains; null: all of them.').nullish(),
  allowPasswordOverHttp: z
    .boolean()
    .describe('true: the peer may send passwords in the clear without TLS.')
    .default(false),
  requiredTransport: z
    .enum(['any', 'https'])
    .describe('`https`: plain HTTP is refused in both directions.')
    .default('any'),
  clientCertificates: entries('sha256:<64 hex digits> or dns:<name>, in lower case', (text) =>
    CERTIFICATE.test(text),
  )
    .describe(
      'Fingerprints or names. The peer must show one of these certificates. Empty: no certificate is necessary.',
    )
    .default([]),
  sourceAddresses: entries('192.0.2.0/24 or 2001:db8::/32', isNetwork)
    .describe('Networks (CIDR) of the peer. Empty: any address.')
    .default([]),
  allowUnprotected: z
    .boolean()
    .describe(
      'true: MD5 is allowed without sourceAddresses and clientCertificates. Then every sender can speak as this peer.',
    )
    .default(false),
  sessionLife: z
    .enum(['time-to-live', 'until-replaced'])
    .describe(
      'Life of an SSP session of the peer: as announced, or (for peers without a time to live) until replaced.',
    )
    .default('time-to-live'),
  limits: z
    .strictObject(mapped(PEER_LIMITS, limit))
    .describe('Limits of the peer. A limit that is left out comes from the configuration.')
    .default({}),
  validFrom: time.describe('The agreement is in force from this time; null: no beginning.').nullish(),
  validUntil: time.describe('The agreement ends at this time; null: no end.').nullish(),
} as const;

type Fields = typeof agreementFields;
type Field = keyof Fields;

/** The input that creates an agreement, with the defaults filled in. */
type NewAgreement = z.output<z.ZodObject<Fields>>;

/** The input that changes one: what is left out stays, null removes. */
export type AgreementEntry = { readonly [Name in Field]?: NewAgreement[Name] | undefined };

type Changed<Schema> =
  Schema extends z.ZodDefault<infer Inner extends z.ZodType> ? z.ZodOptional<Inner> : Schema;

/** The fields of a change: the same without defaults. */
export const agreementChanges = mapped<Field, z.ZodType, z.ZodType>(agreementFields, (field) =>
  field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType).optional() : field,
) as unknown as { readonly [Name in Field]: Changed<Fields[Name]> };

/** The first secret: good in both directions. */
export const sharedSecret = secret.describe('16 to 256 characters. No answer ever contains it.');

/** Fields that are understood before they are stored. */
type Read = 'ownServiceID' | 'domains' | 'services' | 'limits' | 'validFrom' | 'validUntil';
type AsWritten = Exclude<Field, Read>;

/** What an administrator settles with a peer, but for the secrets: fields as above, names understood, times in ms. */
export type AgreementSettings = {
  readonly [Name in AsWritten]: null extends NewAgreement[Name]
    ? NonNullable<NewAgreement[Name]> | undefined
    : NewAgreement[Name];
} & {
  readonly ownServiceID: ServiceID;
  readonly domains: readonly Domain[];
  /** Undefined: not narrower than the domains' offers. */
  readonly services: readonly FunctionName[] | undefined;
  readonly limits: PeerLimits;
  /** Milliseconds since 1970; undefined: since ever. */
  readonly validFromMs: number | undefined;
  /** Undefined: for ever. */
  readonly validUntilMs: number | undefined;
};

const NEW: NewAgreement = z.strictObject(agreementFields).parse({});

const READ: readonly Field[] = [
  'ownServiceID',
  'domains',
  'services',
  'limits',
  'validFrom',
  'validUntil',
] satisfies Read[];
const AS_WRITTEN = (Object.keys(agreementFields) as Field[]).filter((field) => !READ.includes(field));

const given = <T>(value: T | null | undefined, before: T | null | undefined): T | undefined =>
  (value === undefined ? before : value) ?? undefined;

const msOf = (text: string | null | undefined): number | null | undefined =>
  typeof text === 'string' ? Date.parse(text) : text;

/** The entry over what stood before, or over the defaults of a new agreement. */
export function readAgreementEntry(
  entry: AgreementEntry,
  before: AgreementSettings | undefined,
  refusalOfUrl: RefusalOfUrl,
): AgreementSettings | WrongEntry {
  const old: Readonly<Partial<Record<Field, unknown>>> = before ?? NEW;
  const known: Partial<AgreementSettings> = before ?? {};
  const names = namesOf(entry, before);
  const offer = readServices(entry.services);
  const asWritten = AS_WRITTEN.map((field) => [field, given<unknown>(entry[field], old[field])]);
  const settings = {
    ...Object.fromEntries(asWritten),
    ...names.value,
    services: given(offer.ok ? offer.value : undefined, known.services),
    limits: limitsOf(entry.limits ?? known.limits ?? {}),
    validFromMs: given(msOf(entry.validFrom), known.validFromMs),
    validUntilMs: given(msOf(entry.validUntil), known.validUntilMs),
  } as AgreementSettings;
  const fields = [
    ...names.wrong,
    ...(offer.ok
      ? []
      : wrong('services', `names what is not in the service tree: ${offer.error.names.join(', ')}`)),
    ...contradictionsIn(settings),
    ...wrongUrl(settings.callbackUrl, refusalOfUrl),
  ];
  return fields.length === 0 ? settings : { kind: 'wrong-entry', fields };
}

const wrong = (field: string, what: string): WrongEntry['fields'] => [{ field, what }];

/** Every limit, also those that are not set. */
const limitsOf = (limits: PeerLimits): PeerLimits => mapped(PEER_LIMITS, (_, name) => limits[name]);

function wrongUrl(callbackUrl: string | undefined, refusalOfUrl: RefusalOfUrl): WrongEntry['fields'] {
  const refusal = callbackUrl === undefined ? undefined : refusalOfUrl(callbackUrl);
  return refusal === undefined ? [] : wrong('callbackUrl', `cannot be called: ${refusal}`);
}

interface Names {
  readonly value: Pick<AgreementSettings, 'domains' | 'ownServiceID'>;
  readonly wrong: WrongEntry['fields'];
}

function namesOf(
  { domains: names, ownServiceID }: AgreementEntry,
  before: AgreementSettings | undefined,
): Names {
  const known = before?.domains ?? [];
  const parsed = (names ?? []).map((name) => parseDomain(name));
  const read = parsed.flatMap((domain) => (domain.ok ? [domain.value] : []));
  const domains = names === undefined ? known : read;
  const wrongDomains = parsed.flatMap((domain, index) =>
    domain.ok ? [] : wrong(`domains/${index}`, 'is not a domain name'),
  );
  const own = ownNameOf(ownServiceID, before?.ownServiceID, domains[0]);
  const value = { domains: [...new Set(domains)], ownServiceID: own ?? ('' as ServiceID) };
  const isReadable = own !== undefined || (ownServiceID === undefined && wrongDomains.length > 0);
  return { value, wrong: isReadable ? wrongDomains : wrong('ownServiceID', noOwnName(ownServiceID)) };
}

const noOwnName = (text: string | undefined): string =>
  text === undefined
    ? 'is missing, and there is no domain to take it from'
    : 'is not a service id such as wv:@provider.example';

function ownNameOf(
  text: string | undefined,
  before: ServiceID | undefined,
  first: Domain | undefined,
): ServiceID | undefined {
  if (text === undefined) return before ?? (first && serviceOfDomain(first));
  const own = parseServiceID(text);
  return own.ok ? own.value : undefined;
}
