import type { Domain, ServiceID, UserSessionID } from '../ids.js';
import type { EndedSession } from '../user-session.js';

/** Sessions that a job still ends: all of a peer, but for those of the domains in `keeps`. */
export interface ShutOut {
  /** A decimal number. The later a job was made, the higher it is. */
  readonly job: string;
  readonly peer: ServiceID;
  readonly keeps: readonly Domain[];
}

/** How the live store learns of an end. Only `SessionEnd` holds this port. */
export interface LiveEnds {
  /**
   * Removes ended sessions and leaves a tombstone for each, even for a session that it did not hold. An existing
   * tombstone keeps its cause. Idempotent. Returns the sessions whose login answer may not have left yet. Their
   * owner must not get the disconnect before it.
   */
  remove(ended: readonly EndedSession[]): Promise<{ readonly notHandedOver: readonly UserSessionID[] }>;

  /**
   * From now on every process answers a request on such a session as after `agreement-ended`, though the session
   * still exists. Of two jobs for one peer the later one counts. Holds until `letIn`.
   */
  shutOut(shut: ShutOut): Promise<void>;

  /** All sessions of that job are gone. Does nothing where a later job has shut out the peer. */
  letIn(shut: Pick<ShutOut, 'peer' | 'job'>): Promise<void>;
}
