import type { ClientID, ServiceID, UserSessionID } from '../ids.js';
import type { EndCause } from '../user-session.js';

/** The duty to tell an owner that its session ended, as it stands in the ledger. */
export interface DueDisconnect {
  /** Row of the outbox, a decimal number. */
  readonly id: string;
  /** The same on every attempt (ssp-binding §5). */
  readonly transactionID: string;
  readonly peer: ServiceID;
  readonly sessionID: UserSessionID;
  readonly userID: string;
  readonly client: ClientID;
  readonly cause: EndCause;
  readonly reason: string | undefined;
  /** How often it was sent, or could not be sent, so far. */
  readonly attempts: number;
  /** Since the session ended; or since a later replay, or the end of a pause of its peer. */
  readonly ageMs: number;
  /** Messages to this peer that failed one after the other, up to the claim. */
  readonly lineFailures: number;
  readonly support: DisconnectSupport;
}

/**
 * Whether a peer knows `UserDisconnectRequest`. `unsupported`: it answered 405, and gets no more of them. `on-trial`: it has
 * set up an SSP session since, and may know it now.
 */
export type DisconnectSupport = 'supported' | 'unsupported' | 'on-trial';

export type Settlement =
  | { readonly id: string; readonly result: 'acknowledged' | 'unknown-there' }
  | { readonly id: string; readonly result: 'failed'; readonly retryInMs: number; readonly error: string }
  | { readonly id: string; readonly result: 'undelivered'; readonly error: string }
  /** Callback mode: the peer took it, and answers by a message of its own. Sent again if that has not come by then. */
  | { readonly id: string; readonly result: 'sent'; readonly retryInMs: number }
  /** Kept as undelivered until the peer supports it. Not `sent`: an earlier 405 spoke for this one. */
  | { readonly id: string; readonly result: 'not-supported'; readonly error: string; readonly sent: boolean }
  /** Not sent at all, and no attempt: the login answer is still under way, or the process is stopping. */
  | { readonly id: string; readonly result: 'held'; readonly retryInMs: number };

/**
 * The effect of the peer's `Status` on a disconnect, if it arrives as a separate message. `error` is the peer's
 * text.
 */
export type AnsweredDisconnect =
  | { readonly result: 'acknowledged' | 'unknown-there' }
  | { readonly result: 'failed'; readonly error: string }
  | { readonly result: 'not-supported'; readonly error: string };

/** The worker's side of the outbox: claim, call with no transaction open, settle. */
export interface DisconnectOutbox {
  /**
   * Peers with due disconnects, the longest waiting first: up to `limit` healthy ones, and up to `limit` others.
   * Paused peers are not included, nor peers with an open circuit before their trial is due.
   */
  peersWithDue(limit: number): Promise<readonly DuePeer[]>;
  /**
   * Oldest first; no other process gets them until `leaseMs` is over. A paused peer and an open circuit give
   * nothing. When a trial is due, one claimer gets one disconnect, the one that was not tried for longest.
   */
  claim(peer: ServiceID, limit: number, leaseMs: number): Promise<readonly DueDisconnect[]>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  /**
   * The peer's `Status` came as a message of its own (callback mode). Resolves to what was known of the peer before it;
   * undefined: nothing waits for it. One that is not supported marks the peer in the same step: a retry comes after it.
   */
  settleByTransaction(
    peer: ServiceID,
    transactionID: string,
    answer: AnsweredDisconnect,
  ): Promise<DisconnectSupport | undefined>;
  /**
   * `unsupported`: nothing more is sent. `on-trial`, only after that: the newest of what was not supported is due again, and
   * whatever ends from now on. `supported`: all that was not supported is due again.
   */
  setSupport(peer: ServiceID, support: DisconnectSupport): Promise<void>;
  /** A message did not get through. With `openForMs` the circuit opens: the next one tries after so long. */
  lineFailed(peer: ServiceID, error: string, openForMs: number | undefined): Promise<void>;
  /** A message got through. True: the circuit was open; it is closed, and all that waits for the peer is due now. */
  lineWorks(peer: ServiceID): Promise<boolean>;
  /** Gives up the oldest of what waits behind open circuits and is older than `horizonMs`. How many, by peer. */
  giveUp(horizonMs: number, limit: number): Promise<readonly GivenUp[]>;
  /** Drops the oldest of what was settled, or was given up, more than so long ago; up to `limit` rows. Returns how many. */
  forget(settledBeforeMs: number, undeliveredBeforeMs: number, limit: number): Promise<number>;
  /** Calls back soon after something became due, on any process; only a hint. Returns the way to stop. */
  onWake(callback: () => void): Promise<() => Promise<void>>;
  backlog(): Promise<Backlog>;
  backlogByPeer(): Promise<readonly (Backlog & { readonly peer: ServiceID })[]>;
}

export interface DuePeer {
  readonly peer: ServiceID;
  readonly isSuspect: boolean;
}

export interface GivenUp {
  readonly peer: ServiceID;
  readonly count: number;
  readonly error: string;
}

/** What is pending, claimed or not. */
export interface Backlog {
  readonly pending: number;
  /** 0 if nothing is. */
  readonly oldestAgeMs: number;
}
