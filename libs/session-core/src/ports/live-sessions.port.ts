import type { AccountID, ClientKey, ServiceID, UserSessionID } from '../ids.js';
import type { CspVersion } from '../csp-version.js';
import type { EndCause, UserSession } from '../user-session.js';

/** The live store cannot answer. It is unreachable, or it lost its content and is in rebuild. The peer gets 503. */
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
      /** The grant in force, if the ledger may not know it: this renewal or an earlier one changed it. */
      readonly unrecorded?: Grant;
    }
  /** Ended less than the life of a tombstone ago, and owned by the caller. */
  | { readonly kind: 'ended'; readonly cause: EndCause }
  /** It never existed, belongs to another peer, or ended too long ago. The answers do not differ (ssp-binding §7). */
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

/** By the clock of the store, in milliseconds since 1970. */
export interface SessionTimes {
  /** The last keep-alive, or the login or resumption if none has come since. */
  readonly lastKeepAliveAtMs: number;
  /** Without a keep-alive the session ends then: keep-alive time and grace after the last one. Outages extend it. */
  readonly expiresAtMs: number;
}

/** A session is whole when it has an owner and a deadline. */
export interface Holding {
  readonly id: UserSessionID;
  readonly peer: ServiceID | undefined;
  readonly hasDeadline: boolean;
}

/**
 * Live sessions and their deadlines, in Redis. A deadline is keep-alive time + grace after the last accepted
 * operation, by the store's own clock (ssp-binding §4.3). Every method throws LiveStoreUnavailableError if it does
 * not know. An ended session leaves it through `LiveEnds`, which only `SessionEnd` has.
 */
export interface LiveSessions {
  /** Before the ledger knows it: a disconnect for this id waits until `handedOver`, or 60 s (ssp-binding §5, Order). */
  reserve(id: UserSessionID): Promise<void>;

  /** The answer that made this id known to its owner is on its way. */
  handedOver(id: UserSessionID): Promise<void>;

  /** Makes the session usable, its deadline a full keep-alive time away; `ended` if it was ended in the meantime. */
  put(session: UserSession): Promise<'stored' | 'ended'>;

  /**
   * Adds those of a page that the store neither holds nor knows as ended. Each deadline moves up to `jitter` (0..1)
   * of the keep-alive time further away. This method alone works on a shard in rebuild.
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

  /** In the order of `ids`; undefined: the store does not hold it, or it is being ended. */
  times(ids: readonly UserSessionID[]): Promise<readonly (SessionTimes | undefined)[]>;

  /**
   * Claims up to `limit` sessions of a shard past their deadline for `leaseMs`. The same script checks the deadline
   * again. From now on they are answered as ended. If the claimer crashes, they become due again.
   */
  claimDue(shard: number, limit: number, leaseMs: number): Promise<readonly DueSession[]>;

  /**
   * Claims those of `ids` that are past their deadline, as `claimDue` does. It also returns those that another
   * caller has claimed and not yet ended, with the cause of that claim. Two callers may end the same session.
   */
  claimOverdue(ids: readonly UserSessionID[], leaseMs: number): Promise<readonly DueSession[]>;

  /**
   * Claims those of `ids` that a completed sync left out, by the content of the store itself. Epochs change
   * here first. `peer` must own the session. If `sapEpoch` names a node, the session must belong to it
   * (`sapNodeOf`). The session was last used before `idleSinceMs`, or has another epoch; a session without an epoch
   * does not count. It is marked as ended with cause `left-out-of-sync` for `leaseMs`. If the claimer crashes,
   * `claimDue` finds it.
   */
  claimLeftOut(
    ids: readonly UserSessionID[],
    rule: { readonly peer: ServiceID; readonly idleSinceMs: number; readonly sapEpoch: string },
    leaseMs: number,
  ): Promise<readonly UserSessionID[]>;

  /** Grants of a shard that the ledger may not know, as they are now; `settleDrift` takes them off the list. */
  drift(shard: number, limit: number): Promise<readonly Grant[]>;
  /**
   * The ledger has these grants. Sessions with another grant stay on the list or return to it, and the call returns
   * them. They were renewed meanwhile, or restored from an older state of the ledger.
   */
  settleDrift(recorded: readonly Grant[]): Promise<readonly UserSessionID[]>;

  /** Shards that hold no generation mark: the store is new or lost its content, and these refuse everything. */
  lostShards(): Promise<readonly number[]>;
  /** One process rebuilds a shard at a time; false if another one does. */
  beginRebuild(shard: number, leaseMs: number): Promise<boolean>;
  /** From here on the shard answers. */
  completeRebuild(shard: number): Promise<void>;

  /**
   * Looks at every shard. With `isServing` it also reports that peers can renew. Time counts against deadlines only
   * while some process reports this each second. A silence of more than 5 s extends all deadlines by its length.
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
  /** Passes every id with a session or a deadline to `work`, page after page, some of them twice. For checks. */
  everyHeld(work: (ids: readonly UserSessionID[]) => Promise<void>): Promise<void>;

  /** Milliseconds that the most overdue session is past its deadline; 0 if none is. */
  lagMs(): Promise<number>;
}
