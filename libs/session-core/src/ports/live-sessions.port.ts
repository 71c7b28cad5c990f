import type { AccountID, ClientKey, ServiceID, UserSessionID } from '../ids.js';
import type { CspVersion } from '../csp-version.js';
import type { EndCause, UserSession } from '../user-session.js';

/** The live store cannot answer: unreachable, or it lost its content and is being rebuilt. The peer is told 503. */
export class LiveStoreUnavailableError extends Error {
  override readonly name = 'LiveStoreUnavailableError';
}

/** Who asks. Where the account is given it must match, and so must the client where it is given (ssp-binding §4). */
export interface Caller {
  readonly peer: ServiceID;
  readonly account: AccountID | undefined;
  readonly clientKey: ClientKey | undefined;
}

export interface Renewal {
  readonly id: UserSessionID;
  /** Already clamped; undefined leaves the time in force as it is. */
  readonly keepAliveTimeS: number | undefined;
}

/** What a peer was granted for a session, and what a rebuild must give it back. */
export interface Grant {
  readonly id: UserSessionID;
  readonly keepAliveTimeS: number;
  readonly sapEpoch: string | undefined;
}

export type RenewOutcome =
  | {
      readonly kind: 'renewed';
      readonly keepAliveTimeS: number;
      readonly cspVersion: CspVersion;
      /** The grant now in force, where the ledger may not know it: this renewal changed it, or an earlier one did. */
      readonly unrecorded?: Grant;
    }
  /** Ended less than the life of a tombstone ago, and owned by the caller. */
  | { readonly kind: 'ended'; readonly cause: EndCause }
  /** Never existed, another peer's, or ended too long ago: not to be told apart (ssp-binding §7). */
  | { readonly kind: 'unknown' }
  /** The caller's own session, but another user's or another client's. Not renewed. */
  | { readonly kind: 'mismatch' };

export interface DueSession {
  readonly id: UserSessionID;
  readonly peer: ServiceID;
  readonly cause: EndCause;
}

/** Shards, by number, of which something is to be done. */
export interface ShardsSeen {
  /** They lost their content, and refuse everything until they are rebuilt. */
  readonly lost: readonly number[];
  /** They hold grants that the ledger may not know. */
  readonly drifting: readonly number[];
}

/** A session is whole when it has an owner and a deadline. */
export interface Holding {
  readonly id: UserSessionID;
  readonly peer: ServiceID | undefined;
  readonly hasDeadline: boolean;
}

/**
 * Live sessions and their deadlines, in Redis. Deadlines are told by the store's own clock, as keep-alive time + grace
 * after the last accepted operation (ssp-binding §4.3). Every method throws LiveStoreUnavailableError rather than guess.
 * An ended session leaves it by `LiveEnds`, which only `SessionEnd` holds.
 */
export interface LiveSessions {
  /** Before the ledger knows it: a disconnect for this id waits until `handedOver`, or 60 s (ssp-binding §5, Order). */
  reserve(id: UserSessionID): Promise<void>;

  /** The answer that made this id known to its owner is on its way. */
  handedOver(id: UserSessionID): Promise<void>;

  /** Makes the session usable, its deadline a full keep-alive time away; `ended` if it was ended in the meantime. */
  put(session: UserSession): Promise<'stored' | 'ended'>;

  /**
   * Puts back those of a page that the store neither holds nor knows to have ended, each deadline up to `jitter` (0..1)
   * of the keep-alive time further away. Works on a shard under rebuild, as nothing else does.
   */
  restore(sessions: readonly UserSession[], jitter: number): Promise<{ readonly restored: number }>;

  /**
   * One script call per shard, however many; outcomes in the order of the renewals. `sapEpoch` re-tags what is renewed.
   * What it grants anew is listed as drift in the same step.
   */
  renew(
    renewals: readonly Renewal[],
    caller: Caller,
    sapEpoch: string | undefined,
  ): Promise<readonly RenewOutcome[]>;

  /** Same answer as `renew`, with the time in force, without touching the session. */
  look(id: UserSessionID, caller: Caller): Promise<RenewOutcome>;

  /**
   * Takes up to `limit` sessions of a shard past their deadline, re-checked in the same script, for `leaseMs`: from
   * now on they are answered as ended, and if the taker crashes they are due again.
   */
  claimDue(shard: number, limit: number, leaseMs: number): Promise<readonly DueSession[]>;

  /**
   * Takes those of `ids` that a completed sync left out, judged by what the store itself holds, since epochs change
   * here first. Owned by `peer`; of the node of `sapEpoch`, if that names one (`sapNodeOf`); and last used before
   * `idleSinceMs` or tagged with another epoch (a session without a tag is not). Marked as ended with cause
   * `left-out-of-sync`, for `leaseMs`: a taker that crashes leaves them to `claimDue`.
   */
  claimLeftOut(
    ids: readonly UserSessionID[],
    rule: { readonly peer: ServiceID; readonly idleSinceMs: number; readonly sapEpoch: string },
    leaseMs: number,
  ): Promise<readonly UserSessionID[]>;

  /** Grants of a shard that the ledger may not know, as they are now; `settleDrift` takes them off the list. */
  drift(shard: number, limit: number): Promise<readonly Grant[]>;
  /**
   * The ledger has these. Those that hold another grant by now stay on the list, or come back to it, and are returned:
   * they were renewed meanwhile, or put back from an older state of the ledger.
   */
  settleDrift(recorded: readonly Grant[]): Promise<readonly UserSessionID[]>;

  /** Shards that hold no generation mark: the store is new or lost its content, and these refuse everything. */
  lostShards(): Promise<readonly number[]>;
  /** One process rebuilds a shard at a time; false if another one does. */
  beginRebuild(shard: number, leaseMs: number): Promise<boolean>;
  /** From here on the shard answers. */
  completeRebuild(shard: number): Promise<void>;

  /**
   * Looks at every shard, and with `isServing` says that peers can renew: time counts against deadlines only while some
   * process says it each second. After a silence of more than 5 s, all deadlines are as far away again as when it began.
   */
  pulse(isServing: boolean): Promise<ShardsSeen>;

  /** Who holds the shards now. A server that was restarted or replaced is another one, and may lack its last writes. */
  servers(): Promise<string>;
  /** Called at each new connection to a server, before anything is asked over it. */
  onConnection(listener: () => void): void;

  /** Sessions and deadlines held, over all shards: equal, and equal to the ledger's count, once things calm down. */
  count(): Promise<{ readonly sessions: number; readonly deadlines: number }>;

  /** What it holds of each of these sessions, in their order. For checks: also of shards that refuse everything else. */
  holdings(ids: readonly UserSessionID[]): Promise<readonly Holding[]>;
  /** Hands page after page of every id that it holds a session or a deadline of to `work`; some of them twice. For checks. */
  everyHeld(work: (ids: readonly UserSessionID[]) => Promise<void>): Promise<void>;

  /** Milliseconds that the most overdue session is past its deadline; 0 if none is. */
  lagMs(): Promise<number>;
}
