import {
  type Caller,
  type EndCause,
  type EndedSession,
  type LiveEnds,
  type LiveSessions,
  type Renewal,
  shardOf,
  type UserSession,
  type UserSessionID,
} from '@sap2/session-core';
import { ALICE, OPERATOR, OTHER_OPERATOR } from './contract-world.js';

/** An empty live store whose every shard answers, with a grace of 0 s. */
export interface LiveSessionsSubject {
  readonly live: LiveSessions;
  readonly ends: LiveEnds;
  /**
   * Acts as if this time had passed for stored data. A real store makes its data older, so no machine is too slow.
   */
  readonly letPass: (ms: number) => Promise<void>;
  /** Real waiting for a real store. */
  readonly wait: (ms: number) => Promise<void>;
  /** The store's own clock. */
  readonly nowMs: () => Promise<number>;
  /** As if an administrator had emptied it. */
  readonly loseEverything: () => Promise<void>;
  close(): Promise<void>;
}

export type GetLiveSessions = () => LiveSessionsSubject;

export const LEASE_MS = 30_000;
/** Shorter than what sessions are usually given, and long enough for the slowest machine to act within it. */
export const SHORT_S = 300;
export const PAST_SHORT_MS = 301_000;
export const ALICES_SHARD = shardOf(ALICE);

export const anyoneAt = (peer: UserSession['peer']): Caller => ({
  peer,
  account: undefined,
  clientKey: undefined,
});
export const THE_PEER = anyoneAt(OPERATOR);
export const ANOTHER_PEER = anyoneAt(OTHER_OPERATOR);
export const keep = (id: UserSessionID, keepAliveTimeS?: number): Renewal => ({ id, keepAliveTimeS });
export const ended = (session: UserSession, cause: EndCause): EndedSession => ({
  id: session.id,
  peer: session.peer,
  cause,
});
