import type { EventLog } from '@sap2/observability';
import type { LiveSessions, RebuildLiveStore } from '@sap2/session-core';
import type { Gate } from '../doors/gate.js';
import type { Loop } from './loop.js';

/** How soon an emptied live store is noticed; its scripts refuse from the first moment on. */
const PAUSE_MS = 1_000;

/** Keeps the gate closed while shards of the live store wait to be put back from the ledger. */
export function liveStoreGuardLoop(
  live: LiveSessions,
  rebuild: RebuildLiveStore,
  gate: Gate,
  log: EventLog,
): Loop {
  return {
    name: 'live_store_guard',
    pauseMs: PAUSE_MS,
    step: async () => {
      if ((await live.lostShards()).length > 0) {
        gate.close('rebuilding');
        const { restored } = await rebuild.execute();
        log.warn('live_store_rebuilt', { count: restored });
      }
      // Another process may hold shards that it is still rebuilding.
      const left = await live.lostShards();
      if (left.length === 0) gate.open();
      return 'rest';
    },
  };
}
