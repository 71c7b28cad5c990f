import type { Ending } from '../end/ending.js';
import type { AccountID, ServiceID, UserSessionID } from '../ids.js';
import type { FunctionName } from '../service-tree.js';
import type { Grant } from './live-sessions.port.js';
import type { ShutOut } from './live-ends.port.js';
import type { EndCause, EndedSession, UserSession } from '../user-session.js';

/** What happens when a user logs in once more (ssp-binding §4.1). */
export interface SecondLoginPolicy {
  /** Same user and ClientID while one is live. */
  readonly sameClient: 'takeover' | 'reject';
  readonly sessionsPerUser: number;
  /** One ClientID more than `sessionsPerUser`. */
  readonly overLimit: 'evict-oldest' | 'reject';
}

export interface SessionBirth {
  readonly session: UserSession;
  /** The transaction that asks for it: the same one asking again, after a crash, is given the same session. */
  readonly transactionID: string;
  /** State of the account that was authenticated; if it changed meanwhile the login does not stand. */
  readonly accountVersion: number;
}

export type OpenOutcome =
  | {
      readonly kind: 'opened';
      readonly session: UserSession;
      /** What it replaced and evicted. */
      readonly ended: readonly EndedSession[];
      /** Recent ends of the account. The process that ended them may have died before it informed the live store. */
      readonly endedBefore: readonly EndedSession[];
    }
  /** This very transaction opened it before: nothing was done. */
  | {
      readonly kind: 'repeated';
      readonly session: UserSession;
      /** As above; what it ended the first time is among them. */
      readonly endedBefore: readonly EndedSession[];
    }
  | { readonly kind: 'already-logged-in' }
  | { readonly kind: 'too-many-sessions' }
  /** The agreement ended, or lost the domain, since the request was admitted. */
  | { readonly kind: 'not-entitled' }
  /** Suspended, deleted or given new credentials since it was authenticated. */
  | { readonly kind: 'account-changed' };

export interface SessionPageRequest {
  /** Sessions after this id, in the order of ids. */
  readonly after: UserSessionID | undefined;
  readonly limit: number;
  readonly account: AccountID | undefined;
  readonly peer: ServiceID | undefined;
}

/**
 * Begin and end of user sessions, in PostgreSQL. Each method is one transaction. It records the end and the
 * disconnect for the owner together or not at all (ssp-binding §5).
 */
export interface SessionLedger {
  /**
   * Locks the account's row, applies the policy, inserts the live row and ends what it replaces. Two parallel
   * logins of one user take turns, so they never exceed a limit. The transaction reads the agreement. So no session
   * opens under an ended agreement, and the end of an agreement ends every session opened before.
   */
  open(birth: SessionBirth, policy: SecondLoginPolicy): Promise<Ending<OpenOutcome>>;

  /** Ends those that are still live, and returns only these; at most 500 ids a call. `reason` is for people, and kept. */
  end(
    ids: readonly UserSessionID[],
    cause: EndCause,
    by: { readonly reason: string | undefined; readonly onlyOwnedBy: ServiceID | undefined },
  ): Promise<Ending<readonly EndedSession[]>>;

  find(id: UserSessionID): Promise<UserSession | undefined>;

  /** Keyset page over all live sessions. */
  page(request: SessionPageRequest): Promise<readonly UserSession[]>;

  /** Keyset page over one shard, for rebuilding the live store. */
  pageOfShard(
    shard: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly UserSession[]>;

  /** Live sessions born between 10 s and `withinS` seconds ago: a crash may have kept them from the live store. */
  bornWithin(
    withinS: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly UserSession[]>;

  /** Sessions ended within the last `withinS` seconds: a live store that lost its last writes may still hold them. */
  endedWithin(
    withinS: number,
    after: UserSessionID | undefined,
    limit: number,
  ): Promise<readonly EndedSession[]>;

  /** A negotiation replaces what was agreed before; false if the session is no longer live. */
  agreeServices(id: UserSessionID, agreed: readonly FunctionName[]): Promise<boolean>;

  /** A resume brings new particulars; false if the session is no longer live. */
  resume(
    id: UserSessionID,
    particulars: Pick<UserSession, 'keepAliveTimeS' | 'sapEpoch' | 'sessionCookie' | 'capabilityList'>,
  ): Promise<boolean>;

  /** Grants that came about in the live store, so that a rebuild gives them back; of live sessions only. */
  recordGrants(grants: readonly Grant[]): Promise<void>;

  /** What jobs are still ending, since an agreement ended. */
  shutOut(): Promise<readonly ShutOut[]>;

  countLive(): Promise<number>;

  /** Those of `ids` that are live. */
  liveAmong(ids: readonly UserSessionID[]): Promise<ReadonlySet<UserSessionID>>;
}
