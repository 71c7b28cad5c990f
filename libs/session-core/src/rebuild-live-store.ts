import type { SessionStores } from './end-session.js';
import { sideBySide } from './side-by-side.js';
import { throughPages } from './store-pages.js';

/** Many times what the largest shard takes; a rebuild that outlives it is joined by another, which does no harm. */
const REBUILD_LEASE_MS = 60_000;

/** Enough to keep PostgreSQL, Redis and this process busy all the time; half of the connections that a process has. */
const SHARDS_AT_ONCE = 4;

/**
 * Deadlines spread over this part of the keep-alive time, always later than granted. A million sessions that were
 * restored in a minute must not become due in a minute.
 */
const DEADLINE_JITTER = 0.1;

/** Fills a live store that is new, or lost its content, from the ledger. Each shard answers as soon as it is complete. */
export class RebuildLiveStore {
  constructor(private readonly stores: SessionStores) {}

  /** Returns how many sessions it restored. It passes over a shard that another process rebuilds. */
  async execute(): Promise<number> {
    const { live } = this.stores;
    let restored = 0;
    await sideBySide(await live.lostShards(), SHARDS_AT_ONCE, async (shard) => {
      if (!(await live.beginRebuild(shard, REBUILD_LEASE_MS))) return;
      const count = await this.rebuild(shard);
      restored += count;
    });
    return restored;
  }

  private async rebuild(shard: number): Promise<number> {
    const { ledger, live, end } = this.stores;
    const restored = await throughPages(
      (after, limit) => ledger.pageOfShard(shard, after, limit),
      async (page) => (await live.restore(page, DEADLINE_JITTER)).restored,
    );
    await end.shutOut(await ledger.shutOut());
    await live.completeRebuild(shard);
    return restored;
  }
}
