import type { Clock } from '@sap2/kernel';
import type { EventLog } from '@sap2/observability';
import type { ReconcileStores } from '@sap2/session-core';
import type { Loop } from './loop.js';

/** Beyond the time since the last run: for clocks that differ, and transactions that took their time. */
const MARGIN_S = 60;

/** Longer than a tombstone and than a service is usually away: the first run looks back this far. */
const FIRST_LOOK_BACK_S = 7_200;

/**
 * Repairs what a crash left different in the two stores. Every `SAP2_RECONCILE_INTERVAL_MS` it reads the begins and
 * ends since its last run from PostgreSQL, page by page. It repeats them in Redis.
 */
export function reconcileLoop(
  reconcile: Pick<ReconcileStores, 'execute'>,
  pauseMs: number,
  clock: Clock,
  log: EventLog,
): Loop {
  let lastRunMs: number | undefined;
  return {
    name: 'reconcile',
    pauseMs,
    step: async () => {
      const nowMs = clock.nowMs();
      const sinceLastS = lastRunMs === undefined ? FIRST_LOOK_BACK_S : Math.ceil((nowMs - lastRunMs) / 1000);
      const { restored } = await reconcile.execute({ withinS: sinceLastS + MARGIN_S });
      // One that fails is made up for by the next.
      lastRunMs = nowMs;
      if (restored > 0) log.warn('sessions_put_back', { count: restored });
      return 'rest';
    },
  };
}
