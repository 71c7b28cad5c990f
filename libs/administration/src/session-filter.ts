import type { AccountID, Domain, ServiceID } from '@sap2/session-core';

/** Which live sessions; all that is given must be true. */
export interface SessionFilter {
  readonly account?: AccountID | undefined;
  readonly peer?: ServiceID | undefined;
  readonly domain?: Domain | undefined;
  /** Any form of the ClientID. */
  readonly client?: string | undefined;
  /** Of the `sapEpoch`, as `sapNodeOf` reads it. */
  readonly node?: string | undefined;
  readonly startedBeforeMs?: number | undefined;
  /** At or after, milliseconds since 1970. */
  readonly startedAfterMs?: number | undefined;
}

/** Where a list goes on: a time as PostgreSQL writes it, to the microsecond, and an id. */
export type ListPosition = readonly [at: string, id: string];
