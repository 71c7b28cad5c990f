import { CLAIM_LEASE_MS, endClaimed, type SessionStores } from './end-session.js';

/**
 * Sessions of one step. A keep-alive waits in Redis for at most one such script. A wave of 100 000 sessions ends in
 * half of the allowed 30 s (`npm run bench -- expiry`).
 */
export const SWEEP_BATCH = 100;

export interface ExpireSessionsOutcome {
  /** As many as `SWEEP_BATCH`: there may be more. */
  readonly claimed: number;
  /** Without those that the ledger had ended before. */
  readonly ended: number;
}

/**
 * One step of the sweeper. It ends the sessions of one shard that are past their deadline by the live store's
 * clock. It also ends those that another sweeper claimed but did not finish (ssp-binding §4.3).
 */
export class ExpireSessions {
  constructor(private readonly stores: SessionStores) {}

  async execute(shard: number): Promise<ExpireSessionsOutcome> {
    const claimed = await this.stores.live.claimDue(shard, SWEEP_BATCH, CLAIM_LEASE_MS);
    return { claimed: claimed.length, ended: await endClaimed(this.stores, claimed) };
  }
}
