import type { Agreement } from '@sap2/peer-link';
import {
  type Domain,
  parseDomain,
  parseServiceID,
  type ServiceID,
  serviceOfDomain,
} from '@sap2/session-core';
import { readServices } from '../domains.js';
import type { AgreementRecord, AgreementSettings } from '../ports/agreement-book.port.js';

/** As an administrator writes it; in a change what is left out stays, and null takes away. */
export interface AgreementEntry {
  readonly ownServiceID?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly callbackUrl?: string | null | undefined;
  readonly answerMode?: Agreement['answerMode'] | undefined;
  readonly digestSchemas?: Agreement['digestSchemas'] | undefined;
  readonly namespace?: Agreement['namespace'] | undefined;
  readonly domains?: readonly string[] | undefined;
  readonly services?: readonly string[] | null | undefined;
  readonly allowPasswordOverHttp?: boolean | undefined;
  readonly requiredTransport?: Agreement['requiredTransport'] | undefined;
  readonly clientCertificates?: readonly string[] | undefined;
  readonly sourceAddresses?: readonly string[] | undefined;
  readonly allowUnprotected?: boolean | undefined;
  readonly sessionLife?: Agreement['sessionLife'] | undefined;
  readonly limits?: Partial<Agreement['limits']> | undefined;
  readonly validFromMs?: number | null | undefined;
  readonly validUntilMs?: number | null | undefined;
}

/** Fields that cannot be as they were written. */
export interface WrongEntry {
  readonly kind: 'wrong-entry';
  readonly fields: readonly { readonly field: string; readonly what: string }[];
}

/** What contradicts itself in an agreement as a whole, by field. */
export type Contradictions = (
  settings: Pick<
    AgreementSettings,
    | 'answerMode'
    | 'callbackUrl'
    | 'digestSchemas'
    | 'requiredTransport'
    | 'clientCertificates'
    | 'sourceAddresses'
    | 'allowUnprotected'
  > & { readonly validFrom: string | undefined; readonly validUntil: string | undefined },
) => WrongEntry['fields'];

export interface AgreementRules {
  readonly contradictions: Contradictions;
  /** Hears of each agreement that was made or changed, as it stands then. */
  readonly onSettled: (agreement: AgreementRecord) => void;
}

const NEW: Omit<AgreementSettings, 'ownServiceID'> = {
  enabled: true,
  callbackUrl: undefined,
  answerMode: 'inline',
  digestSchemas: ['HMAC-SHA-256'],
  namespace: 'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
  domains: [],
  services: undefined,
  allowPasswordOverHttp: false,
  requiredTransport: 'any',
  clientCertificates: [],
  sourceAddresses: [],
  allowUnprotected: false,
  sessionLife: 'time-to-live',
  limits: {
    requestsPerSecond: undefined,
    loginsPerSecond: undefined,
    inFlight: undefined,
    sspSessions: undefined,
    unfinishedSetups: undefined,
  },
  validFromMs: undefined,
  validUntilMs: undefined,
};

const given = <T>(value: T | null | undefined, before: T | undefined): T | undefined =>
  value === undefined ? before : (value ?? undefined);

/** The entry over what stood before, or over the defaults of a new agreement. */
export function readAgreementEntry(
  entry: AgreementEntry,
  before: AgreementRecord | undefined,
  contradictions: Contradictions,
): AgreementSettings | WrongEntry {
  const old = before ?? NEW;
  const names = namesOf(entry, before);
  const services = readServices(entry.services);
  const unknown = services.ok
    ? []
    : [{ field: 'services', what: `the service tree has no ${services.error.names.join(', ')}` }];
  const plain = { ...old, ...withoutAbsent(entry) };
  const settings: AgreementSettings = {
    ...pick(plain),
    ...names.value,
    services: given(services.ok ? services.value : undefined, old.services),
    callbackUrl: given(entry.callbackUrl, old.callbackUrl),
    limits: entry.limits === undefined ? old.limits : { ...NEW.limits, ...entry.limits },
    validFromMs: given(entry.validFromMs, old.validFromMs),
    validUntilMs: given(entry.validUntilMs, old.validUntilMs),
  };
  const fields = [...names.wrong, ...unknown, ...contradictions(asWritten(settings))];
  return fields.length === 0 ? settings : { kind: 'wrong-entry', fields };
}

type Plain = Pick<
  AgreementSettings,
  | 'enabled'
  | 'answerMode'
  | 'digestSchemas'
  | 'namespace'
  | 'allowPasswordOverHttp'
  | 'requiredTransport'
  | 'clientCertificates'
  | 'sourceAddresses'
  | 'allowUnprotected'
  | 'sessionLife'
>;

const pick = (from: Plain): Plain => ({
  enabled: from.enabled,
  answerMode: from.answerMode,
  digestSchemas: from.digestSchemas,
  namespace: from.namespace,
  allowPasswordOverHttp: from.allowPasswordOverHttp,
  requiredTransport: from.requiredTransport,
  clientCertificates: from.clientCertificates,
  sourceAddresses: from.sourceAddresses,
  allowUnprotected: from.allowUnprotected,
  sessionLife: from.sessionLife,
});

const withoutAbsent = (entry: AgreementEntry): Partial<Plain> =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as Partial<Plain>;

function namesOf(
  entry: AgreementEntry,
  before: AgreementRecord | undefined,
): {
  readonly value: { readonly domains: readonly Domain[]; readonly ownServiceID: ServiceID };
  readonly wrong: WrongEntry['fields'];
} {
  const parsed = entry.domains?.map((name) => ({ name, domain: parseDomain(name) }));
  const domains = parsed?.flatMap(({ domain }) => (domain.ok ? [domain.value] : [])) ?? before?.domains ?? [];
  const wrongDomains = (parsed ?? []).flatMap(({ domain }, index) =>
    domain.ok ? [] : [{ field: `domains/${index}`, what: 'is not a domain' }],
  );
  const own = ownNameOf(entry.ownServiceID, before?.ownServiceID, domains[0]);
  return {
    value: { domains: [...new Set(domains)], ownServiceID: own ?? ('' as ServiceID) },
    wrong: own === undefined ? [...wrongDomains, NO_OWN_NAME] : wrongDomains,
  };
}

const NO_OWN_NAME = {
  field: 'ownServiceID',
  what: 'is no service id, or is missing and there is no domain to take it from',
};

function ownNameOf(
  text: string | undefined,
  before: ServiceID | undefined,
  first: Domain | undefined,
): ServiceID | undefined {
  if (text === undefined) return before ?? (first && serviceOfDomain(first));
  const own = parseServiceID(text);
  return own.ok ? own.value : undefined;
}

const isoOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();

const asWritten = (settings: AgreementSettings): Parameters<Contradictions>[0] => ({
  ...settings,
  validFrom: isoOf(settings.validFromMs),
  validUntil: isoOf(settings.validUntilMs),
});
