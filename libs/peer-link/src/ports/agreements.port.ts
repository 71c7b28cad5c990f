import type { SapDigestSchema, SspNamespace } from '@sap2/ssp-wire';

/**
 * What SAP 2 and a peer settled about talking to each other. Service ids are `wv:@domain`, lower case; plain strings
 * here, since this room knows peers and not users.
 */
export interface Agreement {
  readonly peer: string;
  /** Our name towards this peer: who the `serviceID` of our half of the set-up says we are. */
  readonly ownServiceID: string;
  /** By which the peer may prove itself, the newest first; two of them while a rotation overlaps. */
  readonly acceptedSecrets: readonly string[];
  /** Secrets that prove our side, the newest first. There are two while the peer may not know the new one yet. */
  readonly signingSecrets: readonly string[];
  /** Target of our requests to the peer; undefined: SAP 2 cannot send to it. */
  readonly callbackUrl: string | undefined;
  readonly answerMode: 'inline' | 'callback';
  readonly digestSchemas: readonly SapDigestSchema[];
  /** For messages that SAP 2 starts (ssp-binding §1). */
  readonly namespace: SspNamespace;
  /** `https`: plain HTTP is refused, in both directions. */
  readonly requiredTransport: 'any' | 'https';
  /** Client certificates that are this peer's: `sha256:<hex of the DER>` or `dns:<name>`; none: it needs none. */
  readonly clientCertificates: readonly string[];
  /** Networks in CIDR notation that its messages may come from; none: any. */
  readonly sourceAddresses: readonly string[];
  /**
   * How long an SSP session of the peer lives (ssp-binding §3). `time-to-live`: as announced, from its last message
   * on. `until-replaced`: until a new session with the same id, or until the agreement ends.
   */
  readonly sessionLife: 'time-to-live' | 'until-replaced';
  readonly limits: PeerLimits;
}

/**
 * What one peer may use of us. A limit is declared here and has a column of its name (`in_flight`) in the table
 * `agreement`. The schema, REST, the seed file and the store follow.
 */
export const PEER_LIMITS = {
  requestsPerSecond: 'Requests in a second.',
  loginsPerSecond: 'Logins in a second.',
  inFlight: 'Requests at work at once.',
  sspSessions: 'SSP sessions that are up at once.',
  unfinishedSetups: 'Set-ups of SSP sessions under way at once.',
} as const;

/** Undefined: what the service allows everybody. */
export type PeerLimits = { readonly [Limit in keyof typeof PEER_LIMITS]?: number | undefined };

/** Agreements in force, read from memory: asked on every message, changed once in a while. */
export interface Agreements {
  /** Undefined: none, disabled, not yet in force or no longer. */
  ofPeer(serviceID: string): Agreement | undefined;
  /**
   * The agreement for sending disconnects to the peer, in force or not. It permits no login and opens no user
   * session.
   */
  toTell(serviceID: string): Agreement | undefined;
}
