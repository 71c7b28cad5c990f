/** The authenticated relation between two SAPs, up in both directions (ssp-binding §3). */
export interface SspSession {
  readonly peer: string;
  /** What the peer announced, and so what its messages carry. */
  readonly theirID: string;
  /** What we announced, and so what our messages to it carry. */
  readonly ourID: string;
  /** Seconds without an accepted message after which it is over: the smaller of both sides' announcements. */
  readonly timeToLiveS: number;
}

/** A session, and how long ago a message used it last. */
export interface HeldSspSession {
  readonly session: SspSession;
  readonly idleMs: number;
}

export interface SspSessions {
  /**
   * `taken`: another peer already uses this id. A peer that announces an id of its own again replaces its older
   * session. `too-many`: the peer holds `limit` already.
   */
  add(session: SspSession, limit: number): Promise<'added' | 'taken' | 'too-many'>;
  /** The session that a message names; undefined: unknown or expired. */
  find(theirID: string): Promise<SspSession | undefined>;
  /** The same, its life prolonged; undefined: unknown or expired. */
  touch(theirID: string): Promise<SspSession | undefined>;
  /** Some session to push over, the latest used first. */
  latestOf(peer: string): Promise<SspSession | undefined>;
  /** All that are up, in no order. */
  allOf(peer: string): Promise<readonly HeldSspSession[]>;
  remove(session: SspSession): Promise<void>;
  removeAllOf(peer: string): Promise<void>;
}
