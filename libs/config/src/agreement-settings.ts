import { isIP } from 'node:net';
import { z } from 'zod';
import { httpUrl, services, shortText, time } from './entry-rules.js';

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

/** In CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  return version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

const entries = (form: string, fits: (text: string) => boolean) =>
  z.array(z.string().max(MAX_ENTRY_CHARACTERS).refine(fits, `must have the form ${form}`)).max(MAX_ENTRIES);

const limit = z.int().min(1).max(MAX_LIMIT).optional();

/**
 * What an agreement says beyond names and secrets, as the seed file and administrators write it. Lists are empty, limits
 * and times left out, where nothing is restricted.
 */
export const agreementSettings = {
  enabled: z.boolean(),
  callbackUrl: httpUrl,
  answerMode: z.enum(['inline', 'callback']),
  digestSchemas: z
    .array(z.enum(['HMAC-SHA-256', 'MD5']))
    .min(1)
    .max(2),
  namespace: z.enum(NAMESPACES),
  /** Names, whose spelling session-core knows how to read. */
  domains: z.array(shortText).max(MAX_DOMAINS),
  services,
  allowPasswordOverHttp: z.boolean(),
  requiredTransport: z.enum(['any', 'https']),
  clientCertificates: entries('sha256:<64 hex digits> or dns:<name>, in lower case', (text) =>
    CERTIFICATE.test(text),
  ),
  sourceAddresses: entries('192.0.2.0/24 or 2001:db8::/32', isNetwork),
  allowUnprotected: z.boolean(),
  sessionLife: z.enum(['time-to-live', 'until-replaced']),
  limits: z.strictObject({
    requestsPerSecond: limit,
    loginsPerSecond: limit,
    inFlight: limit,
    sspSessions: limit,
    unfinishedSetups: limit,
  }),
  validFrom: time,
  validUntil: time,
};

interface Protection {
  readonly digestSchemas: readonly string[];
  readonly clientCertificates: readonly string[];
  readonly sourceAddresses: readonly string[];
}

/**
 * Whether a stranger could act as this peer. MD5 proves no secret, so its messages must come from named networks or
 * with a certificate (ssp-binding §3). A network of all addresses does not count.
 */
export const isUnprotected = ({ digestSchemas, clientCertificates, sourceAddresses }: Protection): boolean =>
  digestSchemas.includes('MD5') &&
  clientCertificates.length === 0 &&
  (sourceAddresses.length === 0 || sourceAddresses.some((network) => /\/0+$/.test(network)));

/** What an operator should know about an agreement that is allowed to be as it is. */
export const warningsOf = (agreement: Protection): readonly string[] =>
  isUnprotected(agreement)
    ? [
        'digestSchemas allows MD5, which proves no secret, and neither sourceAddresses nor clientCertificates are set. So a stranger can act as this peer. Name its networks or its certificate.',
      ]
    : [];

interface Settled extends Protection {
  readonly answerMode: 'inline' | 'callback';
  readonly allowUnprotected: boolean;
  readonly callbackUrl?: string | undefined;
  readonly requiredTransport: 'any' | 'https';
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}

/** Where the settings of one agreement contradict each other, by field. */
export function contradictionsIn(
  agreement: Settled,
): readonly { readonly field: string; readonly what: string }[] {
  const { answerMode, callbackUrl, requiredTransport, validFrom, validUntil, allowUnprotected } = agreement;
  const rules = [
    {
      isBroken: !allowUnprotected && isUnprotected(agreement),
      field: 'sourceAddresses',
      what: 'must name the networks of the peer or set clientCertificates, because MD5 proves no secret; allowUnprotected true permits strangers',
    },
    {
      isBroken: answerMode === 'callback' && callbackUrl === undefined,
      field: 'callbackUrl',
      what: 'is missing, and answerMode "callback" needs it',
    },
    {
      isBroken: requiredTransport === 'https' && callbackUrl !== undefined && !/^https:/i.test(callbackUrl),
      field: 'callbackUrl',
      what: 'must be https, since requiredTransport is',
    },
    {
      isBroken:
        validFrom !== undefined &&
        validUntil !== undefined &&
        Date.parse(validFrom) >= Date.parse(validUntil),
      field: 'validUntil',
      what: 'must be later than validFrom',
    },
  ];
  return rules.filter(({ isBroken }) => isBroken);
}
