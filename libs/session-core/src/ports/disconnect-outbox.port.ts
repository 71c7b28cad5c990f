import type { ClientID, ServiceID, UserSessionID } from '../ids.js';
import type { EndCause } from '../user-session.js';

export const DISCONNECT_OUTBOX = Symbol('DisconnectOutbox');

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
  /** Attempts that failed so far. */
  readonly attempts: number;
  readonly ageMs: number;
}

export type Settlement =
  | { readonly id: string; readonly result: 'acknowledged' | 'unknown-there' }
  | { readonly id: string; readonly result: 'failed'; readonly retryInMs: number; readonly error: string }
  | { readonly id: string; readonly result: 'undelivered'; readonly error: string }
  /** Not sent at all, and no attempt: the login answer is still under way, or the process is stopping. */
  | { readonly id: string; readonly result: 'held'; readonly retryInMs: number };

/** The worker's side of the outbox: claim, call with no transaction open, settle. */
export interface DisconnectOutbox {
  /** Peers that something is due for now, the longest waiting first. */
  peersWithDue(limit: number): Promise<readonly ServiceID[]>;
  /** Oldest first; nobody else gets them until `leaseMs` is over. */
  claim(peer: ServiceID, limit: number, leaseMs: number): Promise<readonly DueDisconnect[]>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** The peer's `Status` came as a message of its own (callback mode). False if nothing waits for it. */
  settleByTransaction(
    peer: ServiceID,
    transactionID: string,
    result: 'acknowledged' | 'unknown-there' | 'failed',
  ): Promise<boolean>;
  /** Calls back soon after something became due, on any process; only a hint. Returns the way to stop. */
  onWake(callback: () => void): Promise<() => Promise<void>>;
  backlog(): Promise<Backlog>;
  /** Of each peer that anything is pending for. */
  backlogByPeer(): Promise<readonly (Backlog & { readonly peer: ServiceID })[]>;
}

/** What is pending, claimed or not. */
export interface Backlog {
  readonly pending: number;
  /** 0 if nothing is. */
  readonly oldestAgeMs: number;
}
