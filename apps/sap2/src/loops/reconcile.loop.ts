import type { EventLog } from '@sap2/observability';
import type { ReconcileStores } from '@sap2/session-core';
import type { Loop } from './loop.js';

/** Longer than a tombstone and than a service is usually away: the first run looks back this far. */
const FIRST_LOOK_BACK_S = 7_200;

/** Heals what a crash between the two stores left behind, and carries over what keep-alives changed in the live store alone. */
export function reconcileLoop(reconcile: ReconcileStores, pauseMs: number, log: EventLog): Loop {
  // Twice the pause, and a minute for a run that was slow or failed.
  const lookBackS = Math.ceil((2 * pauseMs) / 1000) + 60;
  let withinS = FIRST_LOOK_BACK_S;
  return {
    name: 'reconcile',
    pauseMs,
    step: async () => {
      const { restored, driftRecorded } = await reconcile.execute({ withinS });
      withinS = lookBackS;
      if (restored > 0) log.warn('sessions_put_back', { count: restored });
      if (driftRecorded > 0) log.debug('keep_alive_times_recorded', { count: driftRecorded });
      return 'rest';
    },
  };
}
