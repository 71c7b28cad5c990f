import type { AccountID } from './ids.js';
import { CLAIM_LEASE_MS, endClaimed, type SessionStores } from './end-session.js';
import { throughPages } from './store-pages.js';

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

/**
 * Ends the sessions of one account that are past their deadline, before a sweeper finds them. The ledger knows no
 * deadlines, so to the ledger they are still live. Returns how many of them the ledger had.
 */
export function expireSessionsOf(account: AccountID, { ledger, live, end }: SessionStores): Promise<number> {
  return throughPages(
    (after, limit) => ledger.page({ after, limit, account, peer: undefined }),
    async (page) => {
      const ids = page.map(({ id }) => id);
      const claimed = await live.claimOverdue(ids, CLAIM_LEASE_MS);
      await endClaimed({ ledger, end }, claimed);
      return claimed.length;
    },
  );
}
