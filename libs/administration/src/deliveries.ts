import type { DisconnectSupport, EndCause, ServiceID, UserSessionID } from '@sap2/session-core';
import type { Actor } from './actor.js';
import type { ListPosition } from './session-filter.js';

/** `none-owed`: the owner itself logged the user out. `cancelled`: by an administrator. */
export const DELIVERY_STATES = [
  'pending',
  'none-owed',
  'acknowledged',
  'unknown-there',
  'undelivered',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The duty to tell a peer that a session ended, and what came of it. */
export interface Delivery {
  /** A decimal number. */
  readonly id: string;
  readonly state: DeliveryState;
  readonly peer: ServiceID;
  readonly sessionID: UserSessionID;
  readonly userID: string;
  readonly cause: EndCause;
  readonly reason: string | undefined;
  readonly transactionID: string;
  /** How often it was sent, or could not be sent, since it was owed or replayed. */
  readonly attempts: number;
  readonly createdAtMs: number;
  /** Of a pending one: when it is tried next, its peer permitting. */
  readonly dueAtMs: number | undefined;
  readonly settledAtMs: number | undefined;
  readonly lastError: string | undefined;
  readonly position: ListPosition;
}

/** `sent`: the peer took it, and has not answered. */
export const ATTEMPT_OUTCOMES = [
  'sent',
  'acknowledged',
  'unknown-there',
  'failed',
  'not-supported',
  'undelivered',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export interface DeliveryAttempt {
  readonly at: string;
  readonly outcome: AttemptOutcome;
  readonly error: string | undefined;
}

export interface DeliveryDetails extends Delivery {
  /** The last ten, oldest first. */
  readonly lastAttempts: readonly DeliveryAttempt[];
}

export interface DeliveryFilter {
  readonly state: DeliveryState | undefined;
  readonly peer: ServiceID | undefined;
  /** Time of the end of the session, milliseconds since 1970. */
  readonly createdBeforeMs: number | undefined;
  /** At or after. */
  readonly createdAfterMs: number | undefined;
}

export type DeliveryChange =
  | { readonly kind: 'changed'; readonly details: DeliveryDetails }
  /** Its state does not allow it. */
  | { readonly kind: 'settled'; readonly state: DeliveryState }
  | { readonly kind: 'unknown' };

export interface DeliveryBook {
  /** Oldest first. */
  page(filter: DeliveryFilter, after: ListPosition | undefined, limit: number): Promise<readonly Delivery[]>;
  find(id: string): Promise<DeliveryDetails | undefined>;
  /** Makes it due at once. A given up or cancelled one is sent again, with the same transactionID and a new horizon. */
  retry(actor: Actor, id: string): Promise<DeliveryChange>;
  /** It is not sent any more; a message in progress may still arrive. */
  cancel(actor: Actor, id: string): Promise<DeliveryChange>;
}

/** How it stands with telling a peer. */
export interface PeerLine {
  readonly peer: ServiceID;
  readonly pausedAtMs: number | undefined;
  /** `open`: it could not be reached, and is tried now and then. */
  readonly circuit: 'closed' | 'open';
  readonly nextTrialAtMs: number | undefined;
  /** Messages that failed one after the other. */
  readonly failures: number;
  readonly lastError: string | undefined;
  readonly lastErrorAtMs: number | undefined;
  readonly pending: number;
  readonly oldestPendingAtMs: number | undefined;
  readonly undelivered: number;
  /** Whether it knows `UserDisconnectRequest`, as far as its answers tell. */
  readonly disconnects: DisconnectSupport;
}

export interface PeerLines {
  /** Also of a peer that no agreement is known with: what it is owed stays. */
  stateOf(peer: ServiceID): Promise<PeerLine>;
  /** Holds the disconnects to the peer, and drops none. `unknown`: there is no agreement. */
  pause(actor: Actor, peer: ServiceID): Promise<'changed' | 'as-before' | 'unknown'>;
  /** All that was held is due, the oldest first, and its horizon begins anew. */
  resume(actor: Actor, peer: ServiceID): Promise<'changed' | 'as-before' | 'unknown'>;
}

/** What peers are to be informed of, one by one and as a whole. */
export class Deliveries {
  constructor(
    readonly book: DeliveryBook,
    private readonly lines: PeerLines,
  ) {}

  /** Undefined: there is no agreement with this peer. */
  pause(actor: Actor, peer: ServiceID): Promise<PeerLine | undefined> {
    return this.lineAfter(peer, this.lines.pause(actor, peer));
  }

  /** Undefined: there is no agreement with this peer. */
  resume(actor: Actor, peer: ServiceID): Promise<PeerLine | undefined> {
    return this.lineAfter(peer, this.lines.resume(actor, peer));
  }

  private async lineAfter(
    peer: ServiceID,
    act: ReturnType<PeerLines['pause']>,
  ): Promise<PeerLine | undefined> {
    return (await act) === 'unknown' ? undefined : this.lines.stateOf(peer);
  }
}
