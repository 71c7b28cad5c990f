import type { Agreement } from './agreements.port.js';

/** The authenticated relation between two SAPs, up in both directions (ssp-binding §3). */
export interface SspSession {
  readonly peer: string;
  /** What the peer announced, and so what its messages carry. */
  readonly theirID: string;
  /** What we announced, and so what our messages to it carry. */
  readonly ourID: string;
  /**
   * Seconds without an accepted message after which it ends, unless the agreement says `until-replaced`. It is the
   * smaller value of both sides.
   */
  readonly timeToLiveS: number;
}

export interface HeldSspSession {
  readonly session: SspSession;
  /** Since a message of the peer used it last. */
  readonly idleMs: number;
  /** Pushes of ours over it that the peer did not take, one after the other. The peer's own messages do not depend on it. */
  readonly untaken: number;
}

/** How the agreement with its peer bounds a session (ssp-binding §3). */
export interface SessionTerms {
  /** Sessions of the peer at once; one more ends the one that was idle longest. */
  readonly limit: number;
  readonly life: Agreement['sessionLife'];
}

/** After so many refused pushes in a row, pushes avoid the session. The peer may have forgotten our half of it. */
export const UNTAKEN_TO_AVOID = 3;

/** What pushes go over: the latest used session that they need not avoid. */
export const sessionForPushes = (held: readonly HeldSspSession[]): HeldSspSession | undefined =>
  held.filter(({ untaken }) => untaken < UNTAKEN_TO_AVOID).toSorted((a, b) => a.idleMs - b.idleMs)[0];

export interface SspSessions {
  /**
   * `taken`: another peer already uses this id. A peer that announces an id of its own again replaces its older
   * session.
   */
  add(session: SspSession, terms: SessionTerms): Promise<'added' | 'taken'>;
  /** The session that a message names; undefined: unknown or expired. */
  find(theirID: string): Promise<SspSession | undefined>;
  /** The same, its life prolonged as the agreement says now; undefined: unknown or expired. */
  touch(theirID: string, life: SessionTerms['life']): Promise<SspSession | undefined>;
  /** `sessionForPushes` of all that are up. */
  latestOf(peer: string): Promise<SspSession | undefined>;
  /** All that are up, in no order. */
  allOf(peer: string): Promise<readonly HeldSspSession[]>;
  /** Of the session as it was read, and not of one that has taken its place meanwhile. */
  setUntaken(session: SspSession, untaken: number): Promise<void>;
  remove(session: SspSession): Promise<void>;
  removeAllOf(peer: string): Promise<void>;
  /**
   * The listener gets the peer's id of each session that was made, replaced or ended. It gets changes of this
   * process before the act resolves, and those of others soon after. It misses changes while the store is away.
   */
  onChange(listener: (theirID: string) => void): void;
}
