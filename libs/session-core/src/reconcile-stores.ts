import type { SessionStores } from './end-session.js';
import { throughPages } from './store-pages.js';

export interface ReconcileOutcome {
  /** Live sessions that the live store did not hold. */
  readonly restored: number;
  /** Ends of the period; the live store gets each once more. */
  readonly endsRepeated: number;
}

/**
 * Repairs what a crash between the two stores left different. It repeats begins and ends of the last `withinS`
 * seconds that the live store may have missed or lost.
 */
export class ReconcileStores {
  constructor(private readonly stores: SessionStores) {}

  /** `withinS` must cover the time since the last run, or since the last process stopped. */
  async execute({ withinS }: { readonly withinS: number }): Promise<ReconcileOutcome> {
    const { ledger, live, end } = this.stores;
    await end.shutOut(await ledger.shutOut());
    // Ends first: what is known to have ended is not restored.
    const endsRepeated = await throughPages(
      (after, limit) => ledger.endedWithin(withinS, after, limit),
      async (page) => {
        await end.repeat(page);
        return page.length;
      },
    );
    const restored = await throughPages(
      (after, limit) => ledger.bornWithin(withinS, after, limit),
      async (page) => (await live.restore(page, 0)).restored,
    );
    return { restored, endsRepeated };
  }
}
