import type { AccountID, Domain, UserSession, UserSessionID } from '@sap2/session-core';

/** Live sessions as service elements ask for them; the ledger owns them. */
export interface LiveSessionQuery {
  /** At most 1000 ids. */
  byID(ids: readonly UserSessionID[]): Promise<readonly UserSession[]>;
  /** At most 1000 accounts. */
  byAccount(accounts: readonly AccountID[]): Promise<readonly UserSession[]>;
  /**
   * All live sessions at one moment. The feed after that moment has exactly the later changes. It passes the position
   * of the moment to `begin`, then page after page to `page`.
   */
  snapshot(domain: Domain | undefined, reader: SnapshotReader): Promise<void>;
}

export interface SnapshotReader {
  readonly begin: (position: bigint) => Promise<void>;
  readonly page: (sessions: readonly UserSession[]) => Promise<void>;
}

export interface UseTime {
  /** Milliseconds since 1970. */
  readonly lastUsedMs: number;
  /** When the session expires, if its owner does not use it and peers can reach the service all the time. */
  readonly expiresMs: number;
}

/** When sessions were last used, from the live store. */
export interface UseTimes {
  /** In the order of the ids; undefined: the store does not hold the session. */
  of(ids: readonly UserSessionID[]): Promise<readonly (UseTime | undefined)[]>;
}
