import type { SessionEnd } from './end/session-end.js';
import type { DueSession, LiveSessions } from './ports/live-sessions.port.js';
import type { SessionLedger } from './ports/session-ledger.port.js';

/**
 * How long a claim on a session lasts. It is many times the time of a batch. Still, a crash leaves no session half
 * ended for long.
 */
export const CLAIM_LEASE_MS = 30_000;

/** The two stores of user sessions, and the one way in which what the ledger ended leaves the live store. */
export interface SessionStores {
  readonly ledger: SessionLedger;
  readonly live: LiveSessions;
  readonly end: SessionEnd;
}

/**
 * Ends sessions that the caller has claimed, each with the cause of its claim. If the ledger no longer has a
 * session, a crash between the stores left it over. It then only leaves the live store. Returns how many ended now.
 */
export async function endClaimed(
  { ledger, end }: Pick<SessionStores, 'ledger' | 'end'>,
  claimed: readonly DueSession[],
): Promise<number> {
  let endedNow = 0;
  for (const cause of new Set(claimed.map((session) => session.cause))) {
    const due = claimed.filter((session) => session.cause === cause);
    const ids = due.map(({ id }) => id);
    const ended = await end.announce(ledger.end(ids, cause, { reason: undefined, onlyOwnedBy: undefined }));
    endedNow += ended.length;
    const known = new Set(ended.map(({ id }) => id));
    await end.repeat(due.filter(({ id }) => !known.has(id)));
  }
  return endedNow;
}
