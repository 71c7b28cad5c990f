import { CLAIM_LEASE_MS, endClaimed, type SessionStores } from './end-session.js';

/**
 * Sessions of one step. A keep-alive waits in Redis for no more than one script with so many, and a wave of 100 000 is closed
 * in half of the 30 s that there are (`npm run bench -- expiry`).
 */
export const SWEEP_BATCH = 100;

export interface ExpireSessionsOutcome {
  /** As many as `SWEEP_BATCH`: there may be more. */
  readonly claimed: number;
  /** Without the ghosts, which the ledger had ended before. */
  readonly ended: number;
}

/**
 * One step of the sweeper: ends what is past its deadline in one shard, by the live store's clock, and what another
 * one claimed and never finished (ssp-binding §4.3).
 */
export class ExpireSessions {
  constructor(private readonly stores: SessionStores) {}

  async execute(shard: number): Promise<ExpireSessionsOutcome> {
    const claimed = await this.stores.live.claimDue(shard, SWEEP_BATCH, CLAIM_LEASE_MS);
    return { claimed: claimed.length, ended: await endClaimed(this.stores, claimed) };
  }
}
