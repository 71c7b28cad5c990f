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
   * Forgets ended sessions and leaves a tombstone for each, also where it held no session; a tombstone that is already
   * there keeps its cause. Idempotent. Returns those whose login answer may still be
   * under way: their owner must not be told yet.
   */
  remove(ended: readonly EndedSession[]): Promise<{ readonly notHandedOver: readonly UserSessionID[] }>;

  /**
   * From now on every request on such a session is answered as after `agreement-ended`, by any process, though the
   * session is still there. Of two jobs for one peer the later one counts. Holds until `letIn`.
   */
  shutOut(shut: ShutOut): Promise<void>;

  /** All sessions of that job are gone. Does nothing where a later job has shut out the peer. */
  letIn(shut: Pick<ShutOut, 'peer' | 'job'>): Promise<void>;
}
