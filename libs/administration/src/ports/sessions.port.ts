import type {
  AccountID,
  Domain,
  EndCause,
  EndedSession,
  Ending,
  ServiceID,
  UserSession,
  UserSessionID,
} from '@sap2/session-core';
import type { Actor } from '../actor.js';

export const SESSIONS = Symbol('Sessions');

/** Which live sessions; all that is given must be true. */
export interface SessionFilter {
  readonly account?: AccountID | undefined;
  readonly peer?: ServiceID | undefined;
  readonly domain?: Domain | undefined;
  /** Any form of the ClientID. */
  readonly client?: string | undefined;
  /** Of the `sapEpoch`, as `sapNodeOf` reads it. */
  readonly node?: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedBeforeMs?: number | undefined;
  /** At or after, milliseconds since 1970. */
  readonly startedAfterMs?: number | undefined;
}

/** Where a list goes on: a time as PostgreSQL writes it, to the microsecond, and an id. */
export type ListPosition = readonly [at: string, id: string];

export interface ListedSession {
  readonly session: UserSession;
  readonly position: ListPosition;
}

export interface HistoryFilter {
  readonly account: AccountID | undefined;
  readonly peer: ServiceID | undefined;
  readonly domain: Domain | undefined;
  readonly cause: EndCause | undefined;
  /** Milliseconds since 1970. */
  readonly endedBeforeMs: number | undefined;
  /** At or after, milliseconds since 1970. */
  readonly endedAfterMs: number | undefined;
}

/** A session that was. */
export interface PastSession extends Pick<
  UserSession,
  'id' | 'account' | 'domain' | 'userID' | 'client' | 'peer' | 'cspVersion' | 'sapEpoch' | 'startedAtMs'
> {
  readonly endedAtMs: number;
  readonly cause: EndCause;
  readonly reason: string | undefined;
  readonly position: ListPosition;
}

/** Sessions as administrators look for them. */
export interface Sessions {
  /** The last to start first. */
  page(
    filter: SessionFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<readonly ListedSession[]>;
  count(filter: SessionFilter): Promise<number>;
  /** One, with the duty to tell its owner and the entry in the audit; undefined: it is not live. */
  end(actor: Actor, id: UserSessionID): Promise<Ending<EndedSession | undefined>>;
  /** The last to end first. */
  history(
    filter: HistoryFilter,
    after: ListPosition | undefined,
    limit: number,
  ): Promise<readonly PastSession[]>;
}
