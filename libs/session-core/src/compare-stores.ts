import type { SessionStores } from './end-session.js';
import type { ServiceID, UserSessionID } from './ids.js';
import { LiveStoreUnavailableError } from './ports/live-sessions.port.js';
import { inBatches, throughPages } from './store-pages.js';

/** A login or an end in progress has reached one store and not yet the other. It gets this time. */
const UNDER_WAY_MS = 3_000;

export interface StoreDifferences {
  readonly compared: number;
  /** Live in the ledger; the live store does not hold them, or holds them without a deadline. */
  readonly missing: readonly UserSessionID[];
  /** Held by the live store, and not live in the ledger. No owner: nothing but a deadline is left of it. */
  readonly leftOver: readonly { readonly id: UserSessionID; readonly peer: ServiceID | undefined }[];
  /** Shards of the live store that hold nothing, and answer nothing, until they are rebuilt. */
  readonly lostShards: readonly number[];
}

/** What the ledger and the live store do not agree on, of all that they hold. Work that is under way is no difference. */
export class CompareStores {
  constructor(
    private readonly stores: SessionStores,
    private readonly pause: (ms: number) => Promise<unknown>,
  ) {}

  /** @throws LiveStoreUnavailableError if the live store lost something meanwhile */
  async execute(): Promise<StoreDifferences> {
    const { ledger, live } = this.stores;
    const lostShards = await live.lostShards();
    const missing: UserSessionID[] = [];
    const compared = await throughPages(
      (after, limit) => ledger.page({ after, limit, account: undefined, peer: undefined }),
      async (page) => {
        missing.push(...(await this.notHeld(page.map(({ id }) => id))));
        return page.length;
      },
    );
    const leftOver = new Set<UserSessionID>();
    await live.everyHeld(async (ids) => {
      for (const id of await this.notLive(ids)) leftOver.add(id);
    });
    if (missing.length + leftOver.size > 0) await this.pause(UNDER_WAY_MS);
    const differences = {
      compared,
      missing: await inBatches(missing, async (ids) => this.notHeld([...(await ledger.liveAmong(ids))])),
      leftOver: await inBatches([...leftOver], async (ids) => this.withOwners(await this.notLive(ids))),
      lostShards,
    };
    const lostSince = (await live.lostShards()).filter((shard) => !lostShards.includes(shard));
    if (lostSince.length > 0)
      throw new LiveStoreUnavailableError('the live store lost its content meanwhile');
    return differences;
  }

  private async notHeld(ids: readonly UserSessionID[]): Promise<readonly UserSessionID[]> {
    const holdings = await this.stores.live.holdings(ids);
    return holdings.filter(({ peer, hasDeadline }) => peer === undefined || !hasDeadline).map(({ id }) => id);
  }

  private async notLive(ids: readonly UserSessionID[]): Promise<readonly UserSessionID[]> {
    if (ids.length === 0) return [];
    const live = await this.stores.ledger.liveAmong(ids);
    return ids.filter((id) => !live.has(id));
  }

  /** Those that the live store still holds. */
  private async withOwners(ids: readonly UserSessionID[]): Promise<StoreDifferences['leftOver']> {
    const holdings = await this.stores.live.holdings(ids);
    return holdings
      .filter(({ peer, hasDeadline }) => peer !== undefined || hasDeadline)
      .map(({ id, peer }) => ({ id, peer }));
  }
}
