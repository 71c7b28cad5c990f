import type { Agreement } from './ports/agreements.port.js';
import type { SessionTerms } from './ports/ssp-sessions.port.js';

export interface SetUpLimits {
  /** Set-ups of a peer whose digest was right and that wait for message 5. Strangers have bounds of their own. */
  readonly unfinishedPerPeer: number;
  /** One for each node of the peer's cluster; one more ends the one that was idle longest. */
  readonly sessionsPerPeer: number;
  /** What we announce, in seconds; the smaller of both sides' counts. */
  readonly timeToLiveS: number;
}

/** ssp-binding §3; what the tests use. */
export const DEFAULT_SET_UP_LIMITS: SetUpLimits = {
  unfinishedPerPeer: 16,
  sessionsPerPeer: 64,
  timeToLiveS: 86_400,
};

/** What the agreement says of the sessions of its peer, and where it says nothing the service. */
export const sessionTermsOf = (
  { limits, sessionLife }: Agreement,
  { sessionsPerPeer }: SetUpLimits,
): SessionTerms => ({ limit: limits.sspSessions ?? sessionsPerPeer, life: sessionLife });
