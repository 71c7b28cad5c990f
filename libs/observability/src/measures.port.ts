/** What came of telling a peer that a session ended; what `failed` is tried again (ssp-binding §5). */
export type DisconnectResult = 'delivered' | 'failed' | 'undelivered' | 'not-supported';

/**
 * Counts events of the listeners and loops, once for each event. It is cheap and never waits, because every request
 * calls it.
 *
 * Labels are words of ours (a primitive, a cause, a code) or the name of a peer. Received text never becomes a
 * label. So the number of series is limited, and they contain no secret.
 */
export interface Measures {
  /** One transaction was answered with `code`. `primitive`: name of its element, or `unreadable`. */
  request(peer: string, primitive: string, code: number, durationMs: number): void;
  /** A sender got an HTTP error instead of SSP. `peer` undefined: not known. */
  refusal(httpStatus: number, reason: string, peer: string | undefined): void;
  /** A connection had to go. `bound`: which one was exceeded. */
  connectionRefused(listener: string, bound: string): void;
  /** `now` is read for each scrape. */
  watchConnections(listener: string, now: Parted): void;
  /** The same of the bytes of messages that are not answered yet, of all ports together. */
  watchBodies(now: Parted): void;
  /** A message of a set-up was refused, or the last one opened an SSP session. */
  setUp(outcome: string): void;
  /** A message or login was refused, because the service or the share of its peer was full. */
  turnedAway(peer: string, cause: string): void;
  /** What a user sent was compared with what is stored: `password` (an argon2id hash) or `digest`. */
  credentialCheck(check: string): void;
  disconnects(peer: string, result: DisconnectResult, count: number): void;
  sessionOpened(): void;
  sessionEnded(cause: string): void;
  /** An administrator's request was answered. `operation`: method and route. */
  adminRequest(operation: string, httpStatus: number, durationMs: number): void;
  /** A signed head of the audit was, or was not, written to `log`, `file` or `url`. */
  auditAnchor(place: string, outcome: 'written' | 'failed'): void;
  /** Counts how long calls of one port take; to be asked for once for each port. */
  storeCalls(store: StoreName, port: string): (durationMs: number) => void;
}

/** What is held now, by whether its senders have proved who they are. */
export interface Parted {
  readonly ofStrangers: number;
  readonly ofPeers: number;
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
  readonly sweeperLagMs: number | undefined;
  readonly outbox: readonly OutboxReading[] | undefined;
  readonly tlsListeners: readonly TlsListenerReading[];
  /** Peers without an agreement in force have no series of their own. */
  readonly isInForce: (peer: string) => boolean;
}
