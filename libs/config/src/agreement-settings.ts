import { isIP } from 'node:net';
import { z } from 'zod';

/** Bounds what every message of a peer is compared with. */
const MAX_ENTRIES = 64;
const MAX_ENTRY_CHARACTERS = 300;

/** Far above what one process can do; what a slip of the finger would write is refused. */
const MAX_LIMIT = 1_000_000;

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
 * What an agreement says beyond who and what for, as the seed file and administrators write it. Lists are empty, limits
 * and times left out, where nothing is restricted.
 */
export const agreementSettings = {
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
  validFrom: z.iso.datetime({ offset: true, error: 'must be a time such as 2027-01-31T00:00:00Z' }),
  validUntil: z.iso.datetime({ offset: true, error: 'must be a time such as 2027-01-31T00:00:00Z' }),
};

interface Settled {
  readonly answerMode: 'inline' | 'callback';
  readonly callbackUrl?: string | undefined;
  readonly requiredTransport: 'any' | 'https';
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
}

/** Where the settings of one agreement contradict each other, by field. */
export function contradictionsIn(
  agreement: Settled,
): readonly { readonly field: string; readonly what: string }[] {
  const { answerMode, callbackUrl, requiredTransport, validFrom, validUntil } = agreement;
  const rules = [
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
