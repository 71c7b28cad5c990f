import type { Agreement, Agreements, SessionTerms } from '@sap2/peer-link';

export const OWN_SERVICE = 'wv:@provider.example';
export const PEER_SERVICE = 'wv:@operator.example';
export const SHARED_SECRET = 'what both sides were told on paper';

/** What such an agreement says of SSP sessions. */
export const SESSION_TERMS: SessionTerms = { limit: 64, life: 'time-to-live' };

/** An ordinary agreement; whatever is not said is the default of ssp-binding. */
export function anAgreement(particulars: Partial<Agreement> = {}): Agreement {
  return {
    peer: PEER_SERVICE,
    ownServiceID: OWN_SERVICE,
    acceptedSecrets: [SHARED_SECRET],
    signingSecrets: [SHARED_SECRET],
    callbackUrl: 'http://sap1.operator.example/ssp',
    answerMode: 'inline',
    digestSchemas: ['HMAC-SHA-256'],
    namespace: 'http://www.openmobilealliance.org/DTD/WV-SSP1.3',
    requiredTransport: 'any',
    clientCertificates: [],
    sourceAddresses: [],
    sessionLife: 'time-to-live',
    limits: {
      requestsPerSecond: undefined,
      loginsPerSecond: undefined,
      inFlight: undefined,
      sspSessions: undefined,
      unfinishedSetups: undefined,
    },
    ...particulars,
  };
}

export class FakeAgreements implements Agreements {
  private readonly byPeer = new Map<string, Agreement>();
  private readonly disabled = new Set<string>();

  constructor(...agreements: readonly Agreement[]) {
    for (const agreement of agreements) this.put(agreement);
  }

  put(agreement: Agreement): void {
    this.byPeer.set(agreement.peer, agreement);
    this.disabled.delete(agreement.peer);
  }

  forget(peer: string): void {
    this.byPeer.delete(peer);
  }

  disable(peer: string): void {
    this.disabled.add(peer);
  }

  ofPeer(serviceID: string): Agreement | undefined {
    return this.disabled.has(serviceID) ? undefined : this.byPeer.get(serviceID);
  }

  toTell(serviceID: string): Agreement | undefined {
    return this.byPeer.get(serviceID);
  }
}
