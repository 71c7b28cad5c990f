import type { EventLog } from '@sap2/observability';
import { sessionTag } from '@sap2/observability';
import type { EntitlementRefusal } from '@sap2/session-core';
import type { LoginOutcome } from '../ssp/status-table.js';

export interface ReportedLogin {
  readonly peer: string;
  readonly transactionID: string;
  /** The account, or what the peer sent if that names none. */
  readonly user: string | undefined;
  readonly client: string | undefined;
  readonly outcome: LoginOutcome | EntitlementRefusal;
}

export type LoginReport = (login: ReportedLogin) => void;

/** What a support desk asks: who logged in, who was refused and why, and who is locked. A peer learns less. */
export const reportLogins =
  (log: Pick<EventLog, 'event' | 'warn'>): LoginReport =>
  ({ peer, transactionID: transactionId, user, client, outcome }) => {
    const about = { peer, transactionId, user, client };
    if (outcome.kind === 'logged-in') {
      log.event('user_logged_in', { ...about, session: sessionTag(outcome.sessionID) });
      return;
    }
    log.event('login_refused', { ...about, reason: reasonOf(outcome) });
    if (outcome.kind === 'wrong-credentials' && outcome.lockedForMs !== undefined)
      log.warn('user_locked', { ...about, durationMs: outcome.lockedForMs });
  };

function reasonOf(outcome: Exclude<ReportedLogin['outcome'], { kind: 'logged-in' }>): string {
  // A digest over a nonce that was used, ran out, or belongs to another user.
  if (outcome.kind === 'challenge') return 'nonce-not-valid';
  return 'why' in outcome ? outcome.why : outcome.kind;
}
