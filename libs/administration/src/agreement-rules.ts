interface Protection {
  readonly digestSchemas: readonly string[];
  readonly clientCertificates: readonly string[];
  readonly sourceAddresses: readonly string[];
}

/**
 * Whether every sender that can reach us can speak as this peer. MD5 proves no secret, so known networks or a certificate
 * must protect it (ssp-binding §3). A network of all addresses does not.
 */
const isUnprotected = ({ digestSchemas, clientCertificates, sourceAddresses }: Protection): boolean =>
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
  readonly validFromMs?: number | undefined;
  readonly validUntilMs?: number | undefined;
}

/** Where the settings of one agreement contradict each other, by field. */
export function contradictionsIn(
  agreement: Settled,
): readonly { readonly field: string; readonly what: string }[] {
  const { answerMode, callbackUrl, requiredTransport, validFromMs, validUntilMs, allowUnprotected } =
    agreement;
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
      isBroken: validFromMs !== undefined && validUntilMs !== undefined && validFromMs >= validUntilMs,
      field: 'validUntil',
      what: 'must be later than validFrom',
    },
  ];
  return rules.filter(({ isBroken }) => isBroken);
}
