import { CLAIM_LEASE_MS, endClaimed, type SessionStores } from './end-session.js';
import { STORE_BATCH } from './store-pages.js';

export interface ExpireSessionsOutcome {
  /** As many as `STORE_BATCH`: there may be more. */
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
    const claimed = await this.stores.live.claimDue(shard, STORE_BATCH, CLAIM_LEASE_MS);
    return { claimed: claimed.length, ended: await endClaimed(this.stores, claimed) };
  }
}
