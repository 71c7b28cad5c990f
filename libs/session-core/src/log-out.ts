import { type EntitledUser, callerOf } from './check-entitlement.js';
import type { SessionStores } from './end-session.js';
import { parseUserSessionID, type ServiceID } from './ids.js';
import type { RenewOutcome } from './ports/live-sessions.port.js';

export interface LogOutRequest {
  readonly peer: ServiceID;
  readonly user: EntitledUser;
  /** As sent. */
  readonly userSessionID: string;
}

export type LogOutOutcome =
  /** 200: now, or by this peer before. */
  | { readonly kind: 'logged-out' }
  /** 422 */
  | { readonly kind: 'mismatch' }
  /** 604 */
  | { readonly kind: 'unknown' };

/** Ends a session because its owner asks for it. The owner gets no disconnect (ssp-binding §4.2). */
export class LogOut {
  constructor(private readonly stores: SessionStores) {}

  async execute({ peer, user, userSessionID }: LogOutRequest): Promise<LogOutOutcome> {
    const id = parseUserSessionID(userSessionID);
    if (!id) return { kind: 'unknown' };
    const { ledger, live, end } = this.stores;
    const caller = callerOf(peer, user);
    const seen = await live.look(id, caller);
    if (seen.kind !== 'renewed') return outcomeOf(seen);

    const act = ledger.end([id], 'logout', { reason: undefined, onlyOwnedBy: peer });
    const ended = await end.announce(act);
    if (ended.length > 0) return { kind: 'logged-out' };
    // Another process ended it in the ledger just now, or crashed before it informed the live store.
    const again = await live.look(id, caller);
    if (again.kind !== 'renewed') return outcomeOf(again);
    await end.repeat([{ id, peer, cause: 'logout' }]);
    return { kind: 'logged-out' };
  }
}

function outcomeOf(seen: Exclude<RenewOutcome, { kind: 'renewed' }>): LogOutOutcome {
  if (seen.kind === 'mismatch') return { kind: 'mismatch' };
  return { kind: seen.kind === 'ended' && seen.cause === 'logout' ? 'logged-out' : 'unknown' };
}
