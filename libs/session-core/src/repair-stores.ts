import type { StoreDifferences } from './compare-stores.js';
import type { SessionStores } from './end-session.js';
import type { ServiceID, UserSessionID } from './ids.js';
import { sideBySide } from './side-by-side.js';
import { inBatches } from './store-pages.js';

const SESSIONS_AT_ONCE = 8;
/** A deadline without a session has no owner to notify. */
const NOBODY = '' as ServiceID;

/**
 * `repair`: the ledger is right, as always. A session ends there only if the live store knows its end.
 * `restored`: the ledger was restored to an older point, so neither store is complete. A session that is not in
 * both ends.
 */
export type RepairMode = 'repair' | 'restored';

export interface RepairOutcome {
  /** Made usable again, a full keep-alive time ahead of them. */
  readonly putBack: number;
  /** In the ledger; their owners get a disconnect (601). */
  readonly ended: number;
  /** From the live store. */
  readonly removed: number;
}

/** Settles what the stores do not agree on. May be repeated, and interrupted anywhere. */
export class RepairStores {
  constructor(private readonly stores: SessionStores) {}

  async execute(
    { missing, leftOver, lostShards }: StoreDifferences,
    mode: RepairMode,
    reason: string,
  ): Promise<RepairOutcome> {
    const { ledger, end } = this.stores;
    await end.repeat(leftOver.map(({ id, peer = NOBODY }) => ({ id, peer, cause: 'administrator' })));
    const { putBack, gone } =
      mode === 'restored' ? { putBack: 0, gone: missing } : await this.putBack(missing);
    const by = { reason, onlyOwnedBy: undefined };
    const ended = await inBatches(gone, (ids) =>
      end.announce(ledger.end(ids, 'administrator', by), lostShards),
    );
    return { putBack, ended: ended.length, removed: leftOver.length };
  }

  /** How many it put back, and those that it could not: the live store knows that they ended. */
  private async putBack(
    ids: readonly UserSessionID[],
  ): Promise<{ readonly putBack: number; readonly gone: readonly UserSessionID[] }> {
    const { ledger, live } = this.stores;
    const gone: UserSessionID[] = [];
    let putBack = 0;
    await sideBySide(ids, SESSIONS_AT_ONCE, async (id) => {
      const session = await ledger.find(id);
      if (session === undefined) return;
      if ((await live.put(session)) === 'ended') gone.push(id);
      else putBack += 1;
    });
    return { putBack, gone };
  }
}
