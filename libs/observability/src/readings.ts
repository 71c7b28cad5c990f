/** What came of telling a peer that a session ended; what `failed` is tried again (ssp-binding §5). */
export type DisconnectResult = 'delivered' | 'failed' | 'undelivered' | 'not-supported';

/** `failed`: attempts. `gone`: a subscription was disabled by a 410. `missed`: events were dropped before their delivery. */
export type WebhookResult = 'delivered' | 'failed' | 'undelivered' | 'gone' | 'missed';

/** What is held now, by whether its senders have proved who they are. */
export interface Parted {
  readonly ofStrangers: number;
  readonly ofPeers: number;
}

/** Password hashes of this process. */
export interface HashesNow {
  readonly running: number;
  readonly waiting: number;
}

export type StoreName = 'postgresql' | 'redis';

export interface StoreReading {
  readonly isUp: boolean;
  /** Until it answered, or failed. */
  readonly probeMs: number;
}

/** Disconnects that a peer has not acknowledged yet. */
export interface OutboxReading {
  readonly peer: string;
  readonly pending: number;
  readonly oldestAgeMs: number;
}

/** Live sessions of the users of one domain at one peer. */
export interface LiveReading {
  readonly domain: string;
  readonly peer: string;
  readonly sessions: number;
}

/** Jobs of administrators that are not done. */
export interface JobsReading {
  readonly running: number;
  /** How long the most overdue next step waits; 0: no step is overdue. */
  readonly lagMs: number;
}

/** An enabled subscription of webhooks. */
export interface WebhookReading {
  readonly subscription: string;
  readonly oldestAgeMs: number;
}

/** A certificate of ours: of an https listener, or of our calls. */
export interface TlsListenerReading {
  readonly listener: string;
  /** Of the certificate that it shows; negative: it has expired. */
  readonly expiresInMs: number;
  /** The files have changed, and can not be used. */
  readonly areFilesRefused: boolean;
  /** Since the start, at a listener; undefined for our calls. */
  readonly failedHandshakes: number | undefined;
}

/** Values that are read on request. Undefined: unknown now, and then the metric is missing. */
export interface Readings {
  readonly isGateOpen: boolean;
  /** Messages of peers that were admitted and not answered yet. */
  readonly inFlight: number;
  readonly stores: Readonly<Record<StoreName, StoreReading>>;
  readonly liveSessions: number | undefined;
  readonly live: readonly LiveReading[] | undefined;
  readonly sweeperLagMs: number | undefined;
  readonly jobs: JobsReading | undefined;
  readonly outbox: readonly OutboxReading[] | undefined;
  readonly webhooks: readonly WebhookReading[] | undefined;
  readonly tlsListeners: readonly TlsListenerReading[];
  /** Peers without an agreement in force have no series of their own. */
  readonly isInForce: (peer: string) => boolean;
}
